"""将乐: a lamp out of order goes up hop by hop, member → grid leader → branch → resident team → town, by hand and, when
the team lets its time pass, by itself; whoever passed it on still reads how it ends."""

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_the_lamp_goes_up_four_hops(telling):
    jiangle = telling("jiangle")
    jiangle.on_monday(9)

    member = jiangle.in_the_field("member")
    lamp = member.hears_at(jiangle.home, 事项="村口路灯不亮", 来源="入户走访", 紧急程度="一般")

    secretary = jiangle.in_the_field("secretary")
    secretary.makes("挂号", lamp, 类别="基础设施", 紧急程度="一般", 首接责任人=jiangle.name("member"))
    assert "层级 联户党员（个人台账）" in secretary.reads()
    secretary.makes("交办", lamp, 承办人=jiangle.name("member"))

    member.makes("签收", lamp)
    member.makes("上报", lamp, 理由="线路老化，我修不了")
    grid_leader = jiangle.in_the_field("grid_leader")
    grid_leader.open("/field/issues/?list=mine")
    grid_leader.expect("村口路灯不亮")
    grid_leader.makes("上报", lamp, 理由="网格里没有电工")
    secretary.makes("上报", lamp, 理由="村里没有这笔资金")
    team = jiangle.in_the_field("team")
    assert "层级 住村工作队（单位台账）" in team.looks_at(lamp)

    clerk = jiangle.at_a_desk("clerk")
    jiangle.later(days=30)
    jiangle.worker_does(
        "issues.escalate_overdue", lambda: "层级 乡镇（单位台账）" in clerk.looks_at(lamp), "the team's time is over"
    )
    clerk.expect("上报：到乡镇 熊经办")

    clerk.makes("交办", lamp, 承办单位="县供电公司")
    electrician = jiangle.at_a_desk("electrician")
    electrician.makes("签收", lamp)
    electrician.makes("报结", lamp, 办理结果="换了线路和灯头，当晚亮灯", 佐证材料=electrician.photo("路灯亮了"))
    clerk.makes("核查通过", lamp, 说明="晚上去看过")

    jiangle.resident().is_satisfied()

    assert "已销号" in member.looks_at(lamp)
    assert member.reads().count("上报：到") == 4
    assert "重演与现状一致" in jiangle.stack.manage("verify_events")
