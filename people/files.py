"""What kind of file somebody hands in, by what stands in it and not by its name."""

import io
import zipfile

# What a file begins with, whatever it is called.
BEGINNINGS = {b"%PDF-": "pdf", b"PK\x03\x04": "docx", b"\x89PNG": "png", b"\xff\xd8\xff": "jpg"}


def ending_of(content: bytes) -> str | None:
    """Return the ending of a PDF, picture or Word file without macros; None for anything else."""
    ending = next((end for start, end in BEGINNINGS.items() if content.startswith(start)), None)
    return None if ending == "docx" and not _is_word_document(content) else ending


def _is_word_document(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = parts.namelist()
    except zipfile.BadZipFile:
        return False
    # A macro could do anything on the computer of whoever opens the file.
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return "word/document.xml" in names and not has_macros
