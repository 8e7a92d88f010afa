"""Pages without an account. The only key is a code of 128 random bits, from the QR of the household or of a matter."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refused
from grids.models import Grid
from households.contacts import contacts
from households.models import Household
from issues.actions import collect, give_verdict
from issues.models import ENDED, Channel, Issue, PublicNotice, ServiceRequest, Status
from surfaces import drafts
from surfaces.doors import show
from surfaces.public import requests, rounds, telling
from surfaces.public.duty import of_village
from surfaces.public.forms import FindForm, RaiseForm, VerdictForm
from surfaces.public.homes import living_home, place_of, shown
from surfaces.public.limits import LOOKED_UP, RAISED, guessing_proof, too_often
from surfaces.public.village import to_witness
from workdays.now import now

KEPT_IN_SIGHT = timedelta(days=90)
"""An ended matter stays on its household's page as long as it may be reopened."""


@require_safe
@never_cache
@guessing_proof
def household(request: HttpRequest, code: str) -> HttpResponse:
    home, at = living_home(code), now()
    return render(
        request,
        "public/household.html",
        {
            "home": home,
            "name": shown(home),
            "contacts": contacts(home, at.date()),
            **_matters(home, at),
            **requests.of_household(home, at - KEPT_IN_SIGHT),
            **rounds.of_household(home, at.date()),
            "may_order": requests.open_here(home),
            "on_duty": of_village(home, at),
            "to_witness": to_witness(home),
            "village": Grid.objects.filter(pk=home.village_id).first(),
            **place_of(home),
        },
    )


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def raise_matter(request: HttpRequest, code: str) -> HttpResponse:
    home = living_home(code)
    form = RaiseForm(request.POST or None)
    if request.method == "POST":
        if RAISED.used_up(code):
            return too_often(request, RAISED)
        issue = _raised(form, home)
        if issue:
            RAISED.count(code)
            return redirect("public:progress", code=issue.code)
    context = {"form": form, "home": home, "name": shown(home), **place_of(home)}
    return render(request, "public/raise.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def progress(request: HttpRequest, code: str) -> HttpResponse:
    """The stage of a matter and its way so far; the verdict, once it is asked for."""
    asked = get_object_or_404(Issue.objects.select_related("grid", "unit", "parent"), code=code)
    issue = asked.leading
    form = VerdictForm(request.POST or None)
    if request.method == "POST" and _told(form, asked):
        return redirect("public:progress", code=code)
    at = now()
    context: dict[str, Any] = {
        "asked": asked,
        "issue": issue,
        "stage": telling.stage(issue),
        "ended": issue.status in ENDED,
        "office": telling.office(issue),
        "late": telling.overdue(issue, at),
        "history": telling.history(issue),
        "notice": PublicNotice.objects.standing().filter(issue=issue, round=issue.round, until__gte=at.date()).first(),
        "form": form if asked.status == Status.CONFIRMING else None,
        **place_of(asked),
    }
    return render(request, "public/progress.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """The way back for who has the number of an SMS but not the code."""
    form = FindForm(request.POST or None)
    if form.is_valid():
        number = _number(form.cleaned_data["number"])
        if LOOKED_UP.used_up(number):
            return too_often(request, LOOKED_UP)
        found = _numbered(number)
        if found and found.phone and found.phone[-4:] == form.cleaned_data["tail"]:
            page = "public:progress" if isinstance(found, Issue) else "public:ordered"
            answer = redirect(page, code=found.code)
            drafts.settle(request, answer)
            return answer
        LOOKED_UP.count(number)
        form.add_error(None, "没有找到，请核对编号和电话后四位。")
    return render(request, "public/find.html", {"form": form}, status=422 if form.errors else 200)


def _raised(form: RaiseForm, home: Household) -> Issue | None:
    """The matter, or None with the form saying why. A machine that filled the trap gets no matter either."""
    if not form.is_valid():
        return None
    if form.cleaned_data["homepage"]:
        form.add_error(None, "没有提交成功，请重新填写。")
        return None
    try:
        return collect(
            by=None,
            at=now(),
            household=home,
            channel=Channel.PUBLIC,
            title=form.cleaned_data["title"],
            text=form.cleaned_data["text"],
            phone=form.cleaned_data["phone"],
            client_id=form.cleaned_data["client_id"],
        )
    except Refused as refused:
        show(refused, form)
        return None


def _told(form: VerdictForm, issue: Issue) -> bool:
    if not form.is_valid():
        return False
    try:
        give_verdict(issue=issue, by=None, at=now(), value=form.cleaned_data["value"], note=form.cleaned_data["note"])
    except Refused as refused:
        show(refused, form)
        return False
    return True


def _matters(home: Household, at: datetime) -> dict[str, list[Issue]]:
    """Open matters and those ended lately; a sensitive one shows only to who holds its own code."""
    rows = Issue.objects.filter(household=home, sensitive=False).order_by("-collected_at")
    recent = rows.filter(~Q(status__in=ENDED) | Q(status_since__gte=at - KEPT_IN_SIGHT))
    return {
        "asking": [issue for issue in recent if issue.status == Status.CONFIRMING],
        "matters": [issue for issue in recent if issue.status != Status.CONFIRMING],
    }


def _numbered(number: str) -> Issue | ServiceRequest | None:
    """The running part tells the series: six digits of an issue, five of a request."""
    found = Issue.objects.filter(number=number).first()
    return found or ServiceRequest.objects.filter(number=f"D{number}").first()


def _number(typed: str) -> str:
    digits = "".join(letter for letter in typed if letter.isdigit())
    return f"{digits[:6]}-{digits[6:]}"
