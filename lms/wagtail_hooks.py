"""The editors' side in the site's own colours, with what editors need and nothing else."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import NestedObjects
from django.db import DEFAULT_DB_ALIAS
from django.http import HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.models import Page


@hooks.register("insert_global_admin_css")
def in_our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_main_menu")
def only_what_editors_need(request, items: list[MenuItem]):
    """Hide Wagtail's help, which speaks of Wagtail's own site."""
    items[:] = [item for item in items if item.name != "help"]


def _refuse_deletion(request, objects: Sequence[Any], *, back: str) -> HttpResponse | None:
    """Say no, and go `back`, where others depend on one of some objects of the same model."""
    collector = NestedObjects(using=DEFAULT_DB_ALIAS)
    collector.collect(objects)
    if not collector.protected:
        return None
    messages.error(
        request,
        _(
            "“%(object)s” cannot be deleted, because other records depend on it. "
            "Unpublish it instead; from a person, take the right to sign in."
        )
        % {"object": objects[0]},
    )
    return redirect(back)


@hooks.register("before_delete_page")
def keep_a_needed_page(request, page):
    family = list(page.get_descendants(inclusive=True).order_by("path"))
    parent = reverse("wagtailadmin_explore", args=[page.get_parent().pk])
    return _refuse_deletion(request, family, back=parent)


@hooks.register("before_delete_snippet")
def keep_needed_snippets(request, instances):
    back = reverse(instances[0].snippet_viewset.get_url_name("list")) if instances else ""
    return _refuse_deletion(request, instances, back=back)


@hooks.register("before_delete_user")
def keep_a_needed_person(request, user):
    return _refuse_deletion(request, [user], back=reverse("wagtailusers_users:index"))


@hooks.register("before_bulk_action")
def keep_what_is_needed_of_many(request, action_type, objects, action):
    if action_type != "delete" or not objects:
        return None
    if isinstance(objects[0], Page):
        objects = [page for one in objects for page in one.get_descendants(inclusive=True)]
    return _refuse_deletion(request, objects, back=action.next_url)
