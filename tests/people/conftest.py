from datetime import timedelta

import pytest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from people.models import Post
from people.roles import Role
from tests.conftest import PASSWORD, make_person
from tests.people.codes import ENTER, code_of
from tests.people.pages import sign_in


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def filled(village):
    """The registration form, filled in as it should be."""
    return {
        "name": "Trần Thị Bình",
        "role": Role.TEAM_MEMBER.value,
        "unit": str(village.pk),
        "login": "chi.binh",
        "password": PASSWORD,
    }


# The second factor


@pytest.fixture
def second_factor_required(settings):
    settings.TWO_FACTOR_REQUIRED = True


@pytest.fixture
def officer(village, today):
    person = make_person("can.bo", "Đỗ Văn Sáu")
    Post.objects.create(
        person=person, unit=village, role=Role.OFFICER, since=today - timedelta(days=9)
    )
    return person


@pytest.fixture
def key(officer):
    """The secret of the officer, who has set it up some time ago."""
    return TOTPDevice.objects.create(user=officer, name="app").key


@pytest.fixture
def half_way(client, officer, key):
    """The officer's browser after the password."""
    sign_in(client, "can.bo")
    return client


@pytest.fixture
def inside(half_way, key):
    """The officer's browser some time after the code: it shows another one by now."""
    assert half_way.post(ENTER, {"code": code_of(key)}).status_code == 302
    TOTPDevice.objects.update(last_t=-1, drift=0)
    return half_way
