from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from certificates import templates
from classroom import loading as lesson_packs
from classroom.pack_files import CONTENT as PACKS
from courses import editing, loading
from courses.course_files import CONTENT
from courses.mistakes import ContentMistakes
from courses.models import LoadedFile
from lms import content
from quizzes import loading as quiz_loading
from training import programmes, touching

EVERYTHING = "everything"


class Command(BaseCommand):
    help = "Bring the content files into pages and the question bank; editors' changes are kept."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-changed", action="store_true", help="do nothing unless a content file has changed"
        )

    def handle(self, *, if_changed, **options):
        files = sorted(
            path for root in (CONTENT, PACKS) for path in root.rglob("*") if path.is_file()
        )
        print_of_all = loading.fingerprint([(path.name, path.read_bytes().hex()) for path in files])
        last = LoadedFile.objects.filter(path=EVERYTHING).first()
        if not (if_changed and last and last.fingerprint == print_of_all):
            self._bring_in(print_of_all)
        # Not only where content has changed: a site from before there were templates or programmes needs them too.
        templates.write_standard()
        touching.install_missing()
        programmes.load(at=timezone.now())

    def _bring_in(self, print_of_all: str) -> None:
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
        lesson_packs.set_up_editing(workflow)
        lesson_packs.load_packs(read.packs, report=report)
        loading.finish(report)
        return report
