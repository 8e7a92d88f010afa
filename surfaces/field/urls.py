"""Addresses of the field surface."""

from django.urls import path

from surfaces import inbox, inquiries
from surfaces.field import duty, households, issues, me, orders, pauses, requests, rounds, today, visits

app_name = "field"
urlpatterns = [
    path("", today.home, name="home"),
    path("households/", households.households, name="households"),
    path("households/<int:pk>/", households.household, name="household"),
    path("households/<int:pk>/visit/", visits.visit, name="visit"),
    path("households/<int:pk>/trigger/", households.trigger, name="trigger"),
    path("households/<int:pk>/pause/", pauses.pause, name="pause"),
    path("households/<int:pk>/pause/<int:pause_pk>/end/", pauses.end, name="pause_end"),
    path("visits/<int:pk>/", visits.visited, name="visited"),
    path("visits/<int:pk>/photos/<int:photo_pk>/", visits.photo, name="photo"),
    path("issues/", issues.issues, name="issues"),
    path("issues/new/", issues.collect, name="collect"),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("issues/<int:pk>/moves/<slug:name>/", issues.move, name="move"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<int:pk>/", orders.order, name="order"),
    path("inquiry/<int:pk>/", inquiries.mine, name="inquiry"),
    path("requests/", requests.requests, name="requests"),
    path("requests/new/", requests.place, name="place"),
    path("requests/<int:pk>/", requests.one, name="request"),
    path("requests/<int:pk>/moves/<slug:name>/", requests.move, name="request_move"),
    path("duty/", duty.duty, name="duty"),
    path("duty/<int:pk>/", duty.shift, name="shift"),
    path("duty/<int:pk>/log/", duty.log_entry, name="log_entry"),
    path("duty/<int:pk>/desk/", duty.desk, name="desk"),
    path("duty/<int:pk>/swap/", duty.swap_ask, name="swap_ask"),
    path("duty/swaps/<int:pk>/<slug:word>/", duty.swap_answer, name="swap_answer"),
    path("rounds/<int:pk>/", rounds.wishes, name="round"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.open_notice, name="notice"),
    path("inbox/choice/", inbox.choice, name="inbox_choice"),
    path("me/", me.me, name="me"),
    path("me/absence/", me.absence, name="absence"),
    path("me/suggestion/", me.suggestion, name="suggestion"),
    path("me/text-size/", me.text_size, name="text_size"),
]
