"""A county's story as it is told: who takes part, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from surfaces.tests.stack import Stack, until
from surfaces.tests.stories.person import DESK, PHONE, Person
from workdays.arithmetic import ZONE


@dataclass
class Telling:
    """`county` holds the phones of its people by part, and of a small county their names and its household."""

    stack: Stack
    county: dict[str, Any]
    sit_down: Callable[..., Person]

    @property
    def home(self) -> int:
        return int(self.county["home"])

    def name(self, part: str) -> str:
        return str(self.county["names"][part])

    def in_the_field(self, part: str) -> Person:
        return self.sit_down(self.county["phones"][part], PHONE)

    def at_a_desk(self, part: str) -> Person:
        return self.sit_down(self.county["phones"][part], DESK)

    def sit_down_outside(self) -> Person:
        """Somebody without an account, at their phone."""
        return self.sit_down("", PHONE)

    def resident(self) -> Person:
        """Whoever scans the household's code."""
        person = self.sit_down_outside()
        person.open(f"/h/{self.county['code']}/")
        return person

    def now(self) -> datetime:
        clock = self.stack.home / "clock"
        ahead = float(clock.read_text()) if clock.exists() else 0.0
        return datetime.now(ZONE) + timedelta(seconds=ahead)

    def on_monday(self, hour: int, minute: int = 0) -> None:
        days = (7 - self.now().weekday()) % 7 or 7
        self.later(days=days, at=time(hour, minute))

    def later(self, days: int = 0, at: time = time(9, 0)) -> None:
        """So many days on, at a time of that day, for every process of the installation."""
        moment = datetime.combine(self.now().date() + timedelta(days=days), at, ZONE)
        assert moment > self.now(), "the clock only goes forward"
        ahead = (moment - datetime.now(ZONE)).total_seconds()
        written = self.stack.home / "clock.new"
        written.write_text(f"{ahead:.0f}\n")
        written.replace(self.stack.home / "clock")  # whole at every moment: the installation reads it all the time

    def worker_does(self, task: str, then: Callable[[], bool], what: str) -> None:
        """Puts a task before the worker, as beat does, and waits for what it brings about."""
        self.stack.work(task)
        until(then, what, seconds=90)
