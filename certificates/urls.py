from django.urls import include, path

from certificates import views, views_check, views_credentials, views_offline

app_name = "certificates"
urlpatterns = [
    path("cong-viec/giay-chung-nhan/", include("certificates.work_urls")),
    path("giay-chung-nhan/", views.mine, name="mine"),
    path("giay-chung-nhan/nhan/<slug:slug>/", views.claim, name="claim"),
    path("giay-chung-nhan/<str:code>/", views.certificate, name="certificate"),
    path("giay-chung-nhan/<str:code>/tep.pdf", views.file, name="file"),
    path("xac-minh/", views_check.check, name="check"),
    path("xac-minh/ngoai-tuyen/", views_offline.page, name="offline"),
    path("xac-minh/tho-phuc-vu.js", views_offline.worker, name="offline_worker"),
    path("xac-minh/tep/", views_check.check_file, name="check_file"),
    path("xac-minh/<str:code>/chung-chi-so.json", views_credentials.credential, name="credential"),
    path(".well-known/did.json", views_credentials.did_document, name="did"),
    path("xac-minh/<str:code>/", views_check.verify, name="verify"),
]
