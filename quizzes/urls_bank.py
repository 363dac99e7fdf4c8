"""Below Wagtail's administration: only whoever may enter it comes here."""

from django.urls import path

from quizzes import views_bank, views_files

app_name = "quizzes_bank"
urlpatterns = [
    path("nhap/", views_files.bring_in, name="import"),
    path("mau.xlsx", views_files.blank_sheet, name="blank_sheet"),
    path("xuat/<slug:key>/", views_files.write_out, name="export"),
    path("cau/<int:pk>/", views_bank.question, name="question"),
    path("cau/<int:pk>/cach-ly/", views_bank.quarantine, name="quarantine"),
    path("cau/<int:pk>/cham-lai/", views_bank.propose, name="propose"),
    path("cham-lai/<int:pk>/", views_bank.regrade, name="regrade"),
    path("bai/<int:pk>/", views_bank.quiz, name="quiz"),
    path("bai/<int:pk>/bai-lam/", views_bank.sittings, name="sittings"),
    path("bai-lam/<int:pk>/huy/", views_bank.void, name="void"),
]
