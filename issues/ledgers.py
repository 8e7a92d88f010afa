"""台账: what stood in whose ledger, now or at the end of any past day.

    query = LedgerQuery(ledger="unit", as_of=date(2026, 11, 20), place=town.pk)
    query.rows(user, at)        issues with then_status, then_handler_id, … as they were at that moment
    query.balance(user, at)     open personal + open unit + open county = all open

Now is read off the rows; a past moment off the event log, whose `changes` hold every new value: of each column the
last one told before the moment counts. A matter stands where its grid stands today (ended ones: where it ended).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    CharField,
    Count,
    DateTimeField,
    F,
    IntegerField,
    Q,
    QuerySet,
    When,
)

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from grids.scope import COLUMN_OF, Scope
from issues.events import ISSUES
from issues.models import OPEN, Issue, Ledger, Status
from workdays.arithmetic import SENSIBLE_YEARS, ZONE

REPLAYED: Mapping[str, Any] = {
    "status": CharField(),
    "status_since": DateTimeField(),
    "level": IntegerField(),
    "ledger": CharField(),
    "round": IntegerField(),
    "supervision": CharField(),
    "handler_id": BigIntegerField(),
    "unit_id": BigIntegerField(),
    "due_at": DateTimeField(),
    "closed_at": DateTimeField(),
    "unconfirmed": BooleanField(),
    "cannot_be_done": BooleanField(),
    "forced": BooleanField(),
}
"""Columns of a ledger that change on the way. Category, urgency and number are given once, at 挂号."""
Rows = QuerySet[Any]
"""Issues, annotated."""
ORDER = ("-collected_at", "-id")
OPEN_NOW, CLOSED_NOW, EVERYTHING = "open", "closed", "all"
STANDINGS = ((OPEN_NOW, "未销号"), (CLOSED_NOW, "已销号"), (EVERYTHING, "全部"))


@dataclass(frozen=True)
class Balance:
    """How many matters were open in each ledger, and in all of them, counted apart."""

    personal: int
    unit: int
    county: int
    open: int

    @property
    def holds(self) -> bool:
        return self.personal + self.unit + self.county == self.open


@dataclass(frozen=True)
class LedgerQuery:
    """Which rows of which ledger. `ledger` empty is the master ledger 总台账; `standing` is open, closed, all or one
    status. The page, the export and the API ask by this alone, so that their counts and rows are the same."""

    ledger: str = ""
    as_of: date | None = None
    standing: str = OPEN_NOW
    place: int | None = None
    unit: int | None = None
    person: str = ""
    mine: bool = False
    category: str = ""
    urgency: str = ""
    supervision: str = ""
    channel: str = ""
    overdue: bool = False
    since: date | None = None
    until: date | None = None

    def check(self, today: date) -> None:
        """Raises Refused for days that make no sense."""
        if self.as_of and self.as_of > today:
            raise Refused("截至日期在今天之后，台账只能看到今天为止，请改选。", field="as_of")
        for name in ("as_of", "since", "until"):
            day = getattr(self, name)
            if day and day.year not in SENSIBLE_YEARS:
                raise Refused("年份不对，请核对。", field=name)
        if self.since and self.until and self.since > self.until:
            raise Refused("挂号时间的结束日期早于开始日期，请调换。", field="until")

    def moment(self, at: datetime) -> datetime | None:
        """The night of the day asked for; None for now."""
        past = self.as_of is not None and self.as_of < at.astimezone(ZONE).date()
        return _night(self.as_of) if past and self.as_of else None

    def rows(self, user: User, at: datetime) -> Rows:
        """The rows asked for, as far as the person may see, in no order."""
        rows = self.narrowed(user, at).filter(self._stands())
        if self.overdue:
            late = self.moment(at) or at
            rows = rows.filter(then_status__in=OPEN, then_due_at__lt=late)
        return rows.filter(then_ledger=self.ledger) if self.ledger else rows

    def balance(self, user: User, at: datetime) -> Balance:
        """The open matters by ledger, narrowed by everything but ledger, standing and lateness."""
        rows = self.narrowed(user, at, open_only=True)
        found = dict(rows.order_by().values_list("then_ledger").annotate(number=Count("pk")))
        return Balance(**{name: found.get(name, 0) for name in Ledger.values}, open=rows.count())

    def narrowed(self, user: User, at: datetime, *, open_only: bool = False) -> Rows:
        moment = self.moment(at)
        rows = as_of(Issue.objects.visible_to(user), moment)
        if open_only or self.standing == OPEN_NOW or self.overdue:
            rows = were_open(rows, moment)
        exact: dict[str, Any] = {"then_unit_id": self.unit, "then_supervision": self.supervision}
        exact |= {name: getattr(self, name) for name in ("category", "urgency", "channel")}
        rows = rows.filter(**{name: value for name, value in exact.items() if value})
        if self.place:
            rows = rows.filter(_inside(user, self.place))
        if self.person:
            rows = rows.filter(then_handler_id__in=User.objects.filter(name__contains=self.person).values("pk"))
        if self.mine:
            rows = rows.filter(then_handler_id__in=Scope.of(user).people)
        if self.since:
            rows = rows.filter(registered_at__gte=_morning(self.since))
        if self.until:
            rows = rows.filter(registered_at__lt=_night(self.until))
        return rows

    def _stands(self) -> Q:
        if self.standing == OPEN_NOW:
            return Q(then_status__in=OPEN)
        if self.standing == EVERYTHING:
            return Q()
        return Q(then_status=Status.CLOSED if self.standing == CLOSED_NOW else self.standing)

    def told(self) -> dict[str, Any]:
        """The query as JSON keeps it, without what was not asked."""
        asked = {name: value for name, value in asdict(self).items() if value not in (None, "", False)}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asked.items()}

    @classmethod
    def of(cls, told: dict[str, Any]) -> "LedgerQuery":
        days = ("as_of", "since", "until")
        known: Any = {name: date.fromisoformat(value) if name in days else value for name, value in told.items()}
        return cls(**known)


def as_of(rows: Rows, moment: datetime | None) -> Rows:
    """Matters that had a number by the moment, with their REPLAYED columns then as `then_…`; `moment` None: now."""
    if moment is None:
        rows = rows.filter(registered_at__isnull=False)
        now: dict[str, Any] = {f"then_{column}": F(column) for column in REPLAYED}
        return rows.annotate(**now)
    return replayed(rows.filter(registered_at__lt=moment), moment)


def replayed(rows: Rows, moment: datetime) -> Rows:
    """Matters with their REPLAYED columns at a past moment as `then_…`."""
    then: dict[str, Any] = {
        f"then_{column}": ISSUES.last_told(column, kind, moment) for column, kind in REPLAYED.items()
    }
    unchanged = When(status_since__lt=moment, then=F("status"))
    then["then_status"] = Case(unchanged, default=then["then_status"])
    return rows.annotate(**then)


def were_open(rows: Rows, moment: datetime | None) -> Rows:
    """Those of `as_of` that were in the register and not ended. What ended before the moment is not looked into."""
    if moment is None:
        return rows.filter(status__in=OPEN)
    return rows.filter(Q(status__in=OPEN) | Q(status_since__gte=moment), then_status__in=OPEN)


def _inside(user: User, place: int) -> Q:
    grid = Grid.objects.visible_to(user).filter(pk=place).first()
    return Q(**{COLUMN_OF[grid.kind]: grid.pk}) if grid else Q(pk__in=[])


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _night(day: date) -> datetime:
    return _morning(day) + timedelta(days=1)
