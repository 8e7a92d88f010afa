"""上报: to whom an issue goes next, and by when. `climbing.write` then moves it.

One rung up the chain to the next filled post that takes such matters. Vacant posts and levels without a limit are
passed over and listed in the event. Substitutes are followed to the end.

At the top there is no next: event `topped`, word to the county leader, a fresh clock, the same handler, and the issue
does not go up by itself again, so there is no loop. Only where rungs above exist but all stand vacant is it tried
again when the fresh clock has run out, because somebody may have been appointed by then.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.roles import Role
from issues import climbing
from issues.chain import Posts
from issues.climbing import Claim, Climb
from issues.models import ClockKind, Issue, Rung, Status
from issues.rules import CountyRules
from workdays.arithmetic import ZONE, Due, spell


class Spot(NamedTuple):
    """Everything on which the next step of an overdue issue depends; many issues share one."""

    county_id: int
    town_id: int
    village_id: int
    cell_id: int
    grid_id: int
    level: int
    category: str
    urgency: str
    grade: str
    unassigned: bool

    @classmethod
    def of(cls, issue: Issue) -> "Spot":
        unassigned = issue.status == Status.REGISTERED
        return cls._make([*(getattr(issue, name) for name in cls._fields[:-1]), unassigned])


def spot_columns(table: str) -> str:
    """The SQL that reads a Spot off the issues that go by this name."""
    return ", ".join([*(f"{table}.{name}" for name in Spot._fields[:-1]), f"{table}.status = 'registered'"])


@dataclass
class Ladder:
    """What planning reads of one county: its rules, its posts of a day, and the dues already worked out."""

    rules: CountyRules
    posts: Posts
    at: datetime
    _dues: dict[tuple[ClockKind, str, str, int], tuple[Due, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, rules: CountyRules, at: datetime, spot: Spot | None = None) -> "Ladder":
        """`spot` limits the posts read to those above one place."""
        roles = {role for rung in rules.chain.rungs for role in rung.roles} | {Role.COUNTY_LEADER.value}
        above = spot and [spot.county_id, spot.town_id, spot.village_id, spot.cell_id, spot.grid_id]
        return cls(rules, Posts.of(rules.county_id, at.astimezone(ZONE).date(), roles, above), at)

    def due(self, kind: ClockKind, spot: Spot, level: int) -> tuple[Due, str] | None:
        """The due of a fresh clock and the unit it counts in; None when the level does not take such matters."""
        key = (kind, spot.category, spot.urgency, level)
        if key not in self._dues:
            limit = self.rules.limit(kind, spot.urgency, spot.category, level)
            if limit is None:
                return None
            self._dues[key] = self.rules.due(limit, self.at), limit.unit
        return self._dues[key]


class NoWayUp(Exception):
    """The county's rules say nothing for this matter: a row the sweep must leave for people."""


def plan(spot: Spot, ladder: Ladder, *, by_hand: bool) -> Climb:
    """The next step from a spot. Raises NoWayUp when the county has no chain or limit for it."""
    passed: list[dict[str, Any]] = []
    for rung in ladder.rules.chain.above(spot.level, spot.grade):
        due = ladder.due(ClockKind.HANDLE, spot, rung.order)
        person = ladder.posts.holder(rung, spot)
        if due and person:
            return _to(rung, person, due, ladder, spot.urgency, passed, by_hand)
        passed.append({"level": rung.order, "name": rung.name, "why": "vacant" if due else "no_limit"})
    return _topped(spot, ladder, passed)


def _to(
    rung: Rung,
    person: int,
    found: tuple[Due, str],
    ladder: Ladder,
    urgency: str,
    passed: list[dict[str, Any]],
    by_hand: bool,
) -> Climb:
    due, unit = found
    why, last = "下级上报" if by_hand else "逾期未办结", spell(due.at.astimezone(ZONE).date())
    return Climb(
        name="escalate",
        level=rung.order,
        ledger=rung.ledger,
        handler_id=person,
        kind=ClockKind.HANDLE,
        unit=unit,
        workdays=due.workdays,
        due_at=due.at,
        sentence=due.sentence,
        warn_at=ladder.rules.warn_at(ClockKind.HANDLE, ladder.at, due.at, unit),
        escalate_at=ladder.rules.escalate_at(due.at, urgency),
        facts=_facts(rung.order, passed, by_hand),
        told_id=person,
        told_text=f"事项%s“%s”{why}，已上报到您处（{rung.name}），请于{last}前办结。",
        was_text=f"事项%s“%s”{why}，已上报到{rung.name}，请继续跟进。",
    )


def _topped(spot: Spot, ladder: Ladder, passed: list[dict[str, Any]]) -> Climb:
    kind = ClockKind.ASSIGN if spot.unassigned else ClockKind.HANDLE
    rung = ladder.rules.chain.rung(spot.level)
    found = ladder.due(kind, spot, spot.level)
    if rung is None or found is None:
        raise NoWayUp(f"上报链或时限表里没有第{spot.level}级、{spot.urgency}、{spot.category}的规定")
    due, unit = found
    where = "上级岗位空缺" if passed else "已在最高层级"
    return Climb(
        name="topped",
        level=spot.level,
        ledger=rung.ledger,
        handler_id=None,
        kind=kind,
        unit=unit,
        workdays=due.workdays,
        due_at=due.at,
        sentence=due.sentence,
        warn_at=ladder.rules.warn_at(kind, ladder.at, due.at, unit),
        escalate_at=ladder.rules.escalate_at(due.at, spot.urgency) if passed else None,
        facts=_facts(spot.level, passed, by_hand=False),
        told_id=ladder.posts.acting(spot.county_id, Role.COUNTY_LEADER),
        told_text=f"事项%s“%s”逾期未办结，{where}，请督促办理。",
        was_text=f"事项%s“%s”逾期未办结，{where}，已报告县领导，请尽快办结。",
    )


def _facts(level: int, passed: list[dict[str, Any]], by_hand: bool) -> Mapping[str, Any]:
    return {"to_level": level, "passed": passed, "automatic": not by_hand}


def climb(issue: Issue, rules: CountyRules, *, by: User | None, at: datetime, reason: str = "") -> None:
    """Moves one issue: `by` a person who says why, or None for the sweep. Refused when every post above is vacant.

    Runs in the caller's transaction, after its permission check.
    """
    spot = Spot.of(issue)
    step = plan(spot, Ladder.of(rules, at, spot), by_hand=by is not None)
    if by is not None and step.name == "topped":
        vacant = "、".join(one["name"] for one in step.facts["passed"])
        raise Refused(f"上级岗位都空缺或不办理此类事项（{vacant}），无法上报；请在本级继续办理。")
    moved = climbing.write([Claim(issue.pk, issue.version, 0)], [step], by=by, at=at, note=reason)
    if not moved:
        raise Outrun
    issue.refresh_from_db()
