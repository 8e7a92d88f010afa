"""The lists behind the figures. A figure that is counted live is the length of its list, by construction; a figure
from the roll-up is tested to be.

    rows(area, "overdue", own=True, age="week")    the rows
    counts(area, "overdue", "town_id")             how many in each town
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from issues.evenings import closing, untriaged
from issues.models import OPEN, Clock, ClockKind, Issue, IssueEvent, Status, Verdict
from tallies import burden, orders, requests, service, standing, support
from tallies.area import Area
from visits.models import Visit, VisitQuerySet

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Listing:
    """`kind` says how a row is shown; `order` is the keyset order; `place` leads to the scope columns."""

    label: str
    kind: str
    make: Callable[[Area], Rows]
    order: tuple[str, ...]
    place: str = ""

    @property
    def dated(self) -> bool:
        """Does the period matter? The others show what stands now."""
        return self.label.startswith("期内")

    def column(self, area: Area, name: str) -> str:
        """Where a column stands that narrows the list or parts it."""
        return standing.column(area, name) if self.kind == "issues" else f"{self.place}{name}"

    def order_in(self, area: Area) -> tuple[str, ...]:
        """The keyset order; on a past day what is late stands by the day that was due then."""
        if not area.past:
            return self.order
        if self.kind == "pairings":
            return ("id",)
        told = requests.column if self.kind == "requests" else standing.column
        return tuple(told(area, name) for name in self.order)

    @property
    def narrowing(self) -> tuple[str, ...]:
        """The columns by which the list may be narrowed."""
        if self.kind == "orders":
            return ("colour",)
        if self.kind != "issues":
            return ("category",) if self.place else ()
        return ("category", "status", "age") if self.make is _overdue else ("category", "status")


AGES = (
    ("days", "3天以内", 3),
    ("week", "4至7天", 7),
    ("month", "8至30天", 30),
    ("more", "30天以上", None),
)
"""Bands of days past due: code, words, up to how many days."""


def _kept_visit(area: Area) -> Exists:
    visits = Visit.objects.completed().filter(area.period.holds("at"), county_id=area.grid.county_id)
    return Exists(visits.filter(household=OuterRef("pk")))


def _visited(area: Area) -> Rows:
    return standing.covered(area).filter(_kept_visit(area))


def _unvisited(area: Area) -> Rows:
    return standing.covered(area).exclude(_kept_visit(area))


def _visits(area: Area) -> VisitQuerySet:
    found: VisitQuerySet = area.rows(Visit).filter(area.period.holds("at"))
    return found


def _visits_kept(area: Area) -> Rows:
    return _visits(area).completed()


def _collected(area: Area) -> Rows:
    return standing.matters(area).filter(area.period.holds("collected_at"))


def _registered(area: Area) -> Rows:
    return standing.matters(area).filter(area.period.holds("registered_at"))


def _overdue(area: Area) -> Rows:
    return standing.overdue(area).annotate(age=_age(area))


def _age(area: Area) -> Case:
    """By how long ago it was due."""
    due = f"{standing.column(area, 'due_at')}__gte"
    bands = [When(**{due: area.at - timedelta(days=most)}, then=Value(code)) for code, _, most in AGES if most]
    return Case(*bands, default=Value(AGES[-1][0]), output_field=CharField())


def _events(condition: Q) -> Callable[[Area], Rows]:
    return lambda area: area.within(IssueEvent.objects.filter(area.period.holds("at"), condition), "issue__").filter(
        issue__in=area.visible(Issue)
    )


def _verdicts(condition: Q) -> Callable[[Area], Rows]:
    return lambda area: area.within(Verdict.objects.filter(area.period.holds("at"), condition), "issue__").filter(
        issue__in=area.visible(Issue)
    )


def _became(status: Status) -> Callable[[Area], Rows]:
    return _events(Q(changes__status=status.value))


_FIRST_CONTACT = Q(name="sign_for") | Q(name="contact", facts__reached=True)


def _answerable(area: Area) -> Rows:
    """Times a handler was to make the first contact: those answered in time, and those whose time has run out."""
    contact = IssueEvent.objects.filter(
        _FIRST_CONTACT, issue=OuterRef("issue"), at__gte=OuterRef("started_at"), at__lte=OuterRef("due_at")
    ).filter(at__lte=area.at)
    clocks = Clock.objects.filter(area.period.holds("started_at"), kind=ClockKind.FIRST_CONTACT)
    decided = clocks.annotate(answered=Exists(contact)).filter(Q(answered=True) | Q(due_at__lt=area.at))
    return area.within(decided, "issue__").filter(issue__in=area.visible(Issue))


def _cannot_be_done(area: Area) -> Rows:
    """Closings whose last report said that the matter cannot be done."""
    reports = IssueEvent.objects.filter(issue=OuterRef("issue"), name="report", seq__lt=OuterRef("seq"))
    said = Subquery(reports.order_by("-seq").values("changes__cannot_be_done")[:1])
    return _became(Status.CLOSED)(area).annotate(said=said).filter(said=Value(True, JSONField()))


def _untriaged(area: Area) -> Rows:
    """On the evening of the last day of the period."""
    return untriaged(area.rows(Issue), closing(area.period.until))


def _of(make: Callable[[Area], Rows], **narrowed: object) -> Callable[[Area], Rows]:
    return lambda area: make(area).filter(**narrowed)


def _registered_by_now(area: Area) -> Rows:
    return _collected(area).filter(standing.happened(area, "registered_at"))


def _handed_on(area: Area) -> Rows:
    return _registered_by_now(area).exclude(**{standing.column(area, "handler_id"): None})


def _closed(make: Callable[[Area], Rows]) -> Callable[[Area], Rows]:
    return lambda area: make(area).filter(**{standing.column(area, "status"): Status.CLOSED})


_V = Verdict.Value
_NUMBER = ("number", "id")
_LATEST = ("-at", "-id")
_COLLECTED = ("-collected_at", "-id")
_REGISTERED = ("-registered_at", "-id")
_REQUESTED = ("-requested_at", "-id")
_DUE = ("due_at", "id")
_DAY = ("-day", "-id")
_DUE_DAY = ("due_on", "id")
_ISSUED = ("-issued_at", "-id")
_ANSWER_DUE = ("answer_due_at", "id")
_STARTED = ("-started_at", "-id")

LISTS: Mapping[str, Listing] = {
    "households": Listing("全部住户", "households", standing.living, _NUMBER),
    "covered": Listing("已有党员联系的住户", "households", standing.covered, _NUMBER),
    "uncovered": Listing("没有党员联系的住户", "households", standing.uncovered, _NUMBER),
    "visited": Listing("期内走访到的住户", "households", _visited, _NUMBER),
    "unvisited": Listing("期内没有走访到的住户", "households", _unvisited, _NUMBER),
    "pairings": Listing("要定期走访的结对", "pairings", standing.to_visit, ("next_due_on", "id")),
    "late": Listing("走访逾期的结对", "pairings", standing.late, ("next_due_on", "id")),
    "visits": Listing("期内走访记录", "visits", _visits, _LATEST),
    "visits_kept": Listing("期内有效走访", "visits", _visits_kept, _LATEST),
    "collected": Listing("期内收集的诉求", "issues", _collected, _COLLECTED),
    "reached_register": Listing("期内收集、已挂号的诉求", "issues", _registered_by_now, _COLLECTED),
    "reached_handler": Listing("期内收集、已交办的诉求", "issues", _handed_on, _COLLECTED),
    "reached_close": Listing("期内收集、已销号的诉求", "issues", _closed(_collected), _COLLECTED),
    "registered": Listing("期内挂号的诉求", "issues", _registered, _REGISTERED),
    "registered_closed": Listing("期内挂号、已销号的诉求", "issues", _closed(_registered), _REGISTERED),
    "waiting": Listing(
        "待梳理的诉求", "issues", lambda area: standing.matters_that(area, Status.COLLECTED), _COLLECTED
    ),
    "open": Listing("未销号的诉求", "issues", lambda area: standing.matters_that(area, *OPEN), _COLLECTED),
    "overdue": Listing("逾期未办结的诉求", "issues", _overdue, _DUE),
    "overdue_long": Listing(f"逾期超过{support.LONG_OVERDUE.days}天的诉求", "issues", support.long_overdue, _DUE),
    "vacant": Listing("有空岗的网格", "grids", support.vacant, ("code", "id")),
    "unattended": Listing("不在岗、无人代理的岗位", "postings", support.unattended, ("grid__code", "id")),
    "orders": Listing("期内发出的督办单", "orders", orders.issued, _ISSUED),
    "orders_answered": Listing("期内发出、已回复的督办单", "orders", orders.answered, _ISSUED),
    "orders_waiting": Listing("待回复的督办单", "orders", orders.waiting, _ANSWER_DUE),
    "orders_late": Listing("到期未回复的督办单", "orders", orders.late, _ANSWER_DUE),
    "solved_on_spot": Listing("期内当场办结", "events", _became(Status.SOLVED_ON_SPOT), _LATEST, "issue__"),
    "closed": Listing("期内销号", "events", _became(Status.CLOSED), _LATEST, "issue__"),
    "escalated": Listing("期内上报", "events", _events(Q(name="escalate")), _LATEST, "issue__"),
    "reopened": Listing("期内复号", "events", _events(Q(name="reopen")), _LATEST, "issue__"),
    "verdicts": Listing("期内群众评价", "verdicts", _verdicts(~Q(value=_V.UNCONFIRMED)), _LATEST, "issue__"),
    "satisfied": Listing("期内评价满意", "verdicts", _verdicts(Q(value=_V.SATISFIED)), _LATEST, "issue__"),
    "solved": Listing(
        "期内评价已解决", "verdicts", _verdicts(Q(value__in=[_V.SATISFIED, _V.SOLVED])), _LATEST, "issue__"
    ),
    "answerable": Listing("期内应首次响应的交办", "clocks", _answerable, _STARTED, "issue__"),
    "answered": Listing("期内按时首次响应的交办", "clocks", _of(_answerable, answered=True), _STARTED, "issue__"),
    "cannot_be_done": Listing("期内销号、客观上无法解决", "events", _cannot_be_done, _LATEST, "issue__"),
    "forced": Listing("期内强制销号", "events", _events(Q(name="force_close")), _LATEST, "issue__"),
    "untriaged": Listing("期内最后一天18:00到期未梳理的诉求", "issues", _untriaged, _COLLECTED),
    "requests": Listing("期内群众点单", "requests", requests.placed, _REQUESTED),
    "requests_taken": Listing("期内点单、已接单", "requests", requests.taken, _REQUESTED),
    "requests_done": Listing("期内点单、已完成", "requests", requests.done, _REQUESTED),
    "requests_rated": Listing("期内点单、已评单", "requests", requests.rated, _REQUESTED),
    "requests_satisfied": Listing("期内点单、评为满意", "requests", requests.satisfied, _REQUESTED),
    "requests_waiting": Listing("待下单的点单", "requests", requests.to_dispatch, _REQUESTED),
    "requests_late": Listing("超过时限的点单", "requests", requests.late, _DUE),
    "requests_unrated": Listing("逾期未评的点单", "requests", requests.unrated, _DUE),
    "suggestions": Listing("期内基层意见建议", "issues", burden.suggestions, _COLLECTED),
    "sessions": Listing("期内服务日", "sessions", service.sessions, _DAY),
    "sessions_held": Listing("期内开展的服务日", "sessions", service.held, _DAY),
    "sessions_complete": Listing("期内五步齐全的服务日", "sessions", service.complete, _DAY),
    "pledges": Listing("期内最后一天已公开的承诺", "pledges", service.pledges, _DUE_DAY),
    "pledges_kept": Listing("期内最后一天已兑现的承诺", "pledges", service.kept, _DUE_DAY),
    "pledges_not_kept": Listing("期内最后一天未兑现的承诺", "pledges", service.not_kept, _DUE_DAY),
    "pledges_overdue": Listing("期内最后一天到期未见证的承诺", "pledges", service.overdue, _DUE_DAY),
    "unconfirmed": Listing("期内未经群众确认", "verdicts", _verdicts(Q(value=_V.UNCONFIRMED)), _LATEST, "issue__"),
}


def rows(area: Area, what: str, *, own: bool = False, **narrowed: str) -> Rows:
    """The rows of a list. `own`: only what lies in the grid itself. Raises KeyError for a list nobody defined."""
    listing = LISTS[what]
    found = listing.make(area).filter(**{listing.column(area, name): value for name, value in narrowed.items()})
    return found.filter(area.kept_here(listing.place)) if own else found


def counts(area: Area, what: str, *by: str) -> dict[Any, int]:
    """How many rows there are for each value of the columns `by`, which are reached through the list's place."""
    columns = [LISTS[what].column(area, name) for name in by]
    found = LISTS[what].make(area).order_by().values_list(*columns).annotate(number=Count("*"))
    return {_key(row[:-1]): row[-1] for row in found}


def _key(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else values
