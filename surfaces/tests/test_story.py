"""水口村's canal, told across the four surfaces of the running stack: heard on visits by a member, registered by the
village, left to go overdue, handed up village → town → county by the worker, dispatched to 水利局, reported, verified
by the town, confirmed by the household on its QR page, closed, and counted at every step.

With LIAISON_MANUAL=1 (make manual) each step's picture goes to docs/manual/pictures/, else to a temporary folder.
"""

import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from surfaces.tests.stack import ROOT, Stack, running, until

pytestmark = [pytest.mark.stack, pytest.mark.browser]

DIVISIONS = """code,name
441624000000,和平县
441624108000,彭寨镇
441624108213,广东省河源市和平县彭寨镇水口村村民委员会
441624108214,广东省河源市和平县彭寨镇墩史村村民委员会
"""
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1440, "height": 900}
CANAL = ("水圳堵了田里没水", "渠道淤塞两年没人清", "灌溉渠不通水")
"""One matter in the words of three households."""


@pytest.fixture(scope="module")
def stack(tmp_path_factory) -> Stack:
    home = tmp_path_factory.mktemp("story")
    with running(home) as stack:
        (home / "divisions.csv").write_text(DIVISIONS)
        people = ("--households", "60", "--members", "16", "--profile", "heping", "--seed", "7")
        stack.manage("seed_county", "--divisions", str(home / "divisions.csv"), *people)
        yield stack


@pytest.fixture(scope="module")
def phones(stack) -> dict[str, str]:
    """The demo account of each part, by what demo_accounts says of it."""
    listed = stack.manage("demo_accounts").splitlines()
    parts = {
        "officer": "县委组织部经办",
        "clerk": "乡镇经办",
        "secretary": "支部书记",
        "member": "联户党员",
        "handler": "水利局部门承办人",
        "auditor": "审计员",
    }
    return {part: next(line.split()[0] for line in listed if words in line) for part, words in parts.items()}


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Path:
    manual = ROOT / "docs" / "manual" / "pictures"
    folder = manual if os.environ.get("LIAISON_MANUAL") == "1" else tmp_path_factory.mktemp("pictures")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class Person:
    """One person before their own screen. `faults` gathers what the browser complained of."""

    def __init__(self, chromium, stack: Stack, pictures: Path, phone: str = "", size=DESK) -> None:
        self.stack, self.pictures = stack, pictures
        self.page = chromium.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai").new_page()
        self.faults: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._stay_home(request.url))
        if phone:
            self.open("/login/")
            self.page.get_by_label("手机号").fill(phone)
            self.page.get_by_label("密码").fill("liaison-demo-2026")
            self.press("登录")

    def _hear(self, message) -> None:
        if message.type == "error":
            self.faults.append(message.text)

    def _stay_home(self, url: str) -> None:
        if not url.startswith((self.stack.address, "data:", "blob:")):
            self.faults.append(f"asked {url}")

    def open(self, path: str) -> None:
        self.page.goto(f"{self.stack.address}{path}" if path.startswith("/") else path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state("networkidle")

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state("networkidle")

    def expect(self, words: str) -> None:
        """Waits until the words are to be read on the page."""
        self.page.get_by_text(words).locator("visible=true").first.wait_for()

    def picture(self, name: str) -> None:
        self.page.screenshot(path=self.pictures / f"{name}.png")

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


@pytest.fixture
def person(chromium, stack, pictures):
    """`person("clerk")`: somebody at their screen; nobody's browser may have complained."""
    everybody: list[Person] = []

    def sit_down(phone: str = "", size=DESK) -> Person:
        everybody.append(Person(chromium, stack, pictures, phone, size))
        return everybody[-1]

    yield sit_down
    assert [fault for one in everybody for fault in one.faults] == []


def funnel(officer: Person, period: str = "") -> dict[str, int]:
    """The four stages as the county page counts them."""
    officer.stack.work("tallies.recount")
    officer.open(f"/county/funnel/{period}")
    rows = officer.page.locator("table#stages tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {cell[0].strip(): int(re.sub(r"\D", "", cell[1]) or 0) for cell in cells}


def whole_story(officer: Person) -> str:
    """The usual period, lengthened so that the clock moves on within it."""
    officer.open("/county/funnel/")
    since = date.fromisoformat(officer.page.locator("input[name=since]").first.input_value())
    return f"?since={since}&until={since + timedelta(days=120)}"


def test_the_canal_of_shuikou_village(person, phones, stack):
    officer = person(phones["officer"])
    period = whole_story(officer)
    before = funnel(officer, period)

    member = person(phones["member"], PHONE)
    for number, matter in enumerate(CANAL):
        hear(member, number, matter)

    secretary = person(phones["secretary"], PHONE)
    issue = register_and_merge(secretary)
    assign_to_the_member(secretary, issue)

    clerk = person(phones["clerk"])
    go_overdue(stack, clerk, issue, "10d", "镇")
    clerk.picture("05-上报到镇")
    go_overdue(stack, clerk, issue, "14d", "县")

    officer.open(f"/console/issues/{issue}/")
    officer.picture("06-上报到县")
    officer.follow("交办")
    officer.choose("unit", "水利局")
    officer.picture("07-县里交办水利局")
    officer.press("交办")
    officer.expect("水利局")

    report_as_the_department(person(phones["handler"]), issue)

    clerk.open(f"/console/issues/{issue}/")
    clerk.follow("核查通过")
    clerk.fill("说明", "到现场看过,渠道已通水")
    clerk.press("核查通过")
    clerk.expect("待群众确认")
    clerk.picture("09-镇里核查")

    confirm_on_the_qr_page(person("", PHONE), qr_page(clerk))

    clerk.open(f"/console/issues/{issue}/")
    clerk.expect("已销号")
    clerk.picture("12-销号")
    after = funnel(officer, period)
    officer.picture("13-县级统计")
    counted = {stage: after[stage] - before[stage] for stage in before}
    assert counted == {"收集": 3, "挂号": 1, "督办(已交办)": 1, "销号": 1}
    assert "重演与现状一致" in stack.manage("verify_events")
    assert "0处不符" in stack.manage("check_grids")


def hear(member: Person, number: int, matter: str) -> None:
    """A home visit with an opinion heard."""
    member.open("/field/households/")
    member.page.locator("a.cell").nth(number).click()
    member.follow("记走访")
    member.page.get_by_label("见面").check(force=True)
    member.page.get_by_text("同时提一件诉求").click()
    member.fill("诉求事项", matter)
    member.page.get_by_label("具体情况").last.fill("渠道年久失修,十几户的田灌不上水")
    if number == 0:
        member.picture("01-走访时听到意见")
    member.press("保存走访")
    member.expect(matter)


def register_and_merge(secretary: Person) -> int:
    """The village registers the first opinion and merges the others into it. Returns the issue's key."""
    opinions = [opinion(secretary, matter) for matter in CANAL]
    secretary.open(f"/field/issues/{opinions[0]}/moves/register/")
    secretary.choose("category", "基础设施")
    secretary.choose("urgency", "急")
    secretary.picture("02-村里挂号")
    secretary.press("挂号")
    secretary.expect("已挂号")
    for other in opinions[1:]:
        secretary.open(f"/field/issues/{other}/moves/merge/")
        secretary.choose("parent", CANAL[0])
        secretary.press("并案")
        secretary.expect("并案")
    secretary.open(f"/field/issues/{opinions[0]}/")
    secretary.expect("并入的诉求")
    secretary.picture("03-三件并成一件")
    return opinions[0]


def opinion(secretary: Person, matter: str) -> int:
    secretary.open("/field/issues/?list=triage")
    secretary.follow(matter)
    return int(re.search(r"/issues/(\d+)/", secretary.page.url)[1])


def assign_to_the_member(secretary: Person, issue: int) -> None:
    secretary.open(f"/field/issues/{issue}/moves/assign/")
    secretary.choose("handler")
    secretary.press("交办")
    secretary.expect("已交办")
    secretary.picture("04-村里交办")


def go_overdue(stack: Stack, reader: Person, issue: int, forward: str, level: str) -> None:
    """The clock moves on, the worker sweeps, the issue stands one rung higher."""
    stack.manage("demo_clock", "--forward", forward)
    stack.work("issues.escalate_overdue")

    def stands_there() -> bool:
        reader.open(f"/console/issues/{issue}/")
        return bool(re.search(rf"层级\s*{level}", reader.page.locator("body").inner_text()))

    until(stands_there, f"the worker hands the issue up to {level}", seconds=90)


def report_as_the_department(handler: Person, issue: int) -> None:
    handler.open(f"/console/issues/{issue}/")
    handler.follow("签收")
    handler.press("签收")
    handler.follow("报结")
    handler.fill("办理结果", "清淤一千二百米,修复渠首闸门,水到田头")
    picture = handler.page.screenshot(type="jpeg")
    files = [{"name": "渠道通水.jpg", "mimeType": "image/jpeg", "buffer": picture}]
    handler.page.locator("input[type=file]").first.set_input_files(files)
    handler.press("报结")
    handler.expect("待核查")
    handler.picture("08-水利局报结")


def qr_page(clerk: Person) -> str:
    """The address in the household's QR code, from its page in the console."""
    clerk.follow("查看这一户的档案")
    address = clerk.page.get_by_role("link", name="打开群众看到的页面").get_attribute("href")
    clerk.picture("10-一户一档")
    return address


def confirm_on_the_qr_page(resident: Person, address: str) -> None:
    resident.open(address)
    resident.expect("请您确认")
    resident.picture("11-群众扫码")
    resident.follow("说说结果")
    resident.page.get_by_label("解决了,满意").check(force=True)
    resident.fill("还想说的话", "水来了,谢谢")
    resident.press("提交评价")
    resident.expect("已销号")


MENUS = {
    "console": ("clerk", "/console/", DESK),
    "console-handler": ("handler", "/console/", DESK),
    "console-auditor": ("auditor", "/console/", DESK),
    "console-phone": ("clerk", "/console/", PHONE),
    "county": ("officer", "/county/", DESK),
    "county-phone": ("officer", "/county/", PHONE),
    "field": ("secretary", "/field/", PHONE),
    "field-member": ("member", "/field/", PHONE),
}
IN_THE_MANUAL = {
    ("console", "/console/"): "乡镇-待我处理",
    ("console", "/console/issues/"): "乡镇-诉求办理",
    ("console-handler", "/console/"): "部门-待我处理",
    ("console-auditor", "/console/audit/"): "审计-操作日志",
    ("county", "/county/"): "县级-总览",
    ("field", "/field/"): "手机-今日",
}


@pytest.mark.parametrize("name", MENUS)
def test_every_page_of_the_menu_fits_its_screen_and_runs_without_complaint(person, phones, name):
    part, first, size = MENUS[name]
    somebody = person(phones[part], size)
    somebody.open(first)
    links = somebody.page.locator("nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    too_wide = []
    for link in dict.fromkeys(links):
        somebody.open(link if link.startswith("/") else f"{first}{link}")
        somebody.page.wait_for_load_state("networkidle")
        if (name, link) in IN_THE_MANUAL:
            somebody.picture(IN_THE_MANUAL[name, link])
        if somebody.page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            too_wide.append(link)
    assert too_wide == []
