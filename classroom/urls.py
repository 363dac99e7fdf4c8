from django.urls import path

from classroom import (
    views_cards,
    views_classes,
    views_packs,
    views_paper,
    views_pupils,
    views_school,
    views_sessions,
)

app_name = "classroom"
urlpatterns = [
    # Lesson packs: for everybody
    path("day-hoc/", views_packs.packs, name="packs"),
    path("day-hoc/tho-phuc-vu.js", views_packs.worker, name="slides_worker"),
    path("day-hoc/<slug:key>/", views_packs.pack, name="pack"),
    path("day-hoc/<slug:key>/chieu/", views_packs.slides, name="slides"),
    path("day-hoc/<slug:key>/giao-an.pdf", views_packs.plan, name="plan"),
    path("day-hoc/<slug:key>/phieu-hoc-sinh.pdf", views_packs.sheet, name="sheet"),
    # Classes: for their teachers
    path("lop/", views_classes.classes, name="classes"),
    path("lop/them/<int:school>/", views_classes.make, name="make_class"),
    path("lop/<int:pk>/", views_classes.school_class, name="class"),
    path("lop/<int:pk>/them-em/", views_classes.add, name="add_pupils"),
    path("lop/<int:pk>/ma/", views_classes.code, name="class_code"),
    path("lop/<int:pk>/em/<int:pupil>/", views_classes.pupil, name="pupil"),
    path("lop/<int:pk>/bai/", views_sessions.choose, name="choose_pack"),
    path("lop/<int:pk>/the.pdf", views_cards.cards, name="cards"),
    path("lop/<int:pk>/da-day/", views_sessions.record_talk, name="record_talk"),
    # Asking a class
    path("lop/<int:pk>/hoi/", views_sessions.begin, name="begin_session"),
    path("hoi-lop/<int:pk>/", views_sessions.console, name="session"),
    path("hoi-lop/<int:pk>/lenh/", views_sessions.command, name="command"),
    path("hoi-lop/<int:pk>/tinh-hinh/", views_sessions.state, name="session_state"),
    path("hoi-lop/<int:pk>/quet/", views_cards.scan, name="scan"),
    path("hoi-lop/<int:pk>/the/", views_cards.read, name="read_cards"),
    path("hoi-lop/<int:pk>/giay/", views_paper.photos, name="paper"),
    path("hoi-lop/<int:pk>/giay.pdf", views_paper.printed, name="paper_pdf"),
    path("hoi-lop/<int:pk>/nhap-tay/", views_sessions.by_hand, name="by_hand"),
    path("hoi-lop/<int:pk>/ket-qua/", views_sessions.results, name="results"),
    path("hoi-lop/<int:pk>/sua/", views_sessions.correct_answers, name="correct_answers"),
    path("hoi-lop/<int:pk>/ghi-nhan/", views_sessions.record, name="record"),
    path("tiet-day/<int:pk>/sua/", views_school.correct, name="correct_delivery"),
    path("truong/<int:unit>/", views_school.school, name="school"),
    # Pupils
    path("tham-gia/", views_pupils.enter_code, name="join"),
    path("tham-gia/<str:code>/", views_pupils.choose_name, name="choose_name"),
    path("tham-gia/<str:code>/hinh/<int:pupil>/", views_pupils.pictures, name="pictures"),
    path("trong-lop/", views_pupils.here, name="here"),
    path("trong-lop/tinh-hinh/", views_pupils.state, name="pupil_state"),
    path("trong-lop/tra-loi/", views_pupils.answer, name="pupil_answer"),
]
