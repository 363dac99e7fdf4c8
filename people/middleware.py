from urllib.parse import urlencode

from django.shortcuts import redirect
from django.urls import reverse

from people import two_factor

# What opens before the code has been shown. Static files never come this far.
OPEN = {
    "healthz",
    "robots",
    "media",
    "people:sign_out",
    "people:two_factor",
    "people:two_factor_code",
}


class SecondFactorMiddleware:
    """Sends whoever still owes a code to where it is written, or set up, and then back.

    A rule of access asks `two_factor.is_settled`; this is what makes people meet the question.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Let pass whoever is settled, and whatever nobody is asked for."""
        if request.resolver_match.view_name in OPEN or not request.user.is_authenticated:
            return None
        return None if two_factor.is_settled_today(request) else to_second_factor(request)


def to_second_factor(request):
    """Return the answer that sends somebody to show, or to set up, their second factor."""
    page = "people:two_factor_code" if two_factor.device_of(request.user) else "people:two_factor"
    # What a form held is lost; what it was sent to may have no page.
    onward = request.get_full_path() if request.method in ("GET", "HEAD") else "/"
    return redirect(f"{reverse(page)}?{urlencode({'next': onward})}")
