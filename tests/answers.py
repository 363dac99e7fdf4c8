"""What somebody answers who knows everything."""

from quizzes import marking


def right_answer(item) -> dict:
    """Return the fully right answer to an attempt's item."""
    return marking.right_answer(item.version.kind, item.version.content, item.order)


def form_of(kind: str, given: dict) -> dict:
    """Return the fields that a browser sends for an answer."""
    if "value" in given:
        return {"choice": 0 if given["value"] else 1}
    if "gaps" in given:
        return {f"gap-{place}": said for place, said in enumerate(given["gaps"])}
    if kind in ("matching", "ordering"):
        rows = given.get("choices") or given.get("places") or ()
        return {f"row-{place}": row for place, row in enumerate(rows)}
    return {"choice": given["choices"]} if "choices" in given else given
