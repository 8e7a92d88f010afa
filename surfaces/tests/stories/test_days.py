"""A working day of those whom the counties' stories only pass by: the clerk and the department from their first screen,
the county's officer from a number to the list behind it, the auditor who looks at who looked."""

import re

import pytest

from surfaces.tests.stories.person import Person

pytestmark = [pytest.mark.stack, pytest.mark.browser]
A_HOME = re.compile(r"/households/(\d+)/$")
NUMBERS = "all => all.map(one => [one.textContent.trim(), one.getAttribute('href')])"
A_PHONE = re.compile(r"1\d{10}")


def test_a_clerk_and_a_department_work_from_what_waits_for_them(heping):
    clerk, department = heping.at_a_desk("clerk"), heping.at_a_desk("handler")
    waiting, to_sign = waits(clerk, "待交办"), waits(department, "待我签收")

    pump = clerk.hears_at(first_home(clerk), 事项="抽水站电机烧了", 来源="值班接待", 紧急程度="急")
    clerk.makes("挂号", pump, 类别="基础设施", 紧急程度="急")
    assert waits(clerk, "待交办") == waiting + 1
    clerk.follow("待交办")
    clerk.follow("抽水站电机烧了")
    clerk.makes("交办", pump, 承办单位="水利局")
    assert waits(clerk, "待交办") == waiting

    assert waits(department, "待我签收") == to_sign + 1
    department.follow("待我签收")
    department.expect("抽水站电机烧了")
    department.makes("签收", pump)
    assert waits(department, "待我签收") == to_sign
    department.follow("我在办理")
    department.expect("抽水站电机烧了")


def test_every_number_of_the_officer_opens_the_list_that_it_counts(heping):
    officer = heping.at_a_desk("officer")
    heping.worker_does("tallies.recount", lambda: told_and_listed_differ(officer) == [], "numbers equal their lists")


def test_the_auditor_sees_who_looked_and_nothing_of_whom(heping):
    clerk = heping.at_a_desk("clerk")
    clerk.open(f"/console/households/{first_home(clerk)}/")
    clerk.page.get_by_role("button", name="查看电话").first.click()
    clerk.page.locator("#reveal-reason").select_option(index=1)
    clerk.fill("补充说明", "核对缴费登记")
    clerk.press("查看并记录")
    phone = A_PHONE.search(clerk.page.locator("main").inner_text())
    assert phone

    auditor = heping.at_a_desk("auditor")
    auditor.follow("操作日志")
    auditor.expect("核对缴费登记")
    row = auditor.page.locator("tr", has_text="核对缴费登记").inner_text()
    assert "查看完整信息" in row
    assert phone[0] not in auditor.reads()
    auditor.open("/console/audit/verify/")
    auditor.press("开始核对")
    auditor.expect("没有被改动")
    assert "住户" not in auditor.page.locator("nav").first.inner_text()


def first_home(clerk: Person) -> int:
    """Of the town's list."""
    clerk.open("/console/households/")
    clerk.page.locator("tbody a[href*='/households/']").first.click()
    clerk.page.wait_for_url(A_HOME)
    found = A_HOME.search(clerk.page.url)
    assert found
    return int(found[1])


def told_and_listed_differ(officer: Person) -> list[str]:
    """The addresses behind numbers of the overview that count another list."""
    officer.open("/county/")
    numbers = officer.page.locator("main .figures a").evaluate_all(NUMBERS)
    assert len(numbers) > 5
    return [path for number, path in numbers if f"共 {number} 条" not in reading(officer, path)]


def reading(officer: Person, path: str) -> str:
    officer.open(path)
    return officer.reads()


def waits(somebody: Person, what: str) -> int:
    """What the first screen counts."""
    somebody.open("/console/")
    figure = somebody.page.locator("main .figure", has=somebody.page.get_by_text(what, exact=True))
    return int(re.sub(r"\D", "", figure.locator(".figure-value").inner_text()))
