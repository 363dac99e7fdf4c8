from django.db import models
from django.utils.translation import gettext_lazy as _

from classroom.models.classes import Pupil
from classroom.models.sessions import SessionItem


class Doubt(models.Model):
    """A row of an answer sheet that was not read for sure: the teacher looks at the picture and decides.

    `said` are the letters of the sheet that may be meant; `letters` turns those of the sheet, in
    their order, into places of the question's own options.
    """

    item = models.ForeignKey(SessionItem, on_delete=models.CASCADE, related_name="doubts")
    pupil = models.ForeignKey(Pupil, on_delete=models.CASCADE, related_name="doubts")
    said = models.CharField(max_length=4, blank=True)
    letters = models.JSONField()
    picture = models.BinaryField()

    class Meta:
        ordering = ["pupil__number", "item__position"]
        verbose_name = _("doubtful answer")
        verbose_name_plural = _("doubtful answers")
        constraints = [
            models.UniqueConstraint(fields=["item", "pupil"], name="one_doubt_about_an_answer")
        ]

    def __str__(self):
        return f"{self.item_id} {self.pupil_id} {self.said}"
