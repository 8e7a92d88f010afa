"""我的承诺: what I promised for the year, what is due, and what became of it; for heads of a village that of all."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.roles import Permission
from grids.scope import Scope
from members.models import Member
from surfaces import paging
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.field.arrivals import settles
from surfaces.field.tasks import FieldTask
from surfaces.pledges import deeds
from surfaces.pledges.page import BY_DUE, PledgePage, known_of, pledges_of
from visits.models import Pledge
from workdays.now import now, today

P = Permission


@require_GET
@needs(P.VISIT_VIEW)
def pledges(request: Visitor) -> HttpResponse:
    """Mine; `?list=area` those of my area."""
    user, on = request.user, today()
    mine = pledges_of(user).filter(pk__in=Pledge.objects.mine(user).values("pk"))
    lists = {"mine": ("我的承诺", mine)}
    if Scope.of(user).has_area(P.PAIRING_EDIT):
        lists["area"] = (work.area_word(user, P.PAIRING_EDIT), pledges_of(user))
    chosen = request.GET.get("list", "")
    chosen = chosen if chosen in lists else "mine"
    page = paging.page(request, lists[chosen][1], order=BY_DUE)
    tabs = [
        {"label": label, "url": f"?list={name}", "count": work.counted(rows), "current": name == chosen}
        for name, (label, rows) in lists.items()
    ]
    known = {
        "tabs": tabs if len(tabs) > 1 else [],
        "page": page,
        "pages": [PledgePage(pledge, user, on) for pledge in page],
        "may_make": may_make(request),
    }
    return render(request, "field/pledges.html", known)


def may_make(request: Visitor) -> bool:
    """A member for themselves, the heads of a village for others."""
    own = Member.objects.filter(user=request.user, left_on=None).exists()
    return own or Scope.of(request.user).has_area(P.PAIRING_EDIT)


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def pledge_new(request: Visitor) -> HttpResponse:
    if not may_make(request):
        return render(request, "field/pledge_nobody.html")
    return deeds.make(request, FieldTask, reverse("field:pledges"), now())


@require_GET
@needs(P.VISIT_VIEW)
def pledge(request: Visitor, pk: int) -> HttpResponse:
    return render(request, "field/pledge.html", known_of(request.user, pk))


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def pledge_deed(request: Visitor, pk: int, name: str) -> HttpResponse:
    return deeds.run_deed(request, pk, name, FieldTask, "field")
