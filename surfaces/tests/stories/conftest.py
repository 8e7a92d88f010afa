"""One running installation for all stories, with a small county per profile; its clock only goes forward."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from surfaces.tests.stack import ROOT, Stack, running, until
from surfaces.tests.stories.person import DESK, PHONE, Person
from workdays.arithmetic import ZONE

SETTLE = "from surfaces.tests.stories.settling import settle_all; settle_all()"


@pytest.fixture(scope="session")
def installation(tmp_path_factory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("stories")) as stack:
        yield stack


@pytest.fixture(scope="session")
def settled(installation: Stack) -> dict[str, Any]:
    return json.loads(installation.manage("shell", "--no-imports", "-c", SETTLE).splitlines()[-1])


@pytest.fixture(scope="session")
def pictures(tmp_path_factory) -> Path:
    manual = ROOT / "docs" / "manual" / "pictures"
    folder = manual if os.environ.get("LIAISON_MANUAL") == "1" else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@dataclass
class Telling:
    """One county's story: who takes part, and when. `at(9)` moves the clock on to 9:00 of the next Monday."""

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

    def resident(self) -> Person:
        """Whoever scans the household's code."""
        person = self.sit_down("", PHONE)
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
        (self.stack.home / "clock").write_text(f"{ahead:.0f}\n")

    def worker_does(self, task: str, then: Callable[[], bool], what: str) -> None:
        """Puts a task before the worker, as beat does, and waits for what it brings about."""
        self.stack.work(task)
        until(then, what, seconds=90)


@pytest.fixture
def telling(chromium, installation: Stack, settled, pictures: Path) -> Iterator[Callable[[str], Telling]]:
    """`telling("jiangle")`; nobody's browser may have complained when the story ends."""
    everybody: list[Person] = []

    def sit_down(phone: str, size: Any) -> Person:
        everybody.append(Person(chromium, installation, pictures, phone, size))
        return everybody[-1]

    yield lambda profile: Telling(installation, settled[profile], sit_down)
    assert [fault for one in everybody for fault in one.faults] == []
    for one in everybody:
        one.page.context.close()
