"""What the rows of sheets hold of a person: given to them, and emptied when they are erased.

No relation leads from a row to a person; the audit log says which imports told of whom.
"""

from django.db.models import Q, QuerySet

from imports.models import ImportRow
from people.holdings import NAMED, Named
from people.models import AuditEntry, Person


def rows(person: Person) -> QuerySet[ImportRow]:
    """Return the rows of sheets that told of a person."""
    brought = AuditEntry.objects.filter(subject=person.pk, details__has_key="import")
    imports = set(brought.values_list("details__import", flat=True))
    told = Q(parent__in=imports, effect__person=person.pk) | Q(decided_for=person.pk)
    return ImportRow.objects.filter(told).order_by("pk")


def forget(person: Person) -> None:
    """Empty the rows that told of a person; where they served is kept, as numbers."""
    for row in rows(person):
        post = row.prepared.get("post", {})
        row.prepared = {"post": {key: post[key] for key in ("unit", "role") if key in post}}
        row.cells, row.notes, row.changes, row.candidates = {}, [], {}, []
        row.effect |= {key: {} for key in ("before", "post_before") if key in row.effect}
        row.save(update_fields=["prepared", "cells", "notes", "changes", "candidates", "effect"])


def register() -> None:
    """Let people be given, and be taken out of, the rows of sheets."""
    NAMED["imports.ImportRow.decided_for"] = Named(
        rows, ("id", "parent", "number", "cells", "outcome", "changes"), forget=forget
    )
