"""Every address of the site. Pages that authors make come last: they may stand anywhere."""

from django.urls import include, path, re_path
from django.views.generic import TemplateView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns
from wagtail.views import authenticate_with_password

from lms import health, pages
from lms.administration import editors_only
from lms.views import media
from people.access import public
from people.views import sign_in
from reports import api

handler400 = "lms.views.bad_request"
handler403 = "lms.views.permission_denied"
handler404 = "lms.views.page_not_found"
handler500 = "lms.views.server_error"

robots = TemplateView.as_view(template_name="robots.txt", content_type="text/plain")

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("robots.txt", public(robots), name="robots"),
    path("quan-tri/login/", sign_in),  # instead of Wagtail's own, which knows nothing of our logins
    path("quan-tri/", include(decorate_urlpatterns(wagtailadmin_urls.urlpatterns, editors_only))),
    path("media/<path:path>", media, name="media"),
    path("tai-khoan/", include("people.urls")),
    path("cong-viec/nhap/", include("imports.urls")),
    path("cong-viec/so-lieu/", include("reports.urls")),
    path("cong-viec/bao-cao/", include("reports.report_urls")),
    path("api/v1/", api.urls()),
    path("", include("training.urls")),
    path("cong-viec/", include("desks.urls")),
    path("cong-viec/", include("people.work_urls")),
    path("", include("courses.urls")),
    path("", include("quizzes.urls")),
    path("", include("certificates.urls")),
    path("", include("classroom.urls")),
    path("_util/login/", sign_in, name="wagtailcore_login"),
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        public(authenticate_with_password),
        name="wagtailcore_authenticate_with_password",
    ),
    re_path(wagtail_urls.serve_pattern, pages.serve, name="wagtail_serve"),
]
