"""暂停走访 at the desk: the list of what waits now, and of what waited, and the deeds of one household."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from households.models import Household
from surfaces import paging, pausing
from surfaces.console.filters import Filter, pick
from surfaces.console.households import found
from surfaces.console.places import PlaceField, inside
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from visits.models import VisitPause, VisitPauseQuerySet
from workdays.now import now

P = Permission
STANDING = [("past", "已恢复")]


class PauseFilter(Filter):
    place = PlaceField()
    standing = pick("状态", STANDING, "暂停中")

    def rows(self) -> VisitPauseQuerySet:
        chosen, on = self.chosen, self.at.date()
        rows = VisitPause.objects.visible_to(self.user)
        rows = rows.filter(until__lte=on) if "standing" in chosen else rows.lasting(on)
        return rows.filter(inside(chosen["place"], "household__")) if "place" in chosen else rows


@require_GET
@needs(P.VISIT_VIEW)
def pauses(request: Visitor) -> HttpResponse:
    asked = PauseFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("household__grid", "made_by", "pairing__member")
    order = ("-until", "-id") if "standing" in asked.chosen else ("until", "id")
    return render(
        request, "console/households/pauses.html", {"filter": asked, "page": paging.page(request, rows, order=order)}
    )


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def pause(request: Visitor, pk: int) -> HttpResponse:
    one = found(request, pk)
    pairing = pausing.pairing_to_pause(request, one)
    task = _task("暂停走访", one, pausing.HINT)
    return run(request, task, pausing.pause_form(request), lambda given: pausing.pause(request, pairing, given))


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def end(request: Visitor, pk: int, pause_pk: int) -> HttpResponse:
    one = found(request, pk)
    lasting = pausing.pause_to_end(request, one, pause_pk)
    task = _task("恢复走访", one, f"本来暂停到{lasting.until}。恢复后今天就该走访。")
    return run(request, task, TaskForm(**sent(request)), lambda given: pausing.end(request, lasting))


def _task(title: str, household: Household, hint: str) -> Task:
    back = reverse("console:household", args=[household.pk])
    return Task(title, back, hint, crumbs=[("住户", reverse("console:households")), (household.number, back)])
