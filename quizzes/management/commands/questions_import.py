"""`manage.py questions_import FILE`: bring a file of questions into the bank, as drafts."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from courses.models import LearningOutcome
from people.models import Person
from quizzes.exchange import bank, formats, telling
from quizzes.exchange.parsed import Read, Refused


class Command(BaseCommand):
    help = (
        "Bring questions from a file into the bank, as drafts: GIFT, Moodle XML, Aiken, QTI, Excel."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=formats.FORMATS, default="", help="else recognised")
        parser.add_argument("--outcome", default="", help="for questions whose category names none")
        parser.add_argument("--by", default="", help="the login of whose drafts they become")
        parser.add_argument("--dry-run", action="store_true", help="read, and change nothing")
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def handle(self, *, file, outcome, by, dry_run, **options):
        try:
            raw = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        try:
            key, read = formats.read(raw, key=options["format"])
        except Refused as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"error": str(refusal), "questions": [], "refused": []},
                                             ensure_ascii=False))  # fmt: skip
            raise CommandError(str(refusal)) from refusal
        report = {
            "format": key,
            "questions": [telling.told(one) for one in read.questions],
            "refused": [telling.left_told(one) for one in read.left],
        }
        if not dry_run:
            report |= self._bring_in(read, prefix=file.stem, outcome=outcome, by=by)
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._print(report)

    def _bring_in(self, read: Read, *, prefix: str, outcome: str, by: str) -> dict:
        about = LearningOutcome.objects.filter(key=outcome).first()
        if outcome and about is None:
            raise CommandError(f"No learning outcome has the key “{outcome}”.")
        person = Person.objects.filter(Q(login=by)).first() if by else None
        if by and person is None:
            raise CommandError(f"Nobody has the login “{by}”.")
        brought = bank.bring_in(read.questions, by=person, outcome=about, prefix=prefix)
        return {
            "created": brought.created,
            "changed": brought.changed,
            "same": brought.same,
            "not_brought_in": [telling.left_told(one) for one in brought.refused],
        }

    def _print(self, report) -> None:
        for one in report["questions"]:
            self.stdout.write(f"{one['line']:>6}  {one['type']:<16}{one['stem'][:70]!r}")
            for note in one["notes"]:
                self.stdout.write(f"          {note}")
        for one in [*report["refused"], *report.get("not_brought_in", [])]:
            self.stdout.write(f"{one['line']:>6}  LEFT OUT  {one['what'][:50]}: {one['why']}")
        for word in ("created", "changed", "same"):
            if word in report:
                self.stdout.write(f"{word}: {len(report[word])}")
