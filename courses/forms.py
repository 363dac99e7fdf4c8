"""Checks of uploaded files that Wagtail does not make: whether they are what they call themselves."""

import zipfile

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from courses import drawings


class PictureForm(BaseImageForm):
    """Refuses an SVG that could do anything but show a drawing."""

    def clean_file(self):
        file = self.cleaned_data.get("file")
        if file and file.name.lower().endswith(".svg"):
            file.seek(0)
            try:
                drawings.inline(file.read())
            except drawings.UnsafeDrawing as error:
                raise ValidationError(
                    _("This drawing cannot be used: %(reason)s.") % {"reason": error}
                ) from error
            file.seek(0)
        return file


OFFICE_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}


class DocumentForm(BaseDocumentForm):
    """Refuses a file whose content is not what its ending says."""

    def clean_file(self):
        file = self.cleaned_data.get("file")
        if file and "file" in self.changed_data:
            extension = file.name.rpartition(".")[2].lower()
            if not _is_what_it_says(file, extension):
                raise ValidationError(
                    _("The content of this file is not %(kind)s.") % {"kind": extension}
                )
            file.seek(0)
        return file


def _is_what_it_says(file, extension: str) -> bool:
    file.seek(0)
    start = file.read(12)
    if extension == "pdf":
        return start.startswith(b"%PDF-")
    if extension == "mp4":
        return start[4:8] == b"ftyp"
    if extension == "mp3":
        # A tag in front, or at once the eleven set bits that each frame begins with.
        return start.startswith(b"ID3") or (start[:1] == b"\xff" and start[1:2] >= b"\xe0")
    return _is_office_file(file, OFFICE_FOLDERS.get(extension, ""))


def _is_office_file(file, folder: str) -> bool:
    file.seek(0)
    if not folder or not zipfile.is_zipfile(file):
        return False
    try:
        with zipfile.ZipFile(file) as parts:
            names = parts.namelist()
    except zipfile.BadZipFile:
        return False
    # A macro could do anything on the computer of whoever opens the file.
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return any(name.startswith(folder) for name in names) and not has_macros
