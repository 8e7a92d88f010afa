"""公示栏: what is about to be struck off, as everybody may read it, and how anybody may object."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.errors import Refused
from grids.models import Grid, Kind
from issues.actions import raise_objection
from issues.models import Objection, PublicNotice, Status
from surfaces import paging
from surfaces.doors import address, show
from surfaces.public.duty import has_board
from surfaces.public.forms import ObjectionForm
from surfaces.public.limits import OBJECTED, guessing_proof, too_often
from workdays.now import now

KEPT_ON_BOARD = timedelta(days=30)
"""How long a notice can still be read after its last day."""
PAGE = 20


@require_safe
@never_cache
@guessing_proof
def notices(request: HttpRequest) -> HttpResponse:
    """The notices of one county or town (`?place=` its code), the newest first."""
    today = now().date()
    rows = PublicNotice.objects.on_board(today - KEPT_ON_BOARD)
    places = _places(rows)
    chosen = _chosen(request, places)
    known: dict[str, Any] = {"today": today, "places": places, "chosen": chosen, "place": chosen and chosen.full_name}
    known["duty"] = chosen if chosen and has_board(chosen) else None
    if chosen or not places:
        here = rows.filter(_inside(chosen)) if chosen else rows
        known["page"] = paging.page(request, here, order=("-published_at", "-id"), size=PAGE)
    return render(request, "public/notices.html", known)


def _places(rows: QuerySet[PublicNotice]) -> list[Grid]:
    """The counties and towns that have something on the board, each county before its towns."""
    ids = rows.order_by().values_list("issue__county_id", "issue__town_id").distinct()
    found = {pk for pair in ids for pk in pair}
    return list(Grid.objects.filter(pk__in=found, kind__in=(Kind.COUNTY, Kind.TOWN)).order_by("code"))


def _chosen(request: HttpRequest, places: list[Grid]) -> Grid | None:
    """The place asked for; without one the only county, when there is but one."""
    asked = request.GET.get("place")
    if asked:
        return get_object_or_404(Grid, code=asked, kind__in=(Kind.COUNTY, Kind.TOWN))
    counties = [place for place in places if place.kind == Kind.COUNTY]
    return counties[0] if len(counties) == 1 else None


def _inside(place: Grid) -> Q:
    return Q(issue__county_id=place.pk) if place.kind == Kind.COUNTY else Q(issue__town_id=place.pk)


@require_http_methods(["GET", "POST"])
@never_cache
@guessing_proof
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, the answers to what was objected, and the form to object."""
    at = now()
    found = get_object_or_404(_readable(at.date()), pk=pk)
    takes = found.issue.status == Status.PUBLICIZING and found.issue.round == found.round
    form = ObjectionForm(request.POST or None)
    if request.method == "POST":
        if not takes:
            return redirect("public:notice", pk)
        who = address(request) or ""
        if OBJECTED.used_up(who) or OBJECTED.used_up(f"notice{pk}"):
            return too_often(request, OBJECTED)
        if _objected(form, found):
            OBJECTED.count(who)
            OBJECTED.count(f"notice{pk}")
            return redirect(f"{reverse('public:notice', args=[pk])}?sent=1")
    known = {
        "notice": found,
        "form": form if takes else None,
        "sent": "sent" in request.GET,
        "waiting": Objection.objects.waiting().filter(notice=found).count(),
        "answered": Objection.objects.filter(notice=found, accepted=False),
        "over": at.date() > found.until,
        "place": Grid.objects.get(pk=found.issue.town_id).full_name,
    }
    return render(request, "public/notice.html", known, status=422 if form.errors else 200)


def _readable(today: date) -> QuerySet[PublicNotice]:
    return PublicNotice.objects.on_board(today - KEPT_ON_BOARD).select_related("issue")


def _objected(form: ObjectionForm, notice: PublicNotice) -> bool:
    """False with the form saying why. A machine that filled the trap objects to nothing."""
    if not form.is_valid():
        return False
    if form.cleaned_data.pop("homepage"):
        form.add_error(None, "没有提交成功，请重新填写。")
        return False
    try:
        raise_objection(notice=notice, at=now(), **form.cleaned_data)
    except Refused as refused:
        show(refused, form)
        return False
    return True
