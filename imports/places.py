"""Which unit a sheet means: names as people write them, looked up among the units of a day."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from imports.values import Unusable
from organisation import tree
from organisation.models import Change, Family, Placement
from vietnamese import fold

_FIRST_WORDS = {
    Family.COMMUNE: r"(?:ubnd )?(?:xa|phuong|thi tran|x|p|tt) ",
    Family.DISTRICT: r"(?:ubnd )?(?:phong gd dt |phong giao duc va dao tao )?(?:huyen|thi xa|thanh pho|quan|h|tx|tp) ",
    Family.VILLAGE: r"(?:thon|to dan pho|tdp|khu pho|khu|ban|xom|lang|tdp so) ",
    Family.SCHOOL: r"truong ",
}
_SHORT = [
    ("trung hoc pho thong", "thpt"),
    ("trung hoc co so", "thcs"),
    ("tieu hoc", "th"),
    ("mam non", "mn"),
    ("giao duc nghe nghiep giao duc thuong xuyen", "gdnn gdtx"),
    (" va ", " "),
]


@lru_cache(maxsize=20_000)
def plain(name: str, family: Family) -> str:
    """Return what a place's name is compared by: without accents, marks and the word for its kind."""
    text = " ".join(re.findall(r"[a-z0-9]+", fold(name)))
    if family == Family.SCHOOL:
        for long, short in _SHORT:
            text = text.replace(long, short)
    bare = re.sub(rf"^{_FIRST_WORDS[family]}(?:so )?", "", text)
    return re.sub(r"\b0+(?=\d)", "", bare or text)


def places_of(root: int, *, on: date) -> "Places":
    """Return the units under a root on a day. Kept for the next chunk, until anything is placed anew."""
    last = Placement.objects.aggregate(Max("pk"))["pk__max"]
    return _kept(root, on, last, Change.objects.aggregate(Max("pk"))["pk__max"])


@lru_cache(maxsize=2)
def _kept(root: int, on: date, _last_placement: int, _last_change: int) -> "Places":
    return Places(root, on=on)


class Places:
    """The units under a root on a day, found by name. Two queries, then none.

    Of villages and schools of one name the commune decides, of communes the district.
    """

    def __init__(self, root: int, *, on: date):
        self.root = root
        self.on = on
        placements = list(tree.subtree(root, on=on))
        self._by_unit: dict[int, Placement] = {one.unit_id: one for one in placements}
        self._named: dict[tuple[str, str], list[Placement]] = defaultdict(list)
        for one in placements:
            family = Family(one.kind.family)
            if family in _FIRST_WORDS:
                self._named[family, plain(one.name, family)].append(one)

    def family(self, unit: int) -> str:
        """Return of what family a unit under the root is."""
        return self._by_unit[unit].kind.family

    def name(self, unit: int) -> str:
        """Return what a unit under the root is called."""
        return self._by_unit[unit].name

    def all_of(self, family: Family) -> list[Placement]:
        """Return the units of a family, by name."""
        return [one for one in self._by_unit.values() if one.kind.family == family]

    def body(self, kind: str) -> int | None:
        """Return the provincial body of a kind that stands under the root, if there is one."""
        found = [one.unit_id for one in self._by_unit.values() if one.kind.key == kind]
        return found[0] if found else None

    def commune(self, name: str, district: str = "") -> int:
        """Return the commune that a name and, where it is given, a district mean.

        Without a name it is the root, if that is a commune, or the only one there is.
        """
        if not name:
            if self._is(self.root, Family.COMMUNE):
                return self.root
            raise Unusable(_("Say in which commune."))
        found = self._among(Family.COMMUNE, name)
        if district:
            found = [
                one for one in found if self._stands_in(one, Family.DISTRICT, district)
            ] or found
        return self._only(found, name, missing=_("There is no commune “%(name)s” in your area."))

    def village(self, name: str, commune: int) -> int:
        """Return the village of a name in a commune."""
        found = [one for one in self._among(Family.VILLAGE, name) if one.parent_id == commune]
        return self._only(
            found,
            name,
            missing=_(
                "There is no village “%(name)s” in that commune. Bring in the villages first."
            ),
        )

    def school(self, name: str, commune: str = "", district: str = "") -> int:
        """Return the school of a name; the commune or the district decides between several.

        Without a name it is the root, if that is a school.
        """
        found = self._among(Family.SCHOOL, name)
        if self._is(self.root, Family.SCHOOL):
            found = [one for one in found if one.unit_id == self.root]
        for family, where in ((Family.COMMUNE, commune), (Family.DISTRICT, district)):
            if where and len(found) > 1:
                found = [one for one in found if self._stands_in(one, family, where)] or found
        return self._only(found, name, missing=_("There is no school “%(name)s” in your area."))

    def twins(self, family: Family, name: str, parent: int) -> list[int]:
        """Return the units of a family and a name that stand directly under a unit."""
        return [one.unit_id for one in self._among(family, name) if one.parent_id == parent]

    def _is(self, unit: int, family: Family) -> bool:
        return unit in self._by_unit and self._by_unit[unit].kind.family == family

    def _among(self, family: Family, name: str) -> list[Placement]:
        found = self._named.get((family, plain(name, family)), [])
        # "Xã Tân An" and "Thị trấn Tân An" differ by the word that `plain` leaves out.
        folded = fold(name)
        exact = [one for one in found if one.folded_name == folded]
        return exact or found

    def _stands_in(self, one: Placement, family: Family, name: str) -> bool:
        wanted, step = plain(name, family), one
        while step.parent_id in self._by_unit:
            step = self._by_unit[step.parent_id]
            if step.kind.family == family and plain(step.name, family) == wanted:
                return True
        return False

    def _only(self, found: Iterable[Placement], name: str, *, missing) -> int:
        found = list(found)
        if not found:
            raise Unusable(missing % {"name": name})
        if len(found) > 1:
            raise Unusable(_("There are several called “%(name)s”: say where.") % {"name": name})
        return found[0].unit_id
