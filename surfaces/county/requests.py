"""三单 of an area: how far the orders of the period came, and what waits."""

from django.http import HttpResponse
from django.shortcuts import render

from surfaces.county import boards
from surfaces.county.asking import any_day
from surfaces.county.frame import frame
from surfaces.doors import Visitor
from tallies.area import Area
from tallies.figures import Ask, Counting

PLACED = Ask("点单", "requests", "", "张")
TAKEN = Ask("接单", "requests_taken", "requests", "张")
DONE = Ask("完成", "requests_done", "requests", "张")
RATED = Ask("评单", "requests_rated", "requests_done", "张")
SATISFIED = Ask("满意", "requests_satisfied", "requests_rated", "张")
WAITING = Ask("待下单", "requests_waiting", "", "张", "amber")
LATE = Ask("超过时限", "requests_late", "", "张", "red")
UNRATED = Ask("逾期未评", "requests_unrated", "", "张")


@any_day
def requests(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    asks = (PLACED, TAKEN, DONE, RATED, SATISFIED, WAITING, LATE, UNRATED)
    content = {"cards": boards.cards(counting, asks), "board": boards.board(counting, asks)}
    return render(request, "county/requests.html", frame(request, area, "requests") | content)
