"""走访规则 on the console: the effect is told before it is saved, who changed what is kept."""

import re

import pytest
import time_machine
from django.urls import reverse

from accounts.errors import Refused
from households.models import Pairing
from issues.tests.cast import MONDAY
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import Patch
from visits.actions import set_policy
from visits.models import VisitRule

pytestmark = pytest.mark.django_db
TABLE = reverse("console:visit_rules")


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def patch(cast) -> Patch:
    return Patch(cast)


def rule_url(patch: Patch, tag: str = "all") -> str:
    return reverse("console:visit_rule", args=[patch.programme.pk, tag])


def typed(days: int, grace: int = 0, *, on: bool = True, seen: str = ""):
    given = {"interval_days": days, "grace_days": grace, "excused_by": ["chief_grid_leader"], "seen": seen}
    return given | ({"in_use": "on"} if on else {})


def confirmed(visit, user, url: str, given: dict):
    """Sends the form, reads the effect, sends it again as the page asks."""
    shown = visit.post(user, url, given)
    assert shown.status_code == 200
    page = shown.content.decode()
    found = re.search(r'name="seen" value="([^"]+)"', page)
    assert found
    return page, visit.post(user, url, {**given, "seen": found[1]})


def test_every_kind_of_household_stands_in_the_table(patch, visit, county_officer):
    page = visit(county_officer, TABLE)
    for words in ("党员联户", "每14天", "不宽限", "按全部住户", "还没有人改过", "连续3次没见到人"):
        assert words in page


def test_the_effect_is_told_before_anything_is_saved(patch, visit, county_officer):
    Pairing.objects.update(next_due_on="2026-11-20")
    page, saved = confirmed(visit, county_officer, rule_url(patch), typed(7, 2))
    assert "新增2户逾期" in page
    assert VisitRule.objects.filter(interval_days=7).exists()
    assert "2户的下次走访日期会变，新增2户逾期" in said(visit.get(county_officer, saved.url))


def test_other_values_than_those_shown_are_shown_first(patch, visit, county_officer):
    shown = visit.post(county_officer, rule_url(patch), typed(7, seen="True/9/0"))
    assert shown.status_code == 200
    assert VisitRule.objects.get(tag="").interval_days == 14


def test_the_history_says_who_changed_what_from_what_to_what(patch, visit, county_officer):
    confirmed(visit, county_officer, rule_url(patch), typed(7, 2))
    confirmed(visit, county_officer, rule_url(patch, "low_income"), typed(5))
    confirmed(visit, county_officer, rule_url(patch, "low_income"), typed(5, on=False))
    page = visit(county_officer, TABLE)
    for words in (
        "林组工改于2026-11-02",
        "每7天一次，宽限2天，总网格长可准予暂停",
        "每14天一次，不宽限，没有人可准予暂停",
    ):
        assert words in page
    assert page.count("没有这条规则") == 1
    assert page.count(">停用<") == 2


def test_a_rule_beyond_measure_is_refused_at_its_field(patch, visit, county_officer):
    answer = visit.post(county_officer, rule_url(patch), typed(400))
    assert answer.status_code == 422
    assert "走访间隔应为1到366天" in answer.content.decode()


def test_what_a_visit_asks_is_a_switch_of_the_county(patch, visit, county_officer):
    url = reverse("console:visit_policy")
    visit.post(county_officer, url, {"failed_attempts": "2", "proof": "on"})
    page = visit(county_officer, TABLE)
    assert "连续2次没见到人" in page
    assert "见面走访要有签名" in page
    assert "连续3次未见到人" in page, "the history tells what it was"
    answer = visit.post(county_officer, url, {"failed_attempts": "2", "proof": "on"})
    assert "没有改动" in said(visit.get(county_officer, answer.url))
    with pytest.raises(Refused, match="1到10次"):
        set_policy(county=patch.cast.county, failed_attempts=11, proof=False, by=county_officer)
