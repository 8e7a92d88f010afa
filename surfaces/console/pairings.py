"""Pairings by hand: begin, hand over, end; the list, and who looks after how many."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from households import actions
from households.models import Household, Pairing, Programme
from surfaces import paging
from surfaces.console.candidates import candidates
from surfaces.console.household_forms import EndPairingForm, PairForm
from surfaces.console.household_lists import PairingFilter
from surfaces.console.households import found
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, run, sent
from visits.actions import begin_pairing
from workdays.now import now, today

P = Permission
CHOOSING = "console/households/choose.html"


@require_GET
@needs(P.HOUSEHOLD_VIEW)
def pairings(request: Visitor) -> HttpResponse:
    asked = PairingFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("member", "household", "grid")
    late = "late" in asked.chosen
    page = paging.page(request, rows, order=("next_due_on", "id") if late else ("-id",))
    return render(
        request,
        "console/households/pairings.html",
        {"filter": asked, "page": page, "may_print": Scope.of(request.user).may(P.PAIRING_EDIT)},
    )


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def pair(request: Visitor, pk: int) -> HttpResponse:
    one = found(request, pk)
    must_cover(request, P.PAIRING_EDIT, one)

    def do(given: dict[str, Any]) -> str:
        made = begin_pairing(household=one, programme=_programme(one), by=request.user, **given)
        return f"已由{made.member.name}联系这一户。"

    form = PairForm(request.user, initial={"on": today()}, **sent(request))
    return _choose(request, Task("结对", _page(one), template=CHOOSING, crumbs=_crumbs(one)), form, do, one)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def hand_over(request: Visitor, pk: int) -> HttpResponse:
    pairing, one = _standing(request, pk)

    def do(given: dict[str, Any]) -> str:
        made = actions.hand_over(pairing=pairing, to_member=given.pop("member"), by=request.user, **given)
        return f"已移交给{made.member.name}，走访记录和下次走访日期都接着用。"

    form = PairForm(request.user, must_say_why=True, initial={"on": today()}, **sent(request))
    hint = f"现在由{pairing.member.name}联系。"
    task = Task("移交", _page(one), hint, template=CHOOSING, crumbs=_crumbs(one))
    return _choose(request, task, form, do, pairing)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def end(request: Visitor, pk: int) -> HttpResponse:
    pairing, one = _standing(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.end_pairing(pairing=pairing, by=request.user, **given)
        return "结对已结束，这一户进入缺口名单。"

    hint = f"{pairing.member.name}自{pairing.since}起联系这一户。换人请用“移交”。"
    task = Task("结束结对", _page(one), hint, danger=True, crumbs=_crumbs(one))
    return run(request, task, EndPairingForm(initial={"on": today()}, **sent(request)), do)


def _choose(request: Visitor, task: Task, form: PairForm, do: Any, place: Household | Pairing) -> HttpResponse:
    """The form with the members one may choose, narrowed by `?q=`."""
    text = request.GET.get("q", "").strip()
    listed = candidates(place, request.user, today(), text)
    return run(request, task, form, do, candidates=listed, q=text, picked=form["member"].value())


def _standing(request: Visitor, pk: int) -> tuple[Pairing, Household]:
    rows = (
        Pairing.objects.visible_to(request.user).usual().exclude(household=None).select_related("member", "household")
    )
    pairing = get_object_or_404(rows, pk=pk)
    must_cover(request, P.PAIRING_EDIT, pairing)
    assert pairing.household is not None
    return pairing, pairing.household


def _programme(household: Household) -> Programme:
    """The county's programme; the first where there are several."""
    return get_object_or_404(Programme.objects.filter(county=household.county_id).order_by("pk")[:1])


def _page(household: Household) -> str:
    return reverse("console:household", args=[household.pk])


def _crumbs(household: Household) -> list[tuple[str, str]]:
    return [("住户", reverse("console:households")), (household.number, _page(household))]
