"""Static files as they travel: style sheets bundled into one, hashed names, compressed beforehand."""

import re
from collections.abc import Iterator

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
            for name in BUNDLES:
                self._bundle(name)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _bundle(self, name: str) -> None:
        folder = name.rpartition("/")[0]

        def imported(found: re.Match) -> str:
            text = self._text(f"{folder}/{found['name']}")
            return f"@layer {found['layer']} {{\n{text}\n}}"

        bundled = IMPORT.sub(imported, self._text(name))
        bundled = "\n".join(
            line.strip() for line in COMMENT.sub("", bundled).splitlines() if line.strip()
        )
        with self.open(name, "wb") as file:
            file.write(bundled.encode())

    def _text(self, name: str) -> str:
        with self.open(name) as file:
            return file.read().decode()
