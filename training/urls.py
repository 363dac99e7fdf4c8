"""What learners bring, and what officers and heads decide on."""

from django.urls import path

from tables import converters
from training import (
    views,
    views_checking_in,
    views_exemptions,
    views_inviting,
    views_meetings,
    views_programmes,
)

__all__ = ["app_name", "converters", "urlpatterns"]
app_name = "training"
urlpatterns = [
    path("chung-nhan-noi-khac/", views.mine, name="mine"),
    path("chung-nhan-noi-khac/<int:pk>/tep/", views.file, name="file"),
    path("chung-nhan-noi-khac/<int:pk>/anh/", views.picture, name="picture"),
    path("chung-nhan-noi-khac/<int:pk>/thay-tep/", views.replace, name="replace"),
    path("chung-nhan-noi-khac/<int:pk>/rut/", views.take_back, name="take_back"),
    path("cong-viec/minh-chung/", views.evidence, name="evidence"),
    path("cong-viec/minh-chung/<int:pk>/", views.decide, name="decide"),
    path("cong-viec/minh-chung/nop/<int:person>/", views.bring, name="bring"),
    path("cong-viec/chuong-trinh/", views_programmes.versions, name="versions"),
    path("cong-viec/buoi-tap-huan/", views_meetings.sessions, name="meetings"),
    path("cong-viec/buoi-tap-huan/<int:pk>/", views_meetings.meeting, name="meeting"),
    path("cong-viec/buoi-tap-huan/<int:pk>/moi/", views_inviting.invite, name="invite"),
    path("cong-viec/buoi-tap-huan/<int:pk>/diem-danh.pdf", views_meetings.sheet, name="sheet"),
    path(
        "cong-viec/buoi-tap-huan/<int:pk>/ket-qua.<form:form>",
        views_meetings.sheet_file,
        name="sheet_file",
    ),
    path("cong-viec/buoi-tap-huan/<int:pk>/ma/", views_checking_in.screen, name="screen"),
    path("cong-viec/buoi-tap-huan/<int:pk>/ma/hien-tai/", views_checking_in.code, name="code"),
    path("diem-danh/", views_checking_in.check_in, name="check_in"),
    path("diem-danh/<int:pk>/", views_checking_in.check_in, name="check_in_to"),
    path("diem-danh/<int:pk>/cua-toi/", views_checking_in.checked_in, name="checked_in"),
    path("cong-viec/mien/", views_exemptions.listed, name="exemptions"),
    path(
        "cong-viec/mien/danh-sach.<form:form>", views_exemptions.listed_file, name="exemptions_file"
    ),
    path("cong-viec/mien/<int:person>/", views_exemptions.exempt, name="exempt"),
    path("cong-viec/mien/<int:pk>/ket-thuc/", views_exemptions.end, name="end_exemption"),
]
