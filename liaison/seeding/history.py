"""Two months of visits to one household, as its member would have made them. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from visits.models import Visit
from visits.rules import next_due
from workdays.arithmetic import ZONE

WINDOW = timedelta(days=38)
"""Before it lies one visit more, so that every due date follows from a visit."""
OUTCOMES = {
    Visit.Outcome.MET: 84,
    Visit.Outcome.BY_PHONE: 6,
    Visit.Outcome.NOT_HOME: 8,
    Visit.Outcome.REFUSED: 1,
    Visit.Outcome.MOVED: 1,
}
ON_TIME, LATE = 0.86, 0.97
WORDS = {
    "family": ((0.10, "家庭情况稳定，老人身体尚可"), (0.05, "儿子在外务工，家中两位老人"), (0.04, "近日添了小孙子")),
    "difficulty": ((0.02, "药费负担重"), (0.02, "孩子上学接送不便"), (0.01, "屋顶漏雨待修")),
    "prosper": ((0.02, "想学食用菌栽培"), (0.02, "想申请小额贷款扩种"), (0.01, "希望介绍厂里的活")),
    "dispute": ((0.008, "与邻居因排水有口角"), (0.005, "林地界线说不清")),
    "opinion": ((0.03, "村道路灯不亮"), (0.02, "垃圾桶清运不及时"), (0.02, "希望多办几场技术培训")),
}


@dataclass(frozen=True)
class VisitPlan:
    at: datetime
    outcome: Visit.Outcome
    answers: dict[str, str]
    keyed_in_late: bool


def visits_of(dice: Random, *, interval: int, on: date) -> tuple[list[VisitPlan], date]:
    """The visits before `on`, oldest first, and the day the next one is due."""
    plans: list[VisitPlan] = []
    day = on - WINDOW - timedelta(days=dice.randrange(interval))
    due = next_due(day, Visit.Outcome.MET, interval)
    plans.append(_visit(dice, day, Visit.Outcome.MET))
    while (day := _kept_on(dice, due, after=day)) < on:
        outcome = dice.choices(list(OUTCOMES), list(OUTCOMES.values()))[0]
        plans.append(_visit(dice, day, outcome))
        due = max(due, next_due(day, outcome, interval))
    return plans, due


def _kept_on(dice: Random, due: date, *, after: date) -> date:
    """Mostly a day or three early, sometimes late, seldom very late."""
    luck = dice.random()
    shift = -dice.randint(0, 3) if luck < ON_TIME else dice.randint(1, 6) if luck < LATE else dice.randint(7, 25)
    return max(due + timedelta(days=shift), after + timedelta(days=1))


def _visit(dice: Random, day: date, outcome: Visit.Outcome) -> VisitPlan:
    at = datetime.combine(day, time(dice.randint(8, 20), dice.randrange(60)), ZONE)
    answers = dict(_answers(dice)) if outcome in Visit.COMPLETING else {}
    return VisitPlan(at, outcome, answers, keyed_in_late=dice.random() < 0.05)


def _answers(dice: Random) -> Iterator[tuple[str, str]]:
    for question, phrases in WORDS.items():
        luck = dice.random()
        for share, phrase in phrases:
            if luck < share:
                yield question, phrase
                break
            luck -= share
