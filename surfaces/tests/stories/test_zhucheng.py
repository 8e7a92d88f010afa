"""诸城: a lost insurance slip is told at the duty desk in the evening, stands on a person's ledger, goes to the unit's
and to the department that can mend it, and is struck off all of them when the household says so."""

import re

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_the_lost_slip_from_the_duty_desk_to_the_department(telling):
    zhucheng = telling("zhucheng")
    zhucheng.on_monday(19)

    desk = zhucheng.at_a_desk("desk")
    slip = desk.hears_at(zhucheng.home, 事项="养老保险缴费单丢了", 来源="值班接待", 紧急程度="一般")
    assert "来源 值班接待，隋值班收集" in desk.reads()

    zhucheng.later(days=1)
    desk.makes("挂号", slip, 类别="生活保障", 紧急程度="一般", 首接责任人=zhucheng.name("member"))
    assert "层级 个人（个人台账）" in desk.reads()
    officer = zhucheng.at_a_desk("officer")
    assert ledgers(officer) == {"个人": 1, "单位": 0, "县级": 0, "未销号": 1}

    desk.makes("交办", slip, 承办人=zhucheng.name("member"))
    member = zhucheng.in_the_field("member")
    member.makes("签收", slip)
    member.makes("上报", slip, 理由="要人社局调缴费记录")
    assert "层级 单位（单位台账）" in desk.looks_at(slip)
    desk.makes("交办", slip, 承办单位="市人社局")
    desk.expect("市人社局")
    assert ledgers(officer) == {"个人": 0, "单位": 1, "县级": 0, "未销号": 1}
    officer.picture("诸城-台账")

    insurer = zhucheng.at_a_desk("insurer")
    insurer.makes("签收", slip)
    insurer.makes("报结", slip, 办理结果="补打缴费单并送到家", 佐证材料=insurer.photo("缴费单"))
    desk.makes("核查通过", slip, 说明="打电话问过")
    zhucheng.resident().is_satisfied()

    assert "已销号" in member.looks_at(slip)
    assert ledgers(officer) == {"个人": 0, "单位": 0, "县级": 0, "未销号": 0}


def ledgers(officer) -> dict[str, int]:
    """What stands on each ledger today; the page says itself that they agree."""
    officer.open("/console/ledgers/")
    officer.expect("账账相符")
    return {name: int(number) for name, number in re.findall(r"(个人|单位|县级|未销号) (\d+)", officer.reads())[-4:]}
