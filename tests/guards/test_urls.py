"""Every address of the site and who may open it. What is not in the table does not pass."""

import pytest
from django.core.files.base import ContentFile
from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import PageViewRestriction

from courses.models import LessonPage, Picture
from jobs import queue
from people.access import PUBLIC, SIGNED_IN
from people.roles import Action

pytestmark = pytest.mark.one_database

ADMINISTRATION = "quan-tri/"  # Wagtail's own: one rule for all below it
SIGN_IN = "/tai-khoan/dang-nhap/"

# the route                                    who          an address that it serves
TABLE = [
    ("healthz",                                PUBLIC,    "/healthz"),
    ("robots.txt",                             PUBLIC,    "/robots.txt"),
    ("^((?:[\\w\\-]+/)*)$",                    PUBLIC,    "/khoa-hoc/mua-sam/"),
    ("tim-kiem/",                              PUBLIC,    "/tim-kiem/?q=zalo"),
    ("da-doc/",                                SIGNED_IN, "/da-doc/"),
    ("media/<path:path>",                      PUBLIC,    "/media/{picture}"),

    ("tai-khoan/dang-ky/",                     PUBLIC,    "/tai-khoan/dang-ky/"),
    ("tai-khoan/dang-nhap/",                   PUBLIC,    "/tai-khoan/dang-nhap/"),
    ("tai-khoan/dang-xuat/",                   PUBLIC,    "/tai-khoan/dang-xuat/"),
    ("tai-khoan/",                             SIGNED_IN, "/tai-khoan/"),
    ("tai-khoan/mat-khau/",                    SIGNED_IN, "/tai-khoan/mat-khau/"),

    ("tai-khoan/noi/",                         PUBLIC,    "/tai-khoan/noi/?q=doi"),
    ("tai-khoan/the-dang-nhap/",               PUBLIC,    "/tai-khoan/the-dang-nhap/"),
    ("tai-khoan/the-dang-nhap/mat-khau/",      PUBLIC,    "/tai-khoan/the-dang-nhap/mat-khau/"),
    ("tai-khoan/hai-buoc/",                    SIGNED_IN, "/tai-khoan/hai-buoc/"),
    ("tai-khoan/hai-buoc/nhap-ma/",            SIGNED_IN, "/tai-khoan/hai-buoc/nhap-ma/"),
    ("tai-khoan/hai-buoc/thiet-bi-moi/",       SIGNED_IN, "/tai-khoan/hai-buoc/thiet-bi-moi/"),
    ("tai-khoan/dinh-danh/",                   SIGNED_IN, "/tai-khoan/dinh-danh/"),
    ("tai-khoan/dinh-danh/bat-dau/",           PUBLIC,    "/tai-khoan/dinh-danh/bat-dau/"),
    ("tai-khoan/dinh-danh/ve/",                PUBLIC,    "/tai-khoan/dinh-danh/ve/"),
    ("tai-khoan/du-lieu/",                     SIGNED_IN, "/tai-khoan/du-lieu/"),
    ("tai-khoan/du-lieu/tai-ve/",              SIGNED_IN, "/tai-khoan/du-lieu/tai-ve/"),
    ("tai-khoan/du-lieu/yeu-cau/sua/",         SIGNED_IN, "/tai-khoan/du-lieu/yeu-cau/sua/"),
    ("tai-khoan/du-lieu/yeu-cau/xoa/",         SIGNED_IN, "/tai-khoan/du-lieu/yeu-cau/xoa/"),
    ("tai-khoan/du-lieu/yeu-cau/<int:pk>/rut/", SIGNED_IN, "/tai-khoan/du-lieu/yeu-cau/1/rut/"),

    # The officers' pages, each with its right and for every role: tests/guards/test_access.py
    ("cong-viec/",                             SIGNED_IN, "/cong-viec/"),

    ("kiem-tra/<slug:slug>/",                  PUBLIC,    "/kiem-tra/nen-tang-khac/"),
    ("kiem-tra/<slug:slug>/bat-dau/",          SIGNED_IN, "/kiem-tra/nen-tang-khac/bat-dau/"),
    ("bai-lam/<int:attempt_id>/",              SIGNED_IN, "/bai-lam/1/"),
    ("bai-lam/<int:attempt_id>/cau-<int:position>/", SIGNED_IN, "/bai-lam/1/cau-1/"),
    ("bai-lam/<int:attempt_id>/nop/",          SIGNED_IN, "/bai-lam/1/nop/"),
    ("bai-lam/<int:attempt_id>/ket-qua/",      SIGNED_IN, "/bai-lam/1/ket-qua/"),
    ("luyen-tap/<int:pk>/cau-<int:position>/", SIGNED_IN, "/luyen-tap/1/cau-1/"),
    ("luyen-tap/<int:pk>/tiep/",               SIGNED_IN, "/luyen-tap/1/tiep/"),
    ("luyen-tap/<int:pk>/xong/",               SIGNED_IN, "/luyen-tap/1/xong/"),
    ("luyen-tap/<slug:key>/",                  SIGNED_IN, "/luyen-tap/tu-bao-ve/"),
    ("luyen-tap/<slug:key>/bat-dau/",          SIGNED_IN, "/luyen-tap/tu-bao-ve/bat-dau/"),

    ("giay-chung-nhan/",                       SIGNED_IN, "/giay-chung-nhan/"),
    ("giay-chung-nhan/nhan/<slug:slug>/",      SIGNED_IN, "/giay-chung-nhan/nhan/mua-sam/"),
    ("giay-chung-nhan/<str:code>/",            SIGNED_IN, "/giay-chung-nhan/ABCD/"),
    ("giay-chung-nhan/<str:code>/tep.pdf",     SIGNED_IN, "/giay-chung-nhan/ABCD/tep.pdf"),
    ("xac-minh/",                              PUBLIC,    "/xac-minh/"),
    (".well-known/did.json",                   PUBLIC,    "/.well-known/did.json"),
    ("xac-minh/<str:code>/chung-chi-so.json",  PUBLIC,    "/xac-minh/ABCD/chung-chi-so.json"),
    ("xac-minh/ngoai-tuyen/",                  PUBLIC,    "/xac-minh/ngoai-tuyen/"),
    ("xac-minh/tho-phuc-vu.js",                PUBLIC,    "/xac-minh/tho-phuc-vu.js"),
    ("xac-minh/tep/",                          PUBLIC,    "/xac-minh/tep/"),
    ("xac-minh/<str:code>/",                   PUBLIC,    "/xac-minh/ABCD/"),

    # The pages of teachers, each for every role: tests/classroom/test_pages.py
    ("day-hoc/",                               PUBLIC,    "/day-hoc/"),
    ("day-hoc/tho-phuc-vu.js",                 PUBLIC,    "/day-hoc/tho-phuc-vu.js"),
    ("day-hoc/<slug:key>/",                    PUBLIC,    "/day-hoc/thanh-toan-thcs-1/"),
    ("day-hoc/<slug:key>/chieu/",              PUBLIC,    "/day-hoc/thanh-toan-thcs-1/chieu/"),
    ("day-hoc/<slug:key>/giao-an.pdf",         PUBLIC,    "/day-hoc/thanh-toan-thcs-1/giao-an.pdf"),
    ("day-hoc/<slug:key>/phieu-hoc-sinh.pdf",  PUBLIC,    "/day-hoc/thanh-toan-thcs-1/phieu-hoc-sinh.pdf"),
    # For other systems: a key opens them, which each asks for itself (tests/reports/test_api.py)
    ("api/v1/openapi.json",                    PUBLIC,    "/api/v1/openapi.json"),
    ("api/v1/programmes",                      PUBLIC,    "/api/v1/programmes"),
    ("api/v1/figures/<programme>",             PUBLIC,    "/api/v1/figures/giao-vien"),
    ("api/v1/reports/<year>/<quarter>",        PUBLIC,    "/api/v1/reports/2026/3"),
    ("api/v1/",                                PUBLIC,    "/api/v1/"),

    ("chung-nhan-noi-khac/",                   SIGNED_IN, "/chung-nhan-noi-khac/"),
    ("chung-nhan-noi-khac/<int:pk>/tep/",      SIGNED_IN, "/chung-nhan-noi-khac/1/tep/"),
    ("diem-danh/",                             SIGNED_IN, "/diem-danh/"),
    ("diem-danh/<int:pk>/",                    SIGNED_IN, "/diem-danh/1/"),
    ("diem-danh/<int:pk>/cua-toi/",            SIGNED_IN, "/diem-danh/1/cua-toi/"),
    ("chung-nhan-noi-khac/<int:pk>/anh/",      SIGNED_IN, "/chung-nhan-noi-khac/1/anh/"),
    ("chung-nhan-noi-khac/<int:pk>/thay-tep/", SIGNED_IN, "/chung-nhan-noi-khac/1/thay-tep/"),
    ("chung-nhan-noi-khac/<int:pk>/rut/",      SIGNED_IN, "/chung-nhan-noi-khac/1/rut/"),
    ("truong/<int:unit>/",                     SIGNED_IN, "/truong/1/"),
    ("tham-gia/",                              PUBLIC,    "/tham-gia/"),
    ("tham-gia/<str:code>/",                   PUBLIC,    "/tham-gia/ABCDEF/"),
    ("tham-gia/<str:code>/hinh/<int:pupil>/",  PUBLIC,    "/tham-gia/ABCDEF/hinh/1/"),
    ("trong-lop/",                             PUBLIC,    "/trong-lop/"),
    ("trong-lop/tinh-hinh/",                   PUBLIC,    "/trong-lop/tinh-hinh/"),
    ("trong-lop/tra-loi/",                     PUBLIC,    "/trong-lop/tra-loi/"),

    ("_util/login/",                           PUBLIC,    "/_util/login/"),
    ("_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
                                               PUBLIC,    "/_util/authenticate_with_password/{restriction}/"),
]  # fmt: skip

# Open to anybody, and still no page on a plain visit.
OTHER_ANSWERS = {
    "/tai-khoan/the-dang-nhap/mat-khau/": 302,  # back to the card that has not been shown
    "/tai-khoan/dinh-danh/bat-dau/": 404,  # no provider is named
    "/tai-khoan/dinh-danh/ve/": 404,
    "/tai-khoan/dang-xuat/": 302,  # signing out takes a POST, or a picture in a page could do it
    "/xac-minh/ABCD/chung-chi-so.json": 404,
    "/xac-minh/tep/": 302,  # asked for again, it leads to where a file is sent
    "/tham-gia/ABCDEF/": 302,  # no class has this code: back to where it is typed
    "/tham-gia/ABCDEF/hinh/1/": 302,
    "/trong-lop/": 302,  # nobody has joined on this device
    "/trong-lop/tinh-hinh/": 403,
    "/trong-lop/tra-loi/": 405,  # takes what is sent
    "/api/v1/programmes": 401,  # without a key
    "/api/v1/figures/giao-vien": 401,
    "/api/v1/reports/2026/3": 401,
    "/api/v1/": 404,  # the root of the API has no page
    "/xac-minh/ABCD/": 404,  # says that no certificate has this code
}


def views(resolver=None, prefix=""):
    """Return every view of the site as (route, view)."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from views(pattern, route)
        else:
            yield route, pattern.callback


def addresses(who):
    return [address for _route, rule, address in TABLE if rule == who]


def administration():
    """Return the addresses of the administration that need no argument."""
    routes = [route for route, _view in views() if route.startswith(ADMINISTRATION)]
    plain = ["/" + route.replace("^", "") for route in routes if not set("<(*") & set(route)]
    assert len(plain) > 100
    return plain


@pytest.fixture
def things(db):
    """What the addresses of the table name."""
    queue.beat(at=timezone.now())
    document = Document(title="Tờ rơi")
    document.file.save("to-roi.pdf", ContentFile(b"%PDF-"))
    document.save()
    lesson = LessonPage.objects.live().first()
    restriction = PageViewRestriction.objects.create(
        page=lesson, restriction_type=PageViewRestriction.PASSWORD, password="vai-thieu"
    )
    yield {
        "picture": Picture.objects.first().file.name,
        "document": f"{document.pk}/to-roi.pdf",
        "restriction": f"{restriction.pk}/{lesson.pk}",
    }
    document.file.delete(save=False)


def test_every_address_stands_in_the_table_with_the_access_that_its_view_declares():
    declared = [
        (route, getattr(view, "access", "says nothing"))
        for route, view in views()
        if not route.startswith(ADMINISTRATION)
        and not isinstance(getattr(view, "access", ""), Action)
    ]
    assert sorted(declared) == sorted((route, rule) for route, rule, _address in TABLE)


def test_every_address_of_the_table_reaches_the_view_of_its_route(things):
    for route, _rule, address in TABLE:
        path = address.format(**things).partition("?")[0]
        assert get_resolver().resolve(path).route == route, path


@pytest.mark.parametrize("address", addresses(SIGNED_IN))
def test_who_has_not_signed_in_is_sent_to_do_so(address, client, db):
    for answer in (client.get(address), client.post(address)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(f"{SIGN_IN}?next=/")


@pytest.mark.parametrize("address", addresses(PUBLIC))
def test_what_is_public_opens_without_an_account(address, client, things):
    answer = client.get(address.format(**things))
    assert answer.status_code == OTHER_ANSWERS.get(address, 200)


def test_the_administration_sends_whoever_has_not_signed_in_to_do_so(client, db):
    answers = {address: client.get(address) for address in administration()}
    open_to_all = [
        address
        for address, answer in answers.items()
        if not answer.headers.get("Location", "").startswith(SIGN_IN)
    ]
    assert open_to_all == ["/quan-tri/login/"]


def test_the_administration_refuses_a_learner(signed_in):
    answers = {address: signed_in.get(address).status_code for address in administration()}
    assert answers.pop("/quan-tri/login/") == 302  # on, for whoever has signed in already
    assert set(answers.values()) == {403}, [a for a, status in answers.items() if status != 403]


def test_the_administration_lets_an_author_in(client, author):
    client.force_login(author, backend="people.authentication.PersonBackend")
    assert client.get("/quan-tri/").status_code == 200
