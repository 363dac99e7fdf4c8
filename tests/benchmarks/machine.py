"""On what it was measured."""

import os
import platform
from importlib.metadata import version
from pathlib import Path


def describe() -> dict:
    """Return processor, cores, memory (GiB), system and the versions that matter."""
    return {
        "processor": _first("/proc/cpuinfo", "model name"),
        "cores": os.cpu_count(),
        "memory_gib": round(int(_first("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        **{name: version(name) for name in ("django", "wagtail", "weasyprint", "granian")},
        "database": "SQLite (the embedded default)",
    }


def _first(path: str, key: str) -> str:
    for line in Path(path).read_text().splitlines():
        if line.startswith(key):
            return line.partition(":")[2].strip()
    return "unknown"
