"""The lists that can be taken away. Personal values are masked as their model declares; rows are those that the
person sees and that lie where they may export."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count, islice
from typing import Any, TypeVar

from django.db.models import Q, QuerySet

from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from exchange import ledger_lines
from exchange.models import Job
from exchange.tables import Table
from grids.models import Grid
from grids.scope import COLUMN_OF, Scope
from households.models import Household, Pairing
from issues.ledgers import ORDER, STANDINGS, LedgerQuery
from issues.models import Category, Channel, Issue, Ledger, Status, Urgency
from members.models import Member, Unit
from workdays.arithmetic import ZONE

T = TypeVar("T")
CHUNK = 500
MASTER = "总台账"


def ledger(job: Job, at: datetime) -> Table:
    query = LedgerQuery.of({name: value for name, value in job.asked.items() if name != "form"})
    rows = query.rows(job.user, at).filter(_exportable(job))
    return Table(
        title=f"{job.county.name}{ledger_name(query.ledger)}",
        about=[in_words(query, at), _by_whom(job, at)],
        heads=ledger_lines.HEADS,
        widths=ledger_lines.WIDTHS,
        total=rows.count(),
        rows=_ledger_rows(rows.order_by(*ORDER).select_related("grid"), query.moment(at), at),
    )


def _ledger_rows(rows: QuerySet[Issue], moment: datetime | None, at: datetime) -> Iterator[Sequence[str]]:
    numbers = count(1)
    for chunk in _chunks(rows.iterator(chunk_size=CHUNK), CHUNK):
        for line in ledger_lines.lines(chunk, moment=moment, at=at):
            yield (str(next(numbers)), *line.cells)


def ledger_name(ledger: str) -> str:
    return Ledger(ledger).label if ledger else MASTER


def in_words(query: LedgerQuery, at: datetime) -> str:
    """What a ledger was narrowed to: 截至2026年11月20日 · 未销号 · 上陵镇 · 只看逾期."""
    day = query.as_of or at.astimezone(ZONE).date()
    said: list[Any] = [f"截至{_spell(day)}", dict([*STANDINGS, *Status.choices]).get(query.standing, "")]
    said.append(Grid.objects.filter(pk=query.place).values_list("full_name", flat=True).first() if query.place else "")
    said.append(Unit.objects.filter(pk=query.unit).values_list("name", flat=True).first() if query.unit else "")
    said.append(f"责任人含“{query.person}”" if query.person else "")
    said.append("我承办的" if query.mine else "")
    for name, words in _CHOICES.items():
        said.append(words.get(getattr(query, name), ""))
    said.append("只看逾期" if query.overdue else "")
    said.append(f"{_spell(query.since)}起挂号" if query.since else "")
    said.append(f"{_spell(query.until)}前挂号" if query.until else "")
    return " · ".join(str(word) for word in said if word)


_CHOICES: Mapping[str, dict[str, Any]] = {
    "category": dict(Category.choices),
    "urgency": dict(Urgency.choices),
    "channel": dict(Channel.choices),
    "supervision": {value: f"{label}色督办" for value, label in Issue.Supervision.choices},
}


def _list(title: str, rows: Callable[[Job], QuerySet[Any]], columns: Mapping[str, str], widths: Sequence[int]) -> Any:
    """A list whose columns are read by path; the masks follow from the declarations at their ends."""

    def made(job: Job, at: datetime) -> Table:
        found = rows(job).filter(_exportable(job), _in_place(job)).order_by("grid__code", "pk")
        return Table(
            title=f"{job.county.name}{title}",
            about=[_by_whom(job, at)],
            heads=("序号", *columns),
            widths=(6, *widths),
            total=found.count(),
            rows=_plain_rows(found.select_related(*_related(columns.values())), list(columns.values())),
        )

    return made


def _related(paths: Iterable[str]) -> list[str]:
    return sorted({path.rpartition("__")[0] for path in paths if "__" in path})


def _plain_rows(rows: QuerySet[Any], paths: Sequence[str]) -> Iterator[Sequence[str]]:
    for number, row in enumerate(rows.iterator(chunk_size=2000), 1):
        yield (str(number), *(_shown(row, path) for path in paths))


def _shown(row: Any, path: str) -> str:
    *way, last = path.split("__")
    for step in way:
        row = getattr(row, step)
        if row is None:
            return ""
    value = getattr(row, last)
    kind = personal_fields(type(row)).get(last)
    if kind:
        return mask(str(value) if value else "", kind)
    if hasattr(row, f"get_{last}_display"):
        return str(getattr(row, f"get_{last}_display")())
    return value.isoformat() if isinstance(value, date) else str(value if value is not None else "")


def _exportable(job: Job) -> Q:
    return Scope.of(job.user).q(Permission.DATA_EXPORT)


def _in_place(job: Job) -> Q:
    place = job.asked.get("place")
    grid = Grid.objects.visible_to(job.user).filter(pk=place).first() if place else None
    return Q(**{COLUMN_OF[grid.kind]: grid.pk}) if grid else Q(pk__in=[]) if place else Q()


def _by_whom(job: Job, at: datetime) -> str:
    return f"{job.user.name} {at.astimezone(ZONE):%Y-%m-%d %H:%M} 导出"


def _spell(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _chunks(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    walk = iter(rows)
    while chunk := list(islice(walk, size)):
        yield chunk


LISTS: Mapping[str, Callable[[Job, datetime], Table]] = {
    Job.Kind.LEDGER_OUT: ledger,
    Job.Kind.HOUSEHOLDS_OUT: _list(
        "住户名单",
        lambda job: Household.objects.visible_to(job.user).living(),
        {
            "户编号": "number",
            "户主": "head_name",
            "电话": "phone",
            "地址": "address",
            "网格": "grid__full_name",
            "类型": "kind",
        },
        (14, 10, 14, 24, 30, 8),
    ),
    Job.Kind.MEMBERS_OUT: _list(
        "党员名单",
        lambda job: Member.objects.visible_to(job.user).filter(left_on=None),
        {
            "党员编号": "number",
            "姓名": "name",
            "电话": "phone",
            "所在党支部": "branch__name",
            "网格": "grid__full_name",
            "类型": "cadre",
            "联户下限": "capacity_min",
            "联户上限": "capacity_max",
        },
        (14, 10, 14, 24, 30, 12, 9, 9),
    ),
    Job.Kind.PAIRINGS_OUT: _list(
        "结对名册",
        lambda job: Pairing.objects.visible_to(job.user).current(Scope.of(job.user).on),
        {
            "联户党员": "member__name",
            "户编号": "household__number",
            "户主": "household__head_name",
            "网格": "grid__full_name",
            "项目": "programme__name",
            "自": "since",
            "产生方式": "origin",
            "下次走访": "next_due_on",
        },
        (10, 14, 10, 30, 12, 11, 12, 11),
    ),
}
