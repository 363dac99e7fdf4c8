"""`manage.py questions_export --format F`: write the published questions of the bank to a file."""

import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from quizzes.exchange import bank, formats
from quizzes.models import Question


class Command(BaseCommand):
    help = "Write published questions to a file, or to standard output."

    def add_arguments(self, parser):
        parser.add_argument("--format", choices=formats.FORMATS, required=True)
        parser.add_argument("--skill", default="", help="the key of a skill; else all")
        parser.add_argument("--tag", default="", help="only questions with this tag")
        parser.add_argument("--out", type=Path, help="the file to write; else standard output")

    def handle(self, *, skill, tag, out, **options):
        questions = Question.objects.filter(current__isnull=False)
        if skill:
            questions = questions.filter(outcome__skill__key=skill)
        if tag:
            questions = questions.filter(tags__name=tag)
        found = (
            questions.select_related("current", "outcome").prefetch_related("tags").order_by("key")
        )
        file = formats.FORMATS[options["format"]].write(bank.parsed_of(found))
        try:
            if out:
                out.write_bytes(file.content)
            else:
                sys.stdout.buffer.write(file.content)
                sys.stdout.buffer.flush()
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from error
        for one in file.left:
            self.stderr.write(f"left out: {one.what}: {one.why}")
