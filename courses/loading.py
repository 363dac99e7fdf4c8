"""Bringing content files into pages, without ever overwriting what an editor has done.

Each file leaves a LoadedFile behind. Where the object is no longer as the load left it, somebody
has edited, unpublished or deleted it: it stays as it is, and the report says so.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile
from django.db import models, transaction
from wagtail.documents.models import Document
from wagtail.models import Page, Site

from courses import editions
from courses.course_files import AUDIENCES, CourseFile, FactFile, SkillFile
from courses.lesson_files import LessonFile
from courses.models import (
    Audience,
    CataloguePage,
    CoursePage,
    Fact,
    HomePage,
    LearningOutcome,
    LessonPage,
    LoadedFile,
    Picture,
    Skill,
)


@dataclass
class Report:
    """What a load did: how many of each, and the files whose objects editors have changed."""

    counts: Counter = field(default_factory=Counter)
    kept: list[str] = field(default_factory=list)

    def created(self) -> None:
        self.counts["created"] += 1

    def updated(self) -> None:
        self.counts["updated"] += 1

    def unchanged(self) -> None:
        self.counts["unchanged"] += 1

    def keep(self, path: str) -> None:
        self.kept.append(path)

    @property
    def changed(self) -> bool:
        return bool(self.counts["created"] or self.counts["updated"])


def fingerprint(*values: Any) -> str:
    """Return a hash of plain values: the same content gives the same fingerprint."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def load_row(
    model: type[models.Model], *, path: str, key: dict, values: dict, report: Report
) -> models.Model | None:
    """Load a row that has no revisions. It counts as edited when its values are not those loaded.

    Returns the row, or None where an editor has deleted it.
    """
    row = model._default_manager.filter(**key).first()
    loaded = LoadedFile.objects.filter(path=path).first()
    print_of_file = fingerprint(values)
    if row is None and loaded:
        report.keep(path)
        return None
    if row and (not loaded or loaded.fingerprint != _print_of_row(row, values)):
        report.keep(path)
        return row
    if row and loaded and loaded.fingerprint == print_of_file:
        report.unchanged()
        return row
    if row is None:
        row = model(**key)
        report.created()
    else:
        report.updated()
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    LoadedFile.objects.update_or_create(path=path, defaults={"fingerprint": print_of_file})
    return row


def _print_of_row(row: models.Model, values: dict) -> str:
    return fingerprint({name: getattr(row, name) for name in values})


def load_revised(
    instance: Any | None,
    *,
    path: str,
    print_of_file: str,
    create: Callable[[], Any],
    update: Callable[[Any], None],
    report: Report,
) -> Any | None:
    """Load something that has revisions and publish it. `update` sets its fields, without saving.

    It counts as edited when its latest revision is not the load's own, or when it is not live.
    Returns the object as it stands, or None where an editor has deleted it.
    """
    loaded = LoadedFile.objects.filter(path=path).first()
    if instance is None and loaded:
        report.keep(path)
        return None
    if instance is not None:
        if not loaded or instance.latest_revision_id != loaded.revision or not instance.live:
            report.keep(path)
            return instance
        if loaded.fingerprint == print_of_file:
            report.unchanged()
            return instance
        update(instance)
        report.updated()
    else:
        instance = create()
        report.created()
    revision = instance.save_revision(log_action=False)
    revision.publish(log_action=False)
    instance.refresh_from_db()
    LoadedFile.objects.update_or_create(
        path=path, defaults={"fingerprint": print_of_file, "revision": revision.pk}
    )
    return instance


def load_taught(*, skills: list[SkillFile], facts: list[FactFile], report: Report) -> None:
    """Load audiences, skills, outcomes and the facts that age."""
    for position, (key, title) in enumerate(AUDIENCES.items()):
        values = {"title": title, "position": position}
        load_row(Audience, path=f"audience {key}", key={"key": key}, values=values, report=report)
    for skill in skills:
        names = ("number", "title", "short_title", "summary")
        row = load_row(
            Skill,
            path=f"skills.toml {skill.key}",
            key={"key": skill.key},
            values={name: getattr(skill, name) for name in names},
            report=report,
        )
        if row is None:
            continue
        for position, outcome in enumerate(skill.outcomes, start=1):
            load_row(
                LearningOutcome,
                path=f"skills.toml {outcome.key}",
                key={"key": outcome.key},
                values={
                    "skill_id": row.pk,
                    "position": position,
                    "text": outcome.text,
                    "sources": ", ".join(outcome.sources),
                },
                report=report,
            )
    for fact in facts:
        fields = ("label", "value", "source", "checked_on", "verified")
        load_row(
            Fact,
            path=f"facts.toml {fact.key}",
            key={"key": fact.key},
            values={name: getattr(fact, name) for name in fields},
            report=report,
        )


def home() -> HomePage:
    """Return the home page, made with the site on the first load."""
    page = HomePage.objects.first()
    if page:
        return page
    root = Page.get_first_root_node()
    page = HomePage(
        title="Kỹ năng số",
        slug="ky-nang-so",
        welcome="Năm kỹ năng số, học đến đâu chắc đến đó",
        introduction=(
            "Dành cho Tổ công nghệ số cộng đồng: đi từng ngõ, gõ từng nhà, hướng dẫn từng người. "
            "Bài học ngắn, đọc được trên điện thoại; ai cũng xem được, có tài khoản thì lưu lại "
            "việc học và nhận giấy chứng nhận."
        ),
    )
    root.add_child(instance=page)
    welcome_of_wagtail = [site.root_page for site in Site.objects.all()]
    Site.objects.update(root_page=page, site_name="Kỹ năng số")
    for old in welcome_of_wagtail:
        if type(old.specific) is Page and old.is_leaf():
            old.delete()
    Site.clear_site_root_paths_cache()
    return page


def catalogue() -> CataloguePage:
    """Return the catalogue below the home page, made on the first load."""
    page = CataloguePage.objects.first()
    if page is None:
        page = CataloguePage(
            title="Khóa học",
            slug="khoa-hoc",
            introduction="Mỗi kỹ năng một khóa, mỗi bài vài phút. Học theo thứ tự nào cũng được.",
        )
        home().add_child(instance=page)
    return page


def load_course(course: CourseFile, *, report: Report) -> CoursePage | None:
    """Load a course and its lessons. Returns its page, or None where an editor has deleted it."""
    fields = {
        "title": course.title,
        "summary": course.summary,
        "introduction": course.intro,
        "skill": Skill.objects.get(key=course.skill),
        "audience": Audience.objects.get(key=course.audience),
    }

    def create() -> CoursePage:
        page = CoursePage(slug=course.slug, **fields)
        return catalogue().add_child(instance=page)

    page = load_revised(
        CoursePage.objects.child_of(catalogue()).filter(slug=course.slug).first(),
        path=f"{course.slug}/course.toml",
        print_of_file=fingerprint(
            course.title, course.summary, course.intro, course.skill, course.audience
        ),
        create=create,
        update=lambda page: _set(page, fields),
        report=report,
    )
    if page is not None:
        for lesson in course.lessons:
            _load_lesson(lesson, course=course, page=page, report=report)
    return page


def _set(instance: Any, fields: dict) -> None:
    for name, value in fields.items():
        setattr(instance, name, value)


def _load_lesson(
    lesson: LessonFile, *, course: CourseFile, page: CoursePage, report: Report
) -> None:
    # By its address: a file that gets another number is still the same lesson.
    path = f"{course.slug}/{lesson.slug}"
    used = [course.folder / "pictures" / name for name in lesson.pictures]
    used += [course.folder / "files" / name for name in lesson.documents]
    print_of_file = fingerprint(
        lesson.path.read_text(encoding="utf-8"),
        [hashlib.sha256(file.read_bytes()).hexdigest() for file in used],
    )
    existing = LessonPage.objects.child_of(page).filter(slug=lesson.slug).first()
    loaded = LoadedFile.objects.filter(path=path).first()
    if existing and loaded and loaded.fingerprint == print_of_file:
        # Leave the pictures alone too: nothing of this lesson has changed.
        body: list[dict] = []
    else:
        body = _with_files(lesson, course)
    fields = {
        "title": lesson.title,
        "summary": lesson.summary,
        "minutes": lesson.minutes,
        "checked_on": lesson.checked_on,
        "body": json.dumps(body),
        "outcomes": list(LearningOutcome.objects.filter(key__in=lesson.outcomes)),
    }

    def create() -> LessonPage:
        new = LessonPage(slug=lesson.slug, **{k: v for k, v in fields.items() if k != "outcomes"})
        following = _following(lesson, course=course, page=page)
        if following:
            following.add_sibling(pos="left", instance=new)
        else:
            page.add_child(instance=new)
        new.outcomes = fields["outcomes"]
        return new

    load_revised(
        existing,
        path=path,
        print_of_file=print_of_file,
        create=create,
        update=lambda instance: _set(instance, fields),
        report=report,
    )


def _following(lesson: LessonFile, *, course: CourseFile, page: CoursePage) -> LessonPage | None:
    """Return the page of the next lesson file that has one already, so that order is kept."""
    later = course.lessons[course.lessons.index(lesson) + 1 :]
    pages = {p.slug: p for p in LessonPage.objects.child_of(page).defer("body")}
    return next((pages[other.slug] for other in later if other.slug in pages), None)


def _with_files(lesson: LessonFile, course: CourseFile) -> list[dict]:
    """Return a lesson's body with pictures and documents by primary key instead of file name."""
    pictures = {
        name: _load_picture(course.folder / "pictures" / name, course).pk
        for name in dict.fromkeys(lesson.pictures)
    }
    documents = {
        name: _load_document(course.folder / "files" / name, course).pk
        for name in dict.fromkeys(lesson.documents)
    }

    def replaced(value):
        if isinstance(value, list):
            return [replaced(entry) for entry in value]
        if isinstance(value, dict):
            return {
                key: pictures.get(entry)
                if key == "picture" and isinstance(entry, str)
                else documents.get(entry)
                if key == "file"
                else replaced(entry)
                for key, entry in value.items()
            }
        return value

    return replaced(lesson.body)


def _load_picture(path: Path, course: CourseFile) -> Picture:
    """Bring a drawing into the library; one that an editor has replaced there is left alone."""
    title = f"{course.slug}/{path.name}"
    content = path.read_bytes()
    loaded = f"{course.slug}/pictures/{path.name}"
    picture = Picture.objects.filter(title=title).first()
    if picture and _stays(picture, content, loaded):
        return picture
    picture = picture or Picture(title=title)
    picture.file = ContentFile(content, name=f"{course.slug}-{path.name}")
    picture.file_size = len(content)
    picture._set_file_hash()
    picture.save()
    LoadedFile.objects.update_or_create(path=loaded, defaults={"fingerprint": picture.file_hash})
    return picture


def _load_document(path: Path, course: CourseFile) -> Document:
    """Bring a file into the library; one that an editor has replaced there is left alone."""
    title = f"{course.slug}/{path.name}"
    content = path.read_bytes()
    loaded = f"{course.slug}/files/{path.name}"
    document = Document.objects.filter(title=title).first()
    if document and _stays(document, content, loaded):
        return document
    document = document or Document(title=title)
    document.file = ContentFile(content, name=f"{course.slug}-{path.name}")
    document._set_document_file_metadata()
    document.save()
    LoadedFile.objects.update_or_create(path=loaded, defaults={"fingerprint": document.file_hash})
    return document


def _stays(item: Picture | Document, content: bytes, loaded: str) -> bool:
    """Whether something in the library is as its file says, or as an editor has replaced it."""
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    last = LoadedFile.objects.filter(path=loaded).first()
    return not last or item.file_hash != last.fingerprint or digest == item.file_hash


@transaction.atomic
def finish(report: Report) -> None:
    """Start a new edition where a load has changed anything that readers see."""
    if report.changed:
        editions.advance()
