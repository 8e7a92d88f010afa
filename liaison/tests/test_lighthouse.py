"""Lighthouse judges the pages people open on their phones: accessibility without a fault, best practices nearly so.
What depends on the speed of the machine is measured by `python -m bench --only pages` instead."""

import os

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from liaison.tests.lighthouse.judge import Page, judge, missing
from liaison.tests.test_pages_in_browser import counties  # noqa: F401
from liaison.tests.test_permissions import DOORS, session_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

FIELD = ("field:home", "field:household", "field:visit", "field:collect")
OPEN = ("login", "public:household", "public:progress", "public:notices", "public:duty")
LEAST = {"accessibility": 100, "best-practices": 95}


@pytest.fixture
def judging() -> None:
    why = missing()
    if why:
        pytest.fail(why) if os.environ.get("CI") == "true" else pytest.skip(why)


def test_the_pages_of_phones_keep_their_marks(judging, live_server, counties):  # noqa: F811
    member = {django_settings.SESSION_COOKIE_NAME: session_of(counties.people()["m"])}
    pages = [
        Page(name, f"{live_server.url}{reverse(name, args=counties.things[DOORS[name].at])}", cookies)
        for names, cookies in ((FIELD, member), (OPEN, {}))
        for name in names
    ]
    told = judge(pages, *LEAST)
    assert {page.name: page.url for page in pages} == {name: verdict.address for name, verdict in told.items()}
    short = [
        f"{name}: {category} {verdict.scores[category]}: {verdict.faults[category]}"
        for name, verdict in told.items()
        for category, least in LEAST.items()
        if verdict.error or verdict.scores[category] < least
    ]
    assert short == []
