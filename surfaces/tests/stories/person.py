"""One person before their own screen, in Chromium, saying and doing what the page offers."""

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from surfaces.tests.stack import Stack

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
PASSWORD = "liaison-demo-2026"
AN_ISSUE = re.compile(r"/issues/(\d+)/$")


class Person:
    """`faults` gathers what the browser complained of. A phone's screen works in the field, a desk's on the console."""

    def __init__(self, chromium: Any, stack: Stack, pictures: Path, phone: str = "", size: Any = DESK) -> None:
        self.stack, self.pictures = stack, pictures
        self.surface = "field" if size == PHONE else "console"
        self.page = chromium.new_context(
            viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce"
        ).new_page()
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._stay_home(request.url))
        if phone:
            self.open("/login/")
            self.page.get_by_label("手机号").fill(phone)
            self.page.get_by_label("密码").fill(PASSWORD)
            self.press("登录")

    def _hear(self, message: Any) -> None:
        if message.type == "error" and "422" not in message.text:  # a form shown again with its mistakes
            self.faults.append(message.text)

    def _stay_home(self, url: str) -> None:
        if not url.startswith((self.stack.address, "data:", "blob:")):
            self.faults.append(f"asked {url}")

    # Looking around

    def open(self, path: str) -> None:
        self.page.goto(f"{self.stack.address}{path}" if path.startswith("/") else path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def follow(self, name: str, *, exact: bool = False) -> None:
        self.page.get_by_role("link", name=name, exact=exact).first.click()
        self.page.wait_for_load_state("networkidle")

    def expect(self, words: str) -> None:
        """Waits until the words are to be read on the page, and its scripts have begun."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()
        self.page.wait_for_load_state()

    def reads(self) -> str:
        """Everything on the page, in one line, once its scripts have begun."""
        self.page.wait_for_load_state()
        return " ".join(self.page.locator("body").inner_text().split())

    def picture(self, name: str) -> None:
        """For the manual, of 256 colours, which makes it a third of its weight."""
        shot = Image.open(BytesIO(self.page.screenshot())).convert("RGB")
        shot.quantize(256, dither=Image.Dither.NONE).save(self.pictures / f"{name}.png", optimize=True)

    def photo(self, name: str) -> list[dict[str, Any]]:
        """A file as a phone's camera gives it."""
        return [{"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": self.page.screenshot(type="jpeg")}]

    def puts_the_guide_away(self) -> None:
        """The guide of a first visit, read as anybody does; nothing where it was read before."""
        if self.page.get_by_role("button", name="知道了，不再显示").count():
            self.press("知道了，不再显示")

    # Filling in

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).first.fill(text)

    def choose(self, name: str, option: str = "") -> None:
        """Of a list or of chips; the first there is when none is named."""
        self.page.locator(f"[name={name}]").first.wait_for(state="attached")
        listed = self.page.locator(f"select[name={name}]")
        if listed.count():
            labels = listed.locator("option:not([value=''])").all_inner_texts()
            listed.select_option(label=next(label for label in labels if option in label))
        else:
            chip = self.page.locator(f"label:has(input[name={name}])")
            chip.filter(has_text=re.compile(rf"^\s*{option}")).first.click()

    def enter(self, label: str, value: Any) -> None:
        """Into the input that goes by this label: text, a choice, a file, a tick."""
        said = self.page.locator("label, legend").filter(has_text=re.compile(rf"^\s*{re.escape(label)}(选填)?\s*$"))
        box = self.page.locator(".field").filter(has=said).locator("visible=true").first
        box.wait_for()
        if isinstance(value, list):
            box.locator("input[type=file]").set_input_files(value)
        elif value is True:
            box.locator("input[type=checkbox]").check()
        elif box.locator("select").count():
            box.locator("select").select_option(label=_meant(value, box.locator("option").all_inner_texts()))
        elif box.locator("input[type=radio]").count():
            chips = box.locator("label")
            named = [one.strip() for one in chips.all_inner_texts()]
            chips.nth(named.index(_meant(value, named))).click()
        else:
            box.locator("textarea, input").last.fill(value)

    # As a resident, on the page of the household

    def raises(self, title: str) -> None:
        self.follow("反映一件事")
        self.enter("什么事", title)
        self.press("提交")
        self.expect("待梳理")

    def is_satisfied(self) -> None:
        """With the result of the one matter that waits to be confirmed."""
        self.follow("说说结果")
        self.enter("您反映的事解决了吗", "解决了，满意")
        self.press("提交评价")
        self.expect("已销号")

    # Working on a matter

    def finds(self, path: str, title: str) -> int:
        """Follows a matter from a list. Returns its key."""
        self.open(path)
        self.follow(title)
        return self._key()

    def looks_at(self, issue: int) -> str:
        self.open(f"/{self.surface}/issues/{issue}/")
        return self.reads()

    def tries(self, move: str, issue: int, **given: Any) -> None:
        """From the issue's page through the form of a move; whether it was made shows on the page after."""
        self.looks_at(issue)
        self.follow(move, exact=True)
        for label, value in given.items():
            self.enter(label, value)
        self.press(move)

    def makes(self, move: str, issue: int, **given: Any) -> None:
        self.tries(move, issue, **given)
        self.expect(f"“{move}”已办好")

    def hears_at(self, home: int, **given: Any) -> int:
        """Takes down what a household says. Returns the issue's key."""
        self.open(f"/{self.surface}/issues/new/?household={home}")
        for label, value in given.items():
            self.enter(label, value)
        self.press("提交诉求" if self.surface == "field" else "收进来")
        return self._key()

    def _key(self) -> int:
        """Of the issue that the page leads on to, once the phone's queue has sent the form."""
        self.page.wait_for_url(AN_ISSUE)
        found = AN_ISSUE.search(self.page.url)
        assert found, self.reads()
        return int(found[1])


def _meant(value: str, offered: list[str]) -> str:
    """急 is 急 and not 紧急; a name is enough for the person in their post."""
    named = [one.strip() for one in offered]
    return value if value in named else next(one for one in named if value in one)
