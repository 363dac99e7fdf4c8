"""`manage.py item_stats QUIZ`: the statistics of a quiz and its questions."""

import json
from dataclasses import asdict

from django.core.management.base import BaseCommand, CommandError

from quizzes import tallying
from quizzes.models import Attempt, Quiz
from quizzes.performance import question_reports
from quizzes.statistics import by_position, quiz_statistics


class Command(BaseCommand):
    help = "Print the statistics of a quiz, counted anew: of the whole, of each place, of each question."

    def add_arguments(self, parser):
        parser.add_argument("quiz", help="the address of the quiz, for example mua-sam")
        parser.add_argument("--json", action="store_true", help="as one JSON object")
        parser.add_argument(
            "--attempts", choices=["first", "all"], default="first",
            help="everybody's first attempt, as Moodle does, or all",
        )  # fmt: skip

    def handle(self, *, quiz, attempts, **options):
        found = Quiz.objects.filter(slug=quiz).first()
        if found is None:
            known = ", ".join(Quiz.objects.values_list("slug", flat=True))
            raise CommandError(f"No quiz is called “{quiz}”. There are: {known}.")
        asked = tallying.first_attempts(found)
        if attempts == "all":
            asked = Attempt.objects.filter(quiz=found, state=Attempt.State.MARKED).order_by("pk")
        tally = tallying.count(asked)
        report = {
            "quiz": found.slug,
            "attempts": attempts,
            "whole": asdict(quiz_statistics(tally)),
            "places": [asdict(one) for one in by_position(tally)],
            "questions": question_reports(tally),
        }
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._print(report)

    def _print(self, report) -> None:
        whole = report["whole"]
        self.stdout.write(f"{report['quiz']}: {whole['attempts']} attempts")
        for name in ("average", "median", "deviation", "skewness", "kurtosis", "alpha",
                     "error_ratio", "standard_error"):  # fmt: skip
            self.stdout.write(f"  {name:<16}{_number(whole[name])}")
        heads = ("attempts", "facility", "discrimination", "efficiency", "effective_weight")
        self.stdout.write("")
        self.stdout.write(f"{'question':<28}" + "".join(f"{head[:14]:>16}" for head in heads))
        for one in report["questions"]:
            figures = "".join(f"{_number(one[head]):>16}" for head in heads)
            self.stdout.write(f"{one['key']} v{one['version']}".ljust(28) + figures)
            for finding in one["findings"]:
                self.stdout.write(f"    {finding['severity']}: {finding['text']}")


def _number(value) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.4f}"
