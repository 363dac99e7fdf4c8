import pytest
from django.utils import timezone

from people.roles import Role
from tests.conftest import PASSWORD


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
