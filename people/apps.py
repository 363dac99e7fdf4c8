from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("People")


class WagtailUsersConfig(WagtailUsersAppConfig):
    """Wagtail's user administration, with forms that know our kind of person."""

    user_viewset = "people.administration.PersonViewSet"
