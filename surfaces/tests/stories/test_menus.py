"""Every page of every menu, before the people of the demo county, at the sizes they use. With LIAISON_MANUAL=1 (make
manual) the pictures of these pages and of the stories go to docs/manual/pictures/."""

import pytest

from surfaces.tests.stories.person import DESK, PHONE

pytestmark = [pytest.mark.stack, pytest.mark.browser]
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
    ("console", "/console/duty/"): "乡镇-值班",
    ("console-handler", "/console/"): "部门-待我处理",
    ("console-auditor", "/console/audit/"): "审计-操作日志",
    ("county", "/county/"): "县级-总览",
    ("field", "/field/"): "手机-今日",
}


@pytest.mark.parametrize("name", MENUS)
def test_every_page_of_the_menu_fits_its_screen_and_runs_without_complaint(heping, name):
    part, first, size = MENUS[name]
    somebody = heping.sit_down(heping.county["phones"][part], size)
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
