"""How much memory this process takes, in MiB, as Linux counts it."""

from pathlib import Path

STATUS = Path("/proc/self/status")


def _read(name: str) -> float:
    [line] = [one for one in STATUS.read_text().splitlines() if one.startswith(f"{name}:")]
    return int(line.split()[1]) / 1024


def reset_highest() -> float:
    """Count the highest anew from now on; return how much there is now."""
    Path("/proc/self/clear_refs").write_text("5")
    return _read("VmRSS")


def highest() -> float:
    """Return the most that there has been since it was counted anew."""
    return _read("VmHWM")
