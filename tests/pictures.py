"""Pictures for tests, drawn on the spot."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from courses.models import Picture


def png(*, width: int = 200, height: int = 100, colour: str = "teal") -> bytes:
    """Return the bytes of a picture in one colour."""
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return out.getvalue()


def photo_with_a_place(*, width: int = 30, height: int = 20) -> bytes:
    """Return a photo as a phone takes it, which says where that was."""
    out = BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (21.0, 16.0, 0.0)}
    Image.new("RGB", (width, height), "red").save(out, "jpeg", exif=exif)
    return out.getvalue()


def make_picture(**drawn) -> Picture:
    """Put a picture into the library, its hash worked out."""
    file = SimpleUploadedFile("hinh.png", png(**drawn), "image/png")
    picture = Picture(title="Hình", file=file)
    picture._set_image_file_metadata()
    picture.save()
    return picture
