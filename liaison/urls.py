"""Addresses. Each surface has its own list."""

from django.urls import URLPattern, URLResolver, include, path

from surfaces import entry, identities, inquiries, issue_door, order_door, personal, second_step, security, sms_door
from surfaces.console.rounds import door as round_door
from surfaces.field import offline
from surfaces.help import guides
from surfaces.pledges import deeds as pledge_deeds
from surfaces.requests import door as request_door
from surfaces.service import sheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("", entry.home, name="home"),
    path("login/", entry.login_page, name="login"),
    path("logout/", entry.logout_page, name="logout"),
    path("password/", entry.password_page, name="password"),
    path("login/code/", second_step.at_login, name="login_code"),
    path("login/via/<slug:name>/", identities.leave_for, name="provider"),
    path("login/via/<slug:name>/back/", identities.come_back, name="provider_back"),
    path("security/", security.overview, name="security"),
    path("security/second-step/", second_step.set_up, name="second_step"),
    path("security/second-step/codes/", second_step.renew_codes, name="backup_codes"),
    path("security/second-step/leave/", second_step.leave, name="second_step_leave"),
    path("security/sessions/end/", security.end_others, name="end_others"),
    path("security/sessions/<slug:handle>/end/", security.end_session, name="end_session"),
    path("security/<slug:name>/link/", identities.link, name="identity_link"),
    path("security/<slug:name>/unlink/", identities.unlink, name="identity_unlink"),
    path("sw.js", offline.worker, name="worker"),
    path("healthz", entry.healthz, name="healthz"),
    path("reveal/<str:label>/<int:pk>/<str:field>/", personal.reveal, name="reveal"),
    path("issues/<int:pk>/", issue_door.issue, name="issue"),
    path("issues/<int:pk>/files/<int:file_pk>/", issue_door.file, name="issue_file"),
    path("inquiries/<int:pk>/", inquiries.door, name="inquiry"),
    path("orders/<int:pk>/", order_door.order, name="order"),
    path("orders/<int:pk>/sheet.pdf", order_door.sheet, name="order_sheet"),
    path("requests/<int:pk>/", request_door.request, name="request"),
    path("requests/<int:pk>/photos/<int:photo_pk>/", request_door.photo, name="request_photo"),
    path("rounds/<int:pk>/", round_door.door, name="round"),
    path("sessions/<int:pk>/sheet.pdf", sheet.sheet, name="session_sheet"),
    path("pledges/<int:pk>/photo/", pledge_deeds.photo, name="pledge_photo"),
    *guides.addresses(),
    path("sms/<str:word>/reports/", sms_door.reports, name="sms_reports"),
    path("sms/<str:word>/replies/", sms_door.replies, name="sms_replies"),
    path("console/", include("surfaces.console.urls")),
    path("field/", include("surfaces.field.urls")),
    path("county/", include("surfaces.county.urls")),
    path("api/", include("surfaces.api.urls")),
    path("", include("surfaces.public.urls")),
]
