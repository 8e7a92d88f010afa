"""What lists can be narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters

from grids.models import Grid
from grids.scope import COLUMN_OF
from households.models import LIVE_ROUNDS, ChoiceRound, Household, Pairing, RoundStatus
from issues.models import Issue, RequestStatus, ServiceRequest, Status, SupervisionOrder
from issues.models.orders import UNANSWERED
from rosters.models import DutyShift
from surfaces import find
from visits.models import Pledge, ServiceSession, Visit
from workdays.now import now, today


class Placed(filters.FilterSet):
    """Rows that lie in a grid or anywhere below it."""

    grid = filters.NumberFilter(method="inside", label="网格及其以下")

    def inside(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        grid = Grid.objects.visible_to(self.request.user).filter(pk=value).first() if value < 2**63 else None
        return rows.filter(**{COLUMN_OF[grid.kind]: grid.pk}) if grid else rows.none()


class GridFilter(filters.FilterSet):
    q = filters.CharFilter(method="named", label="名称或区划代码开头")

    class Meta:
        model = Grid
        fields = ("kind", "parent", "code")

    def named(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        return find.grids(rows, value)


class HouseholdFilter(Placed):
    q = filters.CharFilter(method="named", label="姓名、首字母、户编号、电话或地址")
    uncovered = filters.BooleanFilter(method="without_member", label="没有党员联系")
    closed = filters.BooleanFilter("closed_on", lookup_expr="isnull", exclude=True, label="已销户")

    class Meta:
        model = Household
        fields = ("kind", "number")

    def named(self, rows: Any, name: str, value: str) -> QuerySet[Any]:
        return find.households(rows, value)

    def without_member(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        gap = Household.objects.uncovered(today()).values("pk")
        return rows.filter(pk__in=gap) if value else rows.exclude(pk__in=gap)


class PairingFilter(Placed):
    current = filters.BooleanFilter(method="in_force", label="在期")
    due_before = filters.DateFilter("next_due_on", lookup_expr="lt", label="应走访日早于")

    class Meta:
        model = Pairing
        fields = ("member", "household", "programme", "contact_type")

    def in_force(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        lasting = Pairing.objects.current(today()).values("pk")
        return rows.filter(pk__in=lasting) if value else rows.exclude(pk__in=lasting)


class RoundFilter(Placed):
    status = filters.MultipleChoiceFilter(choices=RoundStatus.choices, label="状态，可多选")
    live = filters.BooleanFilter(method="going_on", label="正在进行")

    class Meta:
        model = ChoiceRound
        fields = ("programme", "branch")

    def going_on(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(status__in=LIVE_ROUNDS) if value else rows.exclude(status__in=LIVE_ROUNDS)


class VisitFilter(Placed):
    since = filters.IsoDateTimeFilter("at", lookup_expr="gte", label="走访时间自")
    until = filters.IsoDateTimeFilter("at", lookup_expr="lt", label="走访时间至")

    class Meta:
        model = Visit
        fields = ("household", "pairing", "done_by", "outcome", "trigger")


class OrderFilter(Placed):
    unanswered = filters.BooleanFilter(method="waiting", label="待回复")
    since = filters.IsoDateTimeFilter("issued_at", lookup_expr="gte", label="发出时间自")
    until = filters.IsoDateTimeFilter("issued_at", lookup_expr="lt", label="发出时间至")

    class Meta:
        model = SupervisionOrder
        fields = ("number", "issue", "colour", "cause", "addressee", "copied_to")

    def waiting(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        return rows.filter(UNANSWERED) if value else rows.exclude(UNANSWERED)


class DutyFilter(Placed):
    since = filters.DateFilter("day", lookup_expr="gte", label="自哪天")
    until = filters.DateFilter("day", lookup_expr="lte", label="至哪天")
    running = filters.BooleanFilter(method="on_now", label="现在在班")

    class Meta:
        model = DutyShift
        fields = ("kind", "state", "rota", "user", "member")

    def on_now(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        running = DutyShift.objects.running(now()).values("pk")
        return rows.filter(pk__in=running) if value else rows.exclude(pk__in=running)


class IssueFilter(Placed):
    status = filters.MultipleChoiceFilter(choices=Status.choices, label="状态，可多选")
    overdue = filters.BooleanFilter(method="late", label="超期未办结")
    since = filters.IsoDateTimeFilter("collected_at", lookup_expr="gte", label="收集时间自")
    until = filters.IsoDateTimeFilter("collected_at", lookup_expr="lt", label="收集时间至")

    class Meta:
        model = Issue
        fields = ("number", "category", "urgency", "channel", "household", "handler", "unit", "supervision")

    def late(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        return rows.overdue(now()) if value else rows.exclude(pk__in=Issue.objects.overdue(now()).values("pk"))


class RequestFilter(Placed):
    status = filters.MultipleChoiceFilter(choices=RequestStatus.choices, label="状态，可多选")
    overdue = filters.BooleanFilter(method="late", label="超过时限")
    since = filters.IsoDateTimeFilter("requested_at", lookup_expr="gte", label="点单时间自")
    until = filters.IsoDateTimeFilter("requested_at", lookup_expr="lt", label="点单时间至")

    class Meta:
        model = ServiceRequest
        fields = ("number", "kind", "household", "taker", "rating")

    def late(self, rows: Any, name: str, value: bool) -> QuerySet[Any]:
        late = ServiceRequest.objects.overdue(now()).values("pk")
        return rows.filter(pk__in=late) if value else rows.exclude(pk__in=late)


class SessionFilter(Placed):
    since = filters.DateFilter("day", lookup_expr="gte", label="服务日自")
    until = filters.DateFilter("day", lookup_expr="lte", label="服务日至")

    class Meta:
        model = ServiceSession
        fields = ("programme", "step", "called_off")


class PledgeFilter(Placed):
    due_before = filters.DateFilter("due_on", lookup_expr="lt", label="期限早于")

    class Meta:
        model = Pledge
        fields = ("year", "kind", "status", "member", "branch")
