"""/h/…: a household's page, from its QR code. /i/…: one matter, by its own code."""

from django.urls import path

from surfaces.public import views

app_name = "public"
urlpatterns = [
    path("h/<str:code>/", views.household, name="household"),
    path("h/<str:code>/raise/", views.raise_matter, name="raise"),
    path("i/<str:code>/", views.progress, name="progress"),
    path("find/", views.find, name="find"),
]
