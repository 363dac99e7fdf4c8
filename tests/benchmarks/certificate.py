"""Certificates drawn in bulk through a job of the worker, beside one `write_pdf()` of WeasyPrint's for each."""

import resource
import time
from pathlib import Path
from urllib.parse import quote

from django.core.files.storage import storages
from django.utils import timezone
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from certificates import codes, printing
from certificates.models import Certificate
from certificates.press.qr import svg
from courses.models import Audience
from jobs import queue
from tests.benchmarks import learners

ONE_BY_ONE = 20
IN_BULK = 1_000


def measure(folder: Path) -> dict:
    """Return CPU ms and certificates a minute on one core both ways, their ratio, and bytes a file.

    In bulk all is counted: rows of the job, drawing, files. `peak_mb` is the most memory so far.
    """
    certificates = _issue(IN_BULK)
    _one_by_one(certificates[0])  # what a process loads once
    began = time.process_time()
    for certificate in certificates[:ONE_BY_ONE]:
        _one_by_one(certificate)
    one = (time.process_time() - began) / ONE_BY_ONE

    job = queue.add(
        task="certificates.tasks.draw",
        subjects=[certificate.pk for certificate in certificates],
        by=None,
        at=timezone.now(),
    )
    began = time.process_time()
    while not queue.progress(job=job).ended:
        queue.work(job_id=job.pk, do=printing.keep_pdf, clock=timezone.now)
    bulk = (time.process_time() - began) / IN_BULK
    progress = queue.progress(job=job)
    assert (progress.done, progress.failed) == (IN_BULK, 0)
    began = time.process_time()
    for certificate in certificates:
        printing.pdf(certificate)
    drawing = (time.process_time() - began) / IN_BULK
    names = Certificate.objects.exclude(pdf="").values_list("pdf", flat=True)
    sizes = [storages["certificates"].size(name) for name in names]
    return {
        "count": IN_BULK,
        "one_cpu_ms": round(1000 * one, 1),
        "bulk_cpu_ms": round(1000 * bulk, 1),
        "drawing_cpu_ms": round(1000 * drawing, 1),
        "per_minute": round(60 / bulk),
        "one_by_one_per_minute": round(60 / one),
        "ratio": round(one / bulk, 1),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "bytes": round(sum(sizes) / len(sizes)),
    }


def _one_by_one(certificate: Certificate) -> bytes:
    """Draw as who knows no better: fonts, style and page anew each time."""
    page = printing.html(certificate).replace(
        '<img data-slot="qr"',
        f"<img src='data:image/svg+xml,{quote(svg(codes.verification_address(certificate.code)))}'",
    )
    fonts = FontConfiguration()
    style = CSS(filename=str(printing.HERE / "certificate.css"), font_config=fonts)
    return HTML(string=page, base_url=f"{printing.HERE}/").write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
    )


def _issue(count: int) -> list[Certificate]:
    """Write down certificates of people with names and places as long as they really are."""
    audience = Audience.objects.get(key="team-member")
    now = timezone.now()
    return Certificate.objects.bulk_create(
        Certificate(
            person=person,
            audience=audience,
            code=codes.new(),
            year=2026,
            running_number=1000 + number,
            name=f"Nguyễn Thị Hồng Nhung {number}",
            unit="Thôn Đồi Chè, Xã Đồi Vải, Tỉnh Sông Thương",
            title="Tự bảo vệ mình trên không gian mạng",
            audience_title=audience.title,
            per_cent=80 + number % 21,
            issuer="Ban Chỉ đạo chuyển đổi số tỉnh",
            issued_on=now.date(),
            issued_at=now,
            policy="certificates-1",
        )
        for number, (person, _session) in enumerate(learners.make(count, prefix="nhan"))
    )
