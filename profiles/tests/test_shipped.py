"""The profiles that come with the product say what the counties' accounts say."""

import pytest

from profiles.profile import Span
from profiles.reader import FOLDER, read, shipped

COUNTIES = {
    "default": "示范县",
    "jiangle": "将乐县",
    "heping": "和平县",
    "zhucheng": "诸城市",
    "zunyi": "正安县",
    "pingxiang": "芦溪县",
    "wanzhou": "万州区",
    "zhangjiakou": "张北县",
}
CHAINS = {
    "jiangle": "联户党员@cell 网格长@cell 村党支部@village 住村工作队@village 乡镇@town 县@county",
    "heping": "村@village 镇@town 县@county",
    "zhucheng": "个人@cell 单位@town 市@county",
    "zunyi": "服务点@cell 服务站@village 乡镇@town 县@county",
    "pingxiang": "乡镇办公室@town 工作组会议@town 指挥中心@county",
    "wanzhou": "分格@cell 单元网格@village 大网格@town 区指挥中心@county",
}
LIMITS = """
生活保障 livelihood     2h/4h/1/2  1/2/3/5  2/5/7/15   3/7/15/30
劳动就业 employment     -/1/2/3    1/2/3/5  2/5/10/15  3/7/15/30
生产经营 production     -/1/2/3    1/2/5/7  3/5/10/15  3/7/15/30
基础设施 infrastructure 2h/4h/1/2  1/2/5/7  2/5/10/20  3/7/15/30
矛盾纠纷 dispute        2h/4h/1/2  1/3/5/7  2/7/10/15  3/7/15/30
意见建议 opinion        -/-/-/-    1/1/2/3  1/2/3/5    2/5/7/10
"""


def spans(row):
    """2h/4h/1/2 as the reader gives it."""
    shapes = {
        "-": lambda _: None,
        "h": lambda cell: Span(int(cell[:-1]), "hour"),
    }
    cells = [shapes.get(cell[-1], lambda cell: Span(int(cell), "workday"))(cell) for cell in row.split("/")]
    return dict(zip(("cell", "village", "town", "county"), cells, strict=True))


def test_every_county_of_the_brief_is_shipped():
    assert shipped() == sorted(COUNTIES)


@pytest.mark.parametrize("name", COUNTIES)
def test_every_shipped_profile_loads(name):
    profile = read(name)
    assert (profile.key, profile.county) == (name, COUNTIES[name])
    assert profile.chain[-1].at == "county"
    assert not profile.switches.county_may_force_close


@pytest.mark.parametrize("name", CHAINS)
def test_each_county_climbs_its_own_chain(name):
    assert " ".join(f"{rung.name}@{rung.at}" for rung in read(name).chain) == CHAINS[name]


@pytest.mark.parametrize("row", LIMITS.split("\n")[1:-1])
def test_the_default_limits_are_the_table_of_the_domain(row):
    _, category, *cells = row.split()
    limits = read("default").limits[category]
    assert [limits[urgency] for urgency in ("critical", "urgent", "normal", "hard")] == [spans(c) for c in cells]


def test_the_other_default_clocks_are_those_of_the_domain():
    clocks = read("default").clocks
    assert clocks["assign"] == {
        "critical": Span(1, "hour"),
        "urgent": Span(1, "workday"),
        "normal": Span(1, "workday"),
        "hard": Span(1, "workday"),
    }
    assert clocks["first_contact"]["critical"] == Span(2, "hour")
    assert clocks["first_contact"]["hard"] == Span(1, "workday")
    assert {clocks["verify"][urgency] for urgency in clocks["verify"]} == {Span(2, "workday")}
    assert clocks["callback"]["normal"] == Span(2, "workday")
    assert clocks["publicity"]["normal"] == Span(5, "workday")
    assert clocks["review"]["normal"] == Span(30 * 24, "hour")
    assert read("default").escalate_after == {"critical": 0, "urgent": 1, "normal": 2, "hard": 3}


def test_what_a_county_does_not_say_comes_from_the_default():
    assert read("heping").limits == read("default").limits
    assert read("zunyi").clocks["triage"]["normal"] == Span(0, "workday")
    assert read("zunyi").clocks["verify"] == read("default").clocks["verify"]


def test_jiangle_visits_every_fourteen_days_and_pairs_at_least_five():
    jiangle = read("jiangle")
    assert [rule.interval_days for rule in jiangle.visit_rules] == [14]
    assert [(quota.cadre_type, quota.min) for quota in jiangle.quotas] == [("village_member", 5)]


def test_zhucheng_visits_quarterly_and_hardship_monthly():
    rules = {rule.tag: rule.interval_days for rule in read("zhucheng").visit_rules}
    assert rules == {None: 90, "low_income": 30, "destitute": 30, "monitored": 30, "disabled": 30}
    targets = {quota.cadre_type: quota.target for quota in read("zhucheng").quotas}
    assert targets == {"village_cadre": 30, "town_cadre": 30, "department_staff": 10, "leader": 8}


def test_pingxiang_brings_major_matters_to_the_team_meeting():
    assert [(rung.name, rung.grade) for rung in read("pingxiang").chain] == [
        ("乡镇办公室", ""), ("工作组会议", "major"), ("指挥中心", ""),
    ]  # fmt: skip


def test_heping_closes_nothing_unsolved():
    assert not read("heping").switches.explained_may_close
    assert read("default").switches.explained_may_close


def test_zunyi_empties_its_inbox_the_same_day():
    assert set(read("zunyi").clocks["triage"].values()) == {Span(0, "workday")}


def test_wanzhou_takes_at_most_seven_days_on_every_rung():
    spans = [
        span
        for rows in read("wanzhou").limits.values()
        for row in rows.values()
        for span in row.values()
        if span is not None
    ]
    assert max(span.amount / 24 if span.unit == "hour" else span.amount for span in spans) == 7


def test_wanzhou_dispatches_to_83_departments():
    assert len(set(read("wanzhou").units)) == 83


def test_wanzhou_has_its_grids_channels_and_cards():
    wanzhou = read("wanzhou")
    assert list(wanzhou.levels.values()) == ["区", "大网格（镇街）", "单元网格（村社区）", "分格", "子格"]
    assert {"服务群众", "社情民意", "信访事务", "市民直通车", "风险评估", "督查督办"} <= set(wanzhou.channels.values())
    assert wanzhou.supervision_labels == {"blue": "提醒", "orange": "黄牌", "red": "红牌"}


def test_counties_serve_on_their_own_days():
    days = {
        name: [(rule.kind, rule.numbers, rule.weekday, rule.lunar) for rule in read(name).service_days]
        for name in ("heping", "zhucheng", "wanzhou", "jiangle")
    }
    assert days == {
        "heping": [("monthday", (15, 16), 0, False)],
        "zhucheng": [("weekday", (2,), 6, False)],
        "wanzhou": [("market", (1, 4, 7), 0, True)],
        "jiangle": [],
    }


def test_a_profile_may_be_read_by_path():
    assert read(FOLDER / "heping.yaml") == read("heping")
    assert read(str(FOLDER / "heping.yaml")) == read("heping")


def test_the_same_name_is_read_once():
    assert read("heping") is read("heping")


def test_typed_contacts_are_those_of_the_accounts():
    each = {contact.code: contact.each for contact in read("zhangjiakou").contacts}
    assert each == {"village_cadre": 1, "old_member": 1, "destitute": 1, "prosperous": 1, "firm": 0}
    groups = {contact.code: (contact.target, contact.required) for contact in read("wanzhou").contacts}
    assert groups == {"town_contact": ("group", True), "village_contact": ("group", True)}
