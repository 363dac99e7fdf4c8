from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "imports"
    verbose_name = _("Imports")

    def ready(self):
        """Tell what rows of sheets hold of a person."""
        from imports import holdings

        holdings.register()
