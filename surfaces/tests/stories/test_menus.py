"""Every page of every menu, before the people of the demo county, at the sizes they use. With LIAISON_MANUAL=1 (make
manual) the pictures of these pages and of the stories go to docs/manual/pictures/."""

import pytest

from grids.tests import squares
from surfaces.tests.stories.person import DESK, PHONE

pytestmark = [pytest.mark.stack, pytest.mark.browser]
MENUS = {
    "console": ("clerk", "/console/", DESK),
    "console-county": ("officer", "/console/", DESK),
    "console-handler": ("handler", "/console/", DESK),
    "console-auditor": ("auditor", "/console/", DESK),
    "console-phone": ("clerk", "/console/", PHONE),
    "county": ("officer", "/county/", DESK),
    "county-phone": ("officer", "/county/", PHONE),
    "field": ("secretary", "/field/", PHONE),
    "field-member": ("member", "/field/", PHONE),
}
IN_THE_MANUAL = {
    ("console", "/console/opinions/"): "乡镇-待梳理",
    ("console", "/console/issues/"): "乡镇-诉求办理",
    ("console", "/console/orders/"): "乡镇-督办单",
    ("console", "/console/households/"): "乡镇-住户",
    ("console", "/console/pairings/"): "乡镇-结对",
    ("console", "/console/service/"): "乡镇-服务日",
    ("console", "/console/members/"): "乡镇-党员",
    ("console", "/console/grids/"): "乡镇-网格树",
    ("console", "/console/duty/"): "乡镇-值班",
    ("console", "/console/imports/"): "乡镇-导入",
    ("console-county", "/console/wordings/"): "县级-告知模板",
    ("console-county", "/console/calendar/"): "县级-工作日",
    ("console-county", "/console/register-rules/"): "县级-挂号规则",
    ("console-county", "/console/limits/"): "县级-时限表",
    ("console-county", "/console/visit-rules/"): "县级-走访规则",
    ("console-county", "/console/users/"): "管理-用户",
    ("console-auditor", "/console/audit/"): "审计-操作日志",
    ("county", "/county/"): "县级-总览",
    ("county", "/county/cockpit/"): "县级-驾驶舱",
    ("county", "/county/support/"): "县级-走势和支持",
    ("county", "/county/coverage/"): "县级-联户覆盖",
    ("county", "/county/rates/"): "县级-五率",
    ("county", "/county/inquiries/"): "县级-年终质询",
    ("field-member", "/field/households/"): "手机-住户",
    ("field-member", "/field/me/"): "手机-我的",
}


@pytest.mark.parametrize("name", MENUS)
def test_every_page_of_the_menu_fits_its_screen_and_runs_without_complaint(heping, name):
    part, first, size = MENUS[name]
    somebody = heping.sit_down(heping.county["phones"][part], size)
    somebody.open(first)
    somebody.puts_the_guide_away()
    links = somebody.page.locator("nav a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    too_wide = []
    for link in dict.fromkeys(links):
        somebody.open(link if link.startswith("/") else f"{first}{link}")
        somebody.page.wait_for_load_state("networkidle")
        picture = IN_THE_MANUAL.get((name, link.partition("?")[0]))
        if picture:
            somebody.picture(picture)
        if somebody.page.evaluate("document.documentElement.scrollWidth") > size["width"]:
            too_wide.append(link)
    assert too_wide == []


def test_help_is_pictured_beside_the_page_and_on_the_phone(heping):
    clerk, member = heping.at_a_desk("clerk"), heping.in_the_field("member")
    clerk.open("/console/issues/new/")
    clerk.page.get_by_role("link", name="帮助").click()
    clerk.expect("摘自")
    clerk.picture("乡镇-帮助")
    member.open("/field/issues/new/")
    member.follow("帮助")
    member.expect("全部手册")
    member.picture("手机-帮助")


def test_a_bulletin_is_made_and_pictured(heping):
    officer = heping.at_a_desk("officer")
    officer.open("/county/bulletins/")
    officer.follow("做通报")
    officer.picture("县级-做通报")
    officer.press("做通报")
    officer.expect("通报做好了。")
    officer.open("/county/bulletins/")
    officer.expect("已完成")
    officer.picture("县级-月度通报")


TOWN = "from grids.models import Grid; print(Grid.objects.get(code='441624108000').pk)"


def test_boundaries_are_loaded_pictured_and_taken_away_again(heping):
    codes = ["441624108213", "441624108214"]
    town = heping.stack.manage("shell", "--no-imports", "-c", TOWN).strip()
    officer = heping.at_a_desk("officer")
    officer.open("/console/boundaries/")
    outlines = {"name": "村界.geojson", "mimeType": "application/geo+json", "buffer": squares.of(codes)}
    officer.enter("边界文件", [outlines])
    officer.press("导入边界")
    officer.expect("已导入边界")
    officer.picture("县级-地图边界")
    officer.open(f"/county/cockpit/?grid={town}")
    officer.page.locator("svg.treemap path").nth(1).wait_for()
    officer.page.locator(".panel.map").scroll_into_view_if_needed()
    officer.picture("县级-驾驶舱地图")
    officer.open("/console/boundaries/")
    officer.follow("撤下边界")
    officer.press("撤下边界")
    officer.expect("驾驶舱改用矩形树图")


def test_a_day_without_a_signal_is_pictured(heping):
    member = heping.in_the_field("member")
    member.open("/field/")
    member.expect("没有信号也能用")
    member.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    member.open("/field/households/")
    member.page.locator("a.cell").first.click()
    member.follow("记走访")
    member.page.context.set_offline(True)
    member.enter("走访结果", "电话联系")
    member.page.get_by_role("button", name="保存走访").click()
    member.expect("1条待发送")
    member.page.wait_for_load_state()
    member.picture("手机-没有信号")
    member.page.context.set_offline(False)
    member.expect("全部已同步")
    member.faults = [fault for fault in member.faults if "ERR_INTERNET_DISCONNECTED" not in fault]
