"""What a cell of a sheet says, cell by cell: each function returns a value or refuses with `Unusable`.

Nothing here knows of sheets or of the database. Text comes in as `reading` leaves it: in NFC, with
single spaces, dates as ISO text, never empty. `today` is the day on which the sheet is read.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from vietnamese import fold, normalise

T = TypeVar("T")

NAME_LENGTH = 120
EMAIL_LENGTH = 254
TEXT_LENGTH = 200
MOST_HOUSEHOLDS = 1_000_000
FIRST_YEAR = 1900
YOUNGEST = 14  # years: a year of birth written "15" is 1915 as long as 2015 would be younger
EXCEL_DAY_ZERO = date(1899, 12, 30)
MINISTRY_ID_DIGITS = 10
CITIZEN_ID_DIGITS = 12

# Since 15/9/2018: the eleven-digit prefixes and what each of them became.
NEW_PREFIXES = dict(
    pair.split(">")
    for line in (
        "0162>032 0163>033 0164>034 0165>035 0166>036 0167>037 0168>038 0169>039",
        "0120>070 0121>079 0122>077 0126>076 0128>078",
        "0123>083 0124>084 0125>085 0127>081 0129>082",
        "0186>056 0188>058 0199>059",
    )
    for pair in line.split()
)


class Unusable(Exception):
    """A cell says nothing that can be kept. `message`, lazily translated, says why to its owner."""

    def __init__(self, message):
        self.message = message
        super().__init__(message)

    def __str__(self):
        return str(self.message)


@dataclass(frozen=True)
class Parsed(Generic[T]):
    """What a cell says, and in `warning` (lazily translated) what had to be guessed for it."""

    value: T
    warning: str | Promise = ""


def text(value: str, *, longest: int = TEXT_LENGTH) -> Parsed[str]:
    """Return free text as it stands; longer than `longest` characters is refused."""
    value = normalise(value)
    if len(value) > longest:
        raise Unusable(
            ngettext_lazy(
                "Too long: at most %(count)d character.",
                "Too long: at most %(count)d characters.",
                longest,
            )
            % {"count": longest}
        )
    return Parsed(value)


FORMS_OF_ADDRESS = re.compile(r"(?:ông|bà|đ/c|đ\.c|đồng chí)[.:]?\s+(?=\S+\s+\S)", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")


def person_name(value: str) -> Parsed[str]:
    """Return a person's name; one in capitals or small letters alone gets its usual capitals."""
    name = normalise(value)
    warning: str | Promise = ""
    bare = FORMS_OF_ADDRESS.sub("", name, count=1) if FORMS_OF_ADDRESS.match(name) else name
    if bare != name:
        name, warning = bare, _("The form of address before the name was left out.")
    if not WORD.search(name) or "@" in name:
        raise Unusable(_("This is not a person's name."))
    if re.search(r"\d", name):
        warning = _("There are digits in the name: check it.")
    if name.isupper() or name.islower():
        name = WORD.sub(lambda word: word[0][0].upper() + word[0][1:].lower(), name)
    return Parsed(text(name, longest=NAME_LENGTH).value, warning)


CLOCK = re.compile(r"(?<=\d)[ t]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: *[ap]m)?$")
DATE_WORDS = re.compile(r"[^\W\d_]+")


def _not_a_date() -> Unusable:
    return Unusable(_("This is not a date. Write it as day/month/year, for example 15/03/1980."))


def _day_or_period(value: str, *, today: date, pivot: int) -> tuple[date | None, int, int | None]:
    """Return (day, year, month) as far as a cell gives them. Day first, always.

    A year of two digits is of this century up to `pivot`, of the last after it.
    """
    bare = CLOCK.sub("", fold(normalise(value)))
    if re.fullmatch(r"\d+(?:\.\d+)?", bare) and len(bare.partition(".")[0]) != 8:
        return _from_number(bare, today=today)
    # "ngày 15 tháng 3 năm 1980"
    words = DATE_WORDS.findall(bare)
    if set(words) - {"ngay", "thang", "nam", "sinh"}:
        raise _not_a_date()
    parts = [part for part in re.findall(r"\d+", bare) if int(part)]
    match [len(part) for part in parts]:
        case [4]:
            day, month, year = None, None, int(parts[0])
        case [8]:
            day, month, year = int(parts[0][:2]), int(parts[0][2:4]), int(parts[0][4:])
        case [1 | 2, 4]:
            day, month, year = None, int(parts[0]), int(parts[1])
        case [4, 1 | 2, 1 | 2]:
            year, month, day = (int(part) for part in parts)
        case [1 | 2, 1 | 2, 4]:
            day, month, year = (int(part) for part in parts)
        case [1 | 2, 1 | 2, 2]:
            day, month, year = (int(part) for part in parts)
            year += 2000 if 2000 + year <= pivot else 1900
        case _:
            raise _not_a_date()
    return _checked(year, month, day, today=today)


def _from_number(number: str, *, today: date) -> tuple[date | None, int, int | None]:
    """Return what a bare number means: a year, or the count of days that Excel keeps a date as."""
    whole = int(number.partition(".")[0])
    if whole < 10_000:
        return _checked(whole, None, None, today=today)
    if whole > (today - EXCEL_DAY_ZERO).days:
        raise _not_a_date()
    day = EXCEL_DAY_ZERO + timedelta(days=whole)
    return day, day.year, day.month


def _checked(year: int, month: int | None, day: int | None, *, today: date):
    if year < FIRST_YEAR:
        raise Unusable(_("The year %(year)s is too far back.") % {"year": year})
    try:
        found = date(year, month or 1, day or 1)
    except ValueError:
        raise Unusable(
            _("There is no such day. Dates are written day/month/year, for example 15/03/1980.")
        ) from None
    if found > today:
        raise Unusable(_("This day is still to come."))
    return (found if day else None), year, month


def birth(value: str, *, today: date) -> Parsed[tuple[date | None, int]]:
    """Return the day somebody was born, None where only the year is known, and the year."""
    day, year, _month = _day_or_period(value, today=today, pivot=today.year - YOUNGEST)
    days = (day - EXCEL_DAY_ZERO).days if day else 0
    if FIRST_YEAR <= days <= today.year and re.match(r"\d{4}-", value):
        # A year typed into a cell that is formatted as a date shows a day of 1905.
        return Parsed((None, days), _("Read as the year %(year)s alone.") % {"year": days})
    return Parsed((day, year))


def day(value: str, *, today: date) -> Parsed[date]:
    """Return a day, at the latest today; a month or year alone is taken from its first day."""
    found, year, month = _day_or_period(value, today=today, pivot=today.year)
    if found:
        return Parsed(found)
    return Parsed(
        date(year, month or 1, 1), _("No day is given: counted from the start of the period.")
    )


NUMBER_SPLITS = re.compile(r"[/;,|]|\bhoac\b|\bva\b|\s-\s")


def _phone_number(digits: str) -> tuple[str, bool] | None:
    """Return a number as ten digits from 0 and whether its prefix was renewed; None if it is none."""
    if digits.startswith("00"):
        digits = digits[2:]
    if digits.startswith("84") and len(digits) in {11, 12, 13}:
        digits = digits[2:]
    digits = "0" + digits.lstrip("0")
    if digits[:4] in NEW_PREFIXES and len(digits) == 11:
        return NEW_PREFIXES[digits[:4]] + digits[4:], True
    return (digits, False) if len(digits) == 10 else None


def phone(value: str) -> Parsed[str]:
    """Return a phone number as ten digits from 0. Of several the first one is kept, with a warning."""
    found: list[tuple[str, bool] | None] = []
    for piece in NUMBER_SPLITS.split(fold(normalise(value))):
        if re.search(r"\de\+?\d", piece):
            continue  # 9.12E+08: most of the digits are gone
        together = _phone_number(re.sub(r"\D", "", piece))
        found += [together] if together else map(_phone_number, re.findall(r"\d{9,13}", piece))
    numbers = [number for number in found if number]
    if not numbers:
        raise Unusable(_("This is not a phone number of ten digits from 0."))
    number, renewed = numbers[0]
    if len(numbers) > 1:
        return Parsed(number, _("Several phone numbers: the first one is kept."))
    if renewed:
        return Parsed(number, _("An old number of eleven digits, brought to its new prefix."))
    return Parsed(number)


def email(value: str) -> Parsed[str]:
    """Return an e-mail address in small letters. Of several the first one is kept, with a warning."""
    addresses = [part for part in re.split(r"[\s;,]+", normalise(value).lower()) if part]
    try:
        validate_email(addresses[0] if addresses else "")
    except ValidationError:
        raise Unusable(_("This is not an e-mail address.")) from None
    if len(addresses[0]) > EMAIL_LENGTH:
        raise Unusable(_("This is not an e-mail address."))
    several = len(addresses) > 1
    return Parsed(addresses[0], _("Several addresses: the first one is kept.") if several else "")


def whole_number(value: str) -> Parsed[int]:
    """Return a count from 0, written with or without its thousands apart ("1.240", "120 hộ")."""
    bare = re.sub(r"\s*(?:ho|ho dan|ho gia dinh)$", "", fold(normalise(value)))
    if re.fullmatch(r"\d{1,3}(?:[., ]\d{3})+", bare):
        bare = re.sub(r"\D", "", bare)
    if not re.fullmatch(r"[0-9]{1,9}", bare) or int(bare) > MOST_HOUSEHOLDS:
        raise Unusable(_("This is not a whole number."))
    return Parsed(int(bare))


def ministry_id(value: str) -> Parsed[str]:
    """Return the ministry's identifier as text. One of an unusual shape is warned of, never refused."""
    identifier = text(value.replace(" ", ""), longest=40).value
    if re.fullmatch(rf"0\d{{{CITIZEN_ID_DIGITS - 1}}}", identifier):
        return Parsed(identifier, _("This looks like a citizen's ID number: check the column."))
    if not re.fullmatch(rf"\d{{{MINISTRY_ID_DIGITS}}}", identifier):
        return Parsed(identifier, _("The ministry's identifiers usually have ten digits."))
    return Parsed(identifier)


# Phrases without accents, the more telling ones first: the first that a cell contains decides.
ROLES = {
    "team_deputy": ("to pho", "pho to truong", "pho to", "pho truong", "pho ban", "tp", "pho"),
    "team_leader": ("to truong", "truong ban", "truong to", "tt", "truong"),
    "team_member": ("thanh vien", "to vien", "uy vien", "tv"),
}
CATEGORIES = {
    "bank": "ngan hang, agribank, vietcombank, vietinbank, bidv, lpbank, lienvietpostbank, quy tin dung",
    "post": "buu chinh, buu dien, vnpost, viettel post, buu cuc, buu ta",
    "telecom": "vien thong, vnpt, viettel, mobifone, vinaphone",
    "teacher": "giao vien, nha giao, hieu truong, giang vien, can bo quan ly truong, truong hoc, gv",
    "mass_organisation": "doan the, hoi doan the, to chuc hoi, hoi phu nu, hoi lhpn, phu nu, hoi nong dan, "
    "hoi cuu chien binh, cuu chien binh, ccb, doan thanh nien, doan vien, chi doan, doan xa, mttq, mat tran, "
    "hoi nguoi cao tuoi, hoi vien, cong doan, hoi",
    "official": "can bo cong chuc, can bo, cong chuc, vien chuc, cong an, quan su, ubnd, cb, cbcc",
    "citizen": "nguoi dan, nhan dan, dan cu, quan chung, nong dan, ho gia dinh, dan",
}
SLOTS = {
    "": "pho chu tich, pho bi thu, pho truong cong an, pho truong thon, pho thon, pho truong ban, "
    "pho truong khu, chu tich hdnd, chu tich hoi, chu tich mttq, chu tich mat tran, chu tich ubmttq, "
    "chu tich cong doan, chu tich uy ban mttq, chu tich uy ban mat tran",
    "village_head": "truong thon, to truong to dan pho, to truong tdp, to truong dan pho, truong ban, truong khu, "
    "truong khu pho, truong xom, truong lang, truong tdp",
    "youth": "bi thu doan, bi thu chi doan, bt doan, bt chi doan, bi thu dtn",
    "police": "truong cong an, cong an vien, cong an, cax, ca xa, ca vien",
    "chair": "chu tich ubnd, chu tich uy ban, chu tich xa, chu tich phuong, chu tich thi tran, chu tich, ct ubnd",
}
POSITIONS = {
    "deputy_head": "pho hieu truong, hieu pho, pho giam doc, pht",
    "head": "hieu truong, giam doc, ht",
    "teacher": "giao vien, gv, tong phu trach",
    "staff": "nhan vien, ke toan, van thu, thu vien, y te, bao ve, thiet bi, cap duong, nv",
}
SCHOOL_KINDS = {
    "preschool": "mam non, mau giao, nha tre, mn",
    "continuing": "gdnn gdtx, gdnn, gdtx, giao duc thuong xuyen, giao duc nghe nghiep",
    "boarding": "ptdtnt, dan toc noi tru, ptdtbt, dan toc ban tru",
    "multi_level": "lien cap, nhieu cap hoc, pho thong co nhieu cap, thcs thpt, th thcs thpt, thcs va thpt",
    "primary_lower_secondary": "th thcs, tieu hoc va thcs, tieu hoc va trung hoc co so, tieu hoc thcs, "
    "pho thong co so, ptcs",
    "upper_secondary": "thpt, trung hoc pho thong, cap 3, ptth",
    "lower_secondary": "thcs, trung hoc co so, cap 2",
    "primary": "tieu hoc, th, cap 1",
}


def _key(value: str, table) -> str | None:
    """Return the key of the first phrase in a table that stands, in whole words, in a cell."""
    words = " " + " ".join(re.findall(r"[a-z0-9]+", fold(normalise(value)))) + " "
    for key, phrases in table.items():
        listed = phrases.split(",") if isinstance(phrases, str) else phrases
        if any(f" {phrase.strip()} " in words for phrase in listed):
            return key
    return None


def role(value: str) -> Parsed[str]:
    """Return what somebody is in a team: team_leader, team_deputy or team_member."""
    key = _key(value, ROLES)
    if key is None:
        raise Unusable(_("Choose leader, deputy or member of the team."))
    return Parsed(key)


def category(value: str) -> Parsed[str]:
    """Return whom a member comes from: official, mass_organisation, teacher, post, …"""
    key = _key(value, CATEGORIES)
    if key is None:
        raise Unusable(_("Choose one of the listed categories."))
    return Parsed(key)


def slot(value: str) -> Parsed[str]:
    """Return the slot that a post gives somebody in a team: chair, police, youth, village_head.

    Any other post gives none: "". A deputy of the chair or of the police chief has no slot either.
    """
    words = fold(normalise(value))
    # "Bí thư chi bộ, Trưởng thôn; Phó chủ tịch hội": each post counts for itself.
    found = [_key(post, SLOTS) for post in re.split(r"[,;/+]|\bkiem\b|\s-\s", words)]
    return Parsed(next((key for key in found if key), ""))


def position(value: str) -> Parsed[str]:
    """Return what somebody is at a school: head, deputy_head, teacher or staff."""
    key = _key(value, POSITIONS)
    if key is None:
        return Parsed("staff", _("An unknown position: counted as a member of staff."))
    return Parsed(key)


def school_kind(value: str) -> Parsed[str]:
    """Return which kind of school a cell, or a school's name, names; see SCHOOL_KINDS."""
    key = _key(value, SCHOOL_KINDS)
    if key is None:
        raise Unusable(_("Choose one of the listed kinds of schools."))
    return Parsed(key)


def is_working(status: str) -> bool:
    """Return whether a status says "Đang làm việc"; everything else has left or is away."""
    return "".join(re.findall(r"[a-z]+", fold(normalise(status)))) == "danglamviec"
