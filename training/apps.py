from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training")

    def ready(self):
        """Let go of what people have brought when they go; give them what was corrected for them."""
        from people import erasing
        from training import exemptions, holdings, outside

        erasing.FORGET += [outside.forget, exemptions.forget]
        holdings.register()
