"""What somebody answers who knows everything."""

from quizzes import marking


def right_answer(item) -> dict:
    """Return the fully right answer to an attempt's item."""
    return marking.right_answer(item.version.kind, item.version.content, item.order)
