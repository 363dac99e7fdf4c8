from django.urls import path

from quizzes import views

app_name = "quizzes"
urlpatterns = [
    path("kiem-tra/<slug:slug>/", views.quiz, name="quiz"),
    path("kiem-tra/<slug:slug>/bat-dau/", views.start, name="start"),
    path("bai-lam/<int:attempt_id>/", views.review, name="review"),
    path("bai-lam/<int:attempt_id>/cau-<int:position>/", views.question, name="question"),
    path("bai-lam/<int:attempt_id>/nop/", views.submit, name="submit"),
    path("bai-lam/<int:attempt_id>/ket-qua/", views.result, name="result"),
]
