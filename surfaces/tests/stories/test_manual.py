"""The chapter 从收集到销号, followed to the letter on the running installation: whoever follows it presses nothing that
a step does not name, and finds on the screen everything the step names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from surfaces.help.manual import CHAPTERS, section
from surfaces.tests.stories.person import PASSWORD, Person
from surfaces.tests.stories.telling import Telling

pytestmark = [pytest.mark.stack, pytest.mark.browser]
CHAPTER = CHAPTERS["steps"]
LABEL = re.compile(r"“([^“”]+)”")
MATTER = "村口路灯不亮"


class Step:
    """One step of the chapter, with the labels it names and those that came to sight while it was followed."""

    def __init__(self, heading: str) -> None:
        self.labels = set(LABEL.findall(section(CHAPTER, heading)))
        self.seen: set[str] = set()

    def look(self, person: Person) -> None:
        read = person.reads()
        self.seen |= {label for label in self.labels if label in read}

    def _named(self, label: str) -> str:
        assert label in self.labels, f"the step does not name “{label}”"
        return label

    def follow(self, person: Person, label: str, *, named: bool = True) -> None:
        """A link; the matter itself goes by its own title and not by the manual's words."""
        self.look(person)
        name = self._named(label) if named else label
        person.follow(name, exact=bool(person.page.get_by_role("link", name=name, exact=True).count()))
        self.look(person)

    def press(self, person: Person, label: str) -> None:
        self.look(person)
        person.press(self._named(label))
        self.look(person)

    def unfold(self, person: Person, label: str) -> None:
        person.page.locator("summary").filter(has_text=self._named(label)).first.click()
        self.look(person)

    def enter(self, person: Person, label: str, value: Any) -> None:
        person.enter(self._named(label), value)
        self.look(person)

    def expect(self, person: Person, label: str) -> None:
        person.expect(self._named(label))
        self.look(person)


@contextmanager
def step(heading: str) -> Iterator[Step]:
    followed = Step(heading)
    yield followed
    assert followed.labels - followed.seen == set(), f"{heading}: named, but not to be seen"


def test_the_chapter_from_collecting_to_closing_can_be_followed_to_the_letter(heping):
    """Collected, registered, assigned, signed for, reported, verified, confirmed and closed."""
    sign_in(heping)
    member, secretary, clerk = (
        heping.in_the_field("member"),
        heping.in_the_field("secretary"),
        heping.at_a_desk("clerk"),
    )
    resident = heping.sit_down_outside()
    collect(member, clerk, resident)
    register(secretary)
    assign(secretary, own_name(member))
    sign_for_and_contact(member)
    report(member)
    verify(clerk, member)
    confirm(resident, clerk)


def sign_in(heping: Telling) -> None:
    with step("先登录") as now:
        member = heping.sit_down_outside()
        member.open("/login/")
        now.enter(member, "手机号", heping.county["phones"]["member"])
        now.enter(member, "密码", PASSWORD)
        member.picture("登录")
        now.press(member, "登录")
        now.expect(member, "今日")


def collect(member: Person, clerk: Person, resident: Person) -> None:
    """Heard on a visit; the other ways in are looked at. The resident is left before the page of the household."""
    with step("第一步 收集：先记下来") as now:
        now.follow(member, "住户")
        member.page.locator("a.cell").first.click()
        home = member.page.url
        now.follow(member, "提诉求")
        now.press(member, "提交诉求")
        member.expect("请填写“事项”")
        member.open(home)
        now.follow(member, "记走访")
        now.enter(member, "走访结果", "见面")
        now.unfold(member, "同时提一件诉求")
        now.enter(member, "诉求事项", MATTER)
        now.enter(member, "具体情况", "村口到学校一段，上个月起不亮，孩子放学看不见路")
        member.picture("步骤-收集")
        now.press(member, "保存走访")
        now.follow(member, MATTER, named=False)
        now.expect(member, "待梳理")

        clerk.open("/console/")
        now.follow(clerk, "登记诉求")
        now.expect(clerk, "收进来")
        clerk.open(home.replace("/field/", "/console/"))
        resident.open(str(clerk.page.get_by_role("link", name="打开群众看到的页面").get_attribute("href")))
        now.expect(resident, "反映一件事")
        resident.follow("反映一件事")
        resident.picture("群众-反映一件事")
        resident.page.go_back()


def register(secretary: Person) -> None:
    with step("第二步 挂号：村里或乡镇梳理") as now:
        secretary.open("/field/")
        secretary.puts_the_guide_away()
        secretary.picture("村支书-今日")
        now.follow(secretary, "诉求")
        now.follow(secretary, "待梳理")
        secretary.picture("村支书-诉求")
        now.follow(secretary, MATTER, named=False)
        now.follow(secretary, "挂号")
        now.enter(secretary, "类别", "基础设施")
        now.enter(secretary, "紧急程度", "一般")
        secretary.picture("步骤-挂号")
        now.press(secretary, "挂号")
        now.expect(secretary, "已挂号")


def assign(secretary: Person, handler: str) -> None:
    with step("第三步 交办：交给一个人") as now:
        now.follow(secretary, "交办")
        now.enter(secretary, "承办人", handler)
        secretary.picture("步骤-交办")
        now.press(secretary, "交办")
        now.expect(secretary, "已交办")
        now.unfold(secretary, "时限是怎么算的")


def sign_for_and_contact(member: Person) -> None:
    with step("第四步 签收、联系") as now:
        member.open("/field/")
        member.picture("手机-首页引导")
        member.puts_the_guide_away()
        member.picture("手机-今日")
        now.follow(member, "诉求")
        now.follow(member, "我承办的")
        now.follow(member, MATTER, named=False)
        member.picture("步骤-签收")
        now.follow(member, "签收")
        now.press(member, "签收")
        now.expect(member, "办理中")
        now.follow(member, "记录联系")
        now.enter(member, "联系上了本人", True)
        now.enter(member, "说明", "打了电话，说好周三上门修")
        now.press(member, "记录联系")
        member.expect("已办好")
        now.look(member)


def report(member: Person) -> None:
    with step("第五步 报结：办好了，附上佐证") as now:
        now.follow(member, "报结")
        now.enter(member, "办理结果", "换了三盏灯，当晚全亮")
        now.enter(member, "佐证材料", member.photo("路灯"))
        member.picture("步骤-报结")
        now.enter(member, "佐证材料", [])
        now.press(member, "报结")
        member.expect("请填写“佐证材料”")
        now.enter(member, "佐证材料", member.photo("路灯"))
        now.press(member, "报结")
        now.expect(member, "待核查")


def verify(clerk: Person, member: Person) -> None:
    with step("第六步 核查：换一个人看") as now:
        now.unfold(member, "其他操作为什么不能做")
        clerk.open("/console/")
        clerk.picture("乡镇-首页引导")
        clerk.puts_the_guide_away()
        clerk.picture("乡镇-待我处理")
        now.follow(clerk, "待核查")
        now.follow(clerk, MATTER, named=False)
        now.expect(clerk, "我可以做")
        clerk.picture("步骤-核查")
        now.follow(clerk, "核查通过")
        now.enter(clerk, "说明", "夜里去看过，三盏都亮")
        now.press(clerk, "核查通过")
        clerk.expect("“核查通过”已办好")
        clerk.open("/console/")
        now.follow(clerk, "待群众确认")
        clerk.follow(MATTER)
        clerk.expect("群众评价")


def confirm(resident: Person, clerk: Person) -> None:
    with step("第七步 群众确认，销号") as now:
        now.look(clerk)
        resident.page.reload()
        now.expect(resident, "请您确认")
        now.follow(resident, "说说结果")
        now.enter(resident, "您反映的事解决了吗", "解决了，满意")
        resident.picture("步骤-群众确认")
        now.press(resident, "提交评价")
        now.expect(resident, "已销号")
        resident.picture("群众-查进度")


def own_name(person: Person) -> str:
    person.open("/field/me/")
    return person.page.locator(".issue-title").inner_text().strip()
