"""The pages of the second factor: setting it up, writing a code, changing it."""

import time
from base64 import b32encode
from binascii import unhexlify

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

import qrcodes
from people import two_factor
from people.access import onward, signed_in
from people.forms_two_factor import CodeForm, PasswordAndCodeForm, RecoveryCodeForm

# A secret belongs to the session that it was shown in: whoever else knows the password has never
# seen it. It is kept with the person only after a right code.
KEY = "second_factor_key"
REPLACING_SINCE = "second_factor_replacing_since"
MAY_REPLACE_FOR = 10 * 60  # seconds


def _sent(request):
    return request.POST if request.method == "POST" else None


@never_cache
@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def second_factor(request):
    """Set up the second factor, or look at it and change it where there is one."""
    device = two_factor.device_of(request.user)
    if device is None:
        return _set_up(request, replacing=False)
    if not request.user.is_verified():
        return _to("people:two_factor_code", request)
    return _overview(request, since=device.created_at)


@never_cache
@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def replace_device(request):
    """Set up another phone, soon after password and code have been written on the overview."""
    since = request.session.get(REPLACING_SINCE, 0)
    if not request.user.is_verified() or time.time() - since > MAY_REPLACE_FOR:
        return redirect("people:two_factor")
    return _set_up(request, replacing=True)


@never_cache
@signed_in
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def enter_code(request):
    """Ask for a code after the password; the next page follows."""
    if request.user.is_verified():
        return redirect(onward(request))
    if two_factor.device_of(request.user) is None:
        return _to("people:two_factor", request)
    by_paper = "paper" in request.POST
    form = CodeForm(None if by_paper else _sent(request))
    paper = RecoveryCodeForm(_sent(request) if by_paper else None, auto_id="paper_%s")
    device = _device(paper if by_paper else form, request) if request.method == "POST" else None
    if device is None:
        context = {"form": form, "paper": paper, "by_paper": by_paper, "next": onward(request)}
        return render(request, "people/two_factor/code.html", context, status=_status(request))
    two_factor.settle(request, device)
    if by_paper:
        _say_how_many_are_left(request)
    return redirect(onward(request))


def _set_up(request, *, replacing: bool):
    key = request.session.get(KEY)
    if key is None:
        key = request.session[KEY] = random_hex(20)
    form = CodeForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            device = two_factor.set_up(
                person=request.user,
                key=key,
                code=form.cleaned_data["code"],
                replacing=replacing,
                at=timezone.now(),
            )
        except two_factor.AlreadySetUp:
            return _to("people:two_factor_code", request)
        except two_factor.WrongCode:
            form.add_error("code", _("This code does not fit. Wait for the next one and write it."))
        else:
            request.session.pop(KEY)
            request.session.pop(REPLACING_SINCE, None)
            two_factor.settle(request, device)
            return _new_recovery_codes(request)
    needed = two_factor.is_needed(request.user, on=timezone.localdate())
    context = _secret(request.user, key) | {
        "form": form,
        "needed": needed and not replacing,
        "replacing": replacing,
        "next": onward(request),
    }
    return render(request, "people/two_factor/set_up.html", context, status=_status(request))


def _secret(person, key: str) -> dict:
    """Return the secret as the app takes it: as a QR code, as an address, and to be typed."""
    address = TOTPDevice(user=person, key=key).config_url
    typed = b32encode(unhexlify(key)).decode()
    return {
        # Read off a screen by a camera: dark on light, whatever the page's colours.
        "qr": qrcodes.svg_uri(address),
        "address": address,
        "typed": [typed[at : at + 4] for at in range(0, len(typed), 4)],
    }


def _overview(request, *, since):
    form = PasswordAndCodeForm(request, _sent(request))
    today = timezone.localdate()
    # The password comes first: a code is used up by looking at it.
    if request.method == "POST" and form.is_valid() and _device(form, request):
        do = request.POST.get("do")
        if do == "replace":
            request.session[REPLACING_SINCE] = time.time()
            request.session.pop(KEY, None)
            return redirect("people:two_factor_device")
        if do == "off":
            try:
                two_factor.switch_off(person=request.user, on=today)
            except two_factor.StillNeeded:
                messages.error(request, _("With your role, two-step sign-in stays switched on."))
            else:
                messages.success(request, _("From now on your password is enough to sign in."))
            return redirect("people:account")
        return _new_recovery_codes(request)
    context = {
        "form": form,
        "since": since,
        "codes_left": two_factor.recovery_codes_left(request.user),
        "needed": two_factor.is_needed(request.user, on=today),
    }
    return render(request, "people/two_factor/overview.html", context, status=_status(request))


def _new_recovery_codes(request):
    """Answer with new codes at once: they are shown here and nowhere else, and kept in no session."""
    context = {
        "codes": two_factor.make_recovery_codes(person=request.user),
        "next": onward(request) if request.POST.get("next") else reverse("people:account"),
    }
    return render(request, "people/two_factor/recovery_codes.html", context)


def _device(form, request):
    """Return the device that the form's code is right for, or None with the reason in the form."""
    if not form.is_valid():
        return None
    try:
        return two_factor.check(person=request.user, code=form.cleaned_data["code"])
    except two_factor.MustWait as wait:
        seconds = wait.args[0]
        text = ngettext(
            "Too many wrong codes. Wait %(count)d second, then write a new one.",
            "Too many wrong codes. Wait %(count)d seconds, then write a new one.",
            seconds,
        )
        form.add_error("code", text % {"count": seconds})
    except two_factor.WrongCode:
        form.add_error(
            "code", _("This code is not right or has been used. Write the one shown now.")
        )
    return None


def _say_how_many_are_left(request):
    left = two_factor.recovery_codes_left(request.user)
    text = ngettext(
        "You have %(count)d recovery code left.", "You have %(count)d recovery codes left.", left
    )
    messages.warning(request, text % {"count": left})


def _to(page: str, request):
    return redirect(f"{reverse(page)}?{urlencode({'next': onward(request)})}")


def _status(request) -> int:
    return 200 if request.method == "GET" else 422
