"""Takes service requests through 三单 by the verbs people use, at times that lie behind."""

import csv
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from grids.models import Grid
from issues.case import scope_on
from issues.models import RatingValue, RequestRating, ServiceRequest
from issues.requests import actions, pool, workflow
from issues.requests.rules import CountyRequestRules
from liaison.seeding import pictures
from liaison.seeding.matters import Way
from liaison.seeding.register import PEOPLE_OF, Stage, deliver_what_lies_behind, last_notice, times_of
from workdays.arithmetic import ZONE

OFFERED = "place dispatch"
DONE = f"{OFFERED} take done"
DAYS_AGO = (150, 900)
WAYS = (
    Way(6, "place", (1, 20)),
    Way(8, OFFERED, (1, 16)),
    Way(4, "place name", (1, 16)),
    Way(6, f"{OFFERED} take", (2, 40)),
    Way(3, f"{OFFERED} untaken", DAYS_AGO),
    Way(3, f"{OFFERED} untaken name take done satisfied", DAYS_AGO),
    Way(2, f"{OFFERED} take give_back", (2, 20)),
    Way(2, f"{OFFERED} take recall name", (2, 16)),
    Way(6, DONE, (2, 60)),
    Way(3, DONE, (400, 900)),
    Way(14, f"{DONE} satisfied", DAYS_AGO),
    Way(8, f"{DONE} fair", DAYS_AGO),
    Way(4, f"{DONE} called", DAYS_AGO),
    Way(2, f"{DONE} dissatisfied", (2, 20)),
    Way(2, f"{DONE} dissatisfied name take done dissatisfied", DAYS_AGO),
    Way(3, "place decline", DAYS_AGO),
    Way(3, "place raise_issue", DAYS_AGO),
)


def _told() -> list[dict[str, str]]:
    with (Path(__file__).parent / "requests.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def seed_requests(showcase: Grid, *, count: int, seed: int, at: datetime) -> int:
    """About `count` requests, every way at least once; none where the county does not do 三单. Returns how many."""
    if not CountyRequestRules(showcase.county_id).row.enabled:
        return 0
    dice = Random(f"{seed}/requests")
    stage = Stage(showcase, dice, at)
    known = last_notice()
    more = dice.choices(WAYS, [way.weight for way in WAYS], k=max(count - len(WAYS), 0))
    for way in [*WAYS, *more]:
        Order(stage, way).tell()
    deliver_what_lies_behind(known, at)
    return ServiceRequest.objects.filter(county_id=showcase.county_id).count()


class Order:
    """One request on its way. Each move is made by somebody whom the table of moves lets make it."""

    def __init__(self, stage: Stage, way: Way) -> None:
        self.stage = stage
        self.dice = stage.dice
        self.told = self.dice.choice(_told())
        self.pairing = stage.pairing()
        self.steps = way.steps.split()
        self.times = times_of(self.dice, self.steps, way, stage.at)
        self.now = self.times[0]
        self.request: Any = None

    def tell(self) -> None:
        for step, when in zip(self.steps, self.times, strict=True):
            self.now = max(when, self.now + timedelta(minutes=3)) if self.request else when
            getattr(self, f"_{step}")()

    def _act(self, move: str, by: User | None, **inputs: Any) -> None:
        actions.perform(move, request=self.request, by=by, at=self.now, **inputs)

    def _whoever_may(self, move: str) -> User:
        scope = self.now.astimezone(ZONE).date()
        place = self.pairing.household
        for column, role in PEOPLE_OF:
            for user in self.stage.holders(getattr(place, column), role):
                if workflow.refusal(self.request, move, user, scope_on(user, scope)) is None:
                    return user
        raise LookupError(f"nobody in the demo county may {move} request {self.request.pk}")

    # The moves, by name

    def _place(self) -> None:
        by = self.pairing.member.user if self.dice.random() < 0.4 else None
        given: dict[str, Any] = {name: self.told[name] for name in ("kind", "title", "text")}
        wanted = (self.now + timedelta(days=self.dice.randint(4, 9))).date() if self.dice.random() < 0.5 else None
        household = self.pairing.household
        self.request = actions.place(by=by, at=self.now, household=household, wanted_on=wanted, demo=True, **given)

    def _dispatch(self) -> None:
        self._act("dispatch", self._whoever_may("dispatch"))

    def _name(self) -> None:
        self._act("dispatch", self._whoever_may("dispatch"), addressee=self._somebody())

    def _somebody(self) -> User:
        return self.dice.choice(list(pool.people(self.request, self.now.date())))

    def _take(self) -> None:
        self._act("take", self.request.addressee or self._somebody())

    def _untaken(self) -> None:
        """When its time was over, not before."""
        self.now = self.request.due_at + timedelta(minutes=1)
        actions.untaken(request=self.request, at=self.now)

    def _give_back(self) -> None:
        self._act("give_back", self.request.taker, reason="临时外出，这几天回不来")

    def _recall(self) -> None:
        self._act("recall", self._whoever_may("recall"), reason="本人要照顾家人，换一名党员")

    def _done(self) -> None:
        photo = ContentFile(pictures.scene(self.dice), name="办好了.jpg")
        files = [photo] if self.dice.random() < 0.3 else []
        self._act("done", self.request.taker, result=self.told["result"], files=files)

    def _rate(self, value: RatingValue, note: str = "") -> None:
        self._act("rate", None, value=value, note=note)

    def _satisfied(self) -> None:
        self._rate(RatingValue.SATISFIED, self.dice.choice(["", "", "谢谢", "办得快"]))

    def _fair(self) -> None:
        self._rate(RatingValue.FAIR)

    def _dissatisfied(self) -> None:
        self._rate(RatingValue.DISSATISFIED, "还差一点没办完")

    def _called(self) -> None:
        given = {"means": RequestRating.Means.CALL, "note": "电话回访，本人说已经办好"}
        self._act("rate", self._whoever_may("rate"), value=RatingValue.SATISFIED, **given)

    def _decline(self) -> None:
        self._act("decline", self._whoever_may("decline"), reason="这件事要本人带证件到镇上办，村里可以陪同前往")

    def _raise_issue(self) -> None:
        self._act("raise_issue", self._whoever_may("raise_issue"), category="livelihood", note="需要部门解决")
