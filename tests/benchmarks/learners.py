"""People who are signed in on the site that is measured."""

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from people.models import Person

BACKEND = "people.authentication.PersonBackend"


def make(count: int, *, prefix: str) -> list[tuple[Person, str]]:
    """Make people; return each with the key of a session in which they are signed in."""
    made = []
    for number in range(count):
        person = Person.objects.create_user(f"{prefix}.{number}", name=f"Người học {number}")
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        assert session.session_key
        made.append((person, session.session_key))
    return made
