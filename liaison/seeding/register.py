"""Takes matters through the register by the verbs people use, at times that lie behind."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.db.models import F

from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.models import Household, Pairing
from issues import actions, workflow
from issues.case import scope_on
from issues.chain import Chain
from issues.models import Channel, Issue, Status, Verdict
from liaison.seeding import pictures
from liaison.seeding.matters import CHANNELS, MATTERS, URGENCIES, WAYS, Matter, Way
from members.models import Unit
from notices.models import Notice
from notices.tasks import nudge
from workdays.arithmetic import ZONE

PAUSES = {
    "register": (1, 20),
    "assign": (0.5, 5),
    "assign_unit": (1, 8),
    "sign_for": (1, 16),
    "contact": (0.5, 8),
    "report": (18, 60),
    "verify": (3, 26),
    "escalate": (16, 40),
}
"""Hours between a move and the one before."""
OTHER_PAUSE = (2, 20)
FIRST_HOUR, LAST_HOUR = 8, 19
READ_AFTER = timedelta(days=2)
NEAR = {"village_id": 25, "town_id": 25, "county_id": 50}
"""How many in a hundred matters come up in the showcase village, its town, anywhere in the county."""
PEOPLE_OF = (
    ("village_id", Role.BRANCH_SECRETARY),
    ("town_id", Role.TOWN_CLERK),
    ("town_id", Role.TOWN_LEADER),
    ("county_id", Role.COUNTY_CLERK),
    ("county_id", Role.COMMAND_CENTRE),
)
"""Who might make a move, nearest first: the first whom the table of moves allows does."""


def seed_issues(showcase: Grid, *, count: int, seed: int, at: datetime) -> int:
    """About `count` matters, every way at least once, many of them around the showcase village.

    Returns how many issues they became.
    """
    dice = Random(f"{seed}/issues")
    stage = Stage(showcase, dice, at)
    known = last_notice()
    for way in _ways(dice, count):
        Story(stage, way).tell()
    deliver_what_lies_behind(known, at)
    return Issue.objects.filter(county_id=showcase.county_id).count()


def _ways(dice: Random, count: int) -> list[Way]:
    more = dice.choices(WAYS, [way.weight for way in WAYS], k=max(count - len(WAYS), 0))
    return [*WAYS, *more]


def last_notice() -> int:
    return Notice.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def deliver_what_lies_behind(known: int, at: datetime) -> None:
    """Nobody is told today of what happened weeks ago: these notices count as sent when they were written."""
    written = Notice.objects.filter(pk__gt=known)
    written.update(state=Notice.State.SENT, sent_at=F("created_at"), attempts=1, error="")
    written.filter(created_at__lt=at - READ_AFTER, user__isnull=False).update(read_at=F("created_at"))
    connection.run_on_commit = [entry for entry in connection.run_on_commit if entry[1] is not nudge]


class Stage:
    """The county's households, posts and departments, and the dice."""

    def __init__(self, showcase: Grid, dice: Random, at: datetime) -> None:
        self.county_id = showcase.county_id
        self.dice = dice
        self.at = at
        self._pairings = [self._pairings_in(column, getattr(showcase, column)) for column in NEAR]
        self._posts = self._holders()
        self.units = {unit.name: unit for unit in Unit.objects.filter(county=self.county_id)}

    def _pairings_in(self, column: str, grid_id: int) -> list[int]:
        found = Pairing.objects.filter(**{column: grid_id}, member__user__isnull=False)
        return list(found.order_by("pk").values_list("pk", flat=True))

    def _holders(self) -> dict[tuple[int, str], list[User]]:
        found: dict[tuple[int, str], list[User]] = {}
        roles = [Role.GRID_LEADER, *(role for _, role in PEOPLE_OF)]
        posts = Posting.objects.filter(county_id=self.county_id, role__in=roles, until=None).select_related("user")
        for post in posts.order_by("pk"):
            found.setdefault((post.grid_id, post.role), []).append(post.user)
        return found

    def pairing(self) -> Pairing:
        place = self.dice.choices(self._pairings, list(NEAR.values()))[0]
        chosen = self.dice.choice(place)
        return Pairing.objects.select_related("household__grid", "member__user").get(pk=chosen)

    def holders(self, grid_id: int, role: Role) -> Sequence[User]:
        return self._posts.get((grid_id, role), ())


class Story:
    """One matter on its way. Each move is made by somebody whom the table of moves lets make it."""

    def __init__(self, stage: Stage, way: Way) -> None:
        self.stage = stage
        self.dice = stage.dice
        self.steps = way.steps.split()
        self.matter: Matter = self.dice.choice(MATTERS)
        self.pairing = stage.pairing()
        self.times = times_of(self.dice, self.steps, way, stage.at)
        self.now = stage.at
        self.issue: Any = None

    def tell(self) -> None:
        for step, when in zip(self.steps, self.times, strict=True):
            self.now = when
            getattr(self, f"_{step}")()

    @property
    def household(self) -> Household:
        assert self.pairing.household is not None
        return self.pairing.household

    def _act(self, move: str, by: User | None, **inputs: Any) -> None:
        actions.perform(move, issue=self.issue, by=by, at=self.now, **inputs)

    def _people(self) -> Iterator[User]:
        for column, role in PEOPLE_OF:
            yield from self.stage.holders(getattr(self.household, column), role)

    def _whoever_may(self, move: str) -> User:
        day = self.now.astimezone(ZONE).date()
        for user in self._people():
            if workflow.refusal(self.issue, move, user, scope_on(user, day)) is None:
                return user
        raise LookupError(f"nobody in the demo county may {move} issue {self.issue.pk}")

    # The moves, by name

    def _collect(self) -> None:
        channel = self.dice.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        self.issue = actions.collect(
            by=None if channel == Channel.PUBLIC else self.pairing.member.user,
            at=self.now,
            title=self.matter.title,
            text=self.matter.text,
            channel=channel,
            household=self.household,
            category=self.matter.category,
            demo=True,
        )

    def _register(self) -> None:
        urgency = self.dice.choices(list(URGENCIES), list(URGENCIES.values()))[0]
        given: dict[str, Any] = {"category": self.matter.category, "urgency": urgency}
        if self._begins_nearby():
            given["receiver"] = self._nearby()
        self._act("register", self._whoever_may("register"), **given)

    def _begins_nearby(self) -> bool:
        """Half of them, on a person's ledger; not where time is to be left for asking for more."""
        return self.dice.random() < 0.5 and "ask_extension" not in self.steps

    def _nearby(self) -> User | None:
        leaders = self.stage.holders(self.household.cell_id, Role.GRID_LEADER)
        return leaders[0] if leaders else self.pairing.member.user

    def _assign(self) -> None:
        self._act("assign", self._whoever_may("assign"), handler=self._nearby())

    def _assign_unit(self) -> None:
        self._act("assign", self._whoever_may("assign"), unit=self.stage.units[self.matter.unit])

    def _sign_for(self) -> None:
        if self.issue.status == Status.ASSIGNED:
            self._act("sign_for", self.issue.handler)

    def _contact(self) -> None:
        self._act("contact", self.issue.handler, reached=True, note="已电话联系，说明办理安排")

    def _missed(self) -> None:
        self._act("contact", self._whoever_may("contact"), reached=False, note="电话无人接听")

    def _report(self) -> None:
        photo = ContentFile(pictures.scene(self.dice), name="办理结果.jpg")
        self._act("report", self.issue.handler, result=self.matter.result, files=[photo])

    def _verify(self) -> None:
        self._act("verify", self._whoever_may("verify"), note="已到现场查看")

    def _reject(self) -> None:
        self._act("reject", self._whoever_may("reject"), reason="还有一处没有处理到位")

    def _satisfied(self) -> None:
        self._act("give_verdict", None, value=Verdict.Value.SATISFIED)
        self._publicized()

    def _solved(self) -> None:
        self._act("give_verdict", None, value=Verdict.Value.SOLVED)
        self._publicized()

    def _unsolved(self) -> None:
        self._act("give_verdict", None, value=Verdict.Value.UNSOLVED, note="过了两天又坏了")

    def _witnessed(self) -> None:
        given = {"value": Verdict.Value.UNCONFIRMED, "means": Verdict.Means.WITNESS, "witness": "村监委会"}
        another = next(user for user in self._people() if user.pk != self.issue.handler_id)
        self._act("give_verdict", another, **given)

    def _publicized(self) -> None:
        """Where the county publishes results, the matter closes when the days are over, should they be."""
        if self.issue.status == Status.PUBLICIZING:
            over = self.issue.due_at + timedelta(days=1)
            if over < self.stage.at:
                self.now = over
                self._act("close", self._whoever_may("close"))

    def _escalate(self) -> None:
        """As far as this county's chain goes."""
        if Chain.of(self.issue.county_id).above(self.issue.level):
            self._act("escalate", self.issue.handler, reason="涉及资金和多个单位，本级协调不了")

    def _send_back(self) -> None:
        self._act("send_back", self.issue.handler, reason="不属于本网格，应由相邻网格办理")

    def _reopen(self) -> None:
        self._act("reopen", self._whoever_may("reopen"), reason="群众反映同一问题再次出现")

    def _merge(self) -> None:
        """A neighbour brings up the same; it goes on as part of the first."""
        main = self.issue
        self._collect()
        self._act("merge", self._whoever_may("merge"), parent=main)

    def _solve_on_spot(self) -> None:
        self._act("solve_on_spot", self._whoever_may("solve_on_spot"), result=self.matter.result)

    def _decline(self) -> None:
        self._act("decline", self._whoever_may("decline"), reason="已进入诉讼程序，依法由法院处理")

    def _transfer(self) -> None:
        self._act("transfer", self._whoever_may("transfer"), transferred_to="邻县", reason="地块在邻县，已电话衔接")

    def _ask_void(self) -> None:
        self._act("ask_void", self._whoever_may("ask_void"), reason="与前一件重复录入")

    def _void(self) -> None:
        self._act("void", self._whoever_may("void"))

    def _ask_hold(self) -> None:
        self._act(
            "ask_hold",
            self.issue.handler,
            reason="要等枯水期才能施工",
            plan="列入冬修计划，先设临时设施",
            milestones="\n".join(f"{self._day(days)} {what}" for days, what in ((20, "完成设计"), (40, "完成施工"))),
            until=self._day(45),
        )

    def _day(self, days: int) -> date:
        return (self.now + timedelta(days=days)).date()

    def _hold(self) -> None:
        self._act("hold", self._whoever_may("hold"))

    def _ask_extension(self) -> None:
        until = (self.issue.due_at + timedelta(days=7)).astimezone(ZONE).date()
        self._act("ask_extension", self.issue.handler, until=until, reason="材料未到，需延后几日")


def times_of(dice: Random, steps: Sequence[str], way: Way, at: datetime) -> list[datetime]:
    """When each step was made: pauses as people need them, by day, the last as long ago as the way says."""
    hours = [0.0]
    for step in steps[1:]:
        hours.append(hours[-1] + dice.uniform(*PAUSES.get(step, OTHER_PAUSE)))
    last = at - timedelta(hours=dice.uniform(*way.hours_ago))
    found: list[datetime] = []
    for hour in hours:
        moment = _by_day(last - timedelta(hours=hours[-1] - hour))
        found.append(max(moment, found[-1] + timedelta(minutes=3)) if found else moment)
    return [min(moment, at) for moment in found]


def _by_day(moment: datetime) -> datetime:
    """The same minute in the last waking hour, should it fall into the night."""
    local = moment.astimezone(ZONE)
    if local.hour < FIRST_HOUR:
        return (local - timedelta(days=1)).replace(hour=LAST_HOUR)
    return local.replace(hour=min(local.hour, LAST_HOUR))
