from django.db import models
from django.utils.translation import gettext_lazy as _


class Taker(models.Model):
    """Somebody who takes quizzes without an account, a pupil in class. Nothing here tells who.

    Who it is stands with the class, as long as the class is kept; what was answered outlives that.
    """

    since = models.DateField(_("since"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("taker of quizzes without an account")
        verbose_name_plural = _("takers of quizzes without an account")

    def __str__(self):
        return f"taker {self.pk}"
