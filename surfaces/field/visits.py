"""Recording a visit: who, what came of it, what was said, and on to the next household."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household, HouseholdTag, Pairing
from issues.actions import collect
from issues.models import Channel, Issue
from surfaces.doors import Visitor, needs, show
from surfaces.field import work
from surfaces.field.arrivals import done_at, settles
from surfaces.field.forms import VisitForm
from surfaces.field.households import found
from surfaces.files import send
from surfaces.tasks import sent
from surfaces.visiting import QUESTIONS
from surfaces.words import day
from visits.actions import Recorded, add_photo, policy_of, record_visit
from visits.attempts import attempts
from visits.models import Visit, VisitPhoto, VisitSignature, VisitTrigger
from workdays.now import now

P = Permission
NOT_KEPT = {
    Visit.Outcome.NOT_HOME: "不在家，没有算作完成",
    Visit.Outcome.REFUSED: "不便接待，没有算作完成",
    Visit.Outcome.MOVED: "已记下搬离，已请村里核实",
}
UNMET = (Visit.Outcome.NOT_HOME, Visit.Outcome.REFUSED)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def visit(request: Visitor, pk: int) -> HttpResponse:
    one, at = found(request, pk), now()
    work.must_at(request.user, P.VISIT_RECORD, one)
    pairings = _pairings(one, request.user)
    if one.closed_on or not pairings.exists():
        return render(request, "field/visit_closed.html", {"household": one})
    form = VisitForm(pairings, request.user, **sent(request))
    if form.is_bound and form.is_valid():
        try:
            saved = save(form, by=request.user, at=at, done_at=done_at(request, at))
        except Forbidden:
            raise
        except Refused as refused:
            show(refused, form)
        else:
            messages.success(request, said(saved))
            return redirect("field:visited", saved.visit.pk)
    return render(request, "field/visit.html", _around(request, one, form), status=422 if form.errors else 200)


def _pairings(household: Household, user: User) -> Any:
    """The pairings a visit may belong to, my own first and alone."""
    standing = Pairing.objects.current(Scope.of(user).on).filter(household=household)
    rows = standing.select_related("member", "programme").order_by("next_due_on", "id")
    own = rows.filter(member__user=user)
    return own if own.exists() else rows


def _around(request: Visitor, household: Household, form: VisitForm) -> dict[str, Any]:
    on = Scope.of(request.user).on
    visits = Visit.objects.visible_to(request.user).filter(household=household)
    return {
        "household": household,
        "form": form,
        "own": work.is_mine(request.user, household),
        "tags": HouseholdTag.objects.borne(on).filter(household=household),
        "triggers": VisitTrigger.objects.filter(household=household, answered_by=None),
        "last": visits.select_related("done_by").order_by("-at", "-id").first(),
        "may_collect": work.may_at(request.user, P.ISSUE_COLLECT, household),
        "proof": policy_of(household.county_id).proof,
        "attempts": attempts(household, now()),
    }


@transaction.atomic
def save(form: VisitForm, *, by: User, at: datetime, done_at: datetime) -> Recorded:
    """The visit, its photos and the matter heard: all of it or nothing. Sent twice, it gives back the first. A visit
    that waited on the phone was made at `done_at`, unless the form says when."""
    given = form.cleaned_data
    pairing: Pairing = given["pairing"]
    saved = record_visit(
        pairing=pairing,
        client_id=given["client_id"],
        outcome=Visit.Outcome(given["outcome"]),
        visited_at=given["visited_at"] or done_at,
        at=at,
        by=by,
        answers=form.answers,
        done_by=given.get("done_by"),
        trigger=_trigger(pairing),
        witness=given["witness"],
        unsigned=given["unsigned"],
        signature=given["signature"],
    )
    if saved.first:
        for photo in given["photo"]:
            add_photo(visit=saved.visit, content=photo.read(), at=at, by=by)
        if given["title"]:
            _raise(form, saved.visit, by, at)
    return saved


def _trigger(pairing: Pairing) -> Visit.Trigger:
    """What made the visit due is known: nobody is asked for it again."""
    waiting = VisitTrigger.objects.filter(household=pairing.household_id, answered_by=None).order_by("reported_at")
    first = waiting.first()
    return Visit.Trigger(first.kind) if first else Visit.Trigger.REGULAR


def _raise(form: VisitForm, visit: Visit, by: User, at: datetime) -> Issue:
    given = form.cleaned_data
    return collect(
        by=by,
        at=at,
        household=visit.household,
        visit=visit,
        channel=Channel.VISIT,
        title=given["title"],
        text=given["text"],
        category=given["category"],
        urgency=given["urgency"] or form["urgency"].initial,
        client_id=given["client_id"],
    )


def said(saved: Recorded) -> str:
    """What the person reads after saving, with the day of the next visit."""
    if not saved.first:
        return "这次走访刚才已经保存，没有重复记。"
    visit = saved.visit
    next_due = Pairing.objects.get(pk=visit.pairing_id).next_due_on
    outcome = Visit.Outcome(visit.outcome)
    if outcome in Visit.COMPLETING:
        return f"走访已保存。下次走访：{day(next_due)}。" if next_due else "走访已保存。"
    again = f"下次上门：{day(next_due)}。" if next_due else ""
    number = attempts(visit.household, visit.at)
    return f"{NOT_KEPT[outcome]}。{again}" + (f"这是第{number}次上门未见。" if number > 1 and outcome in UNMET else "")


@require_GET
@needs(P.VISIT_VIEW)
def visited(request: Visitor, pk: int) -> HttpResponse:
    """One visit as it was recorded, and the obvious next tap."""
    rows = Visit.objects.visible_to(request.user).select_related("household__grid", "done_by", "entered_by", "pairing")
    one = get_object_or_404(rows, pk=pk)
    known = {
        "visit": one,
        "answers": [(label, getattr(one, name)) for name, label in QUESTIONS.items() if getattr(one, name)],
        "photos": one.photos.order_by("id"),
        "signature": VisitSignature.objects.filter(visit=one).first(),
        "attempt": 0 if one.outcome in Visit.COMPLETING else attempts(one.household, one.at),
        "raised": Issue.objects.visible_to(request.user)
        .filter(visit=one)
        .select_related("grid", "handler")
        .order_by("id"),
        "next": work.next_home(request.user, one.household),
    }
    return render(request, "field/visited.html", known)


@require_GET
@needs(P.VISIT_VIEW)
def photo(request: Visitor, pk: int, photo_pk: int) -> HttpResponseBase:
    """A photo of a visit, for whoever may see the visit."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    one = get_object_or_404(VisitPhoto, pk=photo_pk, visit=visit)
    return send(one.file, f"{visit.at:%Y%m%d}-{one.pk}")


@require_GET
@needs(P.VISIT_VIEW)
def signature(request: Visitor, pk: int) -> HttpResponseBase:
    """The household's signature under a visit, for whoever may see the visit."""
    visit = get_object_or_404(Visit.objects.visible_to(request.user), pk=pk)
    one = get_object_or_404(VisitSignature, visit=visit)
    return send(one.file, f"{visit.at:%Y%m%d}-{visit.pk}")
