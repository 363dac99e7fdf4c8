"""Bringing lesson packs from their files into the site; what an editor has changed stays."""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Workflow, WorkflowContentType

from classroom import pack_texts
from classroom.models import LessonPack
from classroom.pack_files import PackFile
from courses import facts
from courses.editing import allow
from courses.loading import Report, fingerprint, load_revised
from courses.models import Audience, Skill
from people.roles import Role
from quizzes.models import Quiz

PASS_MARK = 60  # per cent; a lesson is no examination


def load_packs(packs: Sequence[PackFile], *, report: Report) -> None:
    """Load lesson packs, each with its quiz for the class."""
    skills = {skill.key: skill for skill in Skill.objects.all()}
    audiences = {audience.key: audience for audience in Audience.objects.all()}
    existing = {pack.key: pack for pack in LessonPack.objects.all()}
    for pack in packs:
        _load(pack, existing.get(pack.key), skills, audiences, report)


def _load(file: PackFile, existing, skills, audiences, report: Report) -> None:
    def update(pack: LessonPack) -> None:
        pack.title, pack.text = file.says.title, file.text

    def create() -> LessonPack:
        quiz = Quiz.objects.create(
            title=file.says.title[:150], slug=f"lop-{file.key}", pass_mark=PASS_MARK, live=False
        )
        pack = LessonPack(
            key=file.key,
            skill=skills[file.says.skill],
            audience=audiences[file.says.audience],
            number=file.says.number,
            quiz=quiz,
            live=False,
        )
        update(pack)
        pack.save()
        return pack

    load_revised(
        existing,
        path=f"classroom/{file.key}.md",
        print_of_file=fingerprint(file.text),
        create=create,
        update=update,
        report=report,
    )


def set_up_editing(workflow: Workflow) -> None:
    """Let authors change lesson packs, and approvers publish them, by the workflow of all content."""
    content_type = ContentType.objects.get_for_model(LessonPack)
    if not WorkflowContentType.objects.filter(content_type=content_type).exists():
        WorkflowContentType.objects.create(content_type=content_type, workflow=workflow)
        allow(Role.AUTHOR, LessonPack, "change", "view")
        allow(Role.APPROVER, LessonPack, "change", "view", "publish", "lock", "unlock")


def says(pack: LessonPack) -> pack_texts.PackText:
    """Return what a lesson pack says, with the facts of today where it names them."""
    return pack_texts.read(filled_in(pack))


def filled_in(pack: LessonPack) -> str:
    """Return the text of a lesson pack with each [[key]] replaced by its value; one query at most."""
    if not facts.NAMED.search(pack.text):
        return pack.text
    return facts.fill_in_text(pack.text, facts=facts.values())
