"""Verbs on what the village is asked to find out: begun by calls in vain, settled by a meeting or by its word."""

from datetime import datetime

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from notices.actions import Message, post_all
from visits.actions.ruling import policy_of
from visits.attempts import attempts, to_tell
from visits.models import VillageCheck, Visit

LINK = "/field/checks/"
TEXTS = {
    VillageCheck.Kind.UNMET: "{number}号户连续{attempts}次上门没见到人，请村里了解一下：仍住这里、暂时外出还是已搬离。",
    VillageCheck.Kind.MOVED: "走访时听说{number}号户已搬离，请村里核实。",
}


def follow_up(visit: Visit, at: datetime, by: User) -> None:
    """A meeting settles what was open; a call in vain that is one too many, or a household that is gone, begins it.
    The village is told once, until it has answered."""
    if visit.outcome in Visit.COMPLETING:
        open_checks = VillageCheck.objects.open().filter(household=visit.household_id, visit__at__lte=visit.at)
        open_checks.update(finding=VillageCheck.Finding.MET, settled_at=at, settled_by=by)
        return
    count = attempts(visit.household, visit.at)
    if visit.outcome == Visit.Outcome.MOVED:
        _begin(VillageCheck.Kind.MOVED, visit, count, at)
    elif count >= policy_of(visit.county_id).failed_attempts:
        _begin(VillageCheck.Kind.UNMET, visit, count, at)


def _begin(kind: VillageCheck.Kind, visit: Visit, count: int, at: datetime) -> None:
    standing = VillageCheck.objects.open().filter(household=visit.household_id)
    if standing.filter(kind__in=[kind, VillageCheck.Kind.MOVED]).exists():
        return
    check = VillageCheck.objects.create(household=visit.household, kind=kind, visit=visit, attempts=count, raised_at=at)
    text = TEXTS[kind].format(number=visit.household.number, attempts=count)
    told = to_tell(visit.household, at)
    post_all([Message(f"check:{check.pk}:u{user.pk}", "village_check", text, user, link=LINK) for user in told], at=at)


@verb
def settle_check(*, check: VillageCheck, finding: VillageCheck.Finding, at: datetime, by: User, note: str = "") -> None:
    """What the village knows. "Left" closes nothing: whoever may end a household does so, or finds it still there."""
    if finding == VillageCheck.Finding.MET:
        raise Refused("见到人了请记一次走访，会自动核实。", field="finding")
    settled = {"finding": finding, "note": note.strip()[:200], "settled_at": at, "settled_by": by}
    if not VillageCheck.objects.open().filter(pk=check.pk).update(**settled):
        raise Outrun("这一户已经核实过，请刷新后再看。")
