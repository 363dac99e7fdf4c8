"""What happens in the bank when an editor publishes."""

from django.utils import timezone
from wagtail.signals import published

from quizzes import versions
from quizzes.models import Question


def _append_version(sender, instance, revision, **kwargs):
    by = revision.user if revision else None
    versions.append(instance, by=by, at=timezone.now())


def connect() -> None:
    published.connect(_append_version, sender=Question, dispatch_uid="publishing appends a version")
