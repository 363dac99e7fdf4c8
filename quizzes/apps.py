from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class QuizzesConfig(AppConfig):
    name = "quizzes"
    verbose_name = _("Quizzes")

    def ready(self):
        """Append versions when editors publish, and tell what the log of attempts holds of a person."""
        from quizzes import holdings, lifecycle

        lifecycle.connect()
        holdings.register()
