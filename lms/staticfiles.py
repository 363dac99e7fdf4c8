"""Static files as they travel: style sheets bundled into one, hashed names, compressed beforehand."""

import re
from collections.abc import Iterator

from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("css/site.css",)
IMPORT = re.compile(r'@import url\("(?P<name>[^"]+)"\) layer\((?P<layer>[\w.]+)\);')
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Puts the style sheets that a bundle imports inside it, so that a page asks for one file.

    The sources stay one small file per component, and work unbundled in development.
    """

    def post_process(self, paths, dry_run=False, **options) -> Iterator:
        if not dry_run:
            paths = {**paths, **{name: self._bundle(name, paths) for name in BUNDLES}}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _bundle(self, name: str, paths) -> tuple[Storage, str]:
        """Write a bundle from the sources at `paths`; return where it is to be read from now on."""
        folder = name.rpartition("/")[0]

        def imported(found: re.Match) -> str:
            text = _text(*paths[f"{folder}/{found['name']}"])
            return f"@layer {found['layer']} {{\n{text}\n}}"

        bundled = IMPORT.sub(imported, _text(*paths[name]))
        bundled = "\n".join(
            line.strip() for line in COMMENT.sub("", bundled).splitlines() if line.strip()
        )
        with self.open(name, "wb") as file:
            file.write(bundled.encode())
        return self, name


def _text(storage: Storage, path: str) -> str:
    with storage.open(path) as file:
        return file.read().decode()
