from datetime import date
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from organisation import loading, tree
from people import reorganising


class Command(BaseCommand):
    help = "Bring in the province's units and their changes; what is there is left alone."

    def add_arguments(self, parser):
        parser.add_argument(
            "file", nargs="?", type=Path, help="another file of units, without changes"
        )
        parser.add_argument(
            "--until", type=date.fromisoformat, help="leave changes after this day for later"
        )

    def handle(self, *, file, until, **options):
        apply = partial(reorganising.apply, by=None, at=timezone.now())
        try:
            with transaction.atomic():
                lines = loading.read_units(file or loading.DATA / "units.csv")
                added = loading.load_units(lines, kinds=loading.load_kinds())
                changes = [] if file else loading.read_changes()
                applied = loading.load_changes(changes, apply=apply, until=until)
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {file}.") from error
        except (loading.UnusableFile, tree.Overlaps) as error:
            raise CommandError(
                f"{error or type(error).__name__}\nNothing has been loaded."
            ) from error
        self.stdout.write(f"{added} units added, {applied} changes applied")
