"""Tables to print: 结对名册, 缺口名单, and who looks after too few or too many.

Heads of households are masked, as in every list; members stand with their names, as on the roster in the village hall.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.db.models import Q, QuerySet

from accounts.errors import Refused
from accounts.privacy import Mask, mask
from exchange.models import Job
from exchange.papers import page
from exchange.prints.asked import Asked, Document, Print, none_found
from households import load
from households.models import Household, Pairing
from members.models import Member

MOST = 3_000
"""Rows of one table: more is printed by nobody in one piece."""
SIGNED = "支部书记（签字）：　　　　　　　　　　年　　月　　日"
Row = Sequence[str]


def roster(job: Job, at: datetime) -> Print:
    asked = Asked(job, at)
    rows = asked.pairings()
    parts = _checked(asked.parts(rows, "member__branch_id"), "这里那一天没有在联的结对")
    order = ("member__branch__name", "member__name", "member_id", "grid__code", "household__number", "pk")
    known = rows.select_related("member__branch", "household", "grid", "group", "programme").order_by(*order)
    heads = ("序号", "联户党员", "所在党支部", "户编号", "联系对象", "网格", "项目", "开始日期", "产生方式")
    table = partial(_table, asked, "结对名册", heads, (5, 9, 18, 12, 11, 26, 11, 11, 10), _paired)
    return _print(asked, "结对名册", parts, known, table)


def _paired(pairing: Pairing) -> Row:
    return (
        pairing.member.name,
        pairing.member.branch.name,
        pairing.household.number if pairing.household else "",
        _target(pairing),
        pairing.grid.full_name,
        pairing.programme.name,
        pairing.since.isoformat(),
        pairing.get_origin_display(),
    )


def _target(pairing: Pairing) -> str:
    if pairing.household:
        return mask(pairing.household.head_name, Mask.NAME)
    return pairing.group.name if pairing.group else mask(pairing.person_name, Mask.NAME)


def gaps(job: Job, at: datetime) -> Print:
    asked = Asked(job, at)
    rows = Household.objects.visible_to(asked.user).uncovered(asked.on).filter(asked.area())
    parts = _checked(asked.parts(rows), "这里每一户都有党员联系")
    known = rows.select_related("grid").order_by("grid__code", "number", "pk")
    heads = ("序号", "户编号", "户主", "网格", "类型", "拟联党员", "备注")
    table = partial(_table, asked, "缺口名单", heads, (5, 13, 11, 30, 9, 16, 22), _gap)
    return _print(asked, "缺口名单", parts, known, table)


def _gap(home: Household) -> Row:
    return (home.number, mask(home.head_name, Mask.NAME), home.grid.full_name, home.get_kind_display(), "", "")


def loads(job: Job, at: datetime) -> Print:
    asked = Asked(job, at)
    rows = _unevenly_loaded(asked)
    parts = _checked(asked.parts(rows, "branch_id"), "这里没有联户数偏少或偏多的党员")
    known = load.with_load(Member.objects.filter(pk__in=rows.values("pk")), asked.on)
    known = known.select_related("branch", "grid").order_by("branch__name", "name", "pk")
    heads = ("序号", "党员", "所在党支部", "网格", "类型", "已联", "下限", "上限", "情况", "打算")
    table = partial(_table, asked, "联户数偏少偏多名单", heads, (5, 9, 18, 26, 10, 7, 7, 7, 14, 20), _loaded)
    return _print(asked, "联户数偏少偏多名单", parts, known, table)


def _unevenly_loaded(asked: Asked) -> QuerySet[Member]:
    mine = Member.objects.visible_to(asked.user).filter(asked.area())
    uneven = [which(mine, asked.on).values("pk") for which in (load.under_loaded, load.over_loaded)]
    return Member.objects.filter(Q(pk__in=uneven[0]) | Q(pk__in=uneven[1]))


def _loaded(member: Any) -> Row:
    short, over = member.capacity_min - member.load, member.load - member.capacity_max
    said = f"少{short}户" if short > 0 else f"多{over}户"
    known = (member.name, member.branch.name, member.grid.full_name, member.get_cadre_display())
    return (*known, str(member.load), str(member.capacity_min), str(member.capacity_max), said, "")


Parts = list[tuple[str, Q, int]]


def _checked(parts: Parts, nothing: str) -> Parts:
    if not parts:
        raise none_found(nothing)
    name, _, rows = max(parts, key=lambda part: part[2])
    if rows > MOST:
        raise Refused(f"{name}有{rows}行，一份最多打印{MOST}行，请改为按村（社区）或党支部分开。", field="parted")
    return parts


def _print(asked: Asked, title: str, parts: Parts, rows: QuerySet[Any], table: Callable[..., int]) -> Print:
    documents = [Document(name, partial(table, name, rows.filter(which))) for name, which, _ in parts]
    return Print(title, asked.about, sum(number for _, _, number in parts), documents)


def _table(
    asked: Asked,
    title: str,
    heads: Row,
    widths: Sequence[int],
    line: Callable[[Any], Row],
    name: str,
    rows: Iterable[Any],
    file: IO[bytes],
) -> int:
    """A4 across, the head on every page, a line to sign under it."""
    lines = [(str(number), *line(row)) for number, row in enumerate(rows, 1)]
    story = [page.text(f"{name}{title}", page.TITLE), page.text(f"{asked.about}，共{len(lines)}行", page.SMALL)]
    story += [page.table(heads, lines, widths=widths, wide=True), page.text(SIGNED, page.HEADING)]
    file.write(page.paper(story, title=f"{name}{title}", foot=asked.foot, wide=True))
    return len(lines)
