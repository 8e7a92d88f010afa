"""Ledgers of any day, and rates out of how many: read only, by the same queries as the pages."""

from dataclasses import asdict, replace
from typing import Any, cast

from django.http import Http404
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.roles import Permission
from issues.ledgers import EVERYTHING, OPEN_NOW, ORDER, STANDINGS, LedgerQuery
from issues.models import Category, Channel, Issue, Ledger, Status, Urgency
from surfaces import paging
from surfaces.api.views import Holds, link, size_asked
from surfaces.county.asking import first_of, in_reach, usual_period
from tallies.area import Area, Period
from tallies.figures import Counting
from tallies.rates import EVERY
from workdays.arithmetic import SENSIBLE_YEARS
from workdays.now import now

_THEN = ("status", "level", "ledger", "round", "supervision", "handler_id", "unit_id", "due_at", "closed_at")
_FIXED = ("id", "number", "title", "category", "urgency", "channel", "registered_at", "grid_id")


class LedgerAsked(serializers.Serializer[Any]):
    ledger = serializers.ChoiceField(Ledger.choices, required=False, help_text="不填是总台账")
    as_of = serializers.DateField(required=False, help_text="截至哪一天结束时，不填是现在")
    standing = serializers.ChoiceField([*STANDINGS, *Status.choices], default=OPEN_NOW)
    place = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, help_text="网格编号")
    unit = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    person = serializers.CharField(required=False, max_length=30, help_text="责任人姓名")
    mine = serializers.BooleanField(default=False)
    category = serializers.ChoiceField(Category.choices, required=False)
    urgency = serializers.ChoiceField(Urgency.choices, required=False)
    supervision = serializers.ChoiceField(Issue.Supervision.choices, required=False)
    channel = serializers.ChoiceField(Channel.choices, required=False)
    overdue = serializers.BooleanField(default=False)
    since = serializers.DateField(required=False, help_text="挂号自")
    until = serializers.DateField(required=False, help_text="挂号至")


_ROW = inline_serializer(
    "LedgerRow",
    {
        "id": serializers.IntegerField(),
        "number": serializers.CharField(),
        "title": serializers.CharField(),
        "category": serializers.ChoiceField(Category.choices),
        "urgency": serializers.ChoiceField(Urgency.choices),
        "channel": serializers.ChoiceField(Channel.choices),
        "registered_at": serializers.DateTimeField(),
        "grid": serializers.IntegerField(),
        "status": serializers.ChoiceField(Status.choices),
        "level": serializers.IntegerField(),
        "ledger": serializers.ChoiceField(Ledger.choices),
        "round": serializers.IntegerField(),
        "supervision": serializers.ChoiceField(Issue.Supervision.choices),
        "handler": serializers.IntegerField(allow_null=True),
        "unit": serializers.IntegerField(allow_null=True),
        "due_at": serializers.DateTimeField(allow_null=True),
        "closed_at": serializers.DateTimeField(allow_null=True),
    },
    many=True,
)
_BALANCE = inline_serializer(
    "LedgerBalance", {name: serializers.IntegerField() for name in ("personal", "unit", "county", "open")}
)
_LEDGER = inline_serializer(
    "LedgerPage",
    {
        "as_of": serializers.DateField(),
        "balance": _BALANCE,
        "count": serializers.IntegerField(),
        "count_capped": serializers.BooleanField(),
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": _ROW,
    },
)


class LedgerResource(GenericViewSet[Any]):
    permission_classes = (Holds,)
    filter_backends = ()

    def right(self, method: str | None) -> Permission:
        return Permission.ISSUE_VIEW

    @extend_schema(parameters=[LedgerAsked], responses=_LEDGER)
    def list(self, request: Request) -> Response:
        """The rows of a ledger as they stood then; 个人 + 单位 + 县级 = 未销号 in `balance`."""
        user, at = cast(User, request.user), now()
        query = LedgerQuery(**_given(LedgerAsked, request))
        query.check(at.date())
        columns = {*_FIXED, *(f"then_{name}" for name in _THEN), *(name.removeprefix("-") for name in ORDER)}
        rows = query.rows(user, at).values(*columns)
        page = paging.page(request._request, rows, order=ORDER, size=size_asked(request))
        whole = replace(query, ledger="", standing=EVERYTHING, overdue=False)
        return Response(
            {
                "as_of": query.as_of or at.date(),
                "balance": asdict(whole.balance(user, at)),
                "count": min(page.counted, paging.COUNT_CAP),
                "count_capped": page.counted > paging.COUNT_CAP,
                "next": link(request, page.next),
                "previous": link(request, page.previous),
                "results": [_row(row) for row in page],
            }
        )


def _row(values: dict[str, Any]) -> dict[str, Any]:
    fixed = {name.removesuffix("_id"): values[name] for name in _FIXED}
    return fixed | {name.removesuffix("_id"): values[f"then_{name}"] for name in _THEN}


class RatesAsked(serializers.Serializer[Any]):
    grid = serializers.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, help_text="网格，不填是本人最高一级"
    )
    since = serializers.DateField(required=False, help_text="自，不填是近30天")
    until = serializers.DateField(required=False)

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if ("since" in asked) != ("until" in asked):
            raise serializers.ValidationError("起止日期要一起填。")
        if "since" in asked and asked["since"] > asked["until"]:
            raise serializers.ValidationError({"until": "结束日期早于开始日期，请调换。"})
        if any(asked[name].year not in SENSIBLE_YEARS for name in ("since", "until") if name in asked):
            raise serializers.ValidationError("年份不对，请核对。")
        return asked


_RATES = inline_serializer(
    "Rates",
    {
        "grid": serializers.IntegerField(),
        "since": serializers.DateField(),
        "until": serializers.DateField(),
        "rates": inline_serializer(
            "Rate",
            {
                "name": serializers.CharField(),
                "label": serializers.CharField(),
                "numerator": serializers.IntegerField(),
                "denominator": serializers.IntegerField(),
                "denominator_name": serializers.CharField(),
            },
            many=True,
        ),
    },
)


class RateResource(GenericViewSet[Any]):
    permission_classes = (Holds,)
    filter_backends = ()

    def right(self, method: str | None) -> Permission:
        return Permission.DASHBOARD_VIEW

    @extend_schema(parameters=[RatesAsked], responses=_RATES)
    def list(self, request: Request) -> Response:
        """Each rate as numerator and denominator; a denominator of 0 means that there is nothing to say."""
        user, at = cast(User, request.user), now()
        asked = _given(RatesAsked, request)
        grid = in_reach(user).filter(pk=asked["grid"]).first() if "grid" in asked else first_of(user)
        if grid is None:
            raise Http404
        period = Period(asked["since"], asked["until"]) if "since" in asked else usual_period(at.date())
        counting = Counting(Area(user, grid, period, at))
        figures = [counting.figure(ask) for ask in EVERY]
        return Response(
            {
                "grid": grid.pk,
                "since": period.since,
                "until": period.until,
                "rates": [
                    {
                        "name": figure.what,
                        "label": figure.label,
                        "numerator": figure.value,
                        "denominator": figure.whole,
                        "denominator_name": figure.whole_what,
                    }
                    for figure in figures
                ],
            }
        )


def _given(asked: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    """What was asked, without the cursor; a value that makes no sense answers 400 with its sentence."""
    form = asked(data=request.query_params)
    form.is_valid(raise_exception=True)
    return {name: value for name, value in form.validated_data.items() if value != ""}
