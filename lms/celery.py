"""The Celery application. What is to be done stands in rows (``jobs``); Celery says when."""

import gc
import os

from celery import Celery
from celery.signals import celeryd_after_setup, worker_ready

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
app = Celery("lms")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_after_setup.connect
def share_what_drawing_needs(sender=None, **kwargs) -> None:
    """Load what draws and signs before the worker forks, so that its processes share one copy."""
    import certificates.press
    import certificates.signing.signatures  # noqa: F401 - for what they load

    gc.collect()
    gc.freeze()  # else the collector would write to every object, and so copy it


@worker_ready.connect
def look_for_work_at_once(sender=None, **kwargs) -> None:
    """Say that the worker lives, and take up what another one left, without waiting for the clock."""
    from jobs import tasks

    tasks.beat.delay()
    tasks.sweep.delay()
