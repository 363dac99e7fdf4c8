from contextlib import suppress
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from people import login_cards
from people.models import Person

BACKEND = "people.authentication.PersonBackend"


class PersonBackend(ModelBackend):
    """Signs people in by login and password; demonstration accounts only in demonstration mode."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        login = username or kwargs.get(Person.USERNAME_FIELD) or ""
        return super().authenticate(
            request, username=Person.normalize_login(login), password=password
        )

    def user_can_authenticate(self, user):
        if user.is_demonstration and not settings.DEMONSTRATION:
            return False
        return super().user_can_authenticate(user)


class CardBackend(PersonBackend):
    """Knows people by a printed card. Wrong codes are throttled as wrong passwords are.

    It signs nobody in: whoever is known so may set a password.
    """

    def authenticate(self, request, username=None, password=None, code=None, **kwargs):
        if not username or not code:
            return None
        card = login_cards.check(login=username, code=code, at=timezone.now())
        if card is None or not self.user_can_authenticate(card.person):
            return None
        return card.person


def visitors_address(request) -> str | None:
    """Return the address that wrong passwords are counted by: what the outermost of our proxies saw.

    In `X-Forwarded-For` each proxy writes at the end; what stands further in front anybody can make
    up. Of an IPv6 address only the network counts, because a visitor has all the rest of it.
    """
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if 0 < settings.PROXY_COUNT <= len(hops):
        with suppress(ValueError):
            return _counted(hops[-settings.PROXY_COUNT].strip())
    with suppress(ValueError):
        return _counted(request.META.get("REMOTE_ADDR", ""))
    return None


def _counted(written: str) -> str:
    address = ip_address(written)
    if isinstance(address, IPv6Address):
        network = ip_network((int(address), 64), strict=False)
        address = address.ipv4_mapped or network.network_address
    return str(address)
