from django.urls import path

from quizzes import views, views_practice

app_name = "quizzes"
urlpatterns = [
    path("kiem-tra/<slug:slug>/", views.quiz, name="quiz"),
    path("kiem-tra/<slug:slug>/bat-dau/", views.start, name="start"),
    path("bai-lam/<int:attempt_id>/", views.review, name="review"),
    path("bai-lam/<int:attempt_id>/cau-<int:position>/", views.question, name="question"),
    path("bai-lam/<int:attempt_id>/nop/", views.submit, name="submit"),
    path("bai-lam/<int:attempt_id>/ket-qua/", views.result, name="result"),
    path(
        "luyen-tap/<int:pk>/cau-<int:position>/", views_practice.question, name="practice_question"
    ),
    path("luyen-tap/<int:pk>/tiep/", views_practice.go_on, name="practice_go_on"),
    path("luyen-tap/<int:pk>/xong/", views_practice.done, name="practice_done"),
    path("luyen-tap/<slug:key>/", views_practice.skill, name="practice_skill"),
    path("luyen-tap/<slug:key>/bat-dau/", views_practice.start, name="practice_start"),
]
