from django.urls import path

from certificates import views

app_name = "certificates"
urlpatterns = [
    path("giay-chung-nhan/", views.mine, name="mine"),
    path("giay-chung-nhan/nhan/<slug:slug>/", views.claim, name="claim"),
    path("giay-chung-nhan/<str:code>/", views.certificate, name="certificate"),
    path("giay-chung-nhan/<str:code>/tep.pdf", views.file, name="file"),
    path("xac-minh/", views.check, name="check"),
    path("xac-minh/<str:code>/", views.verify, name="verify"),
]
