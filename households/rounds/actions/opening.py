"""Opening rounds: of one branch, of a village across branches, or of a whole town or county at once."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Model, QuerySet

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Permission
from accounts.verbs import verb
from grids.models import Grid, Kind
from grids.scope import Scope
from households.models import LIVE_ROUNDS, ChoiceRound, Programme, RoundBatch, RoundHousehold, RoundStatus
from households.rounds.area import branches_in, households_of, parts_of
from households.rounds.enrolling import enrol
from households.rounds.step import Step, record
from households.rounds.telling import tell_opened
from households.rounds.weights import check_evening_out, checked_weights, places_in
from members.models import PartyOrg
from workdays.arithmetic import ZONE

MOST_WISHES, LONGEST_WINDOW = 10, 92
Reach = ChoiceRound.Reach
KIND_OF = {Reach.VILLAGE: Kind.VILLAGE, Reach.TOWN: Kind.TOWN, Reach.COUNTY: Kind.COUNTY}
"""The kind of grid that one round of each reach covers."""


@verb
def open_round(
    *,
    programme: Programme,
    wishes_from: date,
    wishes_until: date,
    by: User | None,
    at: datetime,
    branch: PartyOrg | None = None,
    grid: Grid | None = None,
    name: str = "",
    most_wishes: int = 3,
    weights: Mapping[str, int] | None = None,
    demo: bool = False,
) -> ChoiceRound:
    """A round of one branch, or of a village, town or county across its branches (正安: across village borders).

    Classifies members by ability and households by need as of the day, and tells the members who have an account.
    """
    return _open(
        programme=programme,
        place=_place(branch, grid),
        window=(wishes_from, wishes_until),
        by=by,
        at=at,
        name=name,
        most_wishes=most_wishes,
        weights=dict(weights or {}),
        demo=demo,
    )


@verb
def open_rounds(
    *,
    programme: Programme,
    grid: Grid,
    reach: str,
    wishes_from: date,
    wishes_until: date,
    by: User | None,
    at: datetime,
    name: str = "",
    most_wishes: int = 3,
    weights: Mapping[str, int] | None = None,
) -> RoundBatch:
    """A round for each branch (or village, or town: `reach`) of a grid, kept together as a batch."""
    _check_right(by, grid, at)
    places = list(_parts(grid, reach))
    if not places:
        raise Refused(f"{grid.name}下面没有可以开展互选的党支部（或村），请先登记党支部。", field="grid")
    batch = RoundBatch.objects.create(
        name=name or f"{grid.name}{at.astimezone(ZONE).year}年双向互选",
        programme=programme,
        opened_by=by,
        opened_at=at,
        **grid.scope(),
    )
    for place in places:
        _open(
            programme=programme,
            place=place,
            window=(wishes_from, wishes_until),
            by=by,
            at=at,
            most_wishes=most_wishes,
            weights=dict(weights or {}),
            batch=batch,
        )
    return batch


def _parts(grid: Grid, reach: str) -> QuerySet[Any]:
    if reach == Reach.BRANCH:
        return branches_in(grid)
    return parts_of(grid, KIND_OF[Reach(reach)])


def _place(branch: PartyOrg | None, grid: Grid | None) -> PartyOrg | Grid:
    place = branch or grid
    if place is None or (branch and grid):
        raise Refused("请选择一个党支部，或者一个村、乡镇、县。", field="branch")
    return place


def _open(
    *,
    programme: Programme,
    place: Model,
    window: tuple[date, date],
    by: User | None,
    at: datetime,
    name: str = "",
    most_wishes: int,
    weights: dict[str, int],
    demo: bool = False,
    batch: RoundBatch | None = None,
) -> ChoiceRound:
    branch, grid = (place, place.grid) if isinstance(place, PartyOrg) else (None, place)
    assert isinstance(grid, Grid)
    _check_right(by, grid, at)
    _check_place(branch, grid, programme)
    _check_window(*window, at.astimezone(ZONE).date())
    _check_most(most_wishes)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    round = ChoiceRound(
        name=(name.strip() or f"{place}{at.astimezone(ZONE).year}年双向互选")[:60],
        programme=programme,
        batch=batch,
        branch=branch,
        reach=Reach.BRANCH if branch else Reach(str(grid.kind)),
        status_since=at,
        wishes_from=window[0],
        wishes_until=window[1],
        most_wishes=most_wishes,
        weights=checked_weights(weights),
        opened_by=by,
        opened_at=at,
        demo=demo,
        **grid.scope(),
    )
    _check_unengaged(round)
    round.save()
    members, homes = enrol(round, at.astimezone(ZONE).date())
    check_evening_out(round.weights, places_in(round))
    record(round, "open", by=by, at=at, members=members, households=homes)
    tell_opened(round, at)
    return round


@verb
def set_window(*, round: ChoiceRound, wishes_from: date, wishes_until: date, by: User | None, at: datetime) -> None:
    """Wishes are taken on other days: longer, or closed before the time."""
    step = Step(round, "set_window", by=by, at=at)
    if wishes_until < wishes_from:
        raise Refused("志愿征集的截止日期不能早于开始日期。", field="wishes_until")
    _check_length(wishes_from, wishes_until)
    step.facts = {"was": [str(round.wishes_from), str(round.wishes_until)]}
    step.set(wishes_from=wishes_from, wishes_until=wishes_until)
    step.finish()


@verb
def cancel_round(*, round: ChoiceRound, reason: str, by: User | None, at: datetime) -> None:
    """The round ends without effect; pairings stand as they are."""
    if not reason.strip():
        raise Refused("请写明取消的原因。", field="reason")
    Step(round, "cancel", by=by, at=at).finish(RoundStatus.CANCELLED, note=reason.strip())


def _check_right(by: User | None, grid: Grid, at: datetime) -> None:
    if by and not Scope.on_day(by, at.astimezone(ZONE).date()).covers(Permission.PAIRING_EDIT, grid):
        raise Forbidden(f"您没有在{grid.name}开展互选的权限。")


def _check_place(branch: PartyOrg | None, grid: Grid, programme: Programme) -> None:
    if grid.county_id != programme.county_id:
        raise Refused(f"{programme}不是{grid.name}所在县的项目。", field="programme")
    if grid.valid_to:
        raise Refused(f"{grid.full_name}已停用，不能开展互选。", field="grid")
    if branch is None:
        if grid.kind not in KIND_OF.values():
            raise Refused("请选择一个村、乡镇或县，或者选一个党支部。", field="grid")
        return
    if grid.kind not in (Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL):
        raise Refused(
            f"{branch}不在村里，没有要联的住户；机关党员请在“本乡镇”或“全县”范围的互选中参加。", field="branch"
        )
    others = branches_in(grid).exclude(pk=branch.pk).filter(grid=grid)
    if others:
        names = "、".join(str(other) for other in others)
        raise Refused(f"{grid.name}还有{names}，几个支部同联一村的住户，请选“本村（跨支部）”开展。", field="branch")


def _check_window(wishes_from: date, wishes_until: date, on: date) -> None:
    if wishes_until < wishes_from:
        raise Refused("志愿征集的截止日期不能早于开始日期。", field="wishes_until")
    if wishes_until < on:
        raise Refused("志愿征集的截止日期已经过去，请改为今天或以后。", field="wishes_until")
    _check_length(wishes_from, wishes_until)


def _check_length(wishes_from: date, wishes_until: date) -> None:
    if (wishes_until - wishes_from).days > LONGEST_WINDOW:
        raise Refused(f"志愿征集最长{LONGEST_WINDOW}天。", field="wishes_until")


def _check_most(most_wishes: int) -> None:
    if not 1 <= most_wishes <= MOST_WISHES:
        raise Refused(f"每方志愿应为1到{MOST_WISHES}个。", field="most_wishes")


def _check_unengaged(round: ChoiceRound) -> None:
    homes = households_of(round)
    if not homes.exists():
        raise Refused("这里没有登记在册的住户，不能开展互选，请先导入住户。", field="branch")
    engaged = RoundHousehold.objects.filter(
        household__in=homes.values("pk"), round__status__in=LIVE_ROUNDS, round__programme=round.programme_id
    ).select_related("round")
    other = engaged.first()
    if other:
        raise Refused(f"“{other.round}”正在进行，涉及同一批住户，请先办完或取消那一轮。", field="branch")
