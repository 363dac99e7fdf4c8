"""A module that is run confined and tries what it may not do; see test_pdfs."""

import os
import tempfile
import time

from people import confined


def _try(content: bytes, said: dict) -> bytes:
    match said["what"]:
        case "environment":
            return repr(dict(os.environ)).encode()
        case "length":
            return b"%d" % len(content)
        case "memory":
            return b"%d" % len(bytearray(confined.MEMORY))
        case "processor":
            while True:
                pass
        case "file":
            with tempfile.TemporaryFile() as file:
                file.write(b"x")
        case "sleep":
            time.sleep(60)
    return b""


if __name__ == "__main__":
    confined.answer(_try)
