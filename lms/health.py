from django.db import DatabaseError
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs import queue
from people.access import public


@never_cache
@require_safe
@public
def healthz(request):
    """Say whether the database answers and the worker is alive: 200, or 503 with what is not well."""
    try:
        well = {"database": "ok", "worker": "ok" if _worker_is_well() else "no heartbeat"}
    except DatabaseError as error:
        well = {"database": type(error).__name__, "worker": "unknown"}
    fine = all(value == "ok" for value in well.values())
    return JsonResponse(well, status=200 if fine else 503)


def _worker_is_well() -> bool:
    return queue.worker_is_well(at=timezone.now())
