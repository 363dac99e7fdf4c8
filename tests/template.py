"""A database with everything migrated and all content loaded, made once and then copied.

Migrating costs half a minute; copying a file, or a database from a template, a moment. The template
is known by a fingerprint of what it is made from, so a changed migration or lesson makes a new one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

from tests.environment import BUILD, ROOT

MADE_FROM = ("*/migrations/*.py", "courses/content/**/*", "*/loading.py", "*/models/*.py",
             "*/models.py", "courses/*_files.py", "courses/editing.py", "quizzes/*_files.py", "lms/settings.py")  # fmt: skip

OLD = 60 * 60  # seconds


def fingerprint() -> str:
    digest = hashlib.sha256(f"{version('wagtail')} {version('django')}".encode())
    for pattern in MADE_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and ".venv" not in path.parts:
                digest.update(path.as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def make(url: str = "") -> Path:
    """Return the folder of the template, made if it is not there; for PostgreSQL, also its database.

    One process makes it, the others wait.
    """
    BUILD.mkdir(parents=True, exist_ok=True)
    kind = "postgresql" if url else "sqlite"
    folder = BUILD / f"template-{kind}-{fingerprint()}"
    with (BUILD / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "made").exists() or (url and not _exists(url, folder.name)):
            _forget_old_ones(kind)
            if url:
                _create(url, folder.name)
            _fill(folder, _with_name(url, folder.name) if url else "")
            (folder / "made").touch()
    return folder


def _forget_old_ones(kind: str) -> None:
    """Remove the templates that nobody can be copying any more."""
    for old in BUILD.glob(f"template-{kind}-*"):
        if old.stat().st_mtime < time.time() - OLD:
            shutil.rmtree(old)


def _fill(folder: Path, url: str) -> None:
    environment = {
        **os.environ,
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "lms.settings",
    }
    for command in (["migrate", "-v0"], ["prepare"], ["load_content"]):
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )


def _with_name(url: str, name: str) -> str:
    return f"{url.rpartition('/')[0]}/{name}"


def _admin(url: str) -> psycopg.Connection:
    return psycopg.connect(_with_name(url, "postgres"), autocommit=True)


def _exists(url: str, name: str) -> bool:
    with _admin(url) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return found.fetchone() is not None


def _create(url: str, name: str, *, template: str | None = None) -> None:
    with _admin(url) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template or "template1")
            )
        )


def copy_database(folder: Path, *, to: Path | str, url: str = "") -> None:
    """Put a fresh copy of the template's database in place: a file, or a database by name."""
    if url:
        _create(url, str(to), template=folder.name)
        return
    for suffix in ("", "-wal", "-shm"):
        Path(f"{to}{suffix}").unlink(missing_ok=True)
    shutil.copy(folder / "db.sqlite3", to)


def copy_data(folder: Path, *, to: Path) -> None:
    """Put a fresh copy of the template's whole folder in place."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(folder, to)
