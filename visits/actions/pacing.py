"""Verbs on how often: pairings begin, tags change, rules change, and due dates follow."""

from dataclasses import dataclass
from datetime import date

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from households import actions as households
from households.models import Household, HouseholdTag, Pairing, Programme, Tag
from members.models import Member
from visits.due import effect, restate, restate_each, rules_of
from visits.models import VisitRule
from visits.rules import Interval


@verb
def begin_pairing(
    *,
    member: Member,
    household: Household,
    programme: Programme,
    on: date,
    by: User | None,
    reason: str = "",
    origin: Pairing.Origin = Pairing.Origin.HAND,
    contact_type: str = households.LIAISON,
) -> Pairing:
    """households.actions.pair, with the first visit due by the rule: what surfaces call."""
    pairing = households.pair(
        member=member,
        household=household,
        programme=programme,
        on=on,
        by=by,
        reason=reason,
        origin=origin,
        contact_type=contact_type,
    )
    restate_each(Pairing.objects.filter(pk=pairing.pk), on)
    pairing.refresh_from_db()
    return pairing


@verb
def tag_household(*, household: Household, tag: Tag, on: date, by: User | None) -> HouseholdTag:
    """households.actions.add_tag, and the due dates follow the shorter or longer interval."""
    tagged = households.add_tag(household=household, tag=tag, on=on, by=by)
    restate_each(Pairing.objects.filter(household=household), on)
    return tagged


@verb
def untag_household(*, household: Household, tag: Tag, on: date, by: User | None) -> None:
    households.remove_tag(household=household, tag=tag, on=on, by=by)
    restate_each(Pairing.objects.filter(household=household), on)


@dataclass(frozen=True)
class RuleEffect:
    """What a changed rule would do to due dates."""

    moved: int
    added: int
    freed: int

    @property
    def sentence(self) -> str:
        if not self.moved:
            return "保存后没有户的下次走访日期变化。"
        said = [f"{self.moved:,}户的下次走访日期会变"]
        said += [f"新增{self.added:,}户逾期"] if self.added else []
        said += [f"{self.freed:,}户不再逾期"] if self.freed else []
        return f"保存后{'，'.join(said)}。"


def preview_rule(*, programme: Programme, tag: str, interval_days: int, on: date) -> RuleEffect:
    """What `change_rule` would do, without doing it."""
    _check_rule(tag, interval_days, 0)
    return RuleEffect(*effect(programme, _with(programme, tag, interval_days), on=on))


@verb
def change_rule(
    *, programme: Programme, tag: str, interval_days: int, on: date, by: User | None, grace_days: int = 0
) -> RuleEffect:
    """Sets the interval for households with a tag ("" for everybody else) and restates every due date."""
    _check_rule(tag, interval_days, grace_days)
    told = preview_rule(programme=programme, tag=tag, interval_days=interval_days, on=on)
    VisitRule.objects.update_or_create(
        programme=programme, tag=tag, defaults={"interval_days": interval_days, "grace_days": grace_days}
    )
    restate(programme, rules_of(programme), on=on)
    return told


@verb
def drop_rule(*, programme: Programme, tag: str, on: date, by: User | None) -> None:
    """The rule is no more: households with the tag follow the others."""
    if not VisitRule.objects.filter(programme=programme, tag=tag).delete()[0]:
        raise Refused("没有这条走访规则。", field="tag")
    restate(programme, rules_of(programme), on=on)


def _check_rule(tag: str, interval_days: int, grace_days: int) -> None:
    if tag and tag not in Tag.values:
        raise Refused("没有这个住户标签。", field="tag")
    if not 1 <= interval_days <= 366:
        raise Refused("走访间隔应为1到366天。", field="interval_days")
    if not 0 <= grace_days <= 366:
        raise Refused("宽限应为0到366天。", field="grace_days")


def _with(programme: Programme, tag: str, days: int) -> list[Interval]:
    return [rule for rule in rules_of(programme) if rule.tag != tag] + [Interval(tag, days)]
