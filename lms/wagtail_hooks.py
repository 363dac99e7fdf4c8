"""The editors' side in the site's own colours, with what editors need and nothing else."""

from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("insert_global_admin_css")
def in_our_colours():
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("construct_main_menu")
def only_what_editors_need(request, items: list[MenuItem]):
    """Hide Wagtail's help, which speaks of Wagtail's own site."""
    items[:] = [item for item in items if item.name != "help"]
