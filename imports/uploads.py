"""A sheet that is sent stays in memory: no part of it touches a disk, kept columns or others."""

from django.core.files.uploadhandler import MemoryFileUploadHandler

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


def in_memory_only(request) -> None:
    """Let what a request brings stay in memory. Before anything reads `request.POST`."""
    request.upload_handlers = [request.upload_handlers[0], KeepInMemory(request)]
