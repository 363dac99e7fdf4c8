"""What in Wagtail's page lifecycle starts a new edition."""

from django.db.models.signals import post_delete, post_save
from wagtail import signals
from wagtail.documents.models import Document
from wagtail.models import Page, PageViewRestriction

from courses import editions
from courses.models import Picture


def _advance(sender, **kwargs):
    editions.advance()


def connect() -> None:
    for signal in (signals.page_published, signals.page_unpublished, signals.post_page_move):
        signal.connect(_advance, dispatch_uid="a reader could see a change")
    # Deleting, restricting and replacing a file have no signal of Wagtail's own at every place
    # they happen.
    for model in (Page, PageViewRestriction, Picture, Document):
        post_delete.connect(_advance, sender=model, dispatch_uid=f"{model.__name__} deleted")
    for model in (PageViewRestriction, Picture, Document):
        post_save.connect(_advance, sender=model, dispatch_uid=f"{model.__name__} saved")
