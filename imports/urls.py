"""Bringing in spreadsheets: below /cong-viec/nhap/."""

from django.urls import path

from imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("mau/<slug:kind>.xlsx", views.template, name="template"),
    path("<int:pk>/", views.one_import, name="import"),
    path("<int:pk>/ket-qua.xlsx", views.result, name="result"),
    path("<int:pk>/quyet-dinh/", views.decide, name="decide"),
    path("<int:pk>/ap-dung/", views.apply, name="apply"),
    path("<int:pk>/bo/", views.discard, name="discard"),
    path("<int:pk>/lam-lai/", views.try_again, name="try_again"),
    path("<int:pk>/hoan-tac/", views.undo, name="undo"),
]
