"""Certificates drawn: one by one as when somebody waits, and in bulk through a job of the worker."""

import time
from pathlib import Path

from django.core.files.storage import storages
from django.utils import timezone

from certificates import codes, printing
from certificates.models import Certificate
from courses.models import Audience
from jobs import queue
from tests.benchmarks import learners

ONE_BY_ONE = 20
IN_BULK = 100


def measure(folder: Path) -> dict:
    """Return CPU ms a certificate, one by one and in bulk, and the mean size of a file in bytes."""
    certificates = _issue(IN_BULK)
    printing.pdf(certificates[0])  # fonts and style are loaded once a process
    began = time.process_time()
    for certificate in certificates[:ONE_BY_ONE]:
        printing.pdf(certificate)
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
    names = Certificate.objects.exclude(pdf="").values_list("pdf", flat=True)
    sizes = [storages["certificates"].size(name) for name in names]
    return {
        "one_cpu_ms": round(1000 * one, 1),
        "bulk_cpu_ms": round(1000 * bulk, 1),
        "bytes": round(sum(sizes) / len(sizes)),
    }


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
