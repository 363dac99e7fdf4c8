"""A sheet that is sent stays in memory: no part of it touches a disk, kept columns or others."""

from functools import wraps

from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.views.decorators.csrf import csrf_exempt, csrf_protect

LARGEST_SHEET = 10 * 1024 * 1024


class KeepInMemory(MemoryFileUploadHandler):
    """Keeps a file in memory whatever its size; beyond LARGEST_SHEET it only counts.

    The form refuses what is larger by its size; the content then is not whole.
    """

    kept = 0

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):  # noqa: N803
        self.activated = True

    def new_file(self, *args, **kwargs):
        self.kept = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data, start):
        if self.kept + len(raw_data) <= LARGEST_SHEET:
            self.kept += len(raw_data)
            super().receive_data_chunk(raw_data, start)


def in_memory_only(view):
    """Let what a request to a view brings stay in memory.

    The token is looked for by `csrf_protect`, inside: the middleware would read the body before the
    view has a say.
    """

    @wraps(view)
    def keeping(request, *args, **kwargs):
        request.upload_handlers = [request.upload_handlers[0], KeepInMemory(request)]
        return csrf_protect(view)(request, *args, **kwargs)

    return csrf_exempt(keeping)
