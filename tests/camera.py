"""Reads QR codes off pictures as phones do, with a reader of another make than what writes them."""

import io
import subprocess

from PIL import Image


def read(picture: Image.Image) -> list[str]:
    """Return what the QR codes in a picture say (zbar; ASCII, no line breaks)."""
    stream = io.BytesIO()
    picture.convert("L").save(stream, "png")
    command = ["zbarimg", "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "png:-"]
    answer = subprocess.run(command, input=stream.getvalue(), capture_output=True, check=False)
    assert answer.returncode in (0, 4), answer.stderr.decode()  # 4: there is none
    return answer.stdout.decode().splitlines()
