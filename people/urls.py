from django.urls import path

from people import views

app_name = "people"
urlpatterns = [
    path("dang-ky/", views.register, name="register"),
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("", views.account, name="account"),
    path("mat-khau/", views.change_password, name="change_password"),
]
