"""The channels a county's profile names, in the county's own words (万州: six of its own)."""

from accounts.models import User
from grids.scope import Scope
from issues.models import Channel, RegisterRules


def offered(user: User) -> list[tuple[str, str]]:
    """What this person's forms offer: the channels of the counties they work in, every one where none is named."""
    counties = {posting.county_id for posting in Scope.of(user).postings}
    named: dict[str, str] = {}
    for channels in RegisterRules.objects.filter(county__in=counties).values_list("channels", flat=True):
        named |= channels
    return [(value, named.get(value, label)) for value, label in Channel.choices if not named or value in named]
