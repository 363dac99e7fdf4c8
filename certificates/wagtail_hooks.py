"""Certificate templates in the editors' side."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from certificates.models import CertificateTemplate


class CertificateTemplateViewSet(SnippetViewSet):
    model = CertificateTemplate
    icon = "draft"
    menu_label = _("Certificate templates")
    menu_order = 300
    add_to_admin_menu = True
    list_display = [
        "name",
        Column("get_design_display", label=_("design")),
        "audience",
        "course",
        BooleanColumn("is_used", label=_("in use")),
    ]


register_snippet(CertificateTemplateViewSet)
