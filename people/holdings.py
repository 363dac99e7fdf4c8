"""All that is stored on a person, in the whole site: found by walking the models, so that one that is added is in it by itself.

A row that goes when the person goes, or that keeps them from going, is theirs: all of it is given,
and all that hangs on it (the answers of their attempts). A row that outlives them is somebody
else's, on which they only acted: of that the act is given, and nothing of the other person.
Models that name people by number or login are in NAMED, where the apps above put theirs. A guard
test holds every relation to a decision that somebody took.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, TextIO
from zipfile import ZIP_DEFLATED, ZipFile

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Field, ForeignKey, Model, QuerySet
from django.db.models.fields.reverse_related import ManyToOneRel
from django.template.loader import render_to_string
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from organisation.models import Placement, Unit
from people.models import AuditEntry, Person

LABELS = Path(__file__).parent / "data" / "labels.csv"
STYLE = Path(__file__).parent / "data" / "du-lieu.css"
BATCH = 500
NOBODY = "Người đã xóa dữ liệu"  # the name of whoever has been erased
HERE = "@@"  # in the page to read: where its parts go

# What goes with the person, or keeps them from going.
_THEIRS = {models.CASCADE, models.PROTECT, models.RESTRICT}

# Whoever holds one of these could act in the person's name: named in the download, and left out.
_SECRET_WORDS = {"password", "digest", "secret", "token", "key", "session"}
NO_SECRETS = {
    "people.Person.sort_key",  # the name, as it is sorted
    "quizzes.Answer.key",  # tells an answer that was sent twice
}

# What is neither given nor looked for, and why.
EXCEPTIONS = {
    "wagtailadmin.FormState.user": "a form of the editors' side half filled in, kept for days: of anybody",
}

# Of a row that the person only acted on: when, and on what of the site. By default its number, and
# for `decided_by` also `decided_at`.
ACTS = {
    "certificates.Batch.by": ("proposed_at", "day", "state"),
    "classroom.Delivery.by": ("on", "mode", "at"),
    "classroom.Delivery.teacher": ("on", "mode", "at"),
    "classroom.SchoolClass.made_by": ("name", "made_at"),
    "classroom.Session.by": ("mode", "began_at"),
    "reports.Correction.by": ("at",),
    "reports.SignedCopy.by": ("at", "file_name"),
    "reports.Key.made_by": ("made_at", "name"),
    "reports.Obstacle.raised_by": ("raised_at", "text"),
    "reports.ObstacleStep.by": ("at", "kind", "text"),
    "reports.Reminder.by": ("at",),
    "reports.Target.by": ("at", "year"),
    "reports.Report.prepared_by": ("year", "quarter"),
    "reports.Report.signed_by": ("year", "quarter", "signed_at", "signer_name", "signer_office"),
    "training.Exemption.approved_by": ("approved_at",),
    "training.Exemption.ended_by": ("ended_at",),
    "training.Meeting.closed_by": ("closed_at",),
    "training.Meeting.planned_by": ("title", "planned_at"),
    "training.Practice.by": ("at",),
    "training.Presence.by": ("at",),
    "training.OutsideCertificate.brought_by": ("brought_at",),
    "training.OutsideCertificate.decided_by": ("decided_at",),
    "training.ProgrammeVersion.by": ("number", "at"),
    "imports.Import.by": ("kind", "file_name", "uploaded_at"),
    "wagtailcore.ModelLogEntry.user": ("timestamp", "action"),
    "wagtailcore.PageLogEntry.user": ("timestamp", "action"),
    "wagtailcore.Page.owner": ("title",),
    "wagtailcore.Page.locked_by": ("title", "locked_at"),
    "wagtailcore.Revision.user": ("created_at",),
    "wagtailcore.TaskState.finished_by": ("finished_at",),
    "wagtailcore.UploadedFile.uploaded_by_user": (),
    "wagtailcore.WorkflowState.requested_by": ("created_at",),
    "wagtaildocs.Document.uploaded_by_user": ("title", "created_at"),
    "wagtailimages.Image.uploaded_by_user": ("title", "created_at"),
    "courses.Picture.uploaded_by_user": ("title", "created_at"),
    "quizzes.Regrade.proposed_by": ("proposed_at", "choice"),
    "quizzes.Regrade.applied_by": ("applied_at", "choice"),
}


@dataclass(frozen=True)
class Column:
    """A field as it is given: its name in the data, what people call it, and where its value comes from."""

    name: str
    label: str
    field: Field


@dataclass(frozen=True)
class Part:
    """The rows of one model that concern the person in one way; `rows` reads them when it is called.

    `left_out` names the secrets that are stored and not given.
    """

    key: str
    title: str
    is_act: bool
    columns: list[Column]
    left_out: list[str]
    rows: Callable[[], Iterator[list]]


# What there is


@dataclass(frozen=True)
class Holding:
    """A way from a model to a person: "attempt__person" of the items of attempts."""

    model: type[Model]
    lookup: str
    is_act: bool

    @property
    def key(self) -> str:
        return f"{self.model._meta.label}.{self.lookup}"

    def of(self, person: Person) -> QuerySet:
        """Return the rows, in the order in which they were written."""
        return self.model._base_manager.filter(**{self.lookup: person.pk}).order_by("pk")


@cache
def holdings() -> list[Holding]:
    """Return every way from a model to a person that the database knows, nearest first."""
    direct = [
        Holding(relation.related_model, relation.field.name, relation.on_delete not in _THEIRS)
        for relation in _relations(Person)
        if _key(relation) not in EXCEPTIONS
    ]
    found = sorted(direct, key=lambda holding: (holding.is_act, holding.key))
    theirs = {holding.model for holding in found if not holding.is_act}
    for holding in found:  # grows while it is walked: what hangs on what hangs on a row
        for relation in [] if holding.is_act else _relations(holding.model):
            below = relation.related_model
            if relation.on_delete is models.CASCADE and below not in theirs:
                theirs.add(below)
                found.append(Holding(below, f"{relation.field.name}__{holding.lookup}", False))
    return found


@cache
def _theirs() -> set[type[Model]]:
    return {holding.model for holding in holdings() if not holding.is_act}


def _key(relation: ManyToOneRel) -> str:
    return f"{relation.related_model._meta.label}.{relation.field.name}"


def _relations(model: type[Model]) -> Iterator[ManyToOneRel]:
    for relation in model._meta.get_fields(include_hidden=True):
        # A page is a row of two tables, of which the second is no thing of its own.
        if isinstance(relation, ManyToOneRel) and not relation.parent_link:
            yield relation


# Models that name people without a relation: by number, because the row must outlive them, or by login.


@dataclass(frozen=True)
class Named:
    """Rows that name a person in a field that is no relation, and the columns of them that are given.

    `forget` takes out of them what tells who the person is, when the person is erased.
    """

    rows: Callable[[Person], QuerySet]
    columns: tuple[str, ...]
    is_act: bool = False
    forget: Callable[[Person], object] | None = None


def log_entries(person: Person) -> QuerySet:
    """Return what Wagtail has written down of changes to a person's account."""
    content_type = ContentType.objects.get_for_model(Person)
    rows = apps.get_model("wagtailcore", "ModelLogEntry")._base_manager
    return rows.filter(content_type=content_type, object_id=str(person.pk)).order_by("pk")


def failed_logins(person: Person) -> QuerySet:
    """Return the wrong passwords that are counted under a person's login."""
    rows = apps.get_model("axes", "AccessAttempt")._base_manager
    return rows.filter(username=person.login).order_by("pk")


def _done_to(person: Person) -> QuerySet:
    return AuditEntry.objects.filter(subject=person.pk).order_by("pk")


def _done_to_others(person: Person) -> QuerySet:
    return AuditEntry.objects.filter(actor=person.pk).exclude(subject=person.pk).order_by("pk")


# Apps above add their own when they are ready.
NAMED: dict[str, Named] = {
    "people.AuditEntry.subject": Named(_done_to, ("id", "at", "did", "actor", "unit", "details")),
    "people.AuditEntry.actor": Named(_done_to_others, ("id", "at", "did"), is_act=True),
    "wagtailcore.ModelLogEntry.object_id": Named(
        log_entries,
        ("id", "timestamp", "action", "label"),
        forget=lambda person: log_entries(person).update(label=NOBODY),
    ),
    "axes.AccessAttempt.username": Named(
        failed_logins,
        ("id", "attempt_time", "ip_address", "user_agent", "failures_since_start"),
        forget=lambda person: failed_logins(person).delete(),
    ),
}


# What is given of it


def parts(person: Person) -> Iterator[Part]:
    """Return all that is stored on a person, part by part, first the person; nothing is read before `rows`.

    Costs a fixed number of queries, and a few more for each 500 rows.
    """
    names = _Names()
    yield _part(
        key="people.Person",
        model=Person,
        is_act=False,
        rows=lambda: Person._base_manager.filter(pk=person.pk),
        fields=Person._meta.concrete_fields,
        names=names,
    )
    for holding in holdings():
        yield _part(
            key=holding.key,
            model=holding.model,
            is_act=holding.is_act,
            rows=partial(holding.of, person),
            fields=_act_fields(holding) if holding.is_act else _own_fields(holding),
            names=names,
        )
    for key, named in NAMED.items():
        model = apps.get_model(key.rpartition(".")[0])
        there = {field.name: field for field in model._meta.concrete_fields}
        yield _part(
            key=key,
            model=model,
            is_act=named.is_act,
            rows=partial(named.rows, person),
            fields=[there[name] for name in named.columns],
            names=names,
        )


def _own_fields(holding: Holding) -> list[Field]:
    """Return the fields of a row of the person's, but that which says whose it is."""
    fields = holding.model._meta.concrete_fields
    return [field for field in fields if field.name != holding.lookup]


def _act_fields(holding: Holding) -> list[Field]:
    meta = holding.model._meta
    there = {field.name: field for field in meta.concrete_fields}
    when = f"{holding.lookup.removesuffix('by')}at"
    wanted = ACTS.get(holding.key, (when,))
    return [meta.pk, *[there[name] for name in wanted if name in there]]


def is_secret(field: Field) -> bool:
    """Whether a field may hold something with which others could act in the person's name."""
    name = f"{field.model._meta.label}.{field.name}"
    return name not in NO_SECRETS and bool(_SECRET_WORDS & set(field.name.split("_")))


def _part(
    *,
    key: str,
    model: type[Model],
    is_act: bool,
    rows: Callable[[], QuerySet],
    fields: Iterable[Field],
    names: "_Names",
) -> Part:
    fields = list(fields)
    columns = [
        Column(field.name, label(model, field), field) for field in fields if not is_secret(field)
    ]
    return Part(
        key=key,
        title=title(model),
        is_act=is_act,
        columns=columns,
        left_out=[label(model, field) for field in fields if is_secret(field)],
        rows=lambda: _read(rows(), columns, names),
    )


def _read(rows: QuerySet, columns: list[Column], names: "_Names") -> Iterator[list]:
    fields = [column.field for column in columns]
    values = rows.values_list(*[field.attname for field in fields]).iterator(chunk_size=BATCH)
    while batch := list(islice(values, BATCH)):
        readable = [
            names.of(field, [row[place] for row in batch]) for place, field in enumerate(fields)
        ]
        for row in batch:
            yield [known.get(value, value) if known else value for known, value in zip(readable, row, strict=True)]  # fmt: skip


class _Names:
    """What foreign keys refer to, in words: each asked for once."""

    def __init__(self):
        self.known: dict[type[Model], dict] = {}

    def of(self, field: Field, values: list) -> dict:
        """Return a word for each value of a field that refers to something, or nothing."""
        if field.choices:
            return {value: str(word) for value, word in field.flatchoices}
        named = AuditEntry._meta.get_field("unit"), AuditEntry._meta.get_field("actor")
        if field in named:
            return self._words(Unit if field.name == "unit" else Person, values)
        # What is in the file itself is found there by its number.
        if not isinstance(field, ForeignKey) or field.related_model in _theirs():
            return {}
        return self._words(field.related_model, values)

    def _words(self, model: type[Model], values: list) -> dict:
        known = self.known.setdefault(model, {})
        new = {value for value in values if value is not None} - known.keys()
        if new and model is Unit:
            # As it was called last.
            last = Placement.objects.filter(unit__in=new).order_by("valid_from")
            known.update(last.values_list("unit", "name"))
        elif new:
            known.update({key: str(one) for key, one in model._base_manager.in_bulk(new).items()})
        return known


# The file


def write_zip(person: Person, *, into: IO[bytes], at: datetime) -> None:
    """Write all that is stored on a person as data and as a page to read, a batch of rows at a time."""
    with (
        ZipFile(into, "w", ZIP_DEFLATED) as archive,
        TemporaryFile("w+b") as page,
        archive.open("du-lieu.json", "w", force_zip64=True) as raw,
        TextIOWrapper(raw, encoding="utf-8") as data,
    ):
        context = {"person": person, "at": at, "parts": HERE}
        text = render_to_string("people/data/download.html", context)
        head, _mark, foot = text.rpartition(HERE)  # a name may hold anything
        page.write(head.encode())
        data.write(f'{{"at": {_json(at)}, "parts": [')
        for place, part in enumerate(parts(person)):
            data.write(",\n" if place else "\n")
            _write_part(part, data=data, page=page)
        data.write("\n]}\n")
        page.write(foot.encode())
        data.close()
        page.seek(0)
        with archive.open("du-lieu.html", "w", force_zip64=True) as html:
            copyfileobj(page, html)
        archive.writestr("du-lieu.css", STYLE.read_text(encoding="utf-8"))


def _write_part(part: Part, *, data: TextIO, page: IO[bytes]) -> None:
    about = {
        "of": part.key,
        "name": part.title,
        "only acted": part.is_act,
        "left out": part.left_out,
    }
    data.write(f'{{"about": {_json(about)}, "rows": [')
    rows = part.rows()
    wrote = False
    while batch := list(islice(rows, BATCH)):
        context = {"part": part, "begins": not wrote, "rows": [map(in_words, row) for row in batch]}
        page.write(render_to_string("people/data/download_rows.html", context).encode())
        for row in batch:
            named = {column.name: value for column, value in zip(part.columns, row, strict=True)}
            data.write((",\n" if wrote else "\n") + _json(named))
            wrote = True
    data.write("]}")


def _json(value) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


def in_words(value) -> str:
    """Return a stored value as somebody reads it."""
    if value in (None, "", [], {}):
        return "–"
    match value:
        case bool():
            words = _("yes") if value else _("no")
        case datetime():
            words = date_format(localtime(value), "DATETIME_FORMAT")
        case date():
            words = date_format(value, "DATE_FORMAT")
        case dict():
            words = "; ".join(f"{key}: {in_words(one)}" for key, one in value.items())
        case list() | tuple():
            words = ", ".join(map(in_words, value))
        case _:
            words = str(value)
    return words


# What it is called


@cache
def _labels() -> dict[str, str]:
    with LABELS.open(encoding="utf-8", newline="") as lines:
        return {row["what"]: row["label"] for row in csv.DictReader(lines)}


def title(model: type[Model]) -> str:
    """Return what people call the things of a model."""
    return _labels().get(model._meta.label) or str(model._meta.verbose_name_plural)


def label(model: type[Model], field: Field) -> str:
    """Return what people call a field: as the data file says, for this model or for all, or as it is declared."""
    labels = _labels()
    here = labels.get(f"{model._meta.label}.{field.name}") or labels.get(f"*.{field.name}")
    return here or str(field.verbose_name)


def has_label(model: type[Model], field: Field) -> bool:
    """Whether the data file says what people call a field."""
    return f"{model._meta.label}.{field.name}" in _labels() or f"*.{field.name}" in _labels()
