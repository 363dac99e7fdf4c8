from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from organisation import loading, tree


class Command(BaseCommand):
    help = "Bring in the province's units from their data file; what is there is left alone."

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=loading.DATA / "units.csv")

    def handle(self, *, file, **options):
        try:
            with transaction.atomic():
                added = loading.load_units(loading.read_units(file), kinds=loading.load_kinds())
        except FileNotFoundError as error:
            raise CommandError(f"There is no file {file}.") from error
        except (loading.UnusableFile, tree.Overlaps) as error:
            raise CommandError(
                f"{error or type(error).__name__}\nNothing has been loaded."
            ) from error
        self.stdout.write(f"{added} placements added")
