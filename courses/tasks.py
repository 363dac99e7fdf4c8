from celery import shared_task
from django.core.management import call_command


@shared_task
def publish_scheduled() -> None:
    """Publish, and take back, what editors have set a time for. Does nothing where nothing is due."""
    call_command("publish_scheduled")
