"""What officers, heads and leaders do for others: below /cong-viec/."""

from django.urls import path

from people import views_cards, views_changes, views_data

app_name = "work"
urlpatterns = [
    path("the-dang-nhap/<int:unit>/", views_cards.cards, name="cards"),
    path("thay-doi/", views_changes.changes, name="changes"),
    path("thay-doi/ghi/", views_changes.record, name="record_change"),
    path("thay-doi/<int:pk>/", views_changes.change, name="change"),
    path("don-vi/<int:unit>/thay-doi/<slug:act>/", views_changes.plan, name="plan_change"),
    path("yeu-cau/", views_data.requests, name="requests"),
    path("yeu-cau/<int:pk>/", views_data.one_request, name="request"),
]
