"""The table of docs/access.md: which role may do what, written from the code that decides it."""

from people.roles import BODIES, EVERYTHING, GRANTS, SCHOOL, TEAM, Action, Column, Grant, Role

_HEAD = """# Who may do what

Written from `people/roles.py` by `manage.py write_access_table`; a test refuses a table that is out of date. How it is
decided: `people/access.py`. One rule gives both answers: what somebody may do, and with whose data.

- Each right holds in the unit of the post and all that stands under it, on that day. Provincial bodies stand beside the
  communes: theirs hold under the province.
- *over*: the posts that it reaches. *shows*: what is shown of those people besides name, unit and role.
- Whoever has a right nowhere is refused (403); what lies outside one's area does not exist (404).
- What somebody has only said about themselves when registering gives no right.
- Everybody who is signed in may learn, and see, download and have corrected what is stored on them.
- Lessons and questions are edited and published by Wagtail's groups “Tác giả” and “Người duyệt”.
- Officers, heads, editors and administrators sign in with a second factor (docs/decisions/0010-second-factor.md).
"""


def table() -> str:
    """Return the text of docs/access.md."""
    lines = [
        _HEAD,
        _row(["role", "at", *[str(action.value) for action in Action], "over", "shows"]),
    ]
    lines.append(_row(["---"] * (len(Action) + 4)))
    for (role, family), grant in GRANTS.items():
        lines.append(_line(role.value, family.value, grant))
    for kind, grant in BODIES.items():
        lines.append(_line(Role.OFFICER.value, kind, grant))
    lines.append(_line("administrator", "everywhere", EVERYTHING))
    return "\n".join(lines) + "\n"


def _line(role: str, at: str, grant: Grant) -> str:
    may = ["✓" if action in grant.actions else "" for action in Action]
    columns = [column.value for column in Column if column in grant.columns]
    return _row([role.replace("_", " "), at, *may, _over(grant), ", ".join(columns)])


def _over(grant: Grant) -> str:
    if grant.over == TEAM:
        return "team"
    if grant.over == SCHOOL:
        return "school"
    return "everybody" if grant.over == frozenset(Role) else "all but pupils"


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"
