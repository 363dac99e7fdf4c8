"""Which template is chosen, what a version keeps, and what an author sees of it before."""

import pytest
from django.db import transaction

from certificates import issuing, printing, samples, templates
from certificates.models import CertificateTemplate, TemplateVersion
from certificates.models.templates import Design
from courses.models import Audience
from tests.certificates import people
from tests.conftest import NOON
from tests.editing import may_be_framed_by_us


@pytest.fixture
def award(db):
    return people.award_of()


def make(name, **where):
    return CertificateTemplate.objects.create(name=name, **where)


def chosen(award, units):
    return templates.chooser().choose(award=award, units=units).name


def test_the_nearest_template_is_chosen(award, village):
    commune = people.commune_of(village)
    units = [village.pk, commune.pk]
    assert chosen(award, units) == "Mẫu chung"
    team = Audience.objects.get(key="team-member")
    make("của đối tượng", audience=team)
    assert chosen(award, units) == "của đối tượng"
    make("của khóa", course_id=award.course_id)
    assert chosen(award, units) == "của khóa"
    make("của xã", unit=commune)
    assert chosen(award, units) == "của xã"
    make("của thôn", unit=village)
    assert chosen(award, units) == "của thôn"
    make("của xã, cho khóa", unit=commune, course_id=award.course_id)
    assert chosen(award, [commune.pk]) == "của xã, cho khóa"
    assert chosen(award, []) == "của khóa"
    assert chosen(people.award_of("mua-sam"), []) == "của đối tượng"


def test_where_none_is_in_use_nothing_is_issued(award, farmer, client):
    CertificateTemplate.objects.update(is_used=False)
    people.let_pass([farmer])
    with pytest.raises(templates.NoTemplate):
        issuing.issue(award=award, person=farmer, at=NOON)
    client.force_login(farmer)
    answer = client.post(f"/giay-chung-nhan/nhan/{people.SLUG}/")
    assert answer.status_code == 422
    assert "mẫu" in answer.content.decode()


def test_a_version_is_written_when_the_wording_is_new(award):
    template = CertificateTemplate.objects.get(name="Mẫu chung")
    with transaction.atomic():
        first = templates.version_of(template, at=NOON)
        assert templates.version_of(template, at=NOON) == first
        template.signer_name = "Nông Thị Cúc"
        template.save()
        second = templates.version_of(template, at=NOON)
    assert (first.number, second.number) == (1, 2)
    assert TemplateVersion.objects.get(pk=first.pk).signer_name == ""


def test_what_was_issued_keeps_the_wording_of_its_day(award, farmer):
    people.let_pass([farmer])
    certificate = issuing.issue(award=award, person=farmer, at=NOON)
    before = printing.pdf(certificate)
    CertificateTemplate.objects.update(design=Design.PUPIL, issuer="Nơi khác", addressed="em")
    certificate.refresh_from_db()
    assert printing.pdf(certificate) == before


def test_a_template_without_date_of_birth_and_result_shows_them_nowhere(award, farmer, client):
    CertificateTemplate.objects.update(shows_birth_date=False, shows_result=False)
    farmer.born_on = NOON.date().replace(year=1984)
    farmer.save()
    people.let_pass([farmer])
    certificate = issuing.issue(award=award, person=farmer, at=NOON)
    assert certificate.born_on is None
    page = client.get(f"/xac-minh/{certificate.code}/").content.decode()
    assert "100%" not in page
    assert "1984" not in page
    assert "100" not in printing.html(certificate).split("<body")[1].split('class="foot"')[0]


@pytest.mark.parametrize("mode", list(samples.SAMPLES))
def test_an_author_sees_each_sample_while_writing(mode, as_approver):
    template = CertificateTemplate.objects.get(name="Mẫu chung")
    base = f"/quan-tri/snippets/certificates/certificatetemplate/preview/{template.pk}/"
    fields = {
        "name": template.name, "design": "formal", "addressed": "Ông (Bà)",
        "completed": template.completed, "is_used": "on", "signer_name": "Nông Thị Cúc",
        "shows_birth_date": "on", "shows_result": "on", "shows_period": "on",
    }  # fmt: skip
    assert as_approver.post(base, fields).json() == {"is_valid": True, "is_available": True}
    answer = as_approver.get(f"{base}?mode={mode}")
    assert may_be_framed_by_us(answer)
    page = answer.content.decode()
    assert samples.SAMPLES[mode].name in page
    assert "Nông Thị Cúc" in page
    assert ("Sinh ngày" in page) == (mode != "no-birth-date")


def test_what_cannot_be_printed_says_so_in_the_preview(as_approver):
    template = CertificateTemplate.objects.get(name="Mẫu chung")
    base = f"/quan-tri/snippets/certificates/certificatetemplate/preview/{template.pk}/"
    fields = {
        "name": template.name, "design": "formal", "addressed": "Ông (Bà)", "is_used": "on",
        "completed": template.completed, "issuer": "Sở 😀",
    }  # fmt: skip
    as_approver.post(base, fields)
    page = as_approver.get(f"{base}?mode=usual").content.decode()
    assert "không in được" in page
    assert "😀" in page
