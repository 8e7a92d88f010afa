"""和平: 水口村's canal, told across the four surfaces: heard on visits by a member, registered by the village, left to
go overdue, handed up village → town → county by the worker, dispatched to 水利局, held on plan for five months,
reported, verified by the town, confirmed by the household on its QR page, closed, and counted at every step."""

import re
from datetime import date, time, timedelta

import pytest

from surfaces.tests.stories.person import Person
from surfaces.tests.stories.telling import Telling

pytestmark = [pytest.mark.stack, pytest.mark.browser]
CANAL = ("水圳堵了田里没水", "渠道淤塞两年没人清", "灌溉渠不通水")
"""One matter in the words of three households."""


def funnel(officer: Person, period: str = "") -> dict[str, int]:
    """The four stages as the county page counts them."""
    officer.open(f"/county/funnel/{period}")
    rows = officer.page.locator("table#stages tbody tr").all()
    cells = [row.locator("th, td").all_inner_texts() for row in rows]
    return {cell[0].strip(): int(re.sub(r"\D", "", cell[1]) or 0) for cell in cells}


def whole_story(officer: Person) -> str:
    """The usual period, lengthened so that the clock moves on within it."""
    officer.open("/county/funnel/")
    since = date.fromisoformat(officer.page.locator("input[name=since]").first.input_value())
    return f"?since={since}&until={since + timedelta(days=300)}"


def test_the_canal_of_shuikou_village(heping):
    officer = heping.at_a_desk("officer")
    period = whole_story(officer)
    before = funnel(officer, period)

    member = heping.in_the_field("member")
    for number, matter in enumerate(CANAL):
        hear(member, number, matter)

    secretary = heping.in_the_field("secretary")
    issue = register_and_merge(secretary)
    assign_to_the_member(secretary, issue)

    clerk = heping.at_a_desk("clerk")
    go_overdue(heping, clerk, issue, 10, "镇")
    clerk.picture("05-上报到镇")
    go_overdue(heping, clerk, issue, 14, "县")

    officer.looks_at(issue)
    officer.picture("06-上报到县")
    officer.follow("交办", exact=True)
    officer.enter("承办单位", "水利局")
    officer.picture("07-县里交办水利局")
    officer.press("交办")
    officer.expect("水利局")

    handler = heping.at_a_desk("handler")
    handler.open("/console/")
    handler.puts_the_guide_away()
    handler.picture("部门-待我处理")
    handler.makes("签收", issue)
    hold_for_five_months(heping, handler, officer, issue)
    report_as_the_department(handler, issue)

    clerk.makes("核查通过", issue, 说明="到现场看过，渠道已通水")
    clerk.expect("待群众确认")
    clerk.picture("09-镇里核查")

    confirm_on_the_qr_page(heping.sit_down_outside(), qr_page(clerk))

    clerk.looks_at(issue)
    clerk.expect("已销号")
    clerk.picture("12-销号")
    after = funnel(officer, period)
    officer.picture("13-县级统计")
    counted = {stage: after[stage] - before[stage] for stage in before}
    assert counted == {"收集": 3, "挂号": 1, "督办（已交办）": 1, "销号": 1}
    assert "重演与现状一致" in heping.stack.manage("verify_events")
    assert "0处不符" in heping.stack.manage("check_grids")


def hear(member: Person, number: int, matter: str) -> None:
    """A home visit with an opinion heard."""
    member.open("/field/households/")
    member.page.locator("a.cell").nth(number).click()
    member.follow("记走访")
    member.page.get_by_label("见面").check(force=True)
    member.page.get_by_text("同时提一件诉求").click()
    member.fill("诉求事项", matter)
    member.page.get_by_label("具体情况").last.fill("渠道年久失修，十几户的田灌不上水")
    if number == 0:
        member.picture("01-走访时听到意见")
    member.press("保存走访")
    member.expect(matter)


def register_and_merge(secretary: Person) -> int:
    """The village registers the first opinion and merges the others into it. Returns the issue's key."""
    opinions = [secretary.finds("/field/issues/?list=triage", matter) for matter in CANAL]
    secretary.open(f"/field/issues/{opinions[0]}/moves/register/")
    secretary.enter("类别", "基础设施")
    secretary.enter("紧急程度", "急")
    secretary.picture("02-村里挂号")
    secretary.press("挂号")
    secretary.expect("已挂号")
    for other in opinions[1:]:
        secretary.makes("并案", other, 并入=CANAL[0])
    secretary.looks_at(opinions[0])
    secretary.expect("并入的诉求")
    secretary.picture("03-三件并成一件")
    return opinions[0]


def assign_to_the_member(secretary: Person, issue: int) -> None:
    secretary.open(f"/field/issues/{issue}/moves/assign/")
    secretary.choose("handler")
    secretary.press("交办")
    secretary.expect("已交办")
    secretary.picture("04-村里交办")


def go_overdue(heping: Telling, reader: Person, issue: int, days: int, level: str) -> None:
    """The clock moves on, the worker sweeps, the issue stands one rung higher."""
    heping.later(days=days)
    heping.worker_does("issues.escalate_overdue", lambda: f"层级 {level}（" in reader.looks_at(issue), f"up to {level}")


def hold_for_five_months(heping: Telling, handler: Person, officer: Person, issue: int) -> None:
    """The gate can only be built when the water is low. The matter never leaves the ledger, and its clock stands."""
    on = heping.now().date()
    handler.makes(
        "申请挂账",
        issue,
        理由="渠首要等枯水期才能动工",
        办理计划="冬修时重建渠首闸门，清淤一千二百米",
        时间节点=f"{on + timedelta(days=60)} 完成设计\n{on + timedelta(days=155)} 完工通水",
        复核日期=str(on + timedelta(days=85)),
    )
    officer.makes("批准挂账", issue)
    heping.later(days=80)
    handler.makes("节点完成", issue, 完成的节点="完成设计")
    officer.makes("复核挂账", issue, 复核日期=str(on + timedelta(days=160)), 理由="已开工，按计划推进")
    heping.later(days=71, at=time(10, 0))
    assert "挂账" in handler.looks_at(issue)
    handler.picture("07-挂账五个月")
    handler.makes("节点完成", issue, 完成的节点="完工通水")
    handler.makes("恢复办理", issue)
    assert "逾期" not in handler.page.locator("main .panel").first.inner_text()


def report_as_the_department(handler: Person, issue: int) -> None:
    result = "清淤一千二百米，修复渠首闸门，水到田头"
    handler.makes("报结", issue, 办理结果=result, 佐证材料=handler.photo("渠道通水"))
    handler.expect("待核查")
    handler.picture("08-水利局报结")


def qr_page(clerk: Person) -> str:
    """The address in the household's QR code, from its page in the console."""
    clerk.follow("查看这一户的档案")
    address = clerk.page.get_by_role("link", name="打开群众看到的页面").get_attribute("href")
    clerk.picture("10-一户一档")
    return str(address)


def confirm_on_the_qr_page(resident: Person, address: str) -> None:
    resident.open(address)
    resident.expect("请您确认")
    resident.picture("11-群众扫码")
    resident.is_satisfied()
