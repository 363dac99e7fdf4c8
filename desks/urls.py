"""What there is to do today, and how far people are: below /cong-viec/."""

from django.urls import path

from desks import views

app_name = "desks"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("tien-do/<int:unit>/", views.progress, name="progress"),
]
