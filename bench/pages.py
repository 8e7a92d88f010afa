"""How heavy the pages are, as the running stack serves them and Chromium asks for them.

    python -m bench --only pages

Each surface's main pages are opened with an empty cache and then once more; the heaviest of a surface counts.
Lighthouse then judges the speed of those that people open on a phone, by its model of a slow line and a slow phone.
"""

import os
import shutil
import sys
from typing import Any

from bench._demo import VISITORS, Demo, demo, sign_in
from bench._weights import Transfer, Wire

Result = tuple[str, float, str, bool]
KILOBYTES = {"sign-in": 60, "field": 150, "public": 60, "console": 100, "county": 350}
"""Cold, at most, by surface. The county's charts bring a library of 240."""
REQUESTS = {"sign-in": 10, "field": 35, "public": 10, "console": 25, "county": 25}
AGAIN_KILOBYTES, AGAIN_REQUESTS = 15, 2
"""Warm: the page itself, and what it shows of somebody."""
ON_PHONES = ("sign-in", "field", "public")
PERFORMANCE, TURNS = 95, 3
"""A page that is short is judged again, so that a busy machine is not taken for a slow page; the best counts."""


def run(scale: str) -> list[Result]:
    """(what, measured, target, met); the same at every scale, since lists come in pages."""
    from playwright.sync_api import sync_playwright

    from conftest import BROWSER_FLAGS

    program = shutil.which("chromium")
    if program is None:
        sys.exit("chromium is not installed: python3 -I liaison/bootstrap.py browser installs it as root on Debian")
    with demo() as county, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        known = {surface: entered(browser, county, surface) for surface in county.pages}
        weighed = {surface: weigh(browser, county, surface, known[surface]) for surface in county.pages}
        browser.close()
        marks = judged(county, known)
    return [row for surface, pages in weighed.items() for row in rows(surface, pages)] + marks


def entered(browser: Any, county: Demo, surface: str) -> Any:
    """The cookies of whoever opens the pages of this surface. The worker stays out of everything here: it fetches for
    the time without a signal."""
    context = browser.new_context(service_workers="block")
    if surface in VISITORS:
        sign_in(context, county.stack, county.known["phones"][VISITORS[surface]])
    known = context.storage_state()
    context.close()
    return known


def weigh(browser: Any, county: Demo, surface: str, known: Any) -> dict[str, tuple[Transfer, Transfer]]:
    """Cold and warm, by page."""
    return {name: cold_and_warm(browser, known, county, path) for name, path in county.pages[surface].items()}


def cold_and_warm(browser: Any, known: Any, county: Demo, path: str) -> tuple[Transfer, Transfer]:
    context = browser.new_context(service_workers="block", storage_state=known, locale="zh-CN")
    wire = Wire(context.new_page())
    cold, warm = (wire.load(f"{county.stack.address}{path}") for _ in range(2))
    context.close()
    loads = (f"{name} {one.kilobytes:6.1f} KB {one.requests:3}" for name, one in (("cold", cold), ("warm", warm)))
    print(f"{path:40} {'   '.join(loads)}")
    return cold, warm


def rows(surface: str, pages: dict[str, tuple[Transfer, Transfer]]) -> list[Result]:
    cold, warm = ([both[turn] for both in pages.values()] for turn in (0, 1))
    of_all = [
        ("KB cold", max(one.kilobytes for one in cold), KILOBYTES[surface]),
        ("requests cold", max(one.requests for one in cold), REQUESTS[surface]),
        ("KB warm", max(one.kilobytes for one in warm), AGAIN_KILOBYTES),
        ("requests warm", max(one.requests for one in warm), AGAIN_REQUESTS),
    ]
    return [(f"{surface} page with the most {what}", most, f"≤ {least}", most <= least) for what, most, least in of_all]


def judged(county: Demo, known: dict[str, Any]) -> list[Result]:
    """Lighthouse's marks for speed, by page; none where it is not installed, which CI does not let pass."""
    from liaison.tests.lighthouse.judge import Page, judge, missing

    why = missing()
    if why:
        sys.exit(why) if os.environ.get("CI") == "true" else print(f"no marks for performance: {why}")
        return []
    pages = [
        Page(f"{surface}, {name}", f"{county.stack.address}{path}", cookies(known[surface]))
        for surface in ON_PHONES
        for name, path in county.pages[surface].items()
    ]
    best: dict[str, int] = {}
    for _ in range(TURNS):
        short = [page for page in pages if best.get(page.name, 0) < PERFORMANCE]
        for name, verdict in judge(short, "performance").items() if short else ():
            score = verdict.scores.get("performance", 0)
            best[name] = max(score, best.get(name, 0))
            print(f"{name:30} {score:3}  {'; '.join(verdict.faults['performance'])}{verdict.error}")
    return [
        (f"{name}, Lighthouse performance", best[name], f"≥ {PERFORMANCE}", best[name] >= PERFORMANCE) for name in best
    ]


def cookies(known: Any) -> dict[str, str]:
    return {each["name"]: each["value"] for each in known["cookies"]}
