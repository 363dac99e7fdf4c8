"""A certificate as an Open Badges credential, and the keys by which anybody can verify it."""

from django.conf import settings
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from certificates import codes, history, own_keys
from certificates.credentials import badges, did
from certificates.models import Certificate
from certificates.views_check import throttled
from people.access import public

READABLE = {"ensure_ascii": False, "indent": 2}


@require_safe
@public
def did_document(request) -> JsonResponse:
    """Publish who issues, and the keys: did:web asks for them at this address."""
    issuer = did.identifier(settings.BASE_URL)
    document = did.document(issuer, own_keys.credentials_public())
    return _open(
        JsonResponse(document, content_type="application/did+json", json_dumps_params=READABLE)
    )


@never_cache
@require_safe
@public
@throttled
def credential(request, code: str) -> JsonResponse:
    """Hand out the credential of a certificate that stands; of another, 410 and what became of it."""
    if not codes.looks_like_one(code):
        raise Http404
    known = Certificate.objects.select_related("superseded_by")
    found = known.filter(code=code).first()
    if found is None:
        raise Http404
    if found.state != Certificate.State.LIVE:
        return JsonResponse(_gone(found), status=410, json_dumps_params=READABLE)
    document = badges.credential(
        _facts(found), issuer=did.identifier(settings.BASE_URL), key=own_keys.credentials()
    )
    answer = JsonResponse(document, content_type="application/vc", json_dumps_params=READABLE)
    answer.headers["Content-Disposition"] = f'inline; filename="{found.code}.json"'
    return _open(answer)


def _open(answer: JsonResponse) -> JsonResponse:
    """Let the pages of other sites read an answer, so that verifiers in a browser can."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _gone(found: Certificate) -> dict:
    said = {"state": found.state}
    if revoked := history.revocation(found):
        said["reason"] = revoked.reason
    if successor := getattr(found, "superseded_by", None):
        said["replaced_by"] = credential_address(successor)
    return said


def credential_address(certificate: Certificate) -> str:
    """Return the address under which the credential of a certificate lies."""
    path = reverse("certificates:credential", args=[certificate.code])
    return f"{settings.BASE_URL}{path}"


def _facts(found: Certificate) -> badges.Facts:
    course = found.course_id or "nam-ky-nang"
    return badges.Facts(
        address=credential_address(found),
        achievement=f"{settings.BASE_URL}/xac-minh/#{found.audience_id}-{course}",
        evidence=codes.verification_address(found.code),
        name=found.name,
        title=found.title,
        audience=found.audience_title,
        number=found.number,
        issuer=found.issuer,
        issued_at=found.issued_at,
        expires_on=found.expires_on,
        per_cent=found.per_cent,
        zone=timezone.get_default_timezone(),
    )
