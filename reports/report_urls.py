"""Quarterly reports and obstacles: below /cong-viec/bao-cao/."""

from django.urls import path

from reports import views_keys, views_obstacles, views_reports, views_targets
from tables import converters

__all__ = ["app_name", "converters", "urlpatterns"]

app_name = "quarterly"
ONE = "<int:unit>/<int:year>/<int:number>/"
urlpatterns = [
    path("", views_reports.reports, name="reports"),
    path("vuong-mac/", views_obstacles.obstacles_list, name="obstacles"),
    path("vuong-mac/<int:pk>/", views_obstacles.obstacle, name="obstacle"),
    path("khoa/", views_keys.keys, name="keys"),
    path("khoa/<int:pk>/thu-hoi/", views_keys.revoke, name="revoke_key"),
    path("<int:unit>/<int:year>/chi-tieu/", views_targets.year, name="targets"),
    path(
        "<int:unit>/<int:year>/chi-tieu.<form:form>", views_targets.year_file, name="targets_file"
    ),
    path(ONE, views_reports.report, name="report"),
    path(f"{ONE}lap/", views_reports.begin, name="begin"),
    path(f"{ONE}bao-cao.<paper:form>", views_reports.file, name="file"),
    path(f"{ONE}tinh-hinh.<form:form>", views_reports.status_file, name="status_file"),
    path(f"{ONE}ban-ky/", views_reports.add_copy, name="add_copy"),
    path(f"{ONE}ban-ky/<int:pk>/", views_reports.copy, name="copy"),
    path(f"{ONE}chenh-lech/", views_reports.differences, name="differences"),
]
