"""Lighthouse, the judge of a page as a phone on a slow line shows it."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass, field

from liaison.tests.lighthouse.install import FOLDER, HERE, installed, node

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
]
SECONDS_A_PAGE = 120


@dataclass(frozen=True)
class Page:
    name: str
    url: str
    cookies: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """`scores`: 0 to 100 by category; `faults`: by category, what cost points and where."""

    address: str
    error: str
    scores: dict[str, int]
    faults: dict[str, list[str]]


def missing() -> str | None:
    """Why it cannot judge on this machine, or None."""
    if shutil.which("chromium") is None:
        return "chromium is not installed: python3 -I liaison/bootstrap.py browser installs it as root on Debian"
    if not installed():
        return "Lighthouse is not installed: python3 -I liaison/tests/lighthouse/install.py says why"
    return None


def judge(pages: list[Page], *categories: str) -> dict[str, Verdict]:
    """By name of the page. RuntimeError with what node printed when it could not."""
    asked = {"pages": [vars(page) for page in pages], "categories": categories, "flags": FLAGS}
    done = subprocess.run(
        [*node(), str(HERE / "judge.mjs"), str(FOLDER)],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_A_PAGE * len(pages),
        env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""},
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return {name: Verdict(**told) for name, told in json.loads(done.stdout).items()}
