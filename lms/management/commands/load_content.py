from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from courses import editing, loading
from courses.course_files import CONTENT
from courses.mistakes import ContentMistakes
from courses.models import LoadedFile
from lms import content
from quizzes import loading as quiz_loading

EVERYTHING = "everything"


class Command(BaseCommand):
    help = "Bring the content files into pages and the question bank; editors' changes are kept."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-changed", action="store_true", help="do nothing unless a content file has changed"
        )

    def handle(self, *, if_changed, **options):
        files = sorted(path for path in CONTENT.rglob("*") if path.is_file())
        print_of_all = loading.fingerprint(
            [(path.relative_to(CONTENT).as_posix(), path.read_bytes().hex()) for path in files]
        )
        last = LoadedFile.objects.filter(path=EVERYTHING).first()
        if if_changed and last and last.fingerprint == print_of_all:
            return
        try:
            read = content.read()
        except ContentMistakes as error:
            raise CommandError(f"{error}\nNothing has been loaded.") from error
        report = self.load(read)
        LoadedFile.objects.update_or_create(path=EVERYTHING, defaults={"fingerprint": print_of_all})
        counts = report.counts
        self.stdout.write(
            f"{counts['created']} created, {counts['updated']} updated, "
            f"{counts['unchanged']} unchanged, {len(report.kept)} kept as editors left them"
        )
        for path in report.kept:
            self.stdout.write(f"  kept: {path}")

    @transaction.atomic
    def load(self, read: content.Content) -> loading.Report:
        report = loading.Report()
        loading.load_taught(skills=read.skills, facts=read.facts, report=report)
        workflow = editing.set_up(root=loading.home())
        quiz_loading.set_up_editing(workflow)
        for course, questions in read.courses:
            page = loading.load_course(course, report=report)
            quiz_loading.load_questions(course, questions, report=report)
            if page is not None:
                quiz_loading.load_quiz(course, page, report=report)
        loading.finish(report)
        return report
