"""The running stack with a small demo county, and the pages people open most on each surface."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from surfaces.tests.stack import Stack, running

PASSWORD = "liaison-demo-2026"
DIVISIONS = """code,name
441624000000,和平县
441624108000,彭寨镇
441624108213,广东省河源市和平县彭寨镇水口村村民委员会
"""
PEOPLE = ("--households", "240", "--members", "12", "--profile", "heping", "--seed", "7")
"""Twenty households to a member, as in a county at its largest."""
LOOKED_UP = """
import json
from django.db.models import Count
from accounts.roles import Role
from grids.models import Grid, Posting
from households.models import Household, Pairing
from issues.models import Issue
from liaison.seeding.accounts import ACCOUNTS, listed
phones = {account.role.value: line.split()[0] for account, line in zip(ACCOUNTS, listed())}
home = Pairing.objects.filter(member__user__phone_tail=phones["liaison_member"][-4:]).order_by("pk").first().household
print(json.dumps({
    "phones": phones,
    "home": home.pk,
    "code": home.public_code,
    "issue": Issue.objects.exclude(number=None).order_by("-pk").first().pk,
    "matter": Issue.objects.exclude(number=None).order_by("-pk").first().code,
    "town": Grid.objects.get(kind="town").pk,
}))
"""


@dataclass
class Demo:
    """`known`: phones by role, and the keys that addresses are made of."""

    stack: Stack
    known: dict[str, Any]
    pages: dict[str, dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        home, issue = self.known["home"], self.known["issue"]
        self.pages = {
            "sign-in": {"password": "/login/"},
            "field": {
                "home": "/field/",
                "households": "/field/households/",
                "household": f"/field/households/{home}/",
                "visit form": f"/field/households/{home}/visit/",
                "issue form": f"/field/issues/new/?household={home}",
            },
            "public": {
                "household": f"/h/{self.known['code']}/",
                "raise": f"/h/{self.known['code']}/raise/",
                "progress": f"/i/{self.known['matter']}/",
                "notices": "/notices/",
                "duty": f"/duty/{self.known['town']}/",
            },
            "console": {
                "home": "/console/",
                "issues": "/console/issues/",
                "issue": f"/console/issues/{issue}/",
                "households": "/console/households/",
            },
            "county": {"overview": "/county/"},
        }


VISITORS = {"field": "liaison_member", "console": "town_clerk", "county": "county_clerk"}
"""Who opens the pages of a surface; nobody signs in for the others."""


@contextmanager
def demo() -> Iterator[Demo]:
    with tempfile.TemporaryDirectory(prefix="liaison-bench-") as folder, running(Path(folder)) as stack:
        divisions = Path(folder) / "divisions.csv"
        divisions.write_text(DIVISIONS)
        stack.manage("seed_county", "--divisions", str(divisions), *PEOPLE)
        yield Demo(stack, json.loads(stack.manage("shell", "--no-imports", "-c", LOOKED_UP).splitlines()[-1]))


def sign_in(context: Any, stack: Stack, phone: str) -> None:
    """Through the page, as a person does."""
    page = context.new_page()
    page.goto(f"{stack.address}/login/")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").first.click()
    page.wait_for_load_state("networkidle")
    page.close()
