from django.conf import settings
from django.contrib.auth.backends import ModelBackend

from people.models import Person


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
