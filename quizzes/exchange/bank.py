"""Questions between files and the bank: brought in as drafts, written out as they are published."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from courses.models import LearningOutcome, Picture
from quizzes import pictures, versions
from quizzes.exchange.parsed import Left, Parsed
from quizzes.exchange.texts import picture_ending
from quizzes.models import Question
from vietnamese import fold

LONGEST_KEY = 80


@dataclass
class Brought:
    """What became of each question of a file: keys, and what was refused."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    same: list[str] = field(default_factory=list)
    refused: list[Left] = field(default_factory=list)


@transaction.atomic
def bring_in(
    questions: Sequence[Parsed], *, by, outcome: LearningOutcome | None = None, prefix: str = "nhap"
) -> Brought:
    """Bring questions into the bank as drafts; an approver publishes them.

    The outcome is the one that a question's category names, by key or text, else the one given; a
    question without any is refused. One whose key is there already gets a new draft, and one that says
    what is there already is left alone. All or nothing.
    """
    found = Brought()
    outcomes = _by_name()
    used: set[str] = set()
    for number, parsed in enumerate(questions, start=1):
        about = _outcome_of(parsed, outcomes) or outcome
        key = _key(parsed, prefix=prefix, number=number, used=used)
        if about is None:
            why = _("Its category names no learning outcome; choose one for the whole file.")
            found.refused.append(Left(parsed.line, parsed.name or parsed.content["stem"][:60], why))
            continue
        used.add(key)
        _bring_one(parsed, key=key, outcome=about, by=by, found=found)
    return found


def _by_name() -> dict[str, LearningOutcome]:
    outcomes = list(LearningOutcome.objects.select_related("skill"))
    by_text = {fold(one.text): one for one in outcomes}
    return by_text | {one.key: one for one in outcomes}


def _outcome_of(parsed: Parsed, outcomes: dict[str, LearningOutcome]) -> LearningOutcome | None:
    for name in reversed(parsed.category):
        for said in (name.strip(), name.strip().split(" ")[0].rstrip(".:"), fold(name)):
            if said in outcomes:
                return outcomes[said]
    return None


def _key(parsed: Parsed, *, prefix: str, number: int, used: set[str]) -> str:
    """Return the key of a question: its name as an address, or its number in the file."""
    own = slugify(fold(parsed.name))[:LONGEST_KEY] if len(parsed.name) <= LONGEST_KEY else ""
    key = own or f"{prefix}-{number:03d}"
    return key if key not in used else f"{key[: LONGEST_KEY - 6]}-{number:03d}"


def _bring_one(parsed: Parsed, *, key: str, outcome, by, found: Brought) -> None:
    for sha1, content in parsed.pictures.items():
        _keep_picture(sha1, content, title=parsed.name or key, by=by)
    question = Question.objects.filter(key=key).first()
    raw = versions.raw(parsed.kind, parsed.content)
    if question is None:
        question = Question(key=key, outcome=outcome, live=False, content=raw)
        question.difficulty = parsed.difficulty or Question.Difficulty.MEDIUM
        question.tags.set(_tags(parsed))
        question.save()
        found.created.append(key)
    else:
        question = question.get_latest_revision_as_object()
        before = versions.plain(question) if question.content else None
        question.content = raw
        if versions.plain(_read_again(question)) == before:
            found.same.append(key)
            return
        found.changed.append(key)
        question.tags.set(_tags(parsed))
    question.save_revision(user=by)


def _read_again(question: Question) -> Question:
    # What the editor would read back: empty parts and defaults are as it leaves them.
    question.content = question._meta.get_field("content").to_python(
        question.content.stream_block.get_prep_value(question.content)
    )
    return question


def _tags(parsed: Parsed) -> list[str]:
    names = [*parsed.tags, *(name for name in parsed.category if name)]
    return sorted({slugify(fold(name))[:40] for name in names} - {""})


def _keep_picture(sha1: str, content: bytes, *, title: str, by) -> None:
    if pictures.by_hash(sha1):
        return
    picture = Picture(title=title[:255], uploaded_by_user=by)
    picture.file = ContentFile(content, name=f"{sha1[:16]}.{picture_ending(content)}")
    picture._set_image_file_metadata()
    picture.save()


# Out of the bank


def parsed_of(questions: Iterable[Question]) -> list[Parsed]:
    """Return published questions as they stand in the bank, ready to be written to a file."""
    found = []
    for question in questions:
        version = question.current
        if version is None:
            continue
        found.append(
            Parsed(
                kind=version.kind,
                content=version.content,
                line=0,
                name=question.key,
                category=(question.outcome.key,),
                tags=tuple(sorted(tag.name for tag in question.tags.all())),
                pictures=_bytes_of(pictures.hashes(version.content)),
                difficulty=question.difficulty,
            )
        )
    return found


def _bytes_of(wanted: set[str]) -> dict[str, bytes]:
    if not wanted:
        return {}
    found = {}
    for picture in Picture.objects.filter(file_hash__in=wanted).order_by("pk"):
        with picture.open_file() as file:
            found[picture.file_hash] = file.read()
    return found
