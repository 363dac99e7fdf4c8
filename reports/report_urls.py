"""Quarterly reports and obstacles: below /cong-viec/bao-cao/."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reports import views_keys, views_obstacles, views_reports


class Paper(StringConverter):
    """The forms in which a report is handed out."""

    regex = "pdf|docx|xlsx"


register_converter(Paper, "paper")

app_name = "quarterly"
ONE = "<int:unit>/<int:year>/<int:number>/"
urlpatterns = [
    path("", views_reports.reports, name="reports"),
    path("vuong-mac/", views_obstacles.obstacles_list, name="obstacles"),
    path("vuong-mac/<int:pk>/", views_obstacles.obstacle, name="obstacle"),
    path("khoa/", views_keys.keys, name="keys"),
    path("khoa/<int:pk>/thu-hoi/", views_keys.revoke, name="revoke_key"),
    path(ONE, views_reports.report, name="report"),
    path(f"{ONE}lap/", views_reports.begin, name="begin"),
    path(f"{ONE}bao-cao.<paper:form>", views_reports.file, name="file"),
    path(f"{ONE}chenh-lech/", views_reports.differences, name="differences"),
]
