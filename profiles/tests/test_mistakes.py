"""Every kind of mistake is refused with the file, the line and a reason."""

import pytest

from profiles.nodes import ProfileError
from profiles.reader import FOLDER, read

RUNG = "{name: 村, at: village, roles: [chief_grid_leader], ledger: unit, limits: village}"
TOWN = "{name: 镇, at: town, roles: [town_clerk], ledger: unit, limits: town}"
VISIT = "{programme: liaison, tag: null, interval_days: 30, grace_days: 5}"
SERVICE = "{programme: liaison, kind: monthday, numbers: [15]}"
QUOTA = "{programme: liaison, cadre_type: leader, min: 1, target: 2, max: 3}"


@pytest.fixture
def refusal(tmp_path):
    """Reads a profile and gives the sentence it is refused with."""

    def read_it(content, name="mine.yaml"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        with pytest.raises(ProfileError) as caught:
            read(path)
        return caught.value.sentence

    return read_it


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        ("colour: red", 2, "配置里不认识“colour”"),
        ("county:\n  title: 某县", 3, "county里不认识“title”"),
        ("county:\n  name: ''", 3, "县名应是1到30个字"),
        ("county: 某县", 2, "county应写成“名称: 内容”"),
        ("levels:\n  hamlet: 组", 3, "levels（层级名称）里不认识“hamlet”"),
        (f"levels:\n  cell: {'长' * 31}", 3, "层级 cell 的名称应是1到30个字"),
        ("levels:\n  cell:", 3, "层级 cell 的名称应是1到30个字"),
        ("programmes:\n  'Bad Code': 某项目", 3, "项目的代码“Bad Code”应是20个以内的小写字母"),
        ("programmes:\n  - 某项目", 3, "项目应写成“代码: 名称”"),
        ("limits:\n  schooling:\n    normal: [1, 1, 1, 1]", 3, "limits（办理时限）里不认识“schooling”"),
        ("limits:\n  dispute:\n    someday: [1, 1, 1, 1]", 4, "类别 dispute 的时限里不认识“someday”"),
        ("limits:\n  dispute:\n    normal: [1, 1, 1]", 4, "一行时限应有4格（网格、村、乡镇、县），这里有3格"),
        ("limits:\n  dispute:\n    normal: 5", 4, "一行时限应是至少一项的列表"),
        ("limits:\n  dispute:\n    normal:\n      - 1\n      - 2w\n      - 1\n      - 1", 6, "时限“2w”不对"),
        ("limits:\n  dispute:\n    normal: [1, -1, 1, 1]", 4, "时限“-1”不对"),
        ("limits:\n  dispute:\n    normal: [1, 0h, 1, 1]", 4, "时限“0h”不对"),
        ("limits:\n  dispute:\n    normal: [1, 400, 1, 1]", 4, "时限“400”不对"),
        ("limits:\n  dispute:\n    normal: [1, 1.5, 1, 1]", 4, "时限“1.5”不对"),
        ("limits:\n  dispute:\n    normal: [1, [2], 1, 1]", 4, "时限“（一段结构）”不对"),
        ("clocks:\n  handle: 3", 3, "clocks（其他时限）里不认识“handle”"),
        ("clocks:\n  verify: soon", 3, "时限“soon”不对"),
        ("clocks:\n  verify: {critical: 1}", 3, "时限 verify缺少“urgent”"),
        ("escalate_after:\n  critical: 2h", 3, "critical 的工作日数应是0到60的整数，不能是“2h”"),
        ("chain: []", 2, "chain（上报链）应是至少一项的列表"),
        ("chain:\n  - 村", 3, "上报链的一级应写成“名称: 内容”"),
        (f"chain:\n  - {RUNG}\n  - {TOWN}\n  - {RUNG}", 5, "上报链里“村”出现了两次"),
        (f"chain:\n  - {TOWN}\n  - {RUNG}", 4, "上报链应从下往上写：“村”在 village，比前一级“镇”还低"),
        ("chain:\n  - {name: 村, at: village, roles: [chief_grid_leader], ledger: unit}", 3, "一级缺少“limits”"),
        (f"chain:\n  - {RUNG.replace('at: village', 'at: street')}", 3, "不认识的层级“street”"),
        (f"chain:\n  - {RUNG.replace('at: village', 'at: prefecture')}", 3, "不认识的层级“prefecture”"),
        (f"chain:\n  - {RUNG.replace('chief_grid_leader', 'mayor')}", 3, "不认识的岗位“mayor”"),
        (f"chain:\n  - {RUNG.replace('[chief_grid_leader]', '[]')}", 3, "roles（岗位）应是至少一项的列表"),
        (
            f"chain:\n  - {RUNG.replace('chief_grid_leader', 'town_clerk, town_clerk')}",
            3,
            "同一级里有岗位写了两次",
        ),
        (f"chain:\n  - {RUNG.replace('ledger: unit', 'ledger: mine')}", 3, "不认识的台账“mine”"),
        (f"chain:\n  - {RUNG.replace('limits: village', 'limits: sub_cell')}", 3, "不认识的时限列“sub_cell”"),
        (
            f"chain:\n  - {RUNG}\n  - {TOWN.replace('ledger: unit', 'ledger: personal')}",
            4,
            "上报后台账不能降级：“镇”的台账比前一级“村”低",
        ),
        (f"chain:\n  - {RUNG.replace('}', ', grade: huge}')}", 3, "不认识的事项等级“huge”"),
        (f"chain:\n  - {RUNG.replace('}', ', colour: red}')}", 3, "上报链的一级里不认识“colour”"),
        ("units: 区水利局", 2, "units（部门）应是至少一项的列表"),
        ("units:\n  - 区水利局\n  - 区水利局", 4, "部门“区水利局”写了两次"),
        (f"units:\n  - {'长' * 41}", 3, "部门名称应是1到40个字"),
        ("switches:\n  explained_may_close: 也许", 3, "explained_may_close（解释说明类可销号）应写 on 或 off"),
        ("switches:\n  quiet_from: 24", 3, "夜间从几点应是0到23的整数，不能是“24”"),
        ("switches:\n  urgent_at_night: 2", 3, "urgent_at_night（紧急事项夜间也通知工作人员）应写 on 或 off"),
        ("switches:\n  automatic_orders: 有时", 3, "automatic_orders（自动发督办单）应写 on 或 off"),
        ("switches:\n  order_answer_days: 0", 3, "督办单回复的工作日数应是1到30的整数"),
        ("switches:\n  county_may_force_close: never", 3, "county_may_force_close（县级强制销号）应写 on 或 off"),
        ("order_flow:\n  enabled: 1", 3, "enabled（开展三单）应写 on 或 off，不能是“1”"),
        ("order_flow:\n  patience: 3", 3, "order_flow（三单）里不认识“patience”"),
        ("order_flow:\n  take_days: soon", 3, "接单的工作日数应是1到60的整数，不能是“soon”"),
        (f"visit_rules:\n  - {VISIT}\n  - {VISIT}", 4, "对标签 null（全部住户） 有两条走访规则"),
        (f"visit_rules:\n  - {VISIT.replace('liaison', 'garden')}", 3, "不认识的项目“garden”"),
        (f"visit_rules:\n  - {VISIT.replace('null', 'rich')}", 3, "不认识的住户标签“rich”"),
        (f"visit_rules:\n  - {VISIT.replace('30', '0')}", 3, "走访间隔天数应是1到366的整数"),
        (f"visit_rules:\n  - {VISIT.replace('30', 'two')}", 3, "走访间隔天数应是1到366的整数，不能是“two”"),
        (f"quotas:\n  - {QUOTA.replace('leader', 'king')}", 3, "不认识的党员类型“king”"),
        (f"quotas:\n  - {QUOTA.replace('min: 1', 'min: 5')}", 3, "应满足 下限 ≤ 目标 ≤ 上限"),
        (f"quotas:\n  - {QUOTA}\n  - {QUOTA}", 4, "对 leader 有两条联户数"),
        (f"service_days:\n  - {SERVICE.replace('[15]', '[32]')}", 3, "服务日的数应是1到31的整数"),
        (f"service_days:\n  - {SERVICE.replace('monthday', 'fullmoon')}", 3, "不认识的服务日规则“fullmoon”"),
        (f"service_days:\n  - {SERVICE.replace('monthday', 'weekday')}", 3, "要写 weekday（1是周一）"),
        (f"service_days:\n  - {SERVICE.replace('}', ', holidays: sleep}')}", 3, "不认识的遇放假的做法“sleep”"),
        ("switches:\n  publicity: maybe", 3, "publicity（公示）应写 on 或 off，不能是“maybe”"),
        ("switches:\n  publicity_days: 0", 3, "公示工作日数应是1到60的整数"),
        ("switches:\n  gps: on", 3, "switches（开关）里不认识“gps”"),
        ("switches:\n  sms_signature: 一二三四五六七八九十一二三", 3, "短信签名应是1到12个字"),
        ("supervision_labels:\n  purple: 紫", 3, "督办单名称里不认识“purple”"),
        ("channels:\n  pigeon: 飞鸽", 3, "channels（来源）里不认识“pigeon”"),
        ("channels:\n  visit: 走访\n  visit: 家访", 4, "“visit”写了两次"),
        ("county:\n  name: 某县\ncounty:\n  name: 某县", 4, "“county”写了两次"),
        ("? [a, b]\n: 1", 2, "名称应是一个词"),
        ("levels:\n  cell: [未写完", 4, "YAML 写法有误"),
        ("county:\n  name: a: b", 3, "YAML 写法有误"),
        ("county:\n\tname: 某县", 3, "YAML 写法有误"),
        ("---\ncounty:\n  name: 某县", 2, "YAML 写法有误"),
        ("county:\n  name: 某\x07县", 3, "含有不可见的控制字符"),
    ],
)
def test_a_mistake_is_refused_with_file_and_line(refusal, lines, line, reason):
    sentence = refusal(f"extends: default\n{lines}\n")
    assert sentence.startswith(f"mine.yaml:{line} "), sentence
    assert reason in sentence
    assert sentence.endswith("。")


def test_a_missing_section_is_refused_at_the_top_of_the_file(refusal):
    whole = (FOLDER / "default.yaml").read_text()
    assert refusal(whole.partition("quotas:")[0]).startswith("mine.yaml:4 配置缺少“quotas”")


def test_a_mistake_in_the_base_is_named_in_the_base(refusal, tmp_path):
    (tmp_path / "base.yaml").write_text("extends: default\nclocks:\n  verify: soon\n")
    assert refusal("extends: base\ncounty:\n  name: 某县\n").startswith("base.yaml:3 时限“soon”不对")


@pytest.mark.parametrize("content", ["", "# 只有注释\n", "just words", "- a\n- b\n"])
def test_a_file_without_sections_is_refused(refusal, content):
    assert refusal(content).startswith("mine.yaml:1 文件里没有“名称: 内容”形式的小节")


def test_a_file_that_is_not_utf8_is_refused_at_its_line(refusal):
    assert refusal("extends: default\ncounty:\n  name: 某县\n".encode("gbk")).startswith("mine.yaml:3 文件不是 UTF-8")


@pytest.mark.parametrize("base", ["nowhere", "../secret", "/etc/passwd", "[default]", ""])
def test_an_unknown_base_is_refused(refusal, base):
    assert refusal(f"extends: {base}\n").startswith("mine.yaml:1 找不到 extends 的配置")


def test_bases_that_go_round_in_a_circle_are_refused(refusal, tmp_path):
    (tmp_path / "other.yaml").write_text("extends: mine\n")
    assert refusal("extends: other\n") == "other.yaml:1 extends 绕了一圈又回到“mine”。"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ProfileError, match=r"没有名为“atlantis”的县配置，可用：default、heping、jiangle"):
        read("atlantis")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ProfileError, match="读不了文件"):
        read(tmp_path / "nothing.yaml")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("{programme: liaison, code: liaison, name: 甲, target: family}", "不能是 liaison"),
        ("{programme: liaison, code: a, name: 甲, target: group, tag: destitute}", "target: family"),
        ("{programme: liaison, code: a, name: 甲, target: person, each: 1}", "就要写 cadres"),
        ("{programme: liaison, code: a, name: 甲, target: cat}", "不认识的联系对象“cat”"),
        (
            "{programme: liaison, code: a, name: 甲, target: family}\n"
            "  - {programme: liaison, code: a, name: 乙, target: family}",
            "写了两次",
        ),
    ],
)
def test_a_typed_contact_that_makes_no_sense_is_refused(tmp_path, lines, sentence):
    path = tmp_path / "mine.yaml"
    path.write_text(f"extends: default\ncontacts:\n  - {lines}\n", encoding="utf-8")
    with pytest.raises(ProfileError, match=sentence):
        read(path)
