"""Issuing and the register, for officers: below /cong-viec/giay-chung-nhan/."""

from django.urls import path

from certificates import views_batches, views_register

urlpatterns = [
    path("", views_batches.batches_list, name="batches"),
    path("so-cap/", views_register.register, name="register"),
    path("so-cap/<str:code>/", views_register.one, name="register_one"),
    path("so-cap/<str:code>/tep.pdf", views_register.one_file, name="register_file"),
    path("so-cap/<str:code>/cap-lai/", views_register.reissue, name="reissue"),
    path("so-cap/<str:code>/thu-hoi/", views_register.revoke, name="revoke"),
    path("so-cap/<str:code>/giu-nguyen/", views_register.uphold, name="uphold"),
    path("<int:pk>/", views_batches.batch, name="batch"),
    path("<int:pk>/bat-dau/", views_batches.start, name="start_batch"),
    path("<int:pk>/tam-dung/", views_batches.pause, name="pause_batch"),
    path("<int:pk>/tiep-tuc/", views_batches.resume, name="resume_batch"),
    path("<int:pk>/huy/", views_batches.cancel, name="cancel_batch"),
    path("<int:pk>/lam-lai/", views_batches.repair, name="repair_batch"),
    path("<int:pk>/tao-tep/", views_batches.make_files, name="make_batch_files"),
    path("<int:pk>/tep/<int:file>/", views_batches.batch_file, name="batch_file"),
]
