"""Made-up certificates that show an author what a template does with the names of real life."""

from dataclasses import dataclass
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import qrcodes
from certificates import printing, templates
from certificates.designs import FOLDER, PAGES
from certificates.models import Certificate, CertificateTemplate
from certificates.models.templates import Wording


@dataclass(frozen=True)
class Sample:
    """Somebody made up: what a design has to cope with."""

    label: str | Promise
    name: str = "Nguyễn Văn Tám"
    unit: str = "Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương"
    born_on: date | None = date(1984, 3, 5)


SAMPLES = {
    "usual": Sample(_("A usual name")),
    "longest-name": Sample(
        _("The longest name"), name="Nguyễn Hoàng Phương Thảo Tôn Nữ Thị Huyền Trang Ngọc Khuê"
    ),
    "longest-unit": Sample(
        _("A unit of four lines"),
        unit=(
            "Tổ công nghệ số cộng đồng thôn Đồng Giếng Nghè Trong, Trường Phổ thông dân tộc nội trú "
            "Trung học cơ sở và Trung học phổ thông Núi Chè Thượng, Xã Tân Sơn Thượng Giang, "
            "Trung tâm Giáo dục nghề nghiệp - Giáo dục thường xuyên liên xã, Tỉnh Sông Thương"
        ),
    ),
    "no-birth-date": Sample(_("Without a date of birth"), born_on=None),
}


def modes() -> list[tuple[str, str | Promise]]:
    """Return the samples to choose from, as Wagtail's preview wants them."""
    return [(key, sample.label) for key, sample in SAMPLES.items()]


def certificate(template: CertificateTemplate, sample: Sample, *, at: datetime) -> Certificate:
    """Return an unsaved certificate of a made-up person as a template would have it printed."""
    day = timezone.localdate(at)
    return Certificate(
        code="MAKNS0000000",
        year=day.year,
        running_number=42,
        name=sample.name,
        unit=sample.unit,
        born_on=sample.born_on if template.shows_birth_date else None,
        title=template.course.title if template.course else "Tự bảo vệ mình trên không gian mạng",
        audience_title=(
            template.audience.title if template.audience else "Thành viên Tổ công nghệ số cộng đồng"
        ),
        per_cent=92 if template.shows_result else None,
        trained_from=day.replace(day=1) if template.shows_period else None,
        trained_until=day if template.shows_period else None,
        issuer=templates.issuer_of(template),
        issued_on=day,
        expires_on=templates.last_day(day, months=template.valid_months),
        issued_at=at,
    )


def serve(template: "CertificateTemplate", *, request: HttpRequest, mode: str) -> HttpResponse:
    """Answer with the page as it is printed, for a made-up person; or say why it cannot be printed."""
    sample = SAMPLES.get(mode, SAMPLES["usual"])
    shown = certificate(template, sample, at=timezone.now())
    context = printing.print_context(shown, wording=template)
    try:
        page = printing.fitted(shown, wording=template, context=context)
    except printing.Unprintable as problem:
        return HttpResponse(
            render_to_string("certificates/sample_problem.html", {"problem": problem}, request)
        )
    return HttpResponse(on_screen(page, wording=template, certificate=shown))


def on_screen(page: str, *, wording: Wording, certificate: Certificate) -> str:
    """Return a page that is meant for paper as a browser can show it: styles, pictures, QR code."""
    sheets = [*PAGES[wording.design].stylesheets, FOLDER / "preview.css"]
    links = "".join(
        f'<link rel="stylesheet" href="{static(f"print/{sheet.name}")}">' for sheet in sheets
    )
    script = f'<script type="module" src="{static("js/certificate-preview.js")}"></script>'
    code = qrcodes.svg_uri(printing.qr_text(certificate), level="L")
    return (
        page.replace("</head>", f"{links}{script}</head>")
        .replace('src="seal.svg"', f'src="{static("print/seal.svg")}"')
        .replace('<img data-slot="qr"', f'<img src="{code}"')
    )
