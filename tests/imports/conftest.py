"""A province with an officer who brings in sheets."""

from datetime import date
from types import SimpleNamespace

import pytest

from imports import applying, previewing
from imports.columns import KINDS
from jobs.models import JobItem
from organisation import tree
from organisation.models import Unit
from people.models import Post
from people.roles import Role
from tests.conftest import NOON, make_person
from tests.imports.pages import browser

BEGAN = date(2025, 7, 1)
DAY = date(2025, 8, 1)


@pytest.fixture
def province(village, kinds):
    """Tỉnh Sông Thương: two communes, of which one has a village, and a department of education."""
    above = tree.path(village, on=BEGAN)
    province = above[2].unit
    units = {"province": province, "Đồi Vải": above[1].unit, "Đồi Chè": village}

    def found(key, name, kind, parent):
        unit = units[key] = Unit.objects.create()
        tree.place(unit=unit, name=name, kind=kinds[kind], parent=parent, valid_from=BEGAN)

    found("Suối Hoa", "Xã Suối Hoa", "xa", province)
    found("sở", "Sở Giáo dục và Đào tạo", "so-giao-duc", province)
    found("thcs", "Trường THCS Đồi Vải", "truong-thcs", units["Đồi Vải"])
    return units


@pytest.fixture
def officer(province):
    """Đỗ Thị Cúc, officer of the province."""
    person = make_person("can.bo", "Đỗ Thị Cúc")
    Post.objects.create(person=person, unit=province["province"], role=Role.OFFICER, since=BEGAN)
    return person


def table(rows):
    """Return what reading a sheet gives: rows of cells, numbered from 2."""
    numbered = [SimpleNamespace(number=n, cells=cells) for n, cells in enumerate(rows, start=2)]
    return SimpleNamespace(sheet="Trang 1", columns=(), dropped=(), skipped=(), rows=numbered)


def bring(kind, rows, *, officer, unit, at=NOON, day=DAY):
    """Bring in rows and have them checked, as the worker would."""
    one = previewing.begin(
        table=table(rows), kind=KINDS[kind], unit=unit.pk, day=day, file_name="danh-sach.xlsx",
        by=officer, at=at,
    )  # fmt: skip
    work(one)
    one.refresh_from_db()
    return one


def work(one, at=NOON):
    one.refresh_from_db()
    for item in JobItem.objects.filter(job=one.job, state=JobItem.State.WAITING):
        previewing.check_chunk(item.subject, at=at)


def carry_out(one, *, officer, at=NOON):
    applying.start(one, by=officer, at=at)
    applying.carry_out(one.pk, at=at)
    one.refresh_from_db()


def outcomes(one):
    return {row.number: row.outcome for row in one.rows.all()}


@pytest.fixture
def desk(officer):
    """The officer's browser."""
    return browser(officer)


@pytest.fixture
def preview(officer, province):
    """Bring in rows up to the preview: `preview({...}, kind="teachers")`."""

    def preview(*rows, kind="team_members"):
        return bring(kind, rows, officer=officer, unit=province["province"])

    return preview
