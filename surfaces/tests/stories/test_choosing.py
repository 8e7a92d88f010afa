"""双向互选 of one branch, from opening to the printed cards: a member wishes on the phone, a household by its code,
another on paper; the worker proposes; the secretary pins, swaps and takes back; the meeting adopts; everybody may read
it; it comes into force; the cards are printed."""

import io
import json
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from surfaces.tests.stack import until
from surfaces.tests.stories.person import Person
from surfaces.tests.stories.telling import Telling

pytestmark = [pytest.mark.stack, pytest.mark.browser]
SETTLE = "from surfaces.tests.stories.settling import settle_branch; settle_branch('jiangle')"


@pytest.fixture(scope="session")
def codes(installation, settled) -> dict[str, str]:
    """The household codes of 积善村's branch, by number."""
    return json.loads(installation.manage("shell", "--no-imports", "-c", SETTLE).splitlines()[-1])


def test_the_branch_of_jishan_village_chooses(telling, codes):
    jiangle = telling("jiangle")
    jiangle.on_monday(9)
    secretary = jiangle.at_a_desk("secretary")
    round = open_the_round(secretary)

    wish_on_the_phone(jiangle.in_the_field("member"))
    wish_by_the_code(jiangle.sit_down_outside(), codes["jiangle-3"])
    key_in_from_paper(secretary, round)
    secretary.open(f"/console/rounds/{round}/?show=members")
    secretary.expect("选了2户")
    secretary.picture("互选-征集志愿")

    jiangle.later(days=8)
    propose(secretary, round)
    pin_and_swap(secretary, round)
    adopt_and_publish(jiangle, secretary, round)
    read_what_is_published(jiangle.sit_down_outside(), round, codes["jiangle-3"])

    jiangle.later(days=8)
    secretary.open(f"/console/rounds/{round}/")
    put_in_force(secretary)
    print_the_cards(secretary)


def open_the_round(secretary: Person) -> int:
    secretary.open("/console/rounds/")
    secretary.follow("开启互选")
    secretary.choose("branch", "积善村党支部")
    secretary.press("开启互选")
    secretary.expect("征集志愿")
    found = re.search(r"/rounds/(\d+)/", secretary.page.url)
    assert found, secretary.reads()
    return int(found[1])


def wish_on_the_phone(member: Person) -> None:
    member.open("/field/")
    member.follow("双向互选")
    for _ in range(2):
        member.page.locator("a.cell", has_text="选").first.click()
        member.page.wait_for_load_state("networkidle")
    member.picture("互选-党员填志愿")
    member.press("提交志愿（2户）")
    member.expect("志愿已提交")


def wish_by_the_code(resident: Person, code: str) -> None:
    resident.open(f"/h/{code}/")
    resident.follow("选一选")
    resident.choose("wish1", "艾秋菊")
    resident.picture("互选-群众选党员")
    resident.press("提交志愿")
    resident.expect("已收到您的志愿")


def key_in_from_paper(secretary: Person, round: int) -> None:
    secretary.open(f"/console/rounds/{round}/?show=households")
    secretary.page.locator("tr", has_text="jiangle-4").get_by_role("link", name="录入志愿").click()
    secretary.enter("志愿", "jiangle-DY2 没有这个人")
    secretary.press("录入纸质志愿")
    secretary.expect("没有编号为没有这个人的党员，请核对纸上的编号。")
    secretary.enter("志愿", "jiangle-DY2")
    secretary.press("录入纸质志愿")
    secretary.expect("的志愿已录入")


def propose(secretary: Person, round: int) -> None:
    secretary.open(f"/console/rounds/{round}/")
    secretary.follow("生成方案", exact=True)
    secretary.page.get_by_role("dialog").get_by_role("button", name="生成方案", exact=True).click()
    until(lambda: "已证明最优，差距0" in secretary.reads(), "the proposal", seconds=120)
    assert "8 / 8户" in secretary.reads()
    secretary.picture("互选-方案")


def pin_and_swap(secretary: Person, round: int) -> None:
    secretary.open(f"/console/rounds/{round}/?show=board")
    secretary.page.locator("a.round-home", has_text="jiangle-5").click()
    dialog = secretary.page.get_by_role("dialog")
    dialog.get_by_role("link", name="看影响").first.click()
    secretary.expect("全体合计")
    secretary.picture("互选-看影响")
    dialog.locator("tr:has(a:text('看影响')) input[name=member]").first.check()
    secretary.enter("理由", "两家是邻居")
    dialog.get_by_role("button", name="支部决定", exact=True).click()
    secretary.expect("已决定。全体合计")
    assert "两家是邻居" in secretary.reads()

    secretary.open(f"/console/rounds/{round}/?show=board")
    secretary.page.locator("a.round-home", has_text="jiangle-2").click()
    dialog.get_by_role("link", name="与另一户对调").click()
    secretary.choose("second")
    secretary.enter("理由", "老人熟悉他")
    secretary.press("对调")
    secretary.expect("已对调。全体合计")

    secretary.follow("撤回", exact=True)
    dialog.get_by_role("button", name="撤回决定", exact=True).click()
    secretary.expect("已撤回")
    secretary.open(f"/console/rounds/{round}/?show=changes")
    secretary.expect("撤回调整：老人熟悉他")


def adopt_and_publish(jiangle: Telling, secretary: Person, round: int) -> None:
    secretary.open(f"/console/rounds/{round}/")
    secretary.follow("表决通过", exact=True)
    secretary.enter("到会情况", "应到3人，实到3人")
    secretary.enter("会议记录", "逐户念过，全体同意。")
    secretary.page.get_by_role("dialog").get_by_role("button", name="表决通过", exact=True).click()
    secretary.expect("已记下表决结果")
    secretary.follow("公示", exact=True)
    secretary.enter("生效日期", str((jiangle.now() + timedelta(days=7)).date()))
    secretary.page.get_by_role("dialog").get_by_role("button", name="公示", exact=True).click()
    secretary.expect("已公示")


def read_what_is_published(neighbour: Person, round: int, code: str) -> None:
    neighbour.open(f"/h/{code}/")
    neighbour.expect("联系您家")
    neighbour.follow("看公示的名单")
    neighbour.expect("邓*河户")
    assert "邓小河" not in neighbour.reads()
    neighbour.picture("互选-公示")


def put_in_force(secretary: Person) -> None:
    if "已生效" not in secretary.reads():
        secretary.follow("生效", exact=True)
        secretary.page.get_by_role("dialog").get_by_role("button", name="生效", exact=True).click()
    secretary.expect("打印服务卡")
    secretary.picture("互选-生效")


def print_the_cards(secretary: Person) -> None:
    secretary.follow("打印服务卡")
    secretary.press("打印")
    until(lambda: secretary.page.get_by_role("link", name="下载文件").count() > 0, "the cards", seconds=120)
    with secretary.page.expect_download() as taken:
        secretary.follow("下载文件")
    pdf = PdfReader(io.BytesIO(taken.value.path().read_bytes()))
    said = "".join(page.extract_text() for page in pdf.pages)
    assert said.count("联系服务卡") == 8
    assert "邓*河户" in said
