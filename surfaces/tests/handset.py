"""A phone of its own that can be switched off hard: a browser with its own profile folder, as if its battery died."""

import os
import shutil
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.test import Client
from playwright.sync_api import Error

from conftest import BROWSER_FLAGS, BROWSER_LANGUAGE
from surfaces.tests.field_cast import BACKEND
from workdays.now import now

COUNT = """async (name) => (await new Promise(done => {
    const asked = indexedDB.open("liaison-field");
    asked.onsuccess = () => { const all = asked.result.transaction(name).objectStore(name).getAll();
        all.onsuccess = () => { asked.result.close(); done(all.result); }; };
})).length"""
DRAFTED = """async (where) => await new Promise(done => {
    const asked = indexedDB.open("liaison-field");
    asked.onsuccess = () => { const found = asked.result.transaction("drafts").objectStore("drafts").count(where);
        found.onsuccess = () => { asked.result.close(); done(found.result > 0); }; };
})"""
SYNCED, OFFLINE_READY = "全部已同步", "没有信号也能用"


class Handset:
    def __init__(self, chromium, origin: str, folder: Path) -> None:
        self.kind, self.origin, self.folder = chromium.browser_type, origin, folder
        self.session = ""
        self.switch_on()

    def switch_on(self) -> None:
        self.context = self.kind.launch_persistent_context(
            str(self.folder),
            executable_path=shutil.which("chromium"),
            args=BROWSER_FLAGS,
            env={**os.environ, **BROWSER_LANGUAGE},
            locale="zh-CN",
            viewport={"width": 390, "height": 844},
            is_mobile=True,
            has_touch=True,
        )
        self.page = self.context.pages[0]
        self.page.set_default_timeout(20000)
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def enter(self, user) -> None:
        client = Client()
        client.force_login(user, BACKEND)
        cookie = {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": self.origin,
            "expires": (now() + timedelta(days=1)).timestamp(),
        }
        self.context.add_cookies([cookie])

    def leave_the_session(self) -> None:
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)

    def open(self, path: str, page=None):
        """Asked once more, as a person would, where the browser did not wait for its worker (after a cold start)."""
        page = page or self.page
        try:
            page.goto(f"{self.origin}{path}", wait_until="domcontentloaded")
        except Error as error:
            if "ERR_INTERNET_DISCONNECTED" not in error.message:
                raise
            page.goto(f"{self.origin}{path}", wait_until="domcontentloaded")
        return page

    def ready_for_the_day(self) -> None:
        """Opened once with a signal, as in the morning, until the day is on the phone."""
        self.open("/field/")
        self.page.locator("[data-queue-line]", has_text=OFFLINE_READY).wait_for(timeout=120_000)
        self.worker_is_there()

    def worker_is_there(self) -> None:
        """Until then a page is asked of the network, which answers nothing without a signal."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")

    def signal(self, there: bool) -> None:
        self.context.set_offline(not there)

    def wait_for_line(self, text: str, page=None) -> None:
        (page or self.page).locator("[data-queue-line]", has_text=text).wait_for(timeout=60_000)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def count(self, store: str) -> int:
        return self.page.evaluate(COUNT, store)

    def wait_for_draft(self, where: str) -> None:
        """Sealing what was typed takes a moment; what is typed in that very moment may be lost with the page."""
        self.page.wait_for_function(DRAFTED, arg=where)

    def page_killed(self) -> None:
        """As the system does with a page when memory runs short: no word to it beforehand."""
        killed, self.page = self.page, self.context.new_page()
        killed.close(run_before_unload=False)

    def battery_gone(self) -> None:
        """No page is asked, nothing is written any more."""
        mark = f"--user-data-dir={self.folder}".encode()
        for process in Path("/proc").iterdir():
            if process.name.isdecimal() and mark in _command(process):
                os.kill(int(process.name), signal.SIGKILL)
        with suppress(Error):  # it is gone already
            self.context.close()

    def put_away(self) -> None:
        self.context.close()


def _command(process: Path) -> bytes:
    try:
        return (process / "cmdline").read_bytes()
    except OSError:
        return b""
