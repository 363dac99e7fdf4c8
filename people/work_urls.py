"""What officers, heads and leaders do for others: below /cong-viec/."""

from django.urls import path

from people import views_cards, views_changes, views_data, views_people, views_teams

app_name = "work"
urlpatterns = [
    path("don-vi/<int:unit>/", views_people.unit, name="unit"),
    path("don-vi/<int:unit>/nguoi/", views_people.people, name="people"),
    path("don-vi/<int:unit>/nguoi/them/", views_people.add_person, name="add_person"),
    path("nguoi/<int:pk>/", views_people.person, name="person"),
    path("nguoi/<int:pk>/them-vi-tri/", views_people.begin_post, name="begin_post"),
    path("vi-tri/<int:pk>/xac-nhan/", views_people.confirm_post, name="confirm_post"),
    path("vi-tri/<int:pk>/ket-thuc/", views_people.end_post, name="end_post"),
    path("vi-tri/<int:pk>/mo-lai/", views_people.reopen_post, name="reopen_post"),
    path("vi-tri/<int:pk>/chuyen/", views_people.move_post, name="move_post"),
    path("vi-tri/<int:pk>/chuc-vu/", views_people.appoint, name="appoint"),
    path("don-vi/<int:unit>/to/", views_teams.unit_teams, name="teams"),
    path("don-vi/<int:unit>/to/lap/", views_teams.found, name="found_team"),
    path("to/<int:pk>/", views_teams.team, name="team"),
    path("to/<int:pk>/nhiem-vu/", views_teams.tasks, name="tasks"),
    path("to/<int:pk>/lien-ket/", views_teams.links, name="links"),
    path("to/<int:pk>/tai-lieu/", views_teams.put_document, name="put_document"),
    path("to/<int:pk>/tai-lieu/<int:document>/", views_teams.document, name="document"),
    path("the-dang-nhap/<int:unit>/", views_cards.cards, name="cards"),
    path("thay-doi/", views_changes.changes, name="changes"),
    path("thay-doi/ghi/", views_changes.record, name="record_change"),
    path("thay-doi/<int:pk>/", views_changes.change, name="change"),
    path("don-vi/<int:unit>/thay-doi/<slug:act>/", views_changes.plan, name="plan_change"),
    path("yeu-cau/", views_data.requests, name="requests"),
    path("yeu-cau/<int:pk>/", views_data.one_request, name="request"),
]
