from organisation.models.changes import Change, Succession
from organisation.models.units import Family, Placement, PlacementQuerySet, Unit, UnitKind

__all__ = [
    "Change",
    "Family",
    "Placement",
    "PlacementQuerySet",
    "Succession",
    "Unit",
    "UnitKind",
]
