"""Addresses. Each surface has its own list."""

from django.urls import URLPattern, URLResolver, include, path

from surfaces import entry, personal

urlpatterns: list[URLPattern | URLResolver] = [
    path("", entry.home, name="home"),
    path("login/", entry.login_page, name="login"),
    path("logout/", entry.logout_page, name="logout"),
    path("password/", entry.password_page, name="password"),
    path("healthz", entry.healthz, name="healthz"),
    path("reveal/<str:label>/<int:pk>/<str:field>/", personal.reveal, name="reveal"),
    path("console/", include("surfaces.console.urls")),
    path("county/", include("surfaces.county.urls")),
    path("", include("surfaces.public.urls")),
]
