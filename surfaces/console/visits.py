"""Visits: the list, one visit, and a visit keyed in at a desk for whoever went."""

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from households.models import Household, Pairing
from issues.models import Issue
from members.models import Member
from surfaces import paging
from surfaces.console.household_forms import VisitForm
from surfaces.console.household_lists import VisitFilter
from surfaces.console.households import found
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, run, sent
from surfaces.visiting import QUESTIONS
from visits.actions import Answers, policy_of, record_visit
from visits.attempts import attempts
from visits.models import Visit, VisitSignature
from workdays.now import now

P = Permission


@require_GET
@needs(P.VISIT_VIEW)
def visits(request: Visitor) -> HttpResponse:
    asked = VisitFilter(request.user, request.GET, now())
    rows = asked.rows().select_related("household", "done_by", "entered_by", "grid")
    page = paging.page(request, rows, order=("-at", "-id"))
    return render(request, "console/households/visits.html", {"filter": asked, "page": page})


@require_GET
@needs(P.VISIT_VIEW)
def visit(request: Visitor, pk: int) -> HttpResponse:
    rows = Visit.objects.visible_to(request.user).select_related(
        "household", "done_by", "entered_by", "grid", "pairing"
    )
    one = get_object_or_404(rows, pk=pk)
    said = [(label, getattr(one, name)) for name, label in QUESTIONS.items()]
    raised = Issue.objects.visible_to(request.user).filter(visit=one).order_by("id")
    known = {
        "visit": one,
        "said": said,
        "raised": raised,
        "photos": one.photos.order_by("id"),
        "signature": VisitSignature.objects.filter(visit=one).first(),
        "attempt": 0 if one.outcome in Visit.COMPLETING else attempts(one.household, one.at),
    }
    return render(request, "console/households/visit.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def record(request: Visitor, pk: int) -> HttpResponse:
    """A visit typed in later: `done_by` went, somebody at a desk entered it. The same form sent twice saves once."""
    one = found(request, pk)
    must_cover(request, P.VISIT_RECORD, one)
    at = now()

    def do(given: dict[str, Any]) -> str:
        answers = Answers(**{question: given.pop(question) for question in QUESTIONS})
        given["outcome"], given["trigger"] = Visit.Outcome(given["outcome"]), Visit.Trigger(given["trigger"])
        saved = record_visit(answers=answers, at=at, by=request.user, **given)
        return "走访已记入。" if saved.first else "这次走访刚才已经记入，没有重复保存。"

    back = reverse("console:household", args=[one.pk])
    hint = "替走访人录入：谁去的、谁录的都会记下。"
    if policy_of(one.county_id).proof:
        hint += "本县要求见面走访留一样凭据：签名、见证人或都没有的原因，有一样就行。"
    task = Task("补录走访", back, hint, crumbs=[*_crumbs(), (one.number, back)])
    return run(request, task, _form(request, one), do)


def _form(request: Visitor, household: Household) -> VisitForm:
    pairings = Pairing.objects.visible_to(request.user).filter(household=household)
    pairings = pairings.select_related("member", "household").order_by("-since")
    members = Member.objects.visible_to(request.user).filter(town_id=household.town_id, left_on=None).order_by("name")
    standing = pairings.filter(until=None).first()
    initial = {"client_id": uuid4(), "visited_at": now(), "pairing": standing}
    proof = policy_of(household.county_id).proof
    return VisitForm(pairings, members, proof=proof, initial=initial, **sent(request))


def _crumbs() -> list[tuple[str, str]]:
    return [("住户", reverse("console:households"))]
