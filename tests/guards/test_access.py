"""Every page of the officers' side, asked for by every role: allowed, refused or hidden.

What is right is asked of the rule itself (people.access); here it is that every view keeps to it. A page that is not in PAGES
fails, and so does a table in docs/access.md that the code does not say.
"""

from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from certificates import codes
from certificates.models import Batch, BatchFile, Certificate
from courses.models import Audience
from imports import permissions
from imports.models import Import, ImportRow
from organisation import loading, tree
from organisation.models import Change, Unit
from people import access, rights
from people.models import DataRequest, Post, Team, TeamDocument
from people.roles import BODIES, Action, Role, Slot
from reports.models import Key, Obstacle, Report, SignedCopy
from tests.conftest import make_person
from tests.guards.test_urls import views
from training.models import Exemption, Meeting, OutsideCertificate, Programme

pytestmark = pytest.mark.one_database

BEGAN = date(2023, 8, 17)
WORK = "cong-viec/"

# route below /cong-viec/          address, of something in the area or outside it; whose right decides
PAGES = [
    ("the-dang-nhap/<int:unit>/",                "the-dang-nhap/{unit}/",            "unit"),
    ("thay-doi/",                                "thay-doi/",                        None),
    ("thay-doi/ghi/",                            "thay-doi/ghi/",                    None),
    ("thay-doi/<int:pk>/",                       "thay-doi/{change}/",               None),
    ("don-vi/<int:unit>/thay-doi/<slug:act>/",   "don-vi/{unit}/thay-doi/renaming/", "unit"),
    ("yeu-cau/",                                 "yeu-cau/",                         None),
    ("yeu-cau/<int:pk>/",                        "yeu-cau/{request}/",               "subject"),
    ("tien-do/<int:unit>/",                      "tien-do/{unit}/",                  "unit"),
    ("don-vi/<int:unit>/",                       "don-vi/{unit}/",                   "unit"),
    ("don-vi/<int:unit>/nguoi/",                 "don-vi/{unit}/nguoi/",             "unit"),
    ("don-vi/<int:unit>/nguoi/them/",            "don-vi/{unit}/nguoi/them/",        "unit"),
    ("don-vi/<int:unit>/to/",                    "don-vi/{unit}/to/",                "unit"),
    ("nguoi/<int:pk>/",                          "nguoi/{person}/",                  "subject"),
    ("to/<int:pk>/",                             "to/{team}/",                       "unit"),
    ("to/<int:pk>/tai-lieu/<int:document>/",     "to/{team}/tai-lieu/{document}/",   "unit"),
    ("nhap/",                                    "nhap/",                            None),
    ("nhap/mau/<slug:kind>.xlsx",                "nhap/mau/team_members.xlsx",       "kind"),
    ("nhap/<int:pk>/",                           "nhap/{import}/",                   "import"),
    ("nhap/<int:pk>/ket-qua.xlsx",               "nhap/{import}/ket-qua.xlsx",       "import"),
    ("giay-chung-nhan/",                         "giay-chung-nhan/",                 None),
    ("giay-chung-nhan/<int:pk>/",                "giay-chung-nhan/{batch}/",         "unit"),
    ("giay-chung-nhan/<int:pk>/tep/<int:file>/", "giay-chung-nhan/{batch}/tep/{file}/", "unit"),
    ("giay-chung-nhan/so-cap/",                  "giay-chung-nhan/so-cap/",          None),
    ("giay-chung-nhan/so-cap/<str:code>/",       "giay-chung-nhan/so-cap/{code}/",   "subject"),
    ("giay-chung-nhan/so-cap/<str:code>/tep.pdf", "giay-chung-nhan/so-cap/{code}/tep.pdf", "subject"),
    ("so-lieu/",                                 "so-lieu/",                         None),
    ("so-lieu/<slug:programme>/<int:unit>/",     "so-lieu/to-cong-nghe-so/{unit}/",  "post"),
    ("so-lieu/<slug:programme>/<int:unit>/nguoi/", "so-lieu/to-cong-nghe-so/{unit}/nguoi/", "post"),
    ("so-lieu/<slug:programme>/<int:unit>/nhac/", "so-lieu/to-cong-nghe-so/{unit}/nhac/", "post"),
    ("chuong-trinh/",                            "chuong-trinh/",                    None),
    ("buoi-tap-huan/",                           "buoi-tap-huan/",                   None),
    ("buoi-tap-huan/<int:pk>/",                  "buoi-tap-huan/{meeting}/",         "post"),
    ("buoi-tap-huan/<int:pk>/ma/",               "buoi-tap-huan/{meeting}/ma/",      "post"),
    ("buoi-tap-huan/<int:pk>/ma/hien-tai/",      "buoi-tap-huan/{meeting}/ma/hien-tai/", "post"),
    ("buoi-tap-huan/<int:pk>/moi/",              "buoi-tap-huan/{meeting}/moi/",     "post"),
    ("buoi-tap-huan/<int:pk>/diem-danh.pdf",     "buoi-tap-huan/{meeting}/diem-danh.pdf", "post"),
    ("minh-chung/",                              "minh-chung/",                      None),
    ("minh-chung/nop/<int:person>/",             "minh-chung/nop/{person}/",         "subject"),
    ("mien/",                                    "mien/",                            None),
    ("mien/danh-sach.<form:form>",               "mien/danh-sach.csv",               None),
    ("buoi-tap-huan/<int:pk>/ket-qua.<form:form>", "buoi-tap-huan/{meeting}/ket-qua.csv", "post"),
    ("mien/<int:person>/",                       "mien/{person}/",                   "subject"),
    ("mien/<int:pk>/ket-thuc/",                  "mien/{exemption}/ket-thuc/",       "subject"),
    ("bao-cao/",                                 "bao-cao/",                         None),
    ("bao-cao/khoa/",                            "bao-cao/khoa/",                    None),
    ("bao-cao/vuong-mac/",                       "bao-cao/vuong-mac/",               None),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/", "bao-cao/{commune}/2026/3/",     "commune"),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/bao-cao.<paper:form>", "bao-cao/{commune}/2026/3/bao-cao.xlsx", "commune"),
    ("bao-cao/<int:unit>/<int:year>/chi-tieu/",  "bao-cao/{commune}/2026/chi-tieu/", "commune"),
    ("bao-cao/<int:unit>/<int:year>/chi-tieu.<form:form>", "bao-cao/{commune}/2026/chi-tieu.csv", "commune"),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/tinh-hinh.<form:form>", "bao-cao/{commune}/2026/3/tinh-hinh.csv", "commune"),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/ban-ky/<int:pk>/", "bao-cao/{commune}/2026/3/ban-ky/{copy}/", "commune"),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/chenh-lech/", "bao-cao/{commune}/2026/3/chenh-lech/", "commune"),
    *[
        (f"so-lieu/<slug:programme>/<int:unit>/{what}.<form:form>", f"so-lieu/to-cong-nghe-so/{{unit}}/{what}.csv", "post")
        for what in ("don-vi", "theo-tuan", "danh-sach")
    ],
]  # fmt: skip

# What only takes what is sent: route, address, whose right decides.
ACTIONS = [
    ("don-vi/<int:unit>/to/lap/",                "don-vi/{unit}/to/lap/",            "unit"),
    ("nguoi/<int:pk>/them-vi-tri/",              "nguoi/{person}/them-vi-tri/",      "seen"),
    ("vi-tri/<int:pk>/xac-nhan/",                "vi-tri/{post}/xac-nhan/",          "subject"),
    ("vi-tri/<int:pk>/ket-thuc/",                "vi-tri/{post}/ket-thuc/",          "subject"),
    ("vi-tri/<int:pk>/mo-lai/",                  "vi-tri/{ended}/mo-lai/",           "unit"),
    ("vi-tri/<int:pk>/chuyen/",                  "vi-tri/{post}/chuyen/",            "subject"),
    ("vi-tri/<int:pk>/chuc-vu/",                 "vi-tri/{post}/chuc-vu/",           "subject"),
    ("to/<int:pk>/nhiem-vu/",                    "to/{team}/nhiem-vu/",              "unit"),
    ("to/<int:pk>/lien-ket/",                    "to/{team}/lien-ket/",              "unit"),
    ("to/<int:pk>/tai-lieu/",                    "to/{team}/tai-lieu/",              "unit"),
    ("nhap/<int:pk>/quyet-dinh/",                "nhap/{import}/quyet-dinh/",        "import"),
    ("nhap/<int:pk>/ap-dung/",                   "nhap/{import}/ap-dung/",           "import"),
    ("nhap/<int:pk>/bo/",                        "nhap/{import}/bo/",                "import"),
    ("nhap/<int:pk>/lam-lai/",                   "nhap/{import}/lam-lai/",           "import"),
    ("nhap/<int:pk>/hoan-tac/",                  "nhap/{import}/hoan-tac/",          "import"),
    ("giay-chung-nhan/<int:pk>/bat-dau/",        "giay-chung-nhan/{batch}/bat-dau/", "unit"),
    ("giay-chung-nhan/<int:pk>/tam-dung/",       "giay-chung-nhan/{batch}/tam-dung/", "unit"),
    ("giay-chung-nhan/<int:pk>/tiep-tuc/",       "giay-chung-nhan/{batch}/tiep-tuc/", "unit"),
    ("giay-chung-nhan/<int:pk>/huy/",            "giay-chung-nhan/{batch}/huy/",     "unit"),
    ("giay-chung-nhan/<int:pk>/lam-lai/",        "giay-chung-nhan/{batch}/lam-lai/", "unit"),
    ("giay-chung-nhan/<int:pk>/tao-tep/",        "giay-chung-nhan/{batch}/tao-tep/", "unit"),
    ("giay-chung-nhan/so-cap/<str:code>/cap-lai/", "giay-chung-nhan/so-cap/{code}/cap-lai/", "subject"),
    ("giay-chung-nhan/so-cap/<str:code>/thu-hoi/", "giay-chung-nhan/so-cap/{code}/thu-hoi/", "subject"),
    ("so-lieu/<slug:programme>/<int:unit>/chi-tieu/", "so-lieu/to-cong-nghe-so/{unit}/chi-tieu/", "post"),
    ("minh-chung/<int:pk>/",                     "minh-chung/{outside}/",            "subject"),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/ban-ky/", "bao-cao/{commune}/2026/3/ban-ky/", "commune"),
    ("bao-cao/<int:unit>/<int:year>/<int:number>/lap/", "bao-cao/{commune}/2026/3/lap/", "commune"),
    ("bao-cao/khoa/<int:pk>/thu-hoi/",           "bao-cao/khoa/{key}/thu-hoi/",      "commune"),
    ("bao-cao/vuong-mac/<int:pk>/",              "bao-cao/vuong-mac/{obstacle}/",    "seen progress"),
    ("giay-chung-nhan/so-cap/<str:code>/giu-nguyen/", "giay-chung-nhan/so-cap/{code}/giu-nguyen/", "subject"),
]  # fmt: skip

KINDS = [
    ("Huyện", "huyen", "Tỉnh"), ("Xã", "xa", "Huyện"), ("Thôn", "thon", "Xã"), ("Trường", "truong-thcs", "Xã"),
    *[(kind, kind, "Tỉnh") for kind in BODIES],
]  # fmt: skip

CAST = {
    "learner": ("Thôn", Role.TEAM_MEMBER),
    "team leader": ("Thôn", Role.TEAM_LEADER),
    "commune team leader": ("Xã", Role.TEAM_LEADER),
    "teacher": ("Trường", Role.TEACHER),
    "school head": ("Trường", Role.SCHOOL_HEAD),
    "commune officer": ("Xã", Role.OFFICER),
    "district officer": ("Huyện", Role.OFFICER),
    "province officer": ("Tỉnh", Role.OFFICER),
    **{f"officer of {kind}": (kind, Role.OFFICER) for kind in BODIES},
    "author": ("so-khoa-hoc", Role.AUTHOR),
    "approver": ("so-khoa-hoc", Role.APPROVER),
}


def make_province(name, kinds):
    """Return what an address can name: a village, its people and what they have."""
    units = {"Tỉnh": Unit.objects.create()}
    tree.place(
        unit=units["Tỉnh"], name=f"Tỉnh {name}", kind=kinds["tinh"], parent=None, valid_from=BEGAN
    )
    for unit, kind, parent in KINDS:
        units[unit] = Unit.objects.create()
        tree.place(
            unit=units[unit], name=f"{unit} {name}", kind=kinds[kind], parent=units[parent],
            valid_from=BEGAN,
        )  # fmt: skip
    person = make_person(f"dan.{name}", f"Nguyễn Văn {name}")
    post = Post.objects.create(
        person=person, unit=units["Thôn"], role=Role.TEAM_MEMBER, since=BEGAN, slot=Slot.YOUTH
    )
    request = DataRequest.objects.create(person=person, kind="correction", made_at=timezone.now())
    brought = Import.objects.create(
        kind="team_members", unit=units["Xã"], day=BEGAN, file_name="x.xlsx", state="ready",
        uploaded_at=timezone.now(), previewed_at=timezone.now(),
    )  # fmt: skip
    ImportRow.objects.create(parent=brought, number=2, cells={"name": "An"}, outcome="refused")
    change = Change.objects.create(
        act="renaming", day=BEGAN, source="x", recorded_at=timezone.now()
    )
    ended = Post.objects.create(
        person=person, unit=units["Thôn"], role=Role.TEAM_DEPUTY, since=BEGAN,
        until=timezone.localdate(),
    )  # fmt: skip
    team = Team.objects.create(unit=units["Thôn"], since=BEGAN)
    document = TeamDocument(
        team=team, kind="rules", dated=BEGAN, file_name="a.pdf", recorded_at=timezone.now()
    )
    document.file.save(f"guard-{team.pk}.pdf", ContentFile(b"%PDF-1.7"))
    certificate, batch, file = make_certificate(person, units["Thôn"])
    obstacle = Obstacle.objects.create(
        unit=units["Thôn"], at_unit=units["Thôn"], text="x", raised_at=timezone.now()
    )
    report = Report.objects.create(
        unit=units["Xã"], year=2026, quarter=3, counted_from=BEGAN, counted_until=BEGAN,
        due_on=BEGAN, definition=1, worked_out_at=timezone.now(), unit_name="x",
    )  # fmt: skip
    copy = SignedCopy.objects.create(
        report=report, file=storages["private"].save("reports/x.pdf", ContentFile(b"x")),
        file_name="x.pdf", digest="x", at=timezone.now(),
    )  # fmt: skip
    outside = OutsideCertificate.objects.create(
        person=person, issuer="onetouch", issued_on=BEGAN, skills=[], file="x", file_name="x",
        brought_at=timezone.now(),
    )  # fmt: skip
    exemption = Exemption.objects.create(
        person=person, programme=Programme.objects.first(), reason="illness", since=BEGAN,
        until=timezone.localdate(), granted_until=timezone.localdate(), approved_at=timezone.now(),
    )  # fmt: skip
    key = Key.objects.create(
        name="x", unit=units["Xã"], digest=name, made_at=timezone.now(),
        expires_on=timezone.localdate(),
    )  # fmt: skip
    meeting = Meeting.objects.create(
        programme=Programme.objects.get(key="to-cong-nghe-so"), unit=units["Thôn"], title="x", place="x", skills=[],
        planned_at=timezone.now(),
    )  # fmt: skip
    names = {
        "meeting": meeting.pk,
        "key": key.pk,
        "outside": outside.pk,
        "exemption": exemption.pk,
        "commune": units["Xã"].pk,
        "obstacle": obstacle.pk,
        "copy": copy.pk,
        "code": certificate.code,
        "batch": batch.pk,
        "file": file.pk,
        "ended": ended.pk,
        "document": document.pk,
        "unit": units["Thôn"].pk,
        "team": team.pk,
        "person": person.pk,
        "post": post.pk,
        "request": request.pk,
        "import": brought.pk,
        "change": change.pk,
    }
    return SimpleNamespace(units=units, names=names, person=person)


def make_certificate(person, unit):
    """Return a certificate with a file, and a batch with one, as a page about them finds them."""
    audience = Audience.objects.get(key="team-member")
    now, today = timezone.now(), timezone.localdate()
    code = codes.new()
    pdf = storages["certificates"].save(f"guard-{code}.pdf", ContentFile(b"%PDF-1.7"))
    certificate = Certificate.objects.create(
        person=person, audience=audience, code=code, year=today.year, running_number=person.pk,
        name=person.name, title="x", per_cent=90, issued_on=today, issued_at=now,
        ground_checked_at=now, pdf=pdf,
    )  # fmt: skip
    batch = Batch.objects.create(
        unit=unit, audience=audience, day=today, by=person, proposed_at=now, state="ready"
    )
    file = BatchFile.objects.create(batch=batch, kind="archive", file=pdf, made_at=now)
    return certificate, batch, file


@pytest.fixture
def here(db):
    return make_province("An", loading.load_kinds())


@pytest.fixture
def elsewhere(here):
    return make_province("Bình", loading.load_kinds())


@pytest.fixture
def cast(here):
    people = {}
    for number, (who, (unit, role)) in enumerate(CAST.items()):
        people[who] = make_person(f"vai{number}", who)
        Post.objects.create(person=people[who], unit=here.units[unit], role=role, since=BEGAN)
    people["administrator"] = make_person("quan.tri", "Quản Trị", is_superuser=True)
    return people


def declared():
    return {
        route.removeprefix(WORK): view.access
        for route, view in views()
        if route.startswith(WORK) and isinstance(view.access, Action)
    }


def test_every_page_that_needs_a_right_is_asked_for_here():
    listed = [route for route, _address, _whose in [*PAGES, *ACTIONS]]
    assert sorted(declared()) == sorted(listed)


def right(person, action, whose, place):
    """Return what the rule says: refused, hidden or allowed."""
    today = timezone.localdate()
    if not access.may(person, to=action, on=today):
        return "refused"

    def imports():
        today_of = {"kind": "team_members", "unit": place.units["Xã"].pk, "on": today}
        return permissions.may_import(person, **today_of)

    def speaks_for_the_village():  # an obstacle waits there
        held = {one.root for one in access.held(person, on=today) if action in one.grant.actions}
        return place.units["Thôn"].pk in held

    allowed = {
        None: lambda: True,
        "unit": lambda: access.may(person, to=action, on=today, unit=place.names["unit"]),
        "commune": lambda: access.may(person, to=action, on=today, unit=place.names["commune"]),
        "subject": lambda: access.may(person, to=action, on=today, subject=place.person.pk),
        # whom one sees may be given a post where one keeps people
        "seen": lambda: access.may(person, to=Action.SEE_PEOPLE, on=today, subject=place.person.pk),
        # the figures are of those with whose posts one may do it
        "post": lambda: (
            access.posts(person, to=action, on=today).filter(pk=place.names["post"]).exists()
        ),
        "kind": lambda: permissions.roots(person, on=today).get("team_members"),
        "import": imports,
        "seen progress": speaks_for_the_village,
    }[whose]
    return "allowed" if allowed() else "hidden"


def got(answer):
    return {403: "refused", 404: "hidden"}.get(answer.status_code, "allowed")


@pytest.mark.parametrize("who", [*CAST, "administrator"])
def test_every_page_answers_every_role_as_the_rule_says(cast, here, elsewhere, who):
    person = cast[who]
    client = Client()
    client.force_login(person, backend="people.authentication.PersonBackend")
    actions = declared()
    wrong = []
    for place in (here, elsewhere):
        for route, address, whose in PAGES:
            path = f"/{WORK}{address.format(**place.names)}"
            answer = client.get(path)
            assert answer.status_code < 500, path
            said = right(person, actions[route], whose, place)
            if got(answer) != said:
                wrong.append((path, said, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("who", [*CAST, "administrator"])
def test_every_action_answers_every_role_as_the_rule_says(cast, here, elsewhere, who):
    person = cast[who]
    client = Client()
    client.force_login(person, backend="people.authentication.PersonBackend")
    actions = declared()
    wrong = []
    for place in (elsewhere, here):
        for route, address, whose in ACTIONS:
            said = right(person, actions[route], whose, place)
            if said == "allowed":
                continue  # what it then does is tested where it is written
            answer = client.post(f"/{WORK}{address.format(**place.names)}")
            if got(answer) != said:
                wrong.append((address, said, answer.status_code))
    assert wrong == []


def test_outside_the_province_nothing_is_open_but_to_the_administrator(cast, elsewhere):
    for who, person in cast.items():
        today = timezone.localdate()
        open_ = [
            a for a in Action if access.may(person, to=a, on=today, unit=elsewhere.names["unit"])
        ]
        assert open_ == (list(Action) if who == "administrator" else []), who


def test_whoever_leads_a_village_sees_no_other_village(cast, here):
    mine = access.units(cast["team leader"], to=Action.SEE_PEOPLE, on=timezone.localdate())
    assert list(mine) == [here.units["Thôn"]]


def test_what_somebody_says_about_themselves_gives_no_right(here):
    person = make_person("tu.xung", "Tự Xưng")
    Post.objects.create(
        person=person, unit=here.units["Xã"], role=Role.OFFICER, since=BEGAN, self_declared=True
    )
    assert not any(access.may(person, to=action, on=timezone.localdate()) for action in Action)


def test_the_table_of_rights_is_what_the_code_says():
    assert (settings.BASE_DIR / "docs" / "access.md").read_text(encoding="utf-8") == rights.table()
