from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.mistakes import ContentMistakes
from lms import content


class Command(BaseCommand):
    help = "Read the content files and name every mistake with its file and line."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument(
            "folder", nargs="?", type=Path, help="one course folder; all if left out"
        )

    def handle(self, *, folder, **options):
        try:
            read = content.read(only=folder.resolve() if folder else None)
        except ContentMistakes as error:
            raise CommandError(f"{error}\n{len(error.mistakes)} mistakes") from error
        for course, questions in read.courses:
            self.stdout.write(
                f"{course.slug}: {len(course.lessons)} lessons, {len(questions)} questions"
            )
        if folder is None:
            self.stdout.write(f"{len(read.packs)} lesson packs")
