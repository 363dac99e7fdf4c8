"""What a PDF is that somebody hands in: whole, open to all, and of how many pages. Nothing in it is run."""

import json
from dataclasses import dataclass
from io import BytesIO

from people import confined


class Unreadable(Exception):
    """A PDF is broken, or takes more to read than anybody's paper does."""


@dataclass(frozen=True)
class Looked:
    """What was seen: the number of pages, none where one would need a password to know."""

    pages: int
    encrypted: bool


def look(content: bytes) -> Looked:
    """Look into a PDF that anybody may have made, in a process of its own. Raises Unreadable."""
    try:
        return Looked(**json.loads(confined.ask("people.pdfs", content)))
    except confined.Broken as error:
        raise Unreadable from error


def _seen(content: bytes, _said: dict) -> bytes:
    """Answer for `look`, inside that process. What raises here says Unreadable there.

    Files that readers would first have to mend are not read: what is kept as evidence is whole.
    """
    import pikepdf

    try:
        pdf = pikepdf.open(BytesIO(content), attempt_recovery=False)
    except pikepdf.PasswordError:
        return json.dumps({"pages": 0, "encrypted": True}).encode()
    with pdf:
        pages = len(pdf.pages)
        if pages == 0:
            raise ValueError("no pages")
        if pages <= MOST_READ:
            for page in pdf.pages:
                page.contents_coalesce()
                if "/Contents" in page:
                    page.Contents.read_bytes()
        return json.dumps({"pages": pages, "encrypted": pdf.is_encrypted}).encode()


MOST_READ = 20  # pages; of longer files only the number is wanted

if __name__ == "__main__":
    confined.answer(_seen)
