"""The pages of sign-in through a provider. All answer 404 where it is off."""

import time
from functools import wraps

from django.contrib import messages
from django.contrib.auth import login as sign_in_now
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from people import oidc
from people.access import onward, public, signed_in
from people.authentication import BACKEND
from people.forms_two_factor import PasswordForm

WAITING = "oidc_waiting"  # who the provider has confirmed, until the password links them


def _where_it_is_on(view):
    @wraps(view)
    def answering(request):
        if not oidc.name():
            raise Http404
        return view(request)

    return answering


@public
@never_cache
@require_GET
@_where_it_is_on
def begin(request):
    """Send somebody to the provider, to sign in or, with an account open here, to link it."""
    return HttpResponseRedirect(oidc.begin(request, onward=onward(request)))


@public
@never_cache
@require_GET
@_where_it_is_on
def come_back(request):
    """Sign in whom the provider has confirmed; whoever is signed in goes on to link."""
    inside = request.user.is_authenticated
    try:
        confirmed = oidc.finish(request)
    except oidc.Cancelled:
        messages.info(request, _("Nothing has been changed."))
        return redirect("people:oidc" if inside else "people:sign_in")
    except oidc.NotConfirmed:
        text = _("%(name)s has not confirmed who you are. Try again; if it fails again, sign in with your password.")  # fmt: skip
        messages.error(request, text % {"name": oidc.name()})
        return redirect("people:oidc" if inside else "people:sign_in")
    if confirmed.person is not None:
        request.session[WAITING] = {"subject": confirmed.subject, "at": time.time()}
        return redirect("people:oidc")
    person = oidc.person_of(confirmed.subject)
    if person is None:
        text = _("This %(name)s account is not linked with an account here yet. Sign in with your login name and password, then link it under “Account”.")  # fmt: skip
        messages.warning(request, text % {"name": oidc.name()})
        query = urlencode({"next": reverse("people:oidc")})
        return redirect(f"{reverse('people:sign_in')}?{query}")
    sign_in_now(request, person, backend=BACKEND)
    return redirect(confirmed.onward)


@never_cache
@signed_in
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@_where_it_is_on
def linking(request):
    """Show whether the account is linked; link what the provider has confirmed, or unlink it."""
    linked = oidc.identity_of(request.user)
    if request.method == "POST" and "unlink" in request.POST:
        oidc.unlink(person=request.user)
        messages.success(request, _("Unlinked. From now on you sign in with your password."))
        return redirect("people:oidc")
    waiting = request.session.get(WAITING)
    if waiting and (linked or time.time() - waiting["at"] > oidc.VALID_FOR):
        waiting = None
        del request.session[WAITING]
    form = PasswordForm(request, request.POST if request.method == "POST" else None)
    # The password shows that whoever holds the phone owns the account, and means this one.
    if request.method == "POST" and waiting and form.is_valid():
        del request.session[WAITING]
        _link(request, waiting["subject"])
        return redirect("people:oidc")
    context = {"name": oidc.name(), "linked": linked, "waiting": waiting, "form": form}
    status = 200 if request.method == "GET" else 422
    return render(request, "people/oidc/linking.html", context, status=status)


def _link(request, subject: str) -> None:
    named = {"name": oidc.name()}
    try:
        oidc.link(person=request.user, subject=subject, at=timezone.now())
    except oidc.LinkedElsewhere:
        messages.error(
            request, _("This %(name)s account is linked with another account here.") % named
        )
    except oidc.LinkedAlready:
        messages.error(request, _("Your account is linked with another %(name)s account. Unlink that one first.") % named)  # fmt: skip
    else:
        messages.success(
            request, _("Linked. From now on you can sign in with %(name)s too.") % named
        )
