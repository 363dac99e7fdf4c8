from celery import shared_task
from django.utils import timezone

from classroom import purging


@shared_task
def forget_pupils() -> None:
    """Forget the pupils of classes whose term has ended."""
    while purging.purge_ended(at=timezone.now()) == purging.MOST_AT_ONCE:
        pass
