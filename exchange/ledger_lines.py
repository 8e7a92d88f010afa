"""A ledger as people print it: eight columns, every row in words, as it stood at the moment asked for."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.privacy import mask, personal_fields
from issues.models import OPEN, Clock, ClockKind, Issue, IssueEvent, Status, SupervisionOrder, Verdict
from issues.rules import CountyRules
from members.models import Unit
from workdays.arithmetic import ZONE

HEADS = ("序号", "单位", "简要情况", "责任单位/责任人", "时限", "办理情况", "交办督办情况", "销号情况")
WIDTHS = (5, 18, 34, 16, 16, 18, 26, 18)
"""How the columns share a page, in characters."""
Day = Callable[[datetime], str]
ON_THE_WAY = ("assign", "rule", "escalate", "topped")


@dataclass(frozen=True)
class Line:
    """One matter; `cells` are the columns of HEADS after 序号."""

    issue: Any
    place: str
    matter: str
    responsible: str
    due: str
    late: bool
    progress: str
    orders: str
    ending: str

    @property
    def cells(self) -> tuple[str, ...]:
        return (self.place, self.matter, self.responsible, self.due, self.progress, self.orders, self.ending)


def lines(issues: Iterable[Issue], *, moment: datetime | None, at: datetime) -> list[Line]:
    """Rows of a LedgerQuery (with their grid) as lines; what they need is fetched once for all of them."""
    rows = list(issues)
    return Page(rows, moment or at).lines()


class Page:
    """The rows of one page or chunk, and what is told about them up to the moment."""

    def __init__(self, rows: Sequence[Any], until: datetime) -> None:
        self.rows = rows
        self.until = until
        self.events = self._events()
        self.sheets = self._sheets()
        self.people = _names(User, self._told("handler"), [row.then_handler_id for row in rows])
        self.units = _names(Unit, self._told("unit"), [row.then_unit_id for row in rows])
        self.limits = self._limits()
        self.verdicts = self._verdicts()
        self.rules = {county: CountyRules(county) for county in {row.county_id for row in rows}}

    def lines(self) -> list[Line]:
        return [self._line(row) for row in self.rows]

    def _events(self) -> dict[int, list[IssueEvent]]:
        """Who gave it to whom, and how it went up."""
        told = IssueEvent.objects.filter(issue__in=self.rows, at__lt=self.until, name__in=ON_THE_WAY)
        return _by_issue(told.only("issue_id", "name", "at", "changes", "facts").order_by("seq"))

    def _sheets(self) -> dict[int, list[SupervisionOrder]]:
        issued = SupervisionOrder.objects.filter(issue__in=self.rows, issued_at__lt=self.until)
        return _by_issue(issued.order_by("issued_at", "id"))

    def _told(self, fact: str) -> list[int | None]:
        return [_given(event, fact) for events in self.events.values() for event in events]

    def _limits(self) -> dict[int, datetime]:
        """The due of the last handling clock of each matter."""
        clocks = Clock.objects.filter(issue__in=self.rows, kind=ClockKind.HANDLE, started_at__lt=self.until)
        return dict(clocks.order_by("id").values_list("issue_id", "due_at"))

    def _verdicts(self) -> dict[int, str]:
        given = Verdict.objects.filter(issue__in=self.rows, at__lt=self.until).order_by("round")
        return {verdict.issue_id: verdict.get_value_display() for verdict in given}

    def _line(self, row: Any) -> Line:
        late = row.then_status in OPEN and row.then_due_at is not None and row.then_due_at < self.until
        return Line(
            issue=row,
            place=row.grid.full_name,
            matter=_matter(row, self._day),
            responsible=self._responsible(row.then_handler_id, row.then_unit_id),
            due=self._due(row, late),
            late=late,
            progress=_progress(row, self._day),
            orders="；".join(self._orders(row)),
            ending=self._ending(row),
        )

    def _responsible(self, person: int | None, unit: int | None) -> str:
        return "/".join(filter(None, (self.units.get(unit or 0), self.people.get(person or 0)))) or "未交办"

    def _due(self, row: Any, late: bool) -> str:
        """The limit of handling; what another step is waiting for besides; late or not."""
        limit = self.limits.get(row.pk) or row.then_due_at
        said = [self._moment(limit) if limit else "—"]
        if row.then_status in OPEN and row.then_due_at and row.then_due_at != limit:
            said.append(f"{Status(row.then_status).label}至{self._moment(row.then_due_at)}")
        return "；".join([*said, "已逾期"] if late else said)

    def _orders(self, row: Any) -> list[str]:
        """In the order in which it happened."""
        told = [(event.at, self._passed_on(row, event)) for event in self.events.get(row.pk, ())]
        told += [(sheet.issued_at, self._sheet(row, sheet)) for sheet in self.sheets.get(row.pk, ())]
        return [said for _, said in sorted(told)]

    def _sheet(self, row: Any, sheet: SupervisionOrder) -> str:
        label = self.rules[row.county_id].switches.order_label(sheet.colour)
        answered = sheet.answered_at is not None and sheet.answered_at < self.until
        return f"{self._day(sheet.issued_at)}{label}{sheet.number}{'（已回复）' if answered else ''}"

    def _passed_on(self, row: Any, event: IssueEvent) -> str:
        day = self._day(event.at)
        if event.name == "topped":
            return f"{day}逾期，报告县领导"
        if event.name == "escalate":
            rung = self.rules[row.county_id].chain.name(event.facts.get("to_level", 0))
            return f"{day}{'逾期' if event.facts.get('automatic') else ''}上报{rung}"
        whom = self._responsible(_given(event, "handler"), _given(event, "unit"))
        return f"{day}{'裁决交办' if event.name == 'rule' else '交办'}{whom}"

    def _ending(self, row: Any) -> str:
        if row.then_status in OPEN:
            return f"未销号（第{row.then_round}轮）" if row.then_round > 1 else "未销号"
        day = self._day(row.then_status_since)
        if row.then_status != Status.CLOSED:
            return f"{day}{Status(row.then_status).label}"
        apart = [label for column, label in APART.items() if getattr(row, f"then_{column}")]
        return "，".join([f"{day}销号", *filter(None, [self.verdicts.get(row.pk)]), *apart])

    def _day(self, at: datetime) -> str:
        """11月2日; with its year when that is not the year of the ledger."""
        local, year = at.astimezone(ZONE), self.until.astimezone(ZONE).year
        return f"{'' if local.year == year else f'{local.year}年'}{local.month}月{local.day}日"

    def _moment(self, at: datetime) -> str:
        return f"{self._day(at)}{at.astimezone(ZONE):%H:%M}"


APART = {"cannot_be_done": "客观上无法解决", "forced": "强制销号"}
"""Ways of closing that are named beside the day. Unconfirmed speaks through its verdict."""


def _matter(row: Any, day: Day) -> str:
    who = mask(row.petitioner, personal_fields(Issue)["petitioner"])
    told = f"{row.get_category_display()}，{row.get_urgency_display()}，{who}{day(row.registered_at)}挂号"
    return f"{row.number} {row.title}（{told}）"


def _progress(row: Any, day: Day) -> str:
    status = Status(row.then_status)
    return f"{status.label}（{day(row.then_status_since)}起）" if status in OPEN else status.label


def _given(event: IssueEvent, fact: str) -> int | None:
    """To whom an event gave the matter."""
    given: int | None = event.facts.get(fact) or event.changes.get(f"{fact}_id")
    return given


def _by_issue(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.issue_id, []).append(row)
    return found


def _names(model: Any, *keys: Iterable[int | None]) -> dict[int, str]:
    wanted = {key for each in keys for key in each if key}
    return dict(model.objects.filter(pk__in=wanted).values_list("pk", "name"))
