"""A county's rules for the register: loaded from its profile, read once per action or sweep."""

from datetime import datetime
from functools import cached_property

from django.db import transaction

from grids.models import Grid
from issues.chain import Chain
from issues.models import ClockKind, Limit, RegisterRules, Rung
from profiles.profile import Profile, Span
from workdays.arithmetic import CLOSING, ZONE, Calendar, Due
from workdays.models import calendar_for

LimitKey = tuple[str, str, str, str]
"""kind, category, urgency, column; category and column are empty but for handling."""

WARNED = (ClockKind.HANDLE, ClockKind.REVIEW)
"""Clocks of which the handler is warned before they are due; the others are too short for a second word."""


class CountyRules:
    """The chain, limits, switches and calendar of one county. Keep it for one action or one sweep, not longer."""

    def __init__(self, county_id: int) -> None:
        self.county_id = county_id

    @cached_property
    def chain(self) -> Chain:
        return Chain.of(self.county_id)

    @cached_property
    def switches(self) -> RegisterRules:
        """The county's row, or the model's defaults while no profile is loaded."""
        found = RegisterRules.objects.filter(county=self.county_id).first()
        return found or RegisterRules(county_id=self.county_id)

    @cached_property
    def limits(self) -> dict[LimitKey, Limit]:
        rows = Limit.objects.filter(county=self.county_id, amount__isnull=False)
        return {(row.kind, row.category, row.urgency, row.column): row for row in rows}

    @cached_property
    def calendar(self) -> Calendar:
        return calendar_for(self.county_id)

    def limit(self, kind: ClockKind, urgency: str, category: str = "", level: int = 0) -> Limit | None:
        """How long this kind of work may take; None when the level does not take such matters."""
        if kind != ClockKind.HANDLE:
            return self.limits.get((kind, "", urgency, ""))
        rung = self.chain.rung(level)
        return self.limits.get((kind, category, urgency, rung.column)) if rung else None

    def due(self, limit: Limit, at: datetime) -> Due:
        assert limit.amount is not None, "limits that say 不办理 are not read"
        return self.calendar.due(at, limit.amount, limit.unit)  # type: ignore[arg-type]

    def warn_at(self, kind: ClockKind, start: datetime, due_at: datetime, unit: str) -> datetime | None:
        """When to warn before it is due; None for a kind that is not warned of, or when it is due at once."""
        if kind not in WARNED or due_at <= start:
            return None
        return self.calendar.warning(start, due_at, unit)  # type: ignore[arg-type]

    def escalate_at(self, due_at: datetime, urgency: str) -> datetime:
        """When an unfinished matter goes up by itself: so many workdays after it became overdue."""
        days = self.switches.escalate_after.get(urgency, 0)
        if not days:
            return due_at
        last = self.calendar.add_workdays(due_at.astimezone(ZONE).date(), days)
        return datetime.combine(last, CLOSING, ZONE)


@transaction.atomic
def load_register_rules(county: Grid, profile: Profile, *, discard_edits: bool = False) -> int:
    """Bring a county's chain, limits and switches to what its profile says. Returns how many rows changed.

    Safe to run again. Running clocks keep their due; issues keep their level, which is a rung's place in the chain.
    What staff set by hand stays (`kept_by_hand`), unless edits are discarded.
    """
    if discard_edits:
        Limit.objects.filter(county=county, edited_at__isnull=False).update(edited_by=None, edited_at=None)
        RegisterRules.objects.filter(county=county).exclude(by_hand=[]).update(by_hand=[])
    return _load_chain(county, profile) + _load_limits(county, profile) + _load_switches(county, profile)


def kept_by_hand(county: Grid, profile: Profile) -> int:
    """In how many places the county's rules differ from its profile because staff set them so."""
    wanted, switches = _wanted_limits(profile), _wanted_switches(profile)
    edited = Limit.objects.filter(county=county, edited_at__isnull=False)
    cells = ((wanted.get((row.kind, row.category, row.urgency, row.column)), row) for row in edited)
    differing = [row for span, row in cells if (row.amount is not None if span is None else _differs(row, span))]
    rules = RegisterRules.objects.filter(county=county).first()
    return len(differing) + sum(getattr(rules, name) != switches[name] for name in (rules.by_hand if rules else ()))


def _load_chain(county: Grid, profile: Profile) -> int:
    wanted = {
        order: {
            "name": rung.name,
            "at": rung.at,
            "roles": list(rung.roles),
            "ledger": rung.ledger,
            "column": rung.limits,
            "grade": rung.grade,
        }
        for order, rung in enumerate(profile.chain, 1)
    }
    changed, _ = Rung.objects.filter(county=county).exclude(order__in=wanted).delete()
    stored = {row.order: row for row in Rung.objects.filter(county=county)}
    for order, values in wanted.items():
        row = stored.get(order)
        if row is None or any(getattr(row, name) != value for name, value in values.items()):
            Rung.objects.update_or_create(county=county, order=order, defaults=values)
            changed += 1
    return changed


def _load_limits(county: Grid, profile: Profile) -> int:
    wanted = _wanted_limits(profile)
    stored = {(row.kind, row.category, row.urgency, row.column): row for row in Limit.objects.filter(county=county)}
    edited = {key for key, row in stored.items() if row.edited_at}
    gone = [row.pk for key, row in stored.items() if key not in wanted and key not in edited]
    changed = [
        _with(stored[key], span)
        for key, span in wanted.items()
        if key in stored and key not in edited and _differs(stored[key], span)
    ]
    added = [
        Limit(county=county, kind=key[0], category=key[1], urgency=key[2], column=key[3], amount=s.amount, unit=s.unit)
        for key, s in wanted.items()
        if key not in stored
    ]
    Limit.objects.filter(pk__in=gone).delete()
    Limit.objects.bulk_create(added)
    Limit.objects.bulk_update(changed, ["amount", "unit"])
    return len(gone) + len(added) + len(changed)


def _wanted_limits(profile: Profile) -> dict[LimitKey, Span]:
    handling = {
        (ClockKind.HANDLE.value, category, urgency, column): span
        for category, by_urgency in profile.limits.items()
        for urgency, by_column in by_urgency.items()
        for column, span in by_column.items()
        if span is not None
    }
    others = {
        (kind, "", urgency, ""): span
        for kind, by_urgency in profile.clocks.items()
        for urgency, span in by_urgency.items()
    }
    return handling | others


def _differs(row: Limit, span: Span) -> bool:
    return (row.amount, row.unit) != (span.amount, span.unit)


def _with(row: Limit, span: Span) -> Limit:
    row.amount, row.unit = span.amount, span.unit
    return row


def _load_switches(county: Grid, profile: Profile) -> int:
    row = RegisterRules.objects.filter(county=county).first()
    by_hand = row.by_hand if row else []
    wanted = {name: value for name, value in _wanted_switches(profile).items() if name not in by_hand}
    if row and all(getattr(row, name) == value for name, value in wanted.items()):
        return 0
    RegisterRules.objects.update_or_create(county=county, defaults=wanted)
    return 1


def _wanted_switches(profile: Profile) -> dict[str, object]:
    return {
        "publicity": profile.switches.publicity,
        "publicity_days": profile.switches.publicity_days,
        "escalate_after": dict(profile.escalate_after),
        "reopen_days": profile.switches.reopen_days,
        "failed_contacts": profile.switches.failed_contacts,
        "explained_may_close": profile.switches.explained_may_close,
        "channels": dict(profile.channels),
        "force_close": profile.switches.county_may_force_close,
        "sms_signature": profile.switches.sms_signature,
        "quiet_hours": profile.switches.quiet_hours,
        "quiet_from": profile.switches.quiet_from,
        "quiet_until": profile.switches.quiet_until,
        "urgent_at_night": profile.switches.urgent_at_night,
        "automatic_orders": profile.switches.automatic_orders,
        "order_answer_days": profile.switches.order_answer_days,
        "order_labels": dict(profile.supervision_labels),
    }
