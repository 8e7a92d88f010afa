"""One running installation for all stories, with a small county per profile; its clock only goes forward."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from surfaces.tests.stack import ROOT, Stack, running
from surfaces.tests.stories.person import Person
from surfaces.tests.stories.telling import Telling

SETTLE = "from surfaces.tests.stories.settling import settle_all; settle_all()"


DIVISIONS = """code,name
441624000000,和平县
441624108000,彭寨镇
441624108213,广东省河源市和平县彭寨镇水口村村民委员会
441624108214,广东省河源市和平县彭寨镇墩史村村民委员会
"""
PARTS = {
    "officer": "县委组织部经办",
    "clerk": "乡镇经办",
    "secretary": "支部书记",
    "member": "联户党员",
    "handler": "水利局部门承办人",
    "auditor": "审计员",
}
"""Of the demo county, by what demo_accounts says of each."""


@pytest.fixture(scope="session")
def installation(tmp_path_factory) -> Iterator[Stack]:
    """With the demo county of 和平 in it, sown before any story moves the clock."""
    home = tmp_path_factory.mktemp("stories")
    with running(home) as stack:
        (home / "divisions.csv").write_text(DIVISIONS)
        people = ("--households", "60", "--members", "16", "--profile", "heping", "--seed", "7")
        stack.manage("seed_county", "--divisions", str(home / "divisions.csv"), *people)
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


@pytest.fixture
def telling(sit_down, installation: Stack, settled) -> Callable[[str], Telling]:
    """`telling("jiangle")`: the story of one of the small counties."""
    return lambda profile: Telling(installation, settled[profile], sit_down)


@pytest.fixture(scope="session")
def demo_phones(installation: Stack) -> dict[str, str]:
    listed = installation.manage("demo_accounts").splitlines()
    return {part: next(line.split()[0] for line in listed if words in line) for part, words in PARTS.items()}


@pytest.fixture
def heping(sit_down, installation: Stack, demo_phones) -> Telling:
    """The story of the demo county."""
    return Telling(installation, {"phones": demo_phones}, sit_down)


@pytest.fixture
def sit_down(chromium, installation: Stack, pictures: Path) -> Iterator[Callable[..., Person]]:
    """Puts somebody before a screen; nobody's browser may have complained when the story ends."""
    everybody: list[Person] = []

    def sit_down(phone: str, size: Any) -> Person:
        everybody.append(Person(chromium, installation, pictures, phone, size))
        return everybody[-1]

    yield sit_down
    assert [fault for one in everybody for fault in one.faults] == []
    for one in everybody:
        one.page.context.close()
