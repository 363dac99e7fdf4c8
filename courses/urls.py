from django.urls import path

from courses import views

app_name = "courses"
urlpatterns = [
    path("da-doc/", views.complete, name="complete"),
    path("tim-kiem/", views.search, name="search"),
]
