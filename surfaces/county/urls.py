from django.urls import path

from surfaces.county import bulletins, burden, cockpit, duty, inquiries, rates, requests, service, support, views
from surfaces.help import views as help

app_name = "county"
urlpatterns = [
    path("", views.home, name="home"),
    *help.addresses(),
    path("cockpit/", cockpit.cockpit, name="cockpit"),
    path("support/", support.support, name="support"),
    path("coverage/", views.coverage, name="coverage"),
    path("visits/", views.visits, name="visits"),
    path("funnel/", views.funnel, name="funnel"),
    path("overdue/", views.overdue, name="overdue"),
    path("orders/", views.orders, name="orders"),
    path("rates/", rates.rates, name="rates"),
    path("evenings/", rates.evenings, name="evenings"),
    path("requests/", requests.requests, name="requests"),
    path("duty/", duty.duty, name="duty"),
    path("burden/", burden.burden, name="burden"),
    path("service/", service.service, name="service"),
    path("bulletins/", bulletins.made, name="bulletins"),
    path("bulletins/new/", bulletins.start, name="bulletin_new"),
    path("bulletins/<int:pk>/", bulletins.one, name="bulletin"),
    path("bulletins/<int:pk>/progress/", bulletins.progress, name="bulletin_progress"),
    path("bulletins/<int:pk>/file/", bulletins.file, name="bulletin_file"),
    path("list/<slug:what>/", views.behind, name="list"),
    path("inquiries/", inquiries.board, name="inquiries"),
    path("inquiries/begin/", inquiries.begin, name="inquiries_begin"),
    path("inquiries/sheet/", inquiries.sheet, name="inquiries_sheet"),
    path("inquiries/<int:pk>/", inquiries.one, name="inquiry"),
]
