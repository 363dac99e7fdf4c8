"""Every page of every role on a province of the directive's size: queries, and time in this process."""

from functools import partial
from pathlib import Path
from time import perf_counter

from django.test import Client
from django.utils import timezone

from organisation.models import Unit
from people import access
from people.models import Person, Post, Team
from people.roles import Action
from tests.benchmarks import counting, province

RUNS = 12
BACKEND = "people.authentication.PersonBackend"
PEOPLE = [
    "bg.tinh", "bg.giao.duc", "bg.thong.tin", "bg.noi.vu", "bg.cong.an", "bg.xa", "bg.thon", "bg.truong",
    "quan.tri", "em.ut",
]  # fmt: skip


def measure(folder: Path) -> dict:
    """Return the most queries and the longest p95 of any page, and each page's figures."""
    province.make()
    pages = {}
    for login in PEOPLE:
        person = Person.objects.get(login=login)
        client = Client(headers={"host": "127.0.0.1"})
        client.force_login(person, backend=BACKEND)
        for path in addresses(person):
            assert client.get(path).status_code == 200, (login, path)
            queries = counting.queries(partial(client.get, path))
            pages[f"{login} {path}"] = (queries, round(_p95(client, path) * 1000, 1))
    return {
        "worst_queries": max(queries for queries, _ms in pages.values()),
        "worst_p95_ms": max(ms for _queries, ms in pages.values()),
        "pages": pages,
    }


def addresses(person: Person) -> list[str]:
    """Return the pages that somebody's rights open, each at the largest unit that they reach."""
    today = timezone.localdate()
    found = ["/", "/cong-viec/", "/tai-khoan/", "/tai-khoan/du-lieu/"]
    roots = {held.root for held in access.held(person, on=today)}
    unit = next(iter(roots - {None}), None) or Unit.objects.get(key="bac-ninh-2025").pk
    of_unit = [
        (Action.SEE_PEOPLE, f"/cong-viec/don-vi/{unit}/"),
        (Action.SEE_PEOPLE, f"/cong-viec/don-vi/{unit}/nguoi/"),
        (Action.SEE_PEOPLE, f"/cong-viec/don-vi/{unit}/nguoi/?ten=hoa"),
        (Action.SEE_PROGRESS, f"/cong-viec/tien-do/{unit}/"),
        (Action.SEE_TEAMS, f"/cong-viec/don-vi/{unit}/to/"),
        (Action.PRINT_CARDS, f"/cong-viec/the-dang-nhap/{unit}/"),
        (Action.KEEP_PEOPLE, f"/cong-viec/don-vi/{_somewhere(person, unit)}/nguoi/them/"),
        (Action.IMPORT, "/cong-viec/nhap/"),
        (Action.ANSWER_REQUESTS, "/cong-viec/yeu-cau/"),
        (Action.CHANGE_UNITS, "/cong-viec/thay-doi/"),
        (Action.CHANGE_UNITS, f"/cong-viec/don-vi/{unit}/thay-doi/split/"),
    ]
    found += [path for action, path in of_unit if access.may(person, to=action, on=today)]
    team = Team.objects.filter(
        unit__in=access.units(person, to=Action.SEE_TEAMS, on=today), until=None
    )
    if team.exists():
        found.append(f"/cong-viec/to/{team.order_by('-pk').values_list('pk', flat=True)[0]}/")
    post = access.posts(person, to=Action.SEE_PEOPLE, on=today).first()
    if post:
        found.append(f"/cong-viec/nguoi/{post.person_id}/")
    return found


def _somewhere(person: Person, unit: int) -> int:
    """Return a unit in somebody's area at which people serve."""
    today = timezone.localdate()
    kept = access.posts(person, to=Action.KEEP_PEOPLE, on=today).values_list("unit", flat=True)
    return Post.objects.filter(unit__in=kept[:1]).values_list("unit", flat=True).first() or unit


def _p95(client: Client, path: str) -> float:
    times = []
    for _run in range(RUNS):
        began = perf_counter()
        client.get(path)
        times.append(perf_counter() - began)
    return sorted(times)[int(RUNS * 0.95) - 1]
