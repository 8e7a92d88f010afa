"""Rules that find visits unlikely, each a row: told in private to whoever leads the village or town.

They ask for a word, they do not judge: what a clerk keyed in for somebody is left out where it explains itself.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import TruncMinute

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from visits.models import Visit, VisitHint, VisitQuerySet
from workdays.arithmetic import ZONE

QUESTIONS = ("family", "difficulty", "prosper", "dispute", "opinion")
SHORTEST_TEXT = 10
"""Shorter answers (无, 一切正常) are alike everywhere."""
LONG_AFTER = timedelta(days=5)
LAST_DAYS = timedelta(days=3)
"""The last days of a month."""
NIGHTS = 3
"""How many nights one run looks back, so that a night without a run loses nothing."""

Found = Iterator[tuple[int, int]]
"""Members and how many households."""


@dataclass(frozen=True)
class HintRule:
    """`least` households before anything is said; `says` in words."""

    rule: VisitHint.Rule
    least: int
    says: str
    find: Callable[[VisitQuerySet, date], Found]


def _own(visits: VisitQuerySet) -> VisitQuerySet:
    """Typed by whoever went: from a paper notebook many visits have the same minute."""
    return visits.filter(entered_by=F("done_by__user"))


def _same_minute(visits: VisitQuerySet, day: date) -> Found:
    minutes = _own(visits).annotate(minute=TruncMinute("at")).values("done_by", "minute")
    for row in minutes.annotate(homes=Count("household", distinct=True)).order_by("homes"):
        yield row["done_by"], row["homes"]


def _same_text(visits: VisitQuerySet, day: date) -> Found:
    homes: dict[tuple[int, str], set[int]] = defaultdict(set)
    for member, home, *answers in visits.values_list("done_by", "household", *QUESTIONS).iterator():
        for answer in answers:
            if len(answer.strip()) >= SHORTEST_TEXT:
                homes[member, answer.strip()].add(home)
    for (member, _), found in sorted(homes.items(), key=lambda item: len(item[1])):
        yield member, len(found)


def _month_end(visits: VisitQuerySet, day: date) -> Found:
    if (day + LAST_DAYS).month == day.month:
        return
    late = _own(visits).filter(recorded_at__gte=F("at") + LONG_AFTER).values("done_by")
    for row in late.annotate(homes=Count("household", distinct=True)).order_by("homes"):
        yield row["done_by"], row["homes"]


RULES = (
    HintRule(VisitHint.Rule.SAME_MINUTE, 4, "有{count}户的走访时间在同一分钟", _same_minute),
    HintRule(VisitHint.Rule.SAME_TEXT, 4, "有{count}户写的话完全一样", _same_text),
    HintRule(VisitHint.Rule.MONTH_END, 6, "月底一天补记了{count}户五天以前的走访", _month_end),
)
SAYS = {rule.rule: rule.says for rule in RULES}


def sentence(hint: VisitHint) -> str:
    return SAYS[VisitHint.Rule(hint.rule)].format(count=hint.count)


def look_back(at: datetime) -> int:
    """Hints for the last nights; safe to run again. Returns how many are new."""
    today = at.astimezone(ZONE).date()
    return sum(_look(today - timedelta(days=back), at) for back in range(1, NIGHTS + 1))


@transaction.atomic
def _look(day: date, at: datetime) -> int:
    begins = datetime.combine(day, time(), ZONE)
    visits = Visit.objects.filter(recorded_at__gte=begins, recorded_at__lt=begins + timedelta(days=1))
    found = [
        VisitHint(rule=rule.rule, member_id=member, day=day, count=count, made_at=at)
        for rule in RULES
        for member, count in dict(rule.find(visits, day)).items()
        if count >= rule.least
    ]
    known = set(VisitHint.objects.filter(day=day).values_list("rule", "member"))
    fresh = [hint for hint in found if (hint.rule, hint.member_id) not in known]
    VisitHint.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


@verb
def settle_hint(*, hint: VisitHint, note: str, at: datetime, by: User) -> None:
    """Somebody had a word, and notes what it was."""
    if not note.strip():
        raise Refused("请简单写一句了解到的情况，比如：集中补录。", field="note")
    settled = {"note": note.strip()[:200], "settled_at": at, "settled_by": by}
    if not VisitHint.objects.waiting().filter(pk=hint.pk).update(**settled):
        raise Outrun("这条提示已经有人了解过了。")
