"""Households in the field: the lists, one household, and 三必访.

Lists mask names; the address of a household I look after stands in full, so that I find the door. On its own page the
name does too, as on the service card I carry. Others' stay masked, and no phone is shown without a reason.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.models import User
from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.scope import Scope
from households.actions import Stale, correct_household
from households.models import Household, HouseholdTag, Pairing
from issues.models import Issue
from surfaces import find, paging, pausing
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.field.arrivals import done_at, settles
from surfaces.field.correcting import CorrectionForm
from surfaces.field.tasks import FieldTask
from surfaces.requests import lists as request_lists
from surfaces.tasks import run, sent
from surfaces.visiting import TriggerForm
from visits.actions import trigger_visit
from visits.models import Visit, VisitTrigger
from workdays.now import now

P = Permission
VISITS_SHOWN = 5
ISSUES_SHOWN = 10
MINE = ("mine", "overdue", "soon")
"""The lists of what I look after; the others are of an area."""
BY_DUE = ("due_or_never", "id")
BY_NUMBER = ("number", "id")


@dataclass(frozen=True)
class Home:
    """A household as a row of a list. `own`: I look after it; `next_due_on`: when the next visit is, and it is late
    after `grace_until`."""

    household: Household
    own: bool
    next_due_on: date | None
    grace_until: date | None
    tags: Sequence[HouseholdTag]

    @property
    def name(self) -> str:
        return _masked(self.household, "head_name")

    @property
    def place(self) -> str:
        """Where I go; of others' only the grid and the number."""
        grid = self.household.grid
        return (self.household.address or grid.full_name) if self.own else f"{grid.name} {self.household.number}"


def _masked(household: Household, field: str) -> str:
    return mask(getattr(household, field), personal_fields(Household)[field])


@dataclass(frozen=True)
class List:
    """One tab over the households: pairings by the day of the next visit, or households by number."""

    name: str
    label: str
    rows: Any

    def tab(self, current: str) -> dict[str, Any]:
        url = f"?list={self.name}"
        return {"label": self.label, "url": url, "count": work.counted(self.rows), "current": self.name == current}


def lists(user: User) -> list[List]:
    """Mine, and for whoever holds an area, that."""
    found = [
        List("mine", "我联系的", work.mine(user)),
        List("overdue", "逾期", work.overdue(user)),
        List("soon", "7天内", work.soon(user)),
    ]
    if not work.reaches(user, P.HOUSEHOLD_VIEW):
        return found
    word = work.area_word(user, P.HOUSEHOLD_VIEW)
    area = [List("area_overdue", f"{word}逾期", work.area_overdue(user)), List("area", word, around(user))]
    return found + area if work.mine(user).exists() else area


def around(user: User) -> Any:
    return Household.objects.visible_to(user).living()


@require_GET
@needs(P.HOUSEHOLD_VIEW)
def households(request: Visitor) -> HttpResponse:
    """A list, or whatever a search finds in my sight."""
    user, text = request.user, request.GET.get("q", "").strip()
    tabs = lists(user)
    chosen = next((one for one in tabs if one.name == request.GET.get("list")), tabs[0])
    rows = find.households(around(user), text) if text else chosen.rows
    known = {
        "tabs": [one.tab("" if text else chosen.name) for one in tabs],
        "chosen": chosen,
        "text": text,
        "too_short": bool(text) and not find.long_enough(text),
        **_page(request, rows),
    }
    return render(request, "field/households.html", known)


def _page(request: Visitor, rows: Any) -> dict[str, Any]:
    on = Scope.of(request.user).on
    if rows.model is Pairing:
        page = paging.page(request, complete(rows, on), order=BY_DUE)
        return {"page": page, "homes": of_pairings(page, request.user)}
    standing = Prefetch("pairings", Pairing.objects.current(on).select_related("member"), to_attr="standing")
    page = paging.page(request, rows.select_related("grid").prefetch_related(_borne("", on), standing), order=BY_NUMBER)
    return {"page": page, "homes": [_home(one, request.user) for one in page]}


def complete(pairings: Any, on: date) -> Any:
    """With what a row of a list shows."""
    return pairings.select_related("household__grid", "member").prefetch_related(_borne("household__", on))


def _borne(prefix: str, on: date) -> Prefetch:
    return Prefetch(f"{prefix}tags", HouseholdTag.objects.borne(on), to_attr="borne")


def of_pairings(pairings: Iterable[Any], user: User) -> list[Home]:
    return [
        Home(
            pairing.household,
            pairing.member.user_id == user.pk,
            pairing.next_due_on,
            pairing.grace_until,
            pairing.household.borne,
        )
        for pairing in pairings
    ]


def _home(household: Any, user: User) -> Home:
    paced = (pairing for pairing in household.standing if pairing.next_due_on)
    first = min(paced, key=lambda pairing: pairing.next_due_on, default=None)
    own = any(pairing.member.user_id == user.pk for pairing in household.standing)
    return Home(household, own, first and first.next_due_on, first and first.grace_until, household.borne)


def found(request: Visitor, pk: int) -> Household:
    """A household this person may see, else 404."""
    household: Household = get_object_or_404(Household.objects.visible_to(request.user).select_related("grid"), pk=pk)
    return household


@require_GET
@needs(P.HOUSEHOLD_VIEW)
def household(request: Visitor, pk: int) -> HttpResponse:
    one, user = found(request, pk), request.user
    scope = Scope.of(user)
    own = work.is_mine(user, one)
    visits = Visit.objects.visible_to(user).filter(household=one).select_related("done_by").order_by("-at", "-id")
    issues = Issue.objects.visible_to(user).filter(household=one).order_by("-collected_at", "-id")
    pairings = Pairing.objects.current(scope.on).filter(household=one).select_related("member", "programme")
    known = {
        "household": one,
        "own": own,
        "pairings": pairings.order_by("next_due_on", "id"),
        "tags": HouseholdTag.objects.borne(scope.on).filter(household=one),
        "residents": one.residents.filter(left_on=None).order_by("relation", "id"),
        "triggers": VisitTrigger.objects.filter(household=one, answered_by=None).order_by("-reported_at"),
        "visits": visits[:VISITS_SHOWN],
        **pausing.known_of(request, one),
        "issues": issues.select_related("grid", "handler")[:ISSUES_SHOWN],
        "may_reveal": own or scope.covers(P.REVEAL, one),
        "may_visit": not one.closed_on and work.may_at(user, P.VISIT_RECORD, one),
        "correction": CorrectionForm(one, own=own),
        "may_collect": not one.closed_on and work.may_at(user, P.ISSUE_COLLECT, one),
        "may_place": request_lists.open_for(user),
        "orders": request_lists.of_household(user, one)[:ISSUES_SHOWN],
    }
    return render(request, "field/household.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def trigger(request: Visitor, pk: int) -> HttpResponse:
    """三必访: the visit is due at once."""
    one = found(request, pk)
    work.must_at(request.user, P.VISIT_RECORD, one)

    def do(given: dict[str, Any]) -> str:
        at = done_at(request, now())
        trigger_visit(household=one, kind=Visit.Trigger(given["kind"]), note=given["note"], at=at, by=request.user)
        return "已列入马上要走访的户。"

    task = FieldTask(
        "三必访", reverse("field:household", args=[pk]), "有困难、有突发事件、有矛盾纠纷的，马上到期，见到人为止。"
    )
    return run(request, task, TriggerForm(**sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def correct(request: Visitor, pk: int) -> HttpResponse:
    """Phone and address, by whoever may record a visit there."""
    one = found(request, pk)
    work.must_at(request.user, P.VISIT_RECORD, one)
    form = CorrectionForm(one, own=work.is_mine(request.user, one), data=request.POST or None)

    def do(given: dict[str, Any]) -> str:
        try:
            correct_household(household=one, changes=form.changes, seen=form.seen, by=request.user)
        except Stale as stale:
            form.tell(stale)
            raise
        return "已更正。"

    hint = "只改您核实过的。谁在什么时候改的会留下记录。"
    task = FieldTask("更正电话、地址", reverse("field:household", args=[pk]), hint, facts=[f"户编号 {one.number}"])
    return run(request, task, form, do)
