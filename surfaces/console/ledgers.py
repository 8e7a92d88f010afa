"""台账 of the desk: personal, unit, county and master, today or on any past day; shown, printed, taken away."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from exchange.actions import start_export
from exchange.ledger_lines import HEADS, lines
from exchange.listing import MASTER, in_words, ledger_name
from exchange.models import Job
from grids.scope import Scope
from issues.ledgers import OPEN_NOW, ORDER, STANDINGS, Balance, LedgerQuery
from issues.models import OPEN, Category, Channel, Issue, Ledger, Status, Urgency
from members.models import Unit
from surfaces import paging
from surfaces.console.filters import Filter, pick
from surfaces.console.places import PlaceField
from surfaces.doors import Visitor, address, needs
from surfaces.tasks import date_input
from workdays.now import now

P = Permission
COLOURS = [(value, f"{label}色") for value, label in Issue.Supervision.choices if value != Issue.Supervision.NONE]
STATUSES = [(status.value, status.label) for status in Status if status in OPEN]


class UnitField(forms.ModelChoiceField):
    def open_for(self, user: User, chosen: str | None) -> None:
        self.queryset = Unit.objects.visible_to(user).order_by("name")


class LedgerFilter(Filter):
    """What is not understood is ignored, but a day that makes no sense is explained."""

    ledger = forms.ChoiceField(choices=Ledger.choices, required=False, widget=forms.HiddenInput)
    as_of = forms.DateField(label="截至日期", required=False, widget=date_input())
    standing = pick("办理情况", [*STANDINGS[1:], *STATUSES], everything="未销号")
    place = PlaceField()
    unit = UnitField(Unit.objects.none(), label="责任单位", required=False, empty_label="全部")
    person = forms.CharField(label="责任人", required=False, max_length=30)
    category = pick("类别", Category.choices)
    urgency = pick("紧急程度", Urgency.choices)
    supervision = pick("督办", COLOURS)
    channel = pick("来源", Channel.choices)
    since = forms.DateField(label="挂号自", required=False, widget=date_input())
    until = forms.DateField(label="挂号至", required=False, widget=date_input())
    overdue = forms.BooleanField(label="只看逾期", required=False)
    mine = forms.BooleanField(label="我承办的", required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        try:
            self.wanted.check(self.at.date())
        except Refused as refused:
            self.add_error(refused.field, refused.sentence)
        return cleaned

    @property
    def wanted(self) -> LedgerQuery:
        keys = {name: row.pk for name, row in self.chosen.items() if name in ("place", "unit")}
        return LedgerQuery(**{"standing": OPEN_NOW, **self.chosen, **keys})

    def tabs(self, balance: Balance) -> list[dict[str, Any]]:
        """Counted while they show what is open; the past is not counted on every visit."""
        counted = self.wanted.standing == OPEN_NOW and not self.wanted.overdue
        names = [*Ledger.values, ""]
        return [
            {
                "label": ledger_name(name) if name else MASTER,
                "url": f"?{self.query(ledger=name or None)}",
                "count": getattr(balance, name or "open") if counted else None,
                "current": name == self.wanted.ledger,
            }
            for name in names
        ]


@require_GET
@needs(P.ISSUE_VIEW)
def ledgers(request: Visitor) -> HttpResponse:
    at = now()
    asked = LedgerFilter(request.user, request.GET, at)
    query = asked.wanted
    rows = query.rows(request.user, at)
    page = paging.page(request, rows.select_related("grid"), order=ORDER)
    balance = replace(query, ledger="", standing=OPEN_NOW, overdue=False).balance(request.user, at)
    known = {
        "filter": asked,
        "page": page,
        "heads": HEADS,
        "lines": lines(page, moment=query.moment(at), at=at),
        "first": _number_of_first(rows, page.rows, request),
        "balance": balance,
        "tabs": asked.tabs(balance),
        "name": ledger_name(query.ledger),
        "said": in_words(query, at),
        "asked": asked.query(),
        "may_export": Scope.of(request.user).may(P.DATA_EXPORT),
    }
    return render(request, "console/ledgers/list.html", known)


def _number_of_first(rows: QuerySet[Any], shown: Sequence[Any], request: Visitor) -> int:
    """序号 of the first row of this page in the whole ledger."""
    if not shown or not ({"after", "before"} & request.GET.keys()):
        return 1
    first = shown[0]
    earlier = Q(collected_at__gt=first.collected_at) | Q(collected_at=first.collected_at, pk__gt=first.pk)
    return rows.filter(earlier).count() + 1


@require_POST
@needs(P.DATA_EXPORT)
def export(request: Visitor) -> HttpResponse:
    """Takes away what the page with this query string lists."""
    at = now()
    asked = LedgerFilter(request.user, request.GET, at)
    if asked.errors:
        raise Refused("".join(str(error) for errors in asked.errors.values() for error in errors))
    job = start_export(
        kind=Job.Kind.LEDGER_OUT,
        form=request.POST.get("form", ""),
        asked=asked.wanted.told(),
        by=request.user,
        at=at,
        address=address(request),
    )
    messages.success(request, "已开始导出，做好后可以在这里下载。")
    return redirect("console:export", job.pk)
