"""三单 for residents: 点单 from the household's page, the progress by the request's own code, and 评单."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from households.models import Household
from issues.models import LIVE, RequestEvent, RequestStatus, ServiceRequest
from issues.requests.actions import place, rate
from issues.requests.rules import CountyRequestRules
from surfaces.doors import show
from surfaces.public.forms import OrderForm, RatingForm
from surfaces.public.homes import living_home, place_of, shown
from surfaces.public.limits import ORDERED, guessing_proof, too_often
from workdays.now import now

S = RequestStatus
TOLD = {
    "place": "已送到村党支部",
    "dispatch": "支部已安排，等党员接单",
    "take": "已有党员接单",
    "give_back": "正在重新安排人",
    "recall": "正在重新安排人",
    "untaken": "还没有人接单，支部正在重新安排",
    "done": "已办好，请您评一评",
    "rate": "已记下您的评价",
    "decline": "暂时不能办理",
    "raise_issue": "已转给有关人员办理",
}
"""What the household hears of each event: no names, no remarks of staff but the reason why not."""


def open_here(home: Household) -> bool:
    return CountyRequestRules(home.county_id).row.enabled


def of_household(home: Household, since: datetime) -> dict[str, list[ServiceRequest]]:
    """Live requests and those ended since, newest first; those done wait for the household's word."""
    rows = ServiceRequest.objects.filter(household=home).order_by("-requested_at", "-id")
    recent = list(rows.filter(Q(status__in=[*LIVE, S.DONE]) | Q(status_since__gte=since)))
    return {
        "to_rate": [one for one in recent if one.status == S.DONE],
        "orders": [one for one in recent if one.status != S.DONE],
    }


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def order(request: HttpRequest, code: str) -> HttpResponse:
    home = living_home(code)
    form = OrderForm(request.POST or None)
    if request.method == "POST":
        if ORDERED.used_up(code):
            return too_often(request, ORDERED)
        made = _ordered(form, home)
        if made:
            ORDERED.count(code)
            return redirect("public:ordered", code=made.code)
    context = {"form": form, "home": home, "name": shown(home), **place_of(home)}
    return render(request, "public/order.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def ordered(request: HttpRequest, code: str) -> HttpResponse:
    """How far it is; once it is done, the household's word."""
    one = get_object_or_404(ServiceRequest.objects.select_related("grid", "issue", "household"), code=code)
    form = RatingForm(request.POST or None)
    if request.method == "POST" and _rated(form, one):
        return redirect("public:ordered", code=code)
    context: dict[str, Any] = {
        "one": one,
        "history": _history(one),
        "declined": _reason(one),
        "form": form if one.status == S.DONE else None,
        **place_of(one),
    }
    return render(request, "public/ordered.html", context, status=422 if form.errors else 200)


def _ordered(form: OrderForm, home: Household) -> ServiceRequest | None:
    """The request, or None with the form saying why. A machine that filled the trap gets none either."""
    if not form.is_valid():
        return None
    given = dict(form.cleaned_data)
    if given.pop("homepage"):
        form.add_error(None, "没有提交成功，请重新填写。")
        return None
    try:
        return place(by=None, at=now(), household=home, **given)
    except Refused as refused:
        show(refused, form)
        return None


def _rated(form: RatingForm, one: ServiceRequest) -> bool:
    if not form.is_valid():
        return False
    try:
        rate(request=one, by=None, at=now(), value=form.cleaned_data["value"], note=form.cleaned_data["note"])
    except Refused as refused:
        show(refused, form)
        return False
    return True


def _history(one: ServiceRequest) -> list[dict[str, Any]]:
    """Newest first."""
    events = RequestEvent.objects.filter(request=one, name__in=TOLD).order_by("-seq")
    return [{"at": event.at, "who": "", "what": TOLD[event.name]} for event in events]


def _reason(one: ServiceRequest) -> str:
    """Why the branch did not take it on, in the branch's words."""
    if one.status != S.DECLINED:
        return ""
    return RequestEvent.objects.filter(request=one, name="decline").order_by("-seq").values_list("note", flat=True)[0]
