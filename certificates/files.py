"""What is made of a batch: a print file for each commune, one archive, and the register."""

import zipfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from certificates import register
from certificates.models import Batch, BatchFile, BatchItem, Certificate
from jobs import queue
from organisation import tree
from vietnamese import fold

MAKE = "certificates.tasks.make_files"
Kind = BatchFile.Kind
AT_ONCE = 500  # certificates read at a time


@transaction.atomic
def order(batch: Batch, *, at: datetime) -> None:
    """Have the files of a batch made, or made anew: each is an item of a job."""
    communes = list(
        batch.items.filter(state=BatchItem.State.DRAWN)
        .order_by("commune")
        .values_list("commune", flat=True)
        .distinct()
    )
    if not communes:
        return
    wanted: list[tuple[str, int | None]] = [(Kind.PRINT, commune) for commune in communes]
    wanted += [(kind, None) for kind in Kind if kind != Kind.PRINT]
    there = {(one.kind, one.commune_id): one for one in batch.files.all()}
    for kind, commune in wanted:
        if (kind, commune) not in there:
            made = BatchFile.objects.create(batch=batch, kind=kind, commune_id=commune)
            there[kind, commune] = made
    keys = [one.pk for one in there.values()]
    job = queue.add(task=MAKE, subjects=keys, by=batch.by, at=at)
    BatchFile.objects.filter(pk__in=keys).update(job=job, made_at=None)


def make(file_id: int, *, at: datetime) -> None:
    """Make a file and keep it; what was there before stays until then. Done again, it is made anew."""
    wanted = BatchFile.objects.select_related("batch__audience", "batch__course").get(pk=file_id)
    name = f"dot-cap/{wanted.batch_id}/{file_name(wanted)}"
    with TemporaryDirectory() as folder:
        target = Path(folder) / "file"
        WRITERS[Kind(wanted.kind)](wanted, target)
        with target.open("rb") as content:
            kept = storages["certificates"].save(name, File(content))
        size = target.stat().st_size
    BatchFile.objects.filter(pk=file_id).update(file=kept, size=size, made_at=at)


def file_name(file: BatchFile) -> str:
    """Return a name that any computer takes, which says what is in the file."""
    names = {
        Kind.ARCHIVE: "giay-chung-nhan.zip",
        Kind.REGISTER_SHEET: "so-cap-giay-chung-nhan.xlsx",
        Kind.REGISTER_PDF: "so-cap-giay-chung-nhan.pdf",
    }
    if file.kind == Kind.PRINT:
        return f"in-{_folder_name(place_of(file.commune_id, file.batch))}-{file.pk}.pdf"
    return names[Kind(file.kind)]


def place_of(unit: int | None, batch: Batch) -> str:
    """Return what a commune was called on the day of a batch; "" for people outside of communes."""
    way = tree.path(unit, on=batch.day) if unit else []
    return way[0].name if way else ""


def _folder_name(place: str) -> str:
    return slugify(fold(place)) or "khac"


def issued(batch: Batch) -> QuerySet[Certificate]:
    """Return what a batch has issued and drawn, in the order of the numbers."""
    return Certificate.objects.filter(
        batch_item__batch=batch, batch_item__state=BatchItem.State.DRAWN
    ).order_by("year", "running_number")


def _write_print_file(file: BatchFile, target: Path) -> None:
    """Bind the signature list of a commune and its certificates, a page each, into one file."""
    from certificates.press import bind
    from certificates.signing.signatures import unsigned

    found = issued(file.batch).filter(batch_item__commune=file.commune_id)
    title = f"Giấy chứng nhận – {place_of(file.commune_id, file.batch)}".rstrip(" –")

    def parts() -> Iterator[bytes]:
        yield from register.signature_list(found, place=place_of(file.commune_id, file.batch))
        for one in found.iterator(chunk_size=AT_ONCE):
            # A signature is of one file, and would be broken in another.
            yield unsigned(_content(one))

    bind(parts(), target, title=title)


def _content(certificate: Certificate) -> bytes:
    with storages["certificates"].open(certificate.pdf) as content:
        return content.read()


def _write_archive(file: BatchFile, target: Path) -> None:
    """Put all certificates of a batch into one archive, a folder for each commune."""
    folders: dict[int | None, str] = {}
    found = issued(file.batch).select_related("batch_item")
    # PDFs are packed already: packing them again costs time and saves nothing.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for one in found.iterator(chunk_size=AT_ONCE):
            commune = one.batch_item.commune_id
            if commune not in folders:
                folders[commune] = _folder_name(place_of(commune, file.batch))
            archive.writestr(f"{folders[commune]}/{_pdf_name(one)}", _content(one))


def _pdf_name(certificate: Certificate) -> str:
    who = slugify(fold(certificate.name))[:60]
    return f"{certificate.year}-{certificate.running_number:05d}-{who}.pdf"


def _write_sheet(file: BatchFile, target: Path) -> None:
    register.write_sheet(issued(file.batch), target)


def _write_register(file: BatchFile, target: Path) -> None:
    register.write_pdf(issued(file.batch), target)


WRITERS: dict[BatchFile.Kind, Callable[[BatchFile, Path], None]] = {
    Kind.PRINT: _write_print_file,
    Kind.ARCHIVE: _write_archive,
    Kind.REGISTER_SHEET: _write_sheet,
    Kind.REGISTER_PDF: _write_register,
}
