"""The table of limits on the console, and the verbs behind it: edited by row, with history, kept from profiles."""

import pytest
import time_machine
from django.urls import reverse

from accounts.errors import Refused
from issues import limits
from issues.models import ClockKind, Limit, RegisterRules
from issues.rules import CountyRules, kept_by_hand, load_register_rules
from issues.tests import walk
from issues.tests.cast import MONDAY
from profiles.profile import Span
from profiles.reader import read
from surfaces.tests.browsing import said

pytestmark = pytest.mark.django_db
TABLE = reverse("console:limits")
ROW = reverse("console:limit_handle", args=["infrastructure", "normal"])
AFTER = reverse("console:limit_kind", args=["escalate_after"])
DAYS = ("critical", "urgent", "normal", "hard")
KEY = (ClockKind.HANDLE.value, "infrastructure", "normal", "village")


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


def amount(cast) -> str:
    county = CountyRules(cast.county.pk)
    limit = county.limit(ClockKind.HANDLE, "normal", "infrastructure", 1)
    return str(limit) if limit else "不办理"


def test_the_whole_table_stands_on_one_screen(cast, visit, county_officer):
    page = visit(county_officer, TABLE)
    assert page.count("<tbody>") >= 6
    for words in ("基础设施", "疑难", "首次联系", "逾期后多久自动上报", "还没有人改过"):
        assert words in page


def test_a_row_is_edited_and_the_next_clock_goes_by_it(cast, visit, county_officer):
    before = walk.processing(cast)
    due = before.due_at
    response = visit.post(county_officer, ROW, {"village": "3", "town": "10", "county": "48h"})
    assert response.status_code == 302
    before.refresh_from_db()
    assert before.due_at == due, "a running clock keeps its due"
    assert walk.processing(cast).due_sentence.startswith("11月2日（周一）起算，3个工作日")
    page = visit(county_officer, TABLE)
    assert "林组工改于2026-11-02" in page
    assert "48小时" in page


def test_the_history_says_who_changed_what_from_what_to_what(cast, visit, county_officer):
    visit.post(county_officer, ROW, {"village": "3", "town": "10", "county": "20"})
    visit.post(county_officer, ROW, {"village": "", "town": "10", "county": "20"})
    visit.post(
        county_officer, reverse("console:limit_kind", args=["escalate_after"]), dict.fromkeys(DAYS, 5) | {"hard": 3}
    )
    found = [(one.by, one.what, one.before, one.after) for one in limits.changes(cast.county, {"village": "村"})]
    assert found[-2:] == [
        (county_officer, "基础设施·一般·村", "3个工作日", "不办理"),
        (county_officer, "基础设施·一般·村", "5个工作日", "3个工作日"),
    ]
    assert (county_officer, "逾期后自动上报·一般", "2个工作日", "5个工作日") in found
    assert "3个工作日" in said(visit.get(county_officer, TABLE))


def test_an_empty_cell_means_this_level_does_not_take_it(cast, county_officer):
    limits.set_limits(county=cast.county, changes={KEY: None}, by=county_officer, at=MONDAY)
    assert amount(cast) == "不办理"
    with pytest.raises(Refused, match="不办理一般的基础设施事项"):
        walk.registered(cast)


def test_what_staff_set_survives_a_profile_loaded_again(cast, county_officer):
    profile = read("heping")
    load_register_rules(cast.county, profile)
    limits.set_limits(county=cast.county, changes={KEY: None}, by=county_officer, at=MONDAY)
    limits.set_escalate_after(county=cast.county, days={"normal": 9}, by=county_officer, at=MONDAY)
    assert load_register_rules(cast.county, profile) == 0
    assert amount(cast) == "不办理"
    assert RegisterRules.objects.get().escalate_after["normal"] == 9
    assert kept_by_hand(cast.county, profile) == 2
    load_register_rules(cast.county, profile, discard_edits=True)
    assert amount(cast) == "5个工作日"
    assert kept_by_hand(cast.county, profile) == 0
    assert RegisterRules.objects.get().escalate_after["normal"] == 2


def test_setting_what_is_so_already_changes_nothing(cast, county_officer):
    same = {KEY: Span(5, "workday")}
    assert limits.set_limits(county=cast.county, changes=same, by=county_officer, at=MONDAY) == 0
    assert not Limit.objects.filter(edited_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("5", Span(5, "workday")),
        (" 5个工作日 ", Span(5, "workday")),
        ("2h", Span(2, "hour")),
        ("2小时", Span(2, "hour")),
        ("", None),
        ("不办理", None),
    ],
)
def test_a_length_is_typed_as_people_write_it(typed, read_as):
    assert limits.read_span(typed) == read_as


@pytest.mark.parametrize(
    ("url", "given", "sentence"),
    [
        (ROW, {"village": "五天"}, "看不懂"),
        (ROW, {"village": "0"}, "时限应在1到250个工作日"),
        (ROW, {"village": "999"}, "时限应在1到250个工作日"),
        (reverse("console:limit_kind", args=["verify"]), {"critical": ""}, "不能空着"),
        (AFTER, dict.fromkeys(DAYS, 99), "0到60个工作日"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_cell(cast, visit, county_officer, url, given, sentence):
    response = visit.post(county_officer, url, given)
    assert response.status_code == 422
    assert sentence in said(response)
    assert not Limit.objects.filter(edited_at__isnull=False).exists()


@pytest.mark.parametrize("name", ["limit_kind", "limit_handle"])
def test_rows_that_do_not_exist_are_not_found(cast, visit, county_officer, name):
    arguments = ["handle"] if name == "limit_kind" else ["infrastructure", "never"]
    assert visit.get(county_officer, reverse(f"console:{name}", args=arguments)).status_code == 404


def test_only_who_may_edit_the_countys_rules_comes_in(cast, visit, clerk, auditor, member):
    for person in (clerk, auditor, member):
        assert visit.get(person, TABLE).status_code == 403


# 挂号规则

RULES = reverse("console:register_rules")


def test_a_rule_and_a_category_are_edited_with_their_history(cast, visit, county_officer):
    rule = reverse("console:register_rule", args=["publicity_days"])
    assert visit.post(county_officer, rule, {"publicity_days": "7"}).status_code == 302
    category = reverse("console:category", args=["infrastructure"])
    assert visit.post(county_officer, category, {"covers": "路、桥、水圳", "offered": "on"}).status_code == 302
    page = visit(county_officer, RULES)
    for words in ("7个工作日", "手工设定", "路、桥、水圳", county_officer.name, "系统默认的说明"):
        assert words in page
    assert "基础设施（路、桥、水圳）" in visit(cast.clerk, reverse("console:collect"))


def test_a_number_beyond_measure_stays_on_the_form_with_the_reason(cast, visit, county_officer):
    response = visit.post(
        county_officer, reverse("console:register_rule", args=["publicity_days"]), {"publicity_days": "99"}
    )
    assert response.status_code == 422
    assert "应在1到60个工作日之间" in said(response)
    assert visit.get(county_officer, reverse("console:register_rule", args=["channels"])).status_code == 404
