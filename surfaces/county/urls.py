from django.urls import path

from surfaces.county import burden, cockpit, duty, inquiries, rates, requests, service, views
from surfaces.help import views as help

app_name = "county"
urlpatterns = [
    path("", views.home, name="home"),
    *help.addresses(),
    path("cockpit/", cockpit.cockpit, name="cockpit"),
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
    path("list/<slug:what>/", views.behind, name="list"),
    path("inquiries/", inquiries.board, name="inquiries"),
    path("inquiries/begin/", inquiries.begin, name="inquiries_begin"),
    path("inquiries/sheet/", inquiries.sheet, name="inquiries_sheet"),
    path("inquiries/<int:pk>/", inquiries.one, name="inquiry"),
]
