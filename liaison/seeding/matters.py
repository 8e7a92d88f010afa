"""What people of a demo county bring up (matters.csv), and the ways such matters go."""

import csv
from dataclasses import dataclass
from pathlib import Path

from issues.models import Channel, Urgency


@dataclass(frozen=True)
class Matter:
    """A matter as it is told, its category, the department that would take it, and how it was solved."""

    title: str
    text: str
    category: str
    unit: str
    result: str


def _told() -> tuple[Matter, ...]:
    with (Path(__file__).parent / "matters.csv").open(encoding="utf-8", newline="") as file:
        return tuple(Matter(**row) for row in csv.DictReader(file))


MATTERS = _told()
"""Each in the words of the person who took it down: no name, no phone, no illness in the title."""

CHANNELS = {Channel.VISIT: 62, Channel.PUBLIC: 16, Channel.DUTY: 10, Channel.MEETING: 7, Channel.HOTLINE: 5}
URGENCIES = {Urgency.NORMAL: 76, Urgency.URGENT: 15, Urgency.HARD: 9}


@dataclass(frozen=True)
class Way:
    """How a matter goes: the moves in order, and how many hours ago the last one was made."""

    weight: int
    steps: str
    hours_ago: tuple[float, float]


HANDLED = "collect register assign sign_for contact"
BY_UNIT = "collect register assign_unit sign_for"
WAYS = (
    Way(20, "collect", (1, 30)),
    Way(40, "collect solve_on_spot", (20, 1300)),
    Way(16, f"{HANDLED} merge", (2, 30)),
    Way(4, "collect decline", (20, 900)),
    Way(3, "collect transfer", (20, 900)),
    Way(2, "collect ask_void void", (20, 900)),
    Way(8, "collect register", (1, 8)),
    Way(14, "collect register assign", (1, 20)),
    Way(24, "collect register assign sign_for", (2, 40)),
    Way(10, BY_UNIT, (2, 60)),
    Way(14, HANDLED, (170, 210)),
    Way(8, f"{HANDLED} escalate", (1, 30)),
    Way(8, f"{HANDLED} escalate sign_for", (2, 40)),
    Way(7, f"{HANDLED} escalate sign_for escalate sign_for escalate assign_unit sign_for", (2, 60)),
    Way(4, f"{HANDLED} send_back", (1, 10)),
    Way(5, f"{HANDLED} ask_hold", (1, 20)),
    Way(6, f"{HANDLED} ask_hold hold", (20, 500)),
    Way(4, f"{HANDLED} ask_extension", (1, 10)),
    Way(12, f"{HANDLED} report", (1, 30)),
    Way(4, f"{HANDLED} report reject", (1, 20)),
    Way(12, f"{HANDLED} report verify", (1, 30)),
    Way(20, f"{HANDLED} report verify satisfied", (2, 1250)),
    Way(36, "collect register assign sign_for report verify satisfied", (2, 1250)),
    Way(10, f"{HANDLED} report verify solved", (2, 1250)),
    Way(16, f"{BY_UNIT} report verify satisfied", (2, 1150)),
    Way(5, f"{HANDLED} report verify unsolved sign_for", (2, 30)),
    Way(3, f"{HANDLED} escalate sign_for report verify satisfied reopen", (2, 20)),
    Way(3, f"{HANDLED} report verify missed missed missed witnessed", (20, 900)),
)
