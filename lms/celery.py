"""The Celery application. What is to be done stands in rows (``jobs``); Celery says when."""

import os

from celery import Celery
from celery.signals import worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def look_for_work_at_once(sender=None, **kwargs) -> None:
    """Say that the worker lives, and take up what another one left, without waiting for the clock."""
    from jobs import tasks

    tasks.beat.delay()
    tasks.sweep.delay()
