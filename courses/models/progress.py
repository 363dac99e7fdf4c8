from django.conf import settings
from django.db import models


class Completion(models.Model):
    """Somebody has read a lesson to its end. That is not yet mastery.

    `lesson` is the page's translation key, which outlives moves, renames and languages.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="completions"
    )
    lesson = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "lesson"], name="a_lesson_is_completed_once_by_a_person"
            )
        ]

    def __str__(self):
        return f"{self.person_id} {self.lesson}"
