"""A photo of a paper that somebody hands in, drawn anew: without where it was taken, and no larger than to be read."""

from io import BytesIO

from people import confined

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 2400  # pixels: an A4 page at 200 dots an inch


class Unreadable(Exception):
    """No picture, or one that is too large to draw."""


def plain_jpeg(content: bytes) -> bytes:
    """Return a PNG or JPEG as a JPEG of our own, drawn in a process of its own. Raises Unreadable."""
    try:
        return confined.ask("people.photos", content)
    except confined.Broken as error:
        raise Unreadable from error


def _drawn(content: bytes, _said: dict) -> bytes:
    """Answer for `plain_jpeg`, inside that process. What raises here says Unreadable there."""
    from PIL import Image, ImageOps

    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is read no larger than needed
        drawn: Image.Image = opened
        if drawn.mode not in ("RGB", "RGBA", "L"):
            drawn = drawn.convert("RGBA" if "transparency" in drawn.info else "RGB")
        drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        drawn = ImageOps.exif_transpose(drawn)
    if drawn.mode == "RGBA":  # what is clear is white as paper
        drawn = Image.alpha_composite(Image.new("RGBA", drawn.size, "white"), drawn)
    stream = BytesIO()
    drawn.convert("RGB").save(stream, "jpeg", quality=85)
    return stream.getvalue()


if __name__ == "__main__":
    confined.answer(_drawn)
