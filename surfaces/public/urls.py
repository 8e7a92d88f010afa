"""/h/…: a household's page, from its QR code. /i/…: one matter, by its own code."""

from django.urls import path

from surfaces.public import board, views

app_name = "public"
urlpatterns = [
    path("h/<str:code>/", views.household, name="household"),
    path("h/<str:code>/raise/", views.raise_matter, name="raise"),
    path("i/<str:code>/", views.progress, name="progress"),
    path("notices/", board.notices, name="notices"),
    path("notices/<int:pk>/", board.notice, name="notice"),
    path("find/", views.find, name="find"),
]
