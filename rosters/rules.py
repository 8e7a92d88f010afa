"""A county's rules for duty, from its profile."""

import re

from grids.models import Grid
from profiles.profile import Profile
from rosters.models import RosterRules

MOBILE = re.compile(r"1[3-9]\d{9}")


def load_roster_rules(county: Grid, profile: Profile) -> int:
    """Writes the county's row. Returns how many switches changed."""
    wanted = profile.switches.duty_mobiles
    row = RosterRules.objects.filter(county=county).first()
    if row is None:
        RosterRules.objects.create(county=county, mobiles=wanted)
        return 1
    return RosterRules.objects.filter(pk=row.pk).exclude(mobiles=wanted).update(mobiles=wanted)


def mobiles_allowed(county_id: int) -> bool:
    return RosterRules.objects.filter(county=county_id, mobiles=True).exists()


def is_mobile(phone: str) -> bool:
    return bool(MOBILE.fullmatch(re.sub(r"\D", "", phone)))
