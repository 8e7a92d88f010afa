"""Verbs on a county's rules: how often, how late, who may excuse, what a visit asks. Due dates follow."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Role
from accounts.verbs import verb
from grids.models import Grid
from households.models import Programme, Tag
from visits.due import effect, restate, rules_of
from visits.models import VisitPolicy, VisitRule
from visits.rules import Interval

MOST_ATTEMPTS = 10


@dataclass(frozen=True)
class RuleEffect:
    """What a changed rule would do to due dates."""

    moved: int
    added: int
    freed: int

    @property
    def sentence(self) -> str:
        said = [f"{self.moved:,}户的下次走访日期会变"] if self.moved else []
        said += [f"新增{self.added:,}户逾期"] if self.added else []
        said += [f"{self.freed:,}户不再逾期"] if self.freed else []
        return f"保存后{'，'.join(said)}。" if said else "保存后没有户的下次走访日期变化。"


def preview_rule(
    *, programme: Programme, tag: str, interval_days: int, on: date, grace_days: int = 0, in_use: bool = True
) -> RuleEffect:
    """What `change_rule` (or a rule no longer in use) would do, without doing it."""
    _check_rule(tag, interval_days, grace_days)
    others = [rule for rule in rules_of(programme) if rule.tag != tag]
    wanted = [*others, Interval(tag, interval_days, grace_days)] if in_use else others
    return RuleEffect(*effect(programme, wanted, on=on))


@verb
def change_rule(
    *,
    programme: Programme,
    tag: str,
    interval_days: int,
    on: date,
    by: User | None,
    grace_days: int = 0,
    excused_by: Collection[str] = (),
    in_use: bool = True,
    edited_at: datetime | None = None,
) -> RuleEffect:
    """Sets the rule for households with a tag ("" for everybody else) and restates every due date.

    `edited_at`: staff set it then, so a profile loaded later leaves it alone; None: as the profile says.
    """
    told = preview_rule(
        programme=programme, tag=tag, interval_days=interval_days, grace_days=grace_days, on=on, in_use=in_use
    )
    _check_roles(excused_by)
    VisitRule.objects.update_or_create(
        programme=programme,
        tag=tag,
        defaults={
            "interval_days": interval_days,
            "grace_days": grace_days,
            "excused_by": sorted(excused_by),
            "in_use": in_use,
            "edited_by": by if edited_at else None,
            "edited_at": edited_at,
        },
    )
    restate(programme, rules_of(programme), on=on)
    return told


@verb
def drop_rule(*, programme: Programme, tag: str, on: date, by: User | None) -> None:
    """The rule is no more: households with the tag follow the others."""
    if not VisitRule.objects.filter(programme=programme, tag=tag).delete()[0]:
        raise Refused("没有这条走访规则。", field="tag")
    restate(programme, rules_of(programme), on=on)


@verb
def set_policy(*, county: Grid, failed_attempts: int, proof: bool, by: User) -> bool:
    """What the county asks of a visit, set by staff: a profile loaded later leaves what differs alone. False when it
    was so already."""
    if not 1 <= failed_attempts <= MOST_ATTEMPTS:
        raise Refused(f"应在1到{MOST_ATTEMPTS}次之间。", field="failed_attempts")
    policy, _ = VisitPolicy.objects.select_for_update().get_or_create(county=county)
    wanted = {"failed_attempts": failed_attempts, "proof": proof}
    changed = [name for name, value in wanted.items() if getattr(policy, name) != value]
    if changed:
        hands = sorted({*policy.by_hand, *changed})
        VisitPolicy.objects.filter(pk=policy.pk).update(**wanted, by_hand=hands)
    return bool(changed)


def policy_of(county_id: int) -> VisitPolicy:
    """The county's row, or the defaults while no profile is loaded."""
    return VisitPolicy.objects.filter(county=county_id).first() or VisitPolicy(county_id=county_id)


def _check_rule(tag: str, interval_days: int, grace_days: int) -> None:
    if tag and tag not in Tag.values:
        raise Refused("没有这个住户标签。", field="tag")
    if not 1 <= interval_days <= 366:
        raise Refused("走访间隔应为1到366天。", field="interval_days")
    if not 0 <= grace_days <= 366:
        raise Refused("宽限应为0到366天。", field="grace_days")


def _check_roles(roles: Collection[str]) -> None:
    if unknown := set(roles) - set(Role.values):
        raise Refused(f"没有这样的岗位：{'、'.join(sorted(unknown))}。", field="excused_by")
