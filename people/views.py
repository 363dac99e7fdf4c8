from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth import login as sign_in_now
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.db import IntegrityError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from organisation import tree
from people import oidc, places, registration
from people.access import onward, public, signed_in
from people.authentication import BACKEND
from people.forms import (
    AccountForm,
    NewPasswordForm,
    PlaceField,
    RegistrationForm,
    SignInForm,
)
from people.roles import SELF_DECLARED

# What an address says while another place is being chosen on the account page.
ELSEWHERE = {"doi", "q", "trong"}


def _sent(request):
    """Return what was sent for a form, which may be nothing at all, or None before it was sent."""
    return request.POST if request.method == "POST" else None


class SignIn(LoginView):
    template_name = "people/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(provider=oidc.name(), **kwargs)

    def get_redirect_url(self, *args, **kwargs):
        # From sign-in to sign-in would be a circle, which Django answers with an error.
        onward = super().get_redirect_url(*args, **kwargs)
        return "" if onward == self.request.path else onward


sign_in = public(never_cache(SignIn.as_view()))


class SignOut(LogoutView):
    http_method_names = ["get", "post", "options"]

    def get(self, request, *args, **kwargs):
        """Nobody is signed out by following a link: the button stands on the account's page."""
        return redirect("people:account")

    def post(self, request, *args, **kwargs):
        response = super().post(request, *args, **kwargs)
        # Many share one phone: the button for going back must not show whoever was there before.
        response["Clear-Site-Data"] = '"cache"'
        return response


sign_out = public(never_cache(SignOut.as_view()))


def locked_out(request, credentials, *args, **kwargs):
    """Say why sign-in is closed for a while, after too many wrong passwords."""
    context = {
        "status": 429,
        "title": _("Too many wrong passwords"),
        "advice": _("Wait 15 minutes, then try again. Nobody has got into your account."),
    }
    return render(request, "errors/error.html", context, status=429)


# Where somebody serves


@public
@cache_control(private=True, max_age=60)
@require_GET
def find_place(request):
    """Answer with the places that a text finds, as a piece of a page: for static/js/place.js."""
    return render(request, "people/places/found.html", _found(request))


def _found(request) -> dict:
    """Return what the address asks for: places by name, or a commune with all that is in it.

    Where it asks for nothing, all places of a small site are offered.
    """
    today = timezone.localdate()
    typed = request.GET.get("q", "")[: places.LONGEST]
    found, more = [], False
    commune = request.GET.get("trong")
    if commune:
        found = places.inside(commune, on=today)
    elif typed:
        found, more = places.find(typed, on=today)
    else:
        found = places.all_if_few(on=today)
    return {
        "places": found,
        "more": more,
        "typed": typed,
        "commune": found[0].name if commune and found else "",
        "asked": bool(typed or commune),
    }


def _chosen_place(request):
    """Return the place that the address names, or None where one is still to be chosen."""
    if request.method == "POST" or "trong" in request.GET or "q" in request.GET:
        return None
    return places.standing(request.GET.get("noi"), on=timezone.localdate())


def _choose_place(request, *, registering: bool, onwards: str):
    if "noi" in request.GET and not ELSEWHERE & request.GET.keys():
        messages.warning(request, PlaceField.default_error_messages["gone"])
    context = _found(request) | {"registering": registering, "next": onwards}
    context |= {"longest": places.LONGEST}
    return render(request, "people/places/choose.html", context)


def _written(unit) -> list[str]:
    """Return the address of the unit of a form, its name first; empty where nobody serves there."""
    today = timezone.localdate()
    place = places.standing(unit, on=today)
    return [part.name for part in tree.path(place.unit_id, on=today)] if place else []


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request):
    """Make an account and sign in with it: first where somebody serves, then who they are."""
    if request.user.is_authenticated:
        return redirect(onward(request))
    place = _chosen_place(request)
    if request.method == "GET" and place is None:
        return _choose_place(request, registering=True, onwards=onward(request))
    form = RegistrationForm(_sent(request), initial={"unit": place.unit_id if place else None})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = registration.register(**data, on=timezone.localdate())
        except IntegrityError:
            # Somebody else took the name between the check and now.
            form.add_error("login", _("This login name is taken. Choose another one."))
        else:
            sign_in_now(request, person, backend=BACKEND)
            messages.success(request, _("Your account is ready. Have a good time learning."))
            return redirect(onward(request))
    status = 200 if request.method == "GET" else 422
    context = {
        "form": form,
        "place": _written(form["unit"].value()),
        "elsewhere": f"?{urlencode({'next': onward(request)})}",
        "next": onward(request),
    }
    return render(request, "people/register.html", context, status=status)


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
def account(request):
    """Show, and let people correct, who they are and where they serve."""
    today = timezone.localdate()
    post = registration.current_post(request.user, on=today)
    may_move = post is None or (post.self_declared and post.role in SELF_DECLARED)
    onwards = onward(request) if request.GET.get("next") or request.POST.get("next") else ""
    chosen = _chosen_place(request) if may_move else None
    # Another place is asked for, or the one that was chosen is gone.
    choosing = request.method == "GET" and (ELSEWHERE | {"noi"}) & request.GET.keys()
    if may_move and choosing and chosen is None:
        return _choose_place(request, registering=False, onwards=onwards)
    serves_at = post.unit_id if post else None
    initial = {
        "name": request.user.name,
        "role": post.role if post else None,
        "unit": chosen.unit_id if chosen else serves_at,
    }
    form = AccountForm(_sent(request), initial=initial, serves=post is not None)
    if not may_move:
        # An officer wrote this post down; only an officer changes it.
        del form.fields["role"], form.fields["unit"]
    if request.method == "POST" and form.is_valid():
        registration.correct(
            person=request.user,
            name=form.cleaned_data["name"],
            unit=form.cleaned_data.get("unit"),
            role=form.cleaned_data.get("role"),
            on=today,
        )
        messages.success(request, _("Saved."))
        return redirect(onward(request) if request.POST.get("next") else "people:account")
    serves = [part.name for part in tree.path(post.unit_id, on=today)] if post else []
    unit = str(form["unit"].value() or "") if may_move else ""
    moves = unit not in {"", str(serves_at)}
    context = {
        "form": form,
        "post": post,
        "serves": ", ".join(serves),
        "place": _written(unit) if moves else serves,
        "moves": moves,
        "elsewhere": f"?{urlencode({'doi': 1, 'next': onwards})}",
        "next": onwards,
        "may_edit": request.user.has_perm("wagtailadmin.access_admin"),
        "provider": oidc.name(),
    }
    status = 200 if request.method == "GET" else 422
    return render(request, "people/account.html", context, status=status)


@never_cache
@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request):
    form = NewPasswordForm(request.user, _sent(request))
    if request.method == "POST" and form.is_valid():
        update_session_auth_hash(request, form.save())
        messages.success(request, _("Your new password holds from now on."))
        return redirect("people:account")
    status = 200 if request.method == "GET" else 422
    return render(request, "people/change_password.html", {"form": form}, status=status)
