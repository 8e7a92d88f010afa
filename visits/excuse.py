"""Who may let the visits to a household wait: whoever the rule that holds for it names."""

from datetime import date

from accounts.models import User
from accounts.roles import Role
from grids.models import Posting
from grids.scope import COLUMN_OF, Scope
from households.models import HouseholdTag, Pairing
from visits.models import VisitRule
from visits.rules import Interval, interval_for


def rule_of(pairing: Pairing, on: date) -> VisitRule | None:
    """The rule by which the household is visited on the day."""
    rules = {rule.tag: rule for rule in VisitRule.objects.filter(programme=pairing.programme_id, in_use=True)}
    borne = HouseholdTag.objects.filter(household=pairing.household_id).borne(on)
    tags = set(borne.values_list("tag", flat=True))
    held = interval_for([Interval(tag, rule.interval_days, rule.grace_days) for tag, rule in rules.items()], tags)
    return rules[held.tag] if held else None


def may_excuse(user: User, pairing: Pairing) -> bool:
    """Does the person hold (or stand in for) a post that the rule names, over this household? A liaison member's post
    reaches the households they are paired with, no further."""
    scope = Scope.of(user)
    rule = rule_of(pairing, scope.on)
    return rule is not None and any(
        posting.role in rule.excused_by and _reaches(posting, pairing) for posting in scope.postings
    )


def _reaches(posting: Posting, pairing: Pairing) -> bool:
    if posting.role == Role.LIAISON_MEMBER:
        return pairing.member.user_id == posting.user_id
    return bool(getattr(pairing, COLUMN_OF[posting.grid.kind]) == posting.grid_id)


def excusers(rule: VisitRule | None) -> str:
    """The posts in words: 总网格长、乡镇经办."""
    named = rule.excused_by if rule else []
    return "、".join(role.label for role in Role if role in named)
