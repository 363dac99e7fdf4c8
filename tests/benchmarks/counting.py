"""How many queries a request needs, counted in this process with Django's own client."""

from collections.abc import Callable

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext


def client_with(session_key: str) -> Client:
    """Return a client that is signed in with a session that exists."""
    client = Client(headers={"host": "127.0.0.1"})
    client.cookies[settings.SESSION_COOKIE_NAME] = session_key
    return client


def queries(ask: Callable[[], object]) -> int:
    """Return how many queries a request makes."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    return len(captured)
