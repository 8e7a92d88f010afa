"""服务日和承诺 of an area: how many service days were held, and how many of the year's pledges were kept by when."""

from django.http import HttpResponse
from django.shortcuts import render

from surfaces.county import boards
from surfaces.county.asking import any_day
from surfaces.county.frame import frame
from surfaces.doors import Visitor
from tallies.area import Area
from tallies.figures import Ask, Counting

HELD = Ask("开展服务日", "sessions_held", "sessions", "次")
COMPLETE = Ask("五步齐全", "sessions_complete", "sessions_held", "次")
KEPT = Ask("承诺已兑现", "pledges_kept", "pledges", "条")
NOT_KEPT = Ask("承诺未兑现", "pledges_not_kept", "pledges", "条")
OVERDUE = Ask("到期未见证", "pledges_overdue", "", "条", "amber")
ASKS = (HELD, COMPLETE, KEPT, NOT_KEPT, OVERDUE)


@any_day
def service(request: Visitor, area: Area) -> HttpResponse:
    counting = Counting(area)
    content = {
        "cards": boards.cards(counting, ASKS),
        "board": boards.board(counting, ASKS),
        "as_of_day": min(area.period.until, area.on),
    }
    return render(request, "county/service.html", frame(request, area, "service") | content)
