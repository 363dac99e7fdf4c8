"""Making a few units in a test: `found_units(("Tỉnh", "tinh", None), ("Xã", "xa", "Tỉnh"), since=…)`."""

from organisation import loading, tree
from organisation.models import Unit


def found_units(*lines, since) -> dict[str, Unit]:
    """Found units from a day on, each of a kind and under an earlier one or none; return them by name."""
    kinds = loading.load_kinds()
    units: dict[str, Unit] = {}
    for name, kind, parent in lines:
        units[name] = Unit.objects.create()
        above = units[parent] if parent else None
        tree.place(unit=units[name], name=name, kind=kinds[kind], parent=above, valid_from=since)
    return units
