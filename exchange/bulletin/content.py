"""What a monthly bulletin says: the figures of the dashboard at the month's end, those of the month before beside them.

Places stand in the order of their codes, never by score, and no person is named (减负).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from accounts.models import User
from grids.models import Grid
from issues.models import Category
from tallies import asks, lists, rates
from tallies.area import Area, Period, night
from tallies.figures import OWN, Ask, Counting, Figure, grids_below, median_time
from tallies.standing import began
from workdays.arithmetic import ZONE

MONTHS = 6
"""The month and those before it in the trend."""
NONE = "—"


@dataclass(frozen=True)
class Share:
    """A number out of another; shown with both."""

    value: int
    whole: int

    @property
    def percent(self) -> str:
        return f"{100 * self.value / self.whole:.1f}%" if self.whole else NONE

    def __str__(self) -> str:
        return f"{self.value:,}/{self.whole:,}（{self.percent}）"


Cell = str | int | Share
Row = Sequence[Cell]


@dataclass(frozen=True)
class Section:
    """A table with its words; `drawn` names the columns (by place) that are drawn as bars above it."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row]
    note: str = ""
    drawn: Sequence[int] = ()


@dataclass(frozen=True)
class Bulletin:
    title: str
    about: str
    sections: Sequence[Section]


def month_of(grid: Grid, month: date, user: User, at: datetime) -> Area:
    """The area over a month: as it stood on its last evening, or now while it lasts."""
    today = at.astimezone(ZONE).date()
    period = Period(month, _next(month) - timedelta(days=1))
    if period.until >= today:
        return Area(user, grid, period.up_to(today), at)
    return Area(user, grid, period, night(period.until), past=True)


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _before(month: date) -> date:
    return (month - timedelta(days=1)).replace(day=1)


def spelt(month: date) -> str:
    return f"{month.year}年{month.month}月"


class Writer:
    """Counts one bulletin, section by section."""

    def __init__(self, user: User, grid: Grid, month: date, at: datetime) -> None:
        self.user, self.grid, self.month, self.at = user, grid, month, at
        self.area = month_of(grid, month, user, at)
        self.counting = Counting(self.area)

    @cached_property
    def first(self) -> date | None:
        return began(self.grid.county_id)

    @cached_property
    def before(self) -> Counting | None:
        """The month before; None when it ended before the data began."""
        found = self.month_with_data(_before(self.month))
        return Counting(found) if found else None

    def month_with_data(self, month: date) -> Area | None:
        found = month_of(self.grid, month, self.user, self.at)
        return found if self.first and found.period.until >= self.first else None

    def bulletin(self, progress: Callable[[int], None]) -> Bulletin:
        sections = []
        for done, make in enumerate(SECTIONS, 1):
            sections += [section for section in [make(self)] if section.rows]
            progress(done)
        day = self.area.on
        ended = "当天结束时" if self.area.past else f"{self.at.astimezone(ZONE):%H:%M}"
        period = self.area.period
        about = (
            f"统计{period.since.month}月{period.since.day}日至{period.until.month}月{period.until.day}日，"
            f"截至{day.year}年{day.month}月{day.day}日{ended}。比例都写明几分之几；乡镇、村和网格按区划代码排列，不排名次。"
        )
        return Bulletin(f"{self.grid.name}{spelt(self.month)}党员联户工作通报", about, sections)

    def compared(self, chosen: Sequence[Ask]) -> list[Row]:
        """Each figure of the month, and of the month before."""
        return [
            (
                ask.label,
                cell(self.counting.figure(ask)),
                cell(self.before.figure(ask)) if self.before else NONE,
                _of(ask),
            )
            for ask in chosen
        ]


def cell(figure: Figure) -> Cell:
    return figure.value if figure.whole is None else Share(figure.value, figure.whole)


def _of(ask: Ask) -> str:
    """What the number is: 已有党员联系的住户 / 全部住户."""
    return lists.LISTS[ask.what].label + (f" / {lists.LISTS[ask.whole].label}" if ask.whole else "")


COMPARED = ("指标", "本月", "上月", "怎么算")
VISITING = (asks.COVERED, asks.UNCOVERED, asks.KEPT, asks.VISITED, asks.LATE)
REGISTER = (asks.WAITING, asks.OPEN, asks.OVERDUE, asks.DONE)
ORDERS = (asks.ORDERS_WAITING, asks.ORDERS_LATE, asks.ORDERS_ANSWERED)
PLACES = (asks.COVERED, asks.VISITED, asks.REGISTERED, asks.DONE, asks.OPEN, asks.OVERDUE, asks.SATISFIED)


def visiting(writer: Writer) -> Section:
    return Section("联户覆盖和走访", COMPARED, writer.compared(VISITING))


def register(writer: Writer) -> Section:
    median = [_days(writer.area), _days(writer.before.area) if writer.before else NONE]
    rows = [*writer.compared(REGISTER), ("挂号到销号中位用时", *median, "期内挂号、已销号的诉求")]
    return Section("挂号、督办、销号", COMPARED, rows)


def _days(area: Area) -> str:
    taken = median_time(area)
    return NONE if taken is None else f"{taken / timedelta(days=1):.1f}天"


def stages(writer: Writer) -> Section:
    rows = [(label, lists.rows(writer.area, what).count()) for label, what in asks.STAGES]
    return Section("本月收集的诉求走到哪一步", ("环节", "件数"), rows, drawn=(1,))


def satisfaction(writer: Writer) -> Section:
    return Section("五率和单列", COMPARED, writer.compared(rates.EVERY))


def ages(writer: Writer) -> Section:
    found = lists.counts(writer.area, "overdue", "age")
    rows = [(label, found.get(code, 0)) for code, label, _ in lists.AGES]
    note = "" if found else "没有逾期的诉求。"
    return Section("诉求逾期多久", ("逾期", "件数"), rows, note, drawn=(1,) if found else ())


def categories(writer: Writer) -> Section:
    whats = ("registered", "registered_closed", "open", "overdue")
    found = {what: lists.counts(writer.area, what, "category") for what in whats}
    rows = []
    for value, label in Category.choices:
        registered, closed, standing, late = (found[what].get(value, 0) for what in whats)
        rows.append((label, registered, Share(closed, registered), standing, Share(late, standing)))
    return Section("按类别", ("类别", "挂号", "挂号后已销号", "未销号", "逾期未办结"), rows)


def orders(writer: Writer) -> Section:
    return Section("督办单", COMPARED, writer.compared(ORDERS))


def gaps(writer: Writer) -> Section:
    return Section("缺口和空岗", COMPARED, writer.compared(asks.GAPS))


def places(writer: Writer) -> Section:
    """Each place right below, its sums as on the dashboard."""
    rows = list(_below(writer, PLACES))
    total = ("合计", *(cell(writer.counting.figure(ask)) for ask in PLACES))
    heads = ("地方", *(ask.label for ask in PLACES))
    return Section("各地情况", heads, [*rows, total] if rows else [], "按区划代码排列，不排名次。")


def _below(writer: Writer, chosen: Sequence[Ask]) -> Iterator[Row]:
    area = writer.area
    if not area.below:
        return
    columns = [writer.counting.figures_below(ask) for ask in chosen]
    nothing = [Figure(ask.label, 0, ask.what, 0 if ask.whole else None) for ask in chosen]
    grids = grids_below(area, {grid for column in columns for grid in column} - {OWN})
    for key, name in [*((grid.pk, grid.name) for grid in grids), (OWN, f"{area.grid.name}本级")]:
        figures = [column.get(key, none) for column, none in zip(columns, nothing, strict=True)]
        if key != OWN or any(figure.value or figure.whole for figure in figures):
            yield (name, *(cell(figure) for figure in figures))


def support(writer: Writer) -> Section:
    """What each place lacks, in words; places that lack nothing are not named."""
    rows: list[Row] = []
    for name, *cells in _below(writer, asks.GAPS):
        needs = [f"{ask.label}{value}{ask.unit}" for ask, value in zip(asks.GAPS, cells, strict=True) if value]
        rows += [(name, "；".join(needs))] if needs else []
    if not rows:
        return Section("需要支持的地方", ("地方", "需要什么"), [("各地", "没有缺口、空岗和长期逾期。")])
    return Section("需要支持的地方", ("地方", "需要什么"), rows, "没有列出的地方没有这些情况。")


def trend(writer: Writer) -> Section:
    """The place against its own months before."""
    chosen = (asks.KEPT, asks.COLLECTED, asks.REGISTERED, asks.CLOSED, asks.SATISFIED, asks.OPEN, asks.OVERDUE)
    rows = []
    for month in _months(writer.month):
        if area := writer.month_with_data(month):
            counting = Counting(area)
            rows.append((spelt(month), *(cell(counting.figure(ask)) for ask in chosen)))
    heads = ("月份", *(ask.label for ask in chosen))
    return Section("本地走势", heads, rows, "未销号、逾期未办结是月底那天的数。", drawn=(1, 4))


def _months(last: date) -> list[date]:
    found = [last]
    while len(found) < MONTHS:
        found.insert(0, _before(found[0]))
    return found


SECTIONS: Sequence[Callable[[Writer], Section]] = (
    visiting,
    register,
    stages,
    satisfaction,
    ages,
    categories,
    orders,
    gaps,
    places,
    support,
    trend,
)
