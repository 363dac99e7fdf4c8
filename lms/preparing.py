"""What is made from the sources before the site is served: compiled translations, static files."""

import hashlib
import subprocess
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

_STAMP = "static-files-of"


def _catalogues() -> list[Path]:
    return sorted((settings.BASE_DIR / "locale").rglob("*.po"))


def messages_are_stale() -> bool:
    """Whether a translation has changed since it was compiled."""
    return any(_is_stale(po) for po in _catalogues())


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


def compile_messages() -> None:
    """Compile the translations that have changed. Raises CalledProcessError on a broken one."""
    for po in filter(_is_stale, _catalogues()):
        subprocess.run(  # noqa: S603
            ["msgfmt", "--check-format", "-o", str(po.with_suffix(".mo")), str(po)],  # noqa: S607
            check=True,
        )


def _fingerprint() -> str:
    """Return what tells the static files of now from those of another day."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def static_files_are_stale() -> bool:
    """Whether a static file has changed since all were collected."""
    stamp = settings.DATA_DIR / _STAMP
    return not stamp.exists() or stamp.read_text() != _fingerprint()


def collect_static_files() -> None:
    """Collect, bundle, hash and compress the static files."""
    call_command("collectstatic", interactive=False, verbosity=0)
    (settings.DATA_DIR / _STAMP).write_text(_fingerprint())
