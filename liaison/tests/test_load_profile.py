from datetime import date

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from grids.bulk import NewGrid, bulk_add
from grids.models import Grid, GridLevel, Kind
from households.models import ContactType, Programme, Quota
from issues.models import Limit, RegisterRules, RequestRules, Rung
from liaison.county_profile import load_profile
from members.models import Unit
from profiles.reader import read
from visits.actions import change_rule, drop_service_rule, policy_of, set_policy
from visits.models import VisitRule
from visits.tests.cast import NOON, TODAY, Round, due_on
from visits.tests.service_cast import FIFTEENTH, Fair

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Grid:
    ids = bulk_add([NewGrid("350428000000", "将乐县", Kind.COUNTY)], on=date(2026, 1, 1))
    return Grid.objects.get(pk=ids["350428000000"])


def rows(county: Grid) -> list[object]:
    models = (GridLevel, Programme, Rung, Limit)
    found: list[object] = [list(model.objects.filter(county=county).order_by("pk").values()) for model in models]
    return [*found, list(VisitRule.objects.order_by("pk").values()), list(Quota.objects.order_by("pk").values())]


def test_the_profile_becomes_the_countys_rules_one_line_per_fact(county, capsys):
    call_command("load_profile", "jiangle")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 9
    assert all(line.startswith("将乐县：") for line in lines)
    assert GridLevel.objects.get(county=county, kind="town").name == "乡镇"
    assert VisitRule.objects.get().interval_days == 14
    assert Rung.objects.filter(county=county).count() == 6
    assert RequestRules.objects.get(county=county).take_days == 2


def test_a_second_run_changes_no_row(county):
    call_command("load_profile", "jiangle")
    before = rows(county)
    call_command("load_profile", "jiangle", county="350428000000")
    assert rows(county) == before


def test_another_profile_takes_the_place_of_the_first(county):
    load_profile(county, read("zhucheng"), on=TODAY, by=None)
    assert VisitRule.objects.count() == 5
    load_profile(county, read("jiangle"), on=TODAY, by=None)
    assert list(VisitRule.objects.values_list("tag", "interval_days")) == [("", 14)]
    assert list(Quota.objects.values_list("cadre", flat=True)) == ["village_member"]
    assert Rung.objects.filter(county=county).count() == 6


def test_what_staff_set_in_the_visit_rules_stays_when_a_profile_is_loaded_again(county):
    officer = User.objects.create_user("13900000081", "林组工")
    load_profile(county, read("zhucheng"), on=TODAY, by=None)
    programme = Programme.objects.get(county=county)
    by_hand = {"programme": programme, "on": TODAY, "by": officer, "edited_at": NOON}
    change_rule(tag="", interval_days=60, grace_days=1, **by_hand)
    change_rule(tag="disabled", interval_days=30, in_use=False, **by_hand)
    change_rule(tag="veteran", interval_days=45, **by_hand)
    set_policy(county=county, failed_attempts=5, proof=False, by=officer)
    said = load_profile(county, read("zhucheng"), on=TODAY, by=None)
    assert "保留人工修改4处，要全部按配置请加 --discard-edits" in said
    rules = {rule.tag: rule for rule in VisitRule.objects.filter(programme=programme)}
    assert (rules[""].interval_days, rules["disabled"].in_use, rules["veteran"].interval_days) == (60, False, 45)
    assert policy_of(county.pk).failed_attempts == 5
    load_profile(county, read("zhucheng"), on=TODAY, by=None, discard_edits=True)
    rules = {rule.tag: rule for rule in VisitRule.objects.filter(programme=programme)}
    assert (rules[""].interval_days, rules["disabled"].in_use, "veteran" in rules) == (90, True, False)
    assert policy_of(county.pk).failed_attempts == 3


def test_due_visits_follow_a_changed_rule():
    here = Round()
    pairing = here.begun()
    load_profile(here[""], read("heping"), on=TODAY, by=None)
    interval = VisitRule.objects.get(programme=here.programme, tag="").interval_days
    assert due_on(pairing) == 1 + interval


def test_service_days_are_planned_at_once_and_what_the_county_set_itself_stays():
    here = Fair()
    assert "服务日规则1条" in load_profile(here[""], read("heping"), on=TODAY, by=None)
    assert here.days() == "12-15 12-16 01-15 01-16"
    drop_service_rule(rule=here.rule, on=TODAY, by=None)
    here.ruled(FIFTEENTH)
    load_profile(here[""], read("heping"), on=TODAY, by=None)
    assert here.days() == "12-15 01-15"


def test_the_departments_of_a_profile_are_added_and_none_is_taken_away(county):
    Unit.objects.create(county=county, name="县融媒体")
    assert "部门83个，新增83个" in load_profile(county, read("wanzhou"), on=TODAY, by=None)
    assert "部门83个，新增0个" in load_profile(county, read("wanzhou"), on=TODAY, by=None)
    assert Unit.objects.filter(county=county).count() == 84


def test_the_countys_channels_and_switches_become_rows(county):
    load_profile(county, read("wanzhou"), on=TODAY, by=None)
    rules = RegisterRules.objects.get(county=county)
    assert rules.channels["citizen"] == "市民直通车"
    assert rules.explained_may_close
    load_profile(county, read("heping"), on=TODAY, by=None)
    rules.refresh_from_db()
    assert rules.channels.keys() == {"visit", "public", "duty", "meeting", "hotline"}
    assert not rules.explained_may_close


def test_a_mistake_is_refused_with_file_line_and_reason_and_changes_nothing(county, tmp_path):
    call_command("load_profile", "jiangle")
    before = rows(county)
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: jiangle\nlimits:\n  dispute:\n    normal: [2, 7w, 10, 15]\n")
    with pytest.raises(CommandError, match=r"^mine.yaml:4 时限“7w”不对"):
        call_command("load_profile", str(mine), county="350428000000")
    assert rows(county) == before


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["heping"], "没有“和平县”这个县，已有：将乐县（350428000000）"),
        (["jiangle", "--county", "350428000001"], "没有“350428000001”这个县"),
        (["atlantis"], "没有名为“atlantis”的县配置"),
        (["/nowhere/at/all.yaml"], "all.yaml"),
    ],
)
def test_what_cannot_be_loaded_is_said_in_a_sentence(county, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("load_profile", *arguments)


def test_two_counties_of_one_name_are_told_apart_by_code(county):
    bulk_add([NewGrid("350429000000", "将乐县", Kind.COUNTY)], on=date(2026, 1, 1))
    with pytest.raises(CommandError, match="有2个县叫“将乐县”，请用代码指定：350428000000、350429000000"):
        call_command("load_profile", "jiangle")
    call_command("load_profile", "jiangle", county="350429000000")


def test_without_any_county_the_sentence_says_what_comes_first():
    with pytest.raises(CommandError, match="请先运行 import_divisions"):
        call_command("load_profile", "jiangle")


def test_typed_contacts_follow_the_profile_and_the_usual_quotas_stay(county):
    said = load_profile(county, read("zhangjiakou"), on=TODAY, by=None)
    assert "联系类型5种" in said
    typed = Quota.objects.exclude(contact_type="liaison").values_list("contact_type", "cadre", "most")
    assert ("prosperous", "department_staff", 1) in set(typed)
    assert typed.count() == 8
    usual = Quota.objects.filter(contact_type="liaison").count()
    load_profile(county, read("zhangjiakou"), on=TODAY, by=None)
    assert (ContactType.objects.count(), Quota.objects.filter(contact_type="liaison").count()) == (5, usual)
    load_profile(county, read("wanzhou"), on=TODAY, by=None)
    groups = ContactType.objects.filter(programme__code="liaison", target=ContactType.Target.GROUP)
    assert groups.count() == 2
    load_profile(county, read("jiangle"), on=TODAY, by=None)
    assert not groups.exists()
