import errno

from django.conf import settings
from django.http import Http404, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.static import serve

from people.access import public


@public
def media(request, path: str):
    """Hand out a picture. A name longer than any file may have names none."""
    try:
        return serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise Http404 from error
        raise


def _error(request, *, status: int, title: str, advice: str):
    context = {"title": title, "advice": advice, "status": status}
    return render(request, "errors/error.html", context, status=status)


def csrf_failure(request, reason=""):
    return _error(
        request,
        status=403,
        title=_("This page was open for too long"),
        advice=_("Go back, load the page again and send it once more. Nothing has been changed."),
    )


def permission_denied(request, exception=None):
    return _error(
        request,
        status=403,
        title=_("You may not open this page"),
        advice=_("If you think that you should, ask the officer who looks after your unit."),
    )


def page_not_found(request, exception=None):
    return _error(
        request,
        status=404,
        title=_("There is no such page"),
        advice=_(
            "The address may be mistyped, or the page has moved. Try the search or the courses."
        ),
    )


def bad_request(request, exception=None):
    return _error(
        request,
        status=400,
        title=_("The site did not understand this"),
        advice=_("Go back and try again. If you sent a form, make it shorter."),
    )


def server_error(request):
    # Whatever broke may break the page's own frame too: no session, no user, no query here.
    context = {
        "title": _("Something went wrong on our side"),
        "advice": _("What you have saved is safe. Wait a minute and try again."),
    }
    return HttpResponseServerError(render_to_string("errors/error.html", context))
