"""What in Wagtail's page lifecycle starts a new edition."""

from django.db.models.signals import post_delete, post_save
from wagtail import signals
from wagtail.models import Page, PageViewRestriction

from courses import editions


def _advance(sender, **kwargs):
    editions.advance()


def connect() -> None:
    for signal in (signals.page_published, signals.page_unpublished, signals.post_page_move):
        signal.connect(_advance, dispatch_uid="a reader could see a change")
    # Moving, deleting and restricting have no signal of Wagtail's own at every place they happen.
    for model in (Page, PageViewRestriction):
        post_delete.connect(_advance, sender=model, dispatch_uid=f"{model.__name__} deleted")
    post_save.connect(_advance, sender=PageViewRestriction, dispatch_uid="restriction saved")
