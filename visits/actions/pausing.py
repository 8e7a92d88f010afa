"""Verbs on a pause: the visits to a household wait until a day, and go on before it."""

from datetime import date, datetime, timedelta

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from households.models import Household, Pairing, PairingQuerySet
from visits.due import restate_each
from visits.excuse import excusers, may_excuse, rule_of
from visits.models import VisitPause
from workdays.arithmetic import ZONE

LONGEST_PAUSE = timedelta(days=183)


@verb
def pause_visits(
    *, pairing: Pairing, reason: VisitPause.Reason, until: date, at: datetime, by: User, note: str = ""
) -> VisitPause:
    """From today no visit is due until `until`, the day on which the next one is. Half a year at most."""
    pairing = _locked(pairing)
    on = at.astimezone(ZONE).date()
    _check_excuse(pairing, by, on)
    household = _check_days(pairing, on, until)
    if reason == VisitPause.Reason.OTHER and not note.strip():
        raise Refused("请写明是什么原因。", field="note")
    pause = VisitPause.objects.create(
        pairing=pairing,
        household=household,
        reason=reason,
        note=note.strip()[:200],
        since=on,
        until=until,
        made_by=by,
        made_at=at,
    )
    restate_each(_line(pairing), on)
    return pause


@verb
def end_pause(*, pause: VisitPause, at: datetime, by: User) -> None:
    """The household is back before the day: the next visit is due today."""
    pairing = _locked(pause.pairing)
    on = at.astimezone(ZONE).date()
    _check_excuse(pairing, by, on)
    if not VisitPause.objects.filter(pk=pause.pk, until__gt=on).update(until=on, ended_by=by, ended_at=at):
        raise Outrun("这次暂停已经结束，请刷新后再看。")
    restate_each(_line(pairing), on)


def _locked(pairing: Pairing) -> Pairing:
    locked = Pairing.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("household", "member").get(pk=pairing.pk)


def _line(pairing: Pairing) -> PairingQuerySet:
    """Whoever looks after the household in the same way, be it after a hand-over."""
    return Pairing.objects.filter(
        household=pairing.household_id, programme=pairing.programme_id, contact_type=pairing.contact_type
    )


def _check_excuse(pairing: Pairing, by: User, on: date) -> None:
    if not may_excuse(by, pairing):
        named = excusers(rule_of(pairing, on))
        raise Forbidden(f"这一户的走访暂停由{named}准予，请向他们说明。" if named else "本县没有定谁可以准予暂停走访。")


def _check_days(pairing: Pairing, on: date, until: date) -> Household:
    if pairing.household is None or pairing.household.closed_on or (pairing.until and pairing.until <= on):
        raise Refused("这一户已销户或结对已结束，不用暂停走访。")
    if not on < until <= on + LONGEST_PAUSE:
        raise Refused(f"恢复走访的日期应在明天到{on + LONGEST_PAUSE}之间。", field="until")
    standing = VisitPause.objects.filter(pairing__in=_line(pairing)).lasting(on).first()
    if standing:
        raise Refused(f"已经暂停到{standing.until}；要改日期请先结束这次暂停。", field="until")
    return pairing.household
