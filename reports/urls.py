"""Figures and reports, for whoever looks after others: below /cong-viec/so-lieu/."""

from django.urls import path

from reports import views, views_files
from tables import converters

__all__ = ["app_name", "converters", "urlpatterns"]
app_name = "reports"
HERE = "<slug:programme>/<int:unit>/"
urlpatterns = [
    path("", views.overview, name="overview"),
    path(HERE, views.dashboard, name="dashboard"),
    path(f"{HERE}nguoi/", views.people, name="people"),
    path(f"{HERE}nhac/", views.remind, name="remind"),
    path(f"{HERE}chi-tieu/", views.target, name="target"),
    path(f"{HERE}don-vi.<form:form>", views_files.units, name="units_file"),
    path(f"{HERE}theo-tuan.<form:form>", views_files.weeks, name="weeks_file"),
    path(f"{HERE}danh-sach.<form:form>", views_files.people, name="people_file"),
]
