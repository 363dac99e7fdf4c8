"""The processes that answer requests. All is loaded once and then forked: see decision 26."""

import gc
import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.template.loader import get_template
from django.urls import reverse
from granian import Granian
from granian.constants import Interfaces
from granian.errors import FatalError
from granian.log import LogLevels


class Command(BaseCommand):
    help = "Answer requests: load everything once, then fork as many processes as are asked for."
    requires_system_checks = ()  # whoever starts it has checked, and each start would pay for it

    def add_arguments(self, parser):
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
        parser.add_argument("--threads", type=int, default=8, help="of each process; decision 9")
        parser.add_argument(
            "--backpressure", type=int, help="how many connections a process takes at most"
        )

    def handle(self, *, host, port, workers, threads, backpressure, **options):
        load()
        server = Granian(
            "lms.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=workers,
            # Python runs one thread at a time; a few more, so that a slow phone holds up nobody else.
            blocking_threads=threads,
            blocking_threads_idle_timeout=600,
            backpressure=backpressure,
            websockets=False,
            respawn_failed_workers=True,
            log_level=LogLevels.warning,
            # Uploads can be large and phones slow: sent from Python, they would hold its one thread.
            static_path_route=["/media"],
            static_path_mount=[Path(settings.MEDIA_ROOT)],
        )
        try:
            server.serve()
        except FatalError as error:
            raise CommandError("The web server could not start; see above.") from error


def load() -> None:
    """Load what every process needs, and leave nothing open that a fork must not share."""
    import lms.wsgi  # noqa: F401 - the application and its middleware

    reverse("healthz")  # every address of the site
    templates = settings.BASE_DIR / "templates"
    for path in templates.rglob("*.html"):
        get_template(str(path.relative_to(templates)))
    connections.close_all()
    # What lives now lives for ever: looked through by no collection, it stays shared between the processes.
    gc.collect()
    gc.freeze()
    # A page leaves few circles behind: looked for after every 700 objects, they cost a tenth of each page.
    gc.set_threshold(50_000, 20, 20)
