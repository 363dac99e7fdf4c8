"""Certificates issued in bulk by the worker's own turns, beside one `write_pdf()` of WeasyPrint's for each.

In bulk everything is counted: who is due, numbers, rows, drawing, signing, files, digests. It happens
in a process of its own, as the worker's does; what that loads once is left out, plates are not.
Signed one by one is what pyHanko's documentation shows: its SimpleSigner on the drawn file.
"""

import itertools
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path

IN_BULK = 4_000
AMONG = 8  # one by one after each few turns
CHECKS = 300


def measure(folder: Path) -> dict:
    """Return certificates a minute on one core both ways, unsigned and signed, with their ratios.

    `peak_mb` is the most that the process which took the turns cost, pages that it shares with the
    one it was forked from counted by halves (PSS), as two processes of a worker do; `resident_mb`
    the same with shared pages counted in full (RSS). `bytes` are mean sizes of a PDF.
    """
    from django.conf import settings

    from certificates import signers

    signers.make_demonstration_key()
    plain = _in_bulk(0, key="")
    signed = _in_bulk(1, key=settings.CERTIFICATE_KEY)
    one, one_signed = plain["one"], signed["one_signed"]
    return {
        "count": IN_BULK,
        "per_minute": round(60 / plain["cpu_s"]),
        "one_by_one_per_minute": round(60 / one),
        "ratio": round(one / plain["cpu_s"], 1),
        "signed_per_minute": round(60 / signed["cpu_s"]),
        "signed_one_by_one_per_minute": round(60 / one_signed),
        "signed_ratio": round(one_signed / signed["cpu_s"], 1),
        "cpu_ms": round(1000 * plain["cpu_s"], 2),
        "signed_cpu_ms": round(1000 * signed["cpu_s"], 2),
        "one_by_one_cpu_ms": round(1000 * one, 1),
        "signed_one_by_one_cpu_ms": round(1000 * one_signed, 1),
        "peak_mb": max(plain["peak_mb"], signed["peak_mb"]),
        "resident_mb": max(plain["resident_mb"], signed["resident_mb"]),
        "bytes": plain["bytes"],
        "signed_bytes": signed["bytes"],
        "verify_p95_ms": _verify(),
    }


def _in_bulk(number: int, *, key: str) -> dict:
    """Have a batch issued in a process of its own; return CPU seconds a certificate, memory, bytes."""
    from django.conf import settings

    batch = _batch(number)
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.certificates", str(batch.pk)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "CERTIFICATE_KEY": key, "ONE_BY_ONE_KEY": settings.CERTIFICATE_KEY},
    )
    batch.refresh_from_db()
    assert batch.state == "done", batch.state
    assert batch.items.filter(state="drawn").count() == IN_BULK
    return json.loads(answer.stdout.splitlines()[-1])


def _batch(number: int):
    """Return a batch that is ready: a commune of people who have passed the quiz of a course."""
    from django.utils import timezone

    from certificates import awards, batches
    from organisation import loading, tree
    from organisation.models import Unit
    from people.models import Person, Post
    from people.roles import Role
    from quizzes import grading
    from quizzes.models import Attempt, Quiz

    now, day = timezone.now(), timezone.localdate() - timedelta(days=30)
    kinds = loading.load_kinds()
    commune = Unit.objects.create()
    tree.place(unit=commune, name=f"Xã Đo {number}", kind=kinds["xa"], parent=None, valid_from=day)
    officer = Person.objects.create_user(f"do.can.bo.{number}", name="Nông Thị Cúc")
    Post.objects.create(person=officer, unit=commune, role=Role.OFFICER, since=day)
    award = awards.of_audience("team-member")[number]
    quiz = Quiz.objects.get(pk=award.quizzes[0])
    for place in range(IN_BULK):
        person = Person.objects.create_user(
            f"do.{number}.{place}", name=NAMES[place % len(NAMES)], born_on=day
        )
        Post.objects.create(person=person, unit=commune, role=Role.TEAM_MEMBER, since=day)
        attempt = Attempt.objects.create(
            quiz=quiz, person=person, number=1, state=Attempt.State.MARKED,
            started_at=now - timedelta(days=2), submitted_at=now - timedelta(days=2),
            pass_mark=quiz.pass_mark,
        )  # fmt: skip
        grading.append_grade(attempt, [Fraction(1)], rule="marking-1", at=now)
    batch = batches.propose(award=award, unit=commune, day=timezone.localdate(), by=officer, at=now)
    batches.work_out(batch.pk, at=now)
    batch.refresh_from_db()
    batches.start(batch=batch, at=now)
    return batch


NAMES = [
    "Nguyễn Văn Tám", "Bùi Thị Lành", "Đặng Mỹ Duyên", "Vi Thị Lụa", "Hoàng Thị Ngát", "Lý Văn Đoàn",
    "Nguyễn Hoàng Phương Thảo", "Giáp Thị Thơm", "Nông Văn Khoát", "Dương Đình Vững", "Thân Văn Lịch",
]  # fmt: skip


class _OneByOne:
    """Certificates drawn, and signed, by who knows no better: a few now and then, between the turns."""

    def __init__(self) -> None:
        self.count, self.drawing, self.signing = 0, 0.0, 0.0
        self._pages = itertools.cycle(_pages())
        self.do(1)  # what a process loads once
        self.count, self.drawing, self.signing = 0, 0.0, 0.0

    def do(self, count: int) -> None:
        for _one in range(count):
            page = next(self._pages)
            began = time.process_time()
            drawn = _draw(page)
            done = time.process_time()
            _sign(drawn)
            self.count += 1
            self.drawing += done - began
            self.signing += time.process_time() - done

    @property
    def seconds(self) -> float:
        """Return the CPU seconds of one, unsigned."""
        return self.drawing / self.count

    @property
    def signed_seconds(self) -> float:
        return self.seconds + self.signing / self.count


def _pages() -> list[str]:
    from django.utils import timezone

    from certificates import printing, samples
    from certificates.models import CertificateTemplate
    from certificates.press import qr

    template = CertificateTemplate.objects.get(name="Mẫu chung")
    pages = []
    for name in NAMES:
        sample = replace(samples.SAMPLES["usual"], name=name)
        shown = samples.certificate(template, sample, at=timezone.now())
        context = printing.print_context(shown, wording=template)
        page = printing.fitted(shown, wording=template, context=context)
        code = qr.picture(printing.qr_text(shown))
        pages.append(page.replace('<img data-slot="qr"', f"<img src='{code}'"))
    return pages


def _draw(page: str) -> bytes:
    """Draw with fonts, style and page anew each time."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    from certificates import designs

    fonts = FontConfiguration()
    styles = [
        CSS(filename=str(sheet), font_config=fonts) for sheet in designs.PAGES["formal"].stylesheets
    ]
    return HTML(string=page, base_url=f"{designs.FOLDER}/").write_pdf(
        stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1"
    )


def _sign(content: bytes) -> bytes:
    from django.conf import settings
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter

    passphrase = settings.CERTIFICATE_KEY_PASSPHRASE.encode()
    signer = signers.SimpleSigner.load_pkcs12(os.environ["ONE_BY_ONE_KEY"], passphrase=passphrase)
    assert signer
    output = signers.sign_pdf(
        IncrementalPdfFileWriter(BytesIO(content)),
        signers.PdfSignatureMetadata(field_name="Signature1", subfilter=SigSeedSubFilter.PADES),
        signer=signer,
    )
    return output.getvalue()


def _verify() -> float:
    """Return the 95th percentile of checking a code, in ms: the whole request, in one process."""
    from django.test import Client

    from certificates.models import Certificate

    codes = list(Certificate.objects.order_by("pk").values_list("code", flat=True)[:CHECKS])
    client, times = Client(headers={"host": "127.0.0.1"}), []
    for place, code in enumerate(codes):
        began = time.perf_counter()
        answer = client.get(f"/xac-minh/{code}/", REMOTE_ADDR=f"192.0.2.{place % 250}")
        times.append(1000 * (time.perf_counter() - began))
        assert answer.status_code == 200, answer.status_code
    return round(statistics.quantiles(times, n=20)[-1], 1)


def main(batch_id: int) -> None:
    """Take the turns of a batch as the worker does: in a process forked from one that has loaded all."""
    from lms.celery import app, share_what_drawing_needs

    app.loader.import_default_modules()
    share_what_drawing_needs()
    child = os.fork()
    if child:
        _process, status = os.waitpid(child, 0)
        sys.exit(os.waitstatus_to_exitcode(status))
    print(json.dumps(_take_turns(batch_id)))


def _take_turns(batch_id: int) -> dict:
    from certificates import printing, tasks
    from certificates.models import Batch, Certificate
    from jobs import queue

    batch = Batch.objects.get(pk=batch_id)
    assert batch.job
    job = batch.job
    printing.press("formal")
    progress, costs = queue.progress(job=job), []
    while progress.done < progress.total // 2:
        tasks.take_turns(job.pk)
        costs.append(_memory())
        progress = queue.progress(job=job)
    # The machine is now quicker, now slower: both ways take turns, so that they share its moods.
    one, used = _OneByOne(), 0.0
    before = batch.items.filter(state="drawn").count()
    while not progress.ended:
        began = time.process_time()
        tasks.take_turns(job.pk)
        used += time.process_time() - began
        one.do(AMONG)
        progress = queue.progress(job=job)
    timed = batch.items.filter(state="drawn").count() - before
    from django.core.files.storage import storages

    names = Certificate.objects.filter(batch_item__batch=batch).values_list("pdf", flat=True)
    sizes = [storages["certificates"].size(name) for name in names]
    return {
        "cpu_s": used / timed,
        "one": one.seconds,
        "one_signed": one.signed_seconds,
        "peak_mb": max(cost["Pss"] for cost in costs),
        "resident_mb": max(cost["Rss"] for cost in costs),
        "bytes": round(sum(sizes) / len(sizes)),
    }


def _memory() -> dict[str, int]:
    """Return what this process costs now, in MB: `Rss` with shared pages in full, `Pss` by its share."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()[1:]
    found = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return {name: round(found[name] / 1024) for name in ("Pss", "Rss")}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    main(int(sys.argv[1]))
