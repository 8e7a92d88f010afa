"""What a county's profile says, once read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Span:
    """A length of time: `amount` of "workday" or of natural "hour", as workdays.arithmetic counts them."""

    amount: int
    unit: Literal["workday", "hour"]


@dataclass(frozen=True)
class Rung:
    """One rung of the chain: whoever holds one of `roles` (first filled counts) in the issue's ancestor of level
    `at`. `limits` names the column of the table of limits that runs there. With a `grade` only such matters stop here,
    and they begin no lower."""

    name: str
    at: str
    roles: tuple[str, ...]
    ledger: str
    limits: str
    grade: str = ""


@dataclass(frozen=True)
class VisitRule:
    """A visit every `interval_days`, overdue after `grace_days` more; `tag` None is the rule for all households. The
    holders of the posts `excused_by` may let visits wait."""

    programme: str
    tag: str | None
    interval_days: int
    grace_days: int
    excused_by: tuple[str, ...]


@dataclass(frozen=True)
class Visiting:
    """What is asked of a visit: after how many calls in vain the village is told; whether a meeting needs proof."""

    failed_attempts: int
    proof: bool


@dataclass(frozen=True)
class ServiceDays:
    """On which days the villages serve in a programme: `kind` says what `numbers` count (workdays.recurring)."""

    programme: str
    kind: str
    numbers: tuple[int, ...]
    weekday: int
    lunar: bool
    holidays: str


@dataclass(frozen=True)
class Quota:
    """How many households one member of a cadre type looks after in a programme."""

    programme: str
    cadre_type: str
    min: int
    target: int
    max: int


@dataclass(frozen=True)
class Contact:
    """A typed contact of a programme. `cadres` empty: any member; `each`: so many for each of the cadres, 0: any."""

    programme: str
    code: str
    name: str
    target: str
    tag: str
    cadres: tuple[str, ...]
    required: bool
    each: int


@dataclass(frozen=True)
class Switches:
    """Parts of the register and of duty a county turns on and off."""

    publicity: bool
    publicity_days: int
    county_may_force_close: bool
    reopen_days: int
    failed_contacts: int
    explained_may_close: bool
    sms_signature: str
    quiet_hours: bool
    quiet_from: int
    quiet_until: int
    urgent_at_night: bool
    automatic_orders: bool
    order_answer_days: int
    duty_mobiles: bool


@dataclass(frozen=True)
class OrderFlow:
    """三单: whether the county does it, and how many workdays dispatching, taking and rating may take."""

    enabled: bool
    dispatch_days: int
    take_days: int
    rate_days: int


@dataclass(frozen=True)
class Profile:
    """A county's rules. `key` is the file's name without .yaml, `county` the county's name.

    limits[category][urgency][column] is a Span, or None where that level does not take such matters.
    clocks[kind][urgency] covers every kind of clock but handling. escalate_after[urgency] is in workdays.
    """

    key: str
    county: str
    levels: Mapping[str, str]
    programmes: Mapping[str, str]
    chain: tuple[Rung, ...]
    limits: Mapping[str, Mapping[str, Mapping[str, Span | None]]]
    clocks: Mapping[str, Mapping[str, Span]]
    escalate_after: Mapping[str, int]
    visit_rules: tuple[VisitRule, ...]
    visits: Visiting
    quotas: tuple[Quota, ...]
    switches: Switches
    order_flow: OrderFlow
    supervision_labels: Mapping[str, str]
    channels: Mapping[str, str]
    units: tuple[str, ...]
    service_days: tuple[ServiceDays, ...]
    contacts: tuple[Contact, ...]
