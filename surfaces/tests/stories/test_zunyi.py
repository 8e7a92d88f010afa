"""遵义(正安): what is heard by day is triaged by 18:00; an evening that is not empty shows and is told to those who
can empty it; the next one is empty, and each matter is with one cadre."""

from datetime import time

import pytest

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_an_evening_that_was_not_empty_and_one_that_was(telling):
    zhengan = telling("zunyi")
    zhengan.on_monday(10)

    point = zhengan.in_the_field("grid_leader")
    pump = point.hears_at(zhengan.home, 事项="抽水泵坏了", 来源="入户走访", 紧急程度="急")
    point.hears_at(zhengan.home, 事项="想学养蜂", 来源="入户走访", 紧急程度="一般")
    assert "今天18:00到期" in point.reads()
    secretary = zhengan.in_the_field("secretary")
    secretary.makes("挂号", pump, 类别="生产经营", 紧急程度="急")
    secretary.makes("交办", pump, 承办人=zhengan.name("grid_leader"))
    assert "承办 骆组长" in secretary.reads()

    zhengan.later(at=time(18, 5))
    officer = zhengan.at_a_desk("officer")
    assert evening(officer) == "1"
    officer.picture("正安-梳理清零")
    officer.page.locator("table tbody tr").first.get_by_role("link", name="1").first.click()
    officer.expect("想学养蜂")
    zhengan.worker_does("issues.tell_evening", lambda: told(secretary), "the village is told")

    zhengan.later(days=1, at=time(9, 0))
    bees = secretary.finds("/field/issues/?list=triage", "想学养蜂")
    secretary.makes("当场办结", bees, 办理结果="介绍到县里养蜂培训班")
    zhengan.later(at=time(18, 5))
    assert evening(officer) == "✓"


def evening(officer) -> str:
    """How much lay untriaged on the latest evening."""
    officer.open("/county/evenings/")
    return officer.page.locator("table tbody tr").first.locator("td").first.inner_text().strip()


def told(secretary) -> bool:
    secretary.open("/field/inbox/")
    return "到期诉求还没有梳理" in secretary.reads()
