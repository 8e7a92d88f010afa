"""/h/…: a household's page, from its QR code. /i/… and /r/…: one matter, one request (三单), by its own code.
/duty/…: who is on duty in a place."""

from django.urls import path

from surfaces.public import board, duty, requests, rounds, views, village

app_name = "public"
urlpatterns = [
    path("h/<str:code>/", views.household, name="household"),
    path("h/<str:code>/raise/", views.raise_matter, name="raise"),
    path("i/<str:code>/", views.progress, name="progress"),
    path("h/<str:code>/order/", requests.order, name="order"),
    path("r/<str:code>/", requests.ordered, name="ordered"),
    path("h/<str:code>/wish/", rounds.wish, name="wish"),
    path("choices/<int:pk>/", rounds.published, name="choice"),
    path("notices/", board.notices, name="notices"),
    path("notices/<int:pk>/", board.notice, name="notice"),
    path("duty/<int:pk>/", duty.board, name="duty"),
    path("duty/<int:pk>/photos/<int:photo_pk>/", duty.photo, name="duty_photo"),
    path("v/<str:code>/", village.village, name="village"),
    path("h/<str:code>/pledges/<int:pk>/", village.witness, name="witness"),
    path("find/", views.find, name="find"),
]
