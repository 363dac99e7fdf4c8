from django.urls import path

from people import views, views_cards, views_data, views_oidc, views_two_factor

app_name = "people"
urlpatterns = [
    path("dang-ky/", views.register, name="register"),
    path("noi/", views.find_place, name="find_place"),
    path("dang-nhap/", views.sign_in, name="sign_in"),
    path("the-dang-nhap/", views_cards.sign_in, name="card_sign_in"),
    path("the-dang-nhap/mat-khau/", views_cards.first_password, name="first_password"),
    path("dang-xuat/", views.sign_out, name="sign_out"),
    path("", views.account, name="account"),
    path("mat-khau/", views.change_password, name="change_password"),
    path("hai-buoc/", views_two_factor.second_factor, name="two_factor"),
    path("hai-buoc/nhap-ma/", views_two_factor.enter_code, name="two_factor_code"),
    path("hai-buoc/thiet-bi-moi/", views_two_factor.replace_device, name="two_factor_device"),
    path("dinh-danh/", views_oidc.linking, name="oidc"),
    path("dinh-danh/bat-dau/", views_oidc.begin, name="oidc_begin"),
    path("dinh-danh/ve/", views_oidc.come_back, name="oidc_return"),
    path("du-lieu/", views_data.my_data, name="my_data"),
    path("du-lieu/tai-ve/", views_data.download, name="download_my_data"),
    path("du-lieu/yeu-cau/sua/", views_data.ask, {"kind": "correction"}, "ask_for_correction"),
    path("du-lieu/yeu-cau/xoa/", views_data.ask, {"kind": "erasure"}, "ask_for_erasure"),
    path("du-lieu/yeu-cau/<int:pk>/rut/", views_data.withdraw, name="withdraw_request"),
]
