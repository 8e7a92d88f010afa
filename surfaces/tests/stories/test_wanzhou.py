"""万州: blocked drains come in through one of six channels and go straight to one of 83 departments for seven days;
when the time runs out a yellow card and then a red one are given, answered, and the matter is struck off."""

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser]
CHANNELS = ("服务群众", "社情民意", "信访事务", "市民直通车", "风险评估", "督查督办")


def test_drains_blocked_past_seven_days(telling):
    wanzhou = telling("wanzhou")
    wanzhou.on_monday(9)

    grid_leader = wanzhou.in_the_field("grid_leader")
    grid_leader.open(f"/field/issues/new/?household={wanzhou.home}")
    assert all(channel in grid_leader.reads() for channel in CHANNELS)
    drains = grid_leader.hears_at(wanzhou.home, 事项="排水沟堵了，污水进屋", 来源="市民直通车", 紧急程度="一般")

    centre = wanzhou.at_a_desk("centre")
    centre.makes("挂号", drains, 类别="基础设施", 紧急程度="一般")
    assert "层级 区指挥中心（县级台账）" in centre.reads()
    centre.makes("交办", drains, 承办单位="排水公司")
    assert "7天 → " in centre.page.locator("body").text_content()
    company = wanzhou.at_a_desk("drains")
    company.makes("签收", drains)

    wanzhou.later(days=7)
    given(wanzhou, centre, drains, "黄牌")
    wanzhou.later(days=3)
    given(wanzhou, centre, drains, "红牌")
    assert "红牌" in grid_leader.looks_at(drains), "whoever heard of it sees it as well"

    company.makes("回复督办单", drains, 回复="泵车今天到，明天疏通完")
    company.makes("报结", drains, 办理结果="疏通二百米，加装格栅", 佐证材料=company.photo("排水沟"))
    wanzhou.at_a_desk("clerk").makes("核查通过", drains, 说明="雨后看过，不积水")
    wanzhou.resident().is_satisfied()
    assert "已销号" in company.looks_at(drains)


def given(wanzhou, centre, issue: int, card: str) -> None:
    """The worker gives the card that the clock asks for."""
    wanzhou.worker_does("issues.escalate_overdue", lambda: card in centre.looks_at(issue), card)
