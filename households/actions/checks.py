"""What more than one verb here asks."""

from accounts.errors import Refused
from households.models import Household
from members.models import Member


def given_reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise Refused("请写明原因。", field="reason")
    if len(reason) > 200:
        raise Refused("原因最多200个字。", field="reason")
    return reason


def locked_member(member: Member) -> Member:
    """Two clerks must not both find the last free place."""
    return Member.objects.select_for_update(no_key=True).get(pk=member.pk)


def locked_household(household: Household) -> Household:
    found = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    if found.closed_on:
        raise Refused(f"{found.called}已于{found.closed_on}销户。", field="household")
    return found
