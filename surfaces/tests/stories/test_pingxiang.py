"""萍乡(芦溪): without the five fields nothing is registered; a major demand is the team meeting's and goes to nobody
without its minutes; what needs coordination goes from the office straight to the command centre."""

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_a_major_demand_is_refused_without_minutes_and_accepted_with_them(telling):
    luxi = telling("pingxiang")
    luxi.on_monday(9)
    resident = luxi.resident()
    resident.raises("村道塌方，校车过不去")

    clerk = luxi.at_a_desk("clerk")
    road = clerk.finds("/console/opinions/", "村道塌方")
    clerk.makes("挂号", road, 类别="基础设施", 紧急程度="急", 事项等级="重大事项")
    assert "层级 工作组会议（单位台账）" in clerk.reads()

    second_clerk = luxi.at_a_desk("second_clerk")
    assert "事项已到“工作组会议”，由该级交办" in _refusals(second_clerk, road)

    town_leader = luxi.at_a_desk("town_leader")
    town_leader.tries("交办", road, 承办单位="县交通运输局")
    town_leader.expect("重大事项须附会议纪要才能交办")
    town_leader.picture("芦溪-无纪要不交办")
    assert "已挂号" in clerk.looks_at(road)
    minutes = town_leader.photo("工作组会议纪要")
    town_leader.makes("交办", road, 承办单位="县交通运输局", 会议纪要=minutes)
    town_leader.expect("会议纪要：工作组会议纪要")

    roads = luxi.at_a_desk("roads")
    roads.makes("签收", road)
    roads.makes("报结", road, 办理结果="清方并砌挡墙，校车恢复通行", 佐证材料=roads.photo("挡墙"))
    second_clerk.makes("核查通过", road, 说明="到现场看过")
    luxi.resident().is_satisfied()
    assert "已销号" in clerk.looks_at(road)


def test_five_fields_then_the_office_then_the_command_centre(telling):
    luxi = telling("pingxiang")
    luxi.on_monday(9)
    clerk = luxi.at_a_desk("clerk")
    clerk.open("/console/issues/new/")
    for label, value in {"事项": "两村争水", "发生地点": "二组", "来源": "会议", "紧急程度": "一般"}.items():
        clerk.enter(label, value)
    clerk.press("收进来")
    water = clerk.finds("/console/opinions/", "两村争水")

    clerk.tries("挂号", water, 类别="矛盾纠纷", 紧急程度="一般")
    clerk.expect("请填写“反映人”")
    clerk.expect("请填写“联系电话”")
    clerk.picture("芦溪-五要素")
    clerk.makes("挂号", water, 反映人="易家和", 联系电话="13600020009", 类别="矛盾纠纷", 紧急程度="一般")
    assert "层级 乡镇办公室（单位台账）" in clerk.reads()
    clerk.makes("交办", water, 承办人=luxi.name("clerk"))
    clerk.makes("上报", water, 理由="两个村不同乡，需要县里协调")

    centre = luxi.at_a_desk("centre")
    assert "层级 指挥中心（县级台账）" in centre.looks_at(water)


def _refusals(person, issue: int) -> str:
    """Why the moves that are not open are not."""
    person.looks_at(issue)
    person.page.get_by_text("其他操作为什么不能做").click()
    return person.reads()
