"""What cameras read in class: answer cards by the page's own script, answer sheets by the site."""

from pathlib import Path

FRAMES = 6  # of each kind of scene
SCANS, PHOTOS = 60, 90


def cards(folder: Path) -> dict:
    """Return how many cards of all frames of 1280 × 720 were read, the mean ms a frame, and wrong ones."""
    from tests.classroom.cards import reading, scenes

    made = [scenes.scene(kind, seed=100 + seed) for kind in scenes.KINDS for seed in range(FRAMES)]
    read = reading.read([picture for picture, _said in made])
    pairs = [(said, seen) for (_picture, said), seen in zip(made, read, strict=True)]
    held = sum(len(said) for said, _seen in pairs)
    return {
        "frames": len(made),
        "cards": held,
        "read_rate": round(
            sum(
                said.get(number) == letter
                for said, seen in pairs
                for number, letter in seen.items()
            )
            / held,
            4,
        ),
        "wrong": sum(said.get(n) != letter for said, seen in pairs for n, letter in seen.items()),
    }


def sheets(folder: Path) -> dict:
    """Return which share of sheets was read whole, scanned and photographed, and rows read wrongly."""
    from tests.classroom.paper import scenes

    clean, rough = scenes.count(scans=SCANS, photos=PHOTOS, seed=2026)
    return {
        "scans": clean.sheets,
        "photographed": rough.sheets,
        "clean_rate": round(clean.rate, 4),
        "photo_rate": round(rough.rate, 4),
        "wrong_unflagged": clean.wrong + rough.wrong,
    }
