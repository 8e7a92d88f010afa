"""The masked projection: what stands on the board, and what may never stand there."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.normal import id_check_digit
from issues.publicity import CATEGORY_ONLY, Matter, fault, projection

CANAL = Matter(
    category="基础设施",
    village="上陵镇水口村",
    petitioner="黄耀荣",
    title="水圳堵塞，田里进不了水",
    result="已清淤300米，2026-11-02水到田头",
    outcome="已解决，满意",
    names=("黄耀荣", "曾小梅"),
)


def of(**other: object) -> str:
    shown = projection(replace(CANAL, **other))
    return f"{shown.heading}\n{shown.text}"


def test_the_notice_names_the_person_by_halves_and_the_place_by_its_village():
    assert of() == (
        "基础设施 · 上陵镇水口村\n"
        "黄*荣（上陵镇水口村）反映：水圳堵塞，田里进不了水\n"
        "办理结果：已清淤300米，2026-11-02水到田头\n"
        "群众评价：已解决，满意"
    )
    assert of(petitioner="").startswith("基础设施 · 上陵镇水口村\n群众（")
    assert "客观上暂时无法解决" in of(cannot_be_done=True)


SLIPS = [
    "13812348000",
    "138 1234 8000",
    "138-1234-8000",
    "13812348000",
    "138\u200b1234\u200b8000",
    "138.1234.8000",
    "一三八一二三四八〇〇〇",
    "幺三八 幺二三四 八零零零",
    "0762-5631234",
    "0762 563 1234",
    "441624199001010123",
    "44162419900101012X",
    "4416 2419 9001 0101 23",
    "6222 0213 0911 4567 890",
    "zeng@example.com",
    "微信 zeng_2026",
    "粤P12345",
    "粤P·AB123",
    "三组12号",
    "3栋2单元",
    "黄耀荣",
    "曾小梅",
    "村民叶秋生",
    "户主：叶秋生",
    "叶秋生家门口",
    "叶秋生老人",
    "欧阳秋生先生",
]


@pytest.mark.parametrize("slip", SLIPS)
def test_what_identifies_somebody_is_masked_in_title_and_result_and_refused_in_a_text_of_staff(slip):
    bare = slip.replace("村民", "").replace("户主：", "").replace("家门口", "").replace("老人", "").replace("先生", "")
    for place in ("title", "result"):
        shown = of(**{place: f"请联系{slip}，水圳堵塞"})
        assert bare not in shown
        assert bare.replace("\u200b", "") not in shown
        assert "水圳堵塞" in shown
    said = fault(f"请联系{slip}，水圳堵塞", CANAL)
    assert said is not None
    assert said.startswith("公示内容里有")
    assert said.endswith("请删去或改写后再公示。")


PRIVATE = [
    "患尿毒症要透析",
    "老伴中风在床",
    "残疾人无障碍坡道",
    "申请低保",
    "家庭收入低",
    "拖欠工资3万元",
    "留守儿童没人接送",
    "6岁男孩落水",
    "十二岁的侄女",
    "学生上学路难走",
]


@pytest.mark.parametrize("said", PRIVATE)
def test_illness_income_and_minors_leave_nothing_but_the_category(said):
    for matter in (replace(CANAL, title=said), replace(CANAL, result=f"已办理：{said}")):
        shown = projection(matter)
        assert (shown.heading, shown.text) == ("基础设施", CATEGORY_ONLY)
        assert fault("已经办好了", matter) is not None
    assert fault(f"已办理：{said}", CANAL) is not None


def test_a_minor_known_around_the_matter_leaves_nothing_but_the_category():
    known = replace(CANAL, names=("黄耀荣", "黄小满"), minors=("黄小满",))
    assert projection(known).heading == "基础设施 · 上陵镇水口村"
    for matter in (replace(known, title="黄小满上学的路"), replace(known, petitioner="黄小满")):
        assert projection(matter).text == CATEGORY_ONLY


def test_a_sensitive_matter_shows_its_category_only():
    shown = projection(replace(CANAL, sensitive=True))
    assert (shown.heading, shown.text) == ("基础设施", CATEGORY_ONLY)
    assert fault("水圳已修好", replace(CANAL, sensitive=True)) is not None


@pytest.mark.parametrize(
    "said",
    [
        "已清淤300米，用水泥12吨",
        "2026-11-02完工，2026年11月12号验收",
        "更换DN110管120米、路灯18盏",
        "松材线虫病害木已清理",
        "小学门口的路灯已修好",
        "争取资金1.5万元",
        "水利局和黄泥村一起修好了水圳",
        "受益群众36户",
        "40岁以上村民投工投劳",
        "群众高兴地说方便多了，高龄老人也能走",
        "已组织村民向镇里申请，村民成立了管水小组",
    ],
)
def test_plain_words_stay_as_they_are(said):
    assert said in of(result=said)
    assert fault(said, CANAL) is None


def test_a_generated_notice_passes_the_check_that_staff_must_pass():
    for slip in SLIPS:
        shown = projection(replace(CANAL, title=f"{slip}，水圳堵塞", result=f"已通知{slip}"))
        assert fault(shown.text, CANAL) is None, shown.text


DIGITS = st.text("0123456789", min_size=9, max_size=9)
SEPARATORS = st.sampled_from(["", " ", "-", ".", "·", "\u200b", "\u00a0", "/"])


@given(tail=DIGITS, between=SEPARATORS, before=st.text(max_size=8), after=st.text(max_size=8))
def test_no_mobile_number_passes_however_it_is_written(tail, between, before, after):
    phone = f"13{tail}"
    written = between.join([phone[:3], phone[3:7], phone[7:]])
    shown = projection(replace(CANAL, title=f"{before}{written}{after}")).text
    assert phone not in "".join(filter(str.isdecimal, shown))


@given(region=st.sampled_from(["441624", "350428"]), day=st.dates(), serial=st.integers(0, 999))
def test_no_id_number_passes(region, day, serial):
    body = f"{region}{day.year:04d}{day:%m%d}{serial:03d}"
    number = body + id_check_digit(body)
    for text in (number, number.lower(), f"{number[:6]} {number[6:14]} {number[14:]}"):
        shown = projection(replace(CANAL, result=f"已核实{text}身份")).text
        assert number[6:14] not in shown
        assert fault(f"已核实{text}身份", CANAL) is not None


@given(
    name=st.text("荣耀梅秋生国庆明华", min_size=2, max_size=3), around=st.sampled_from(["{}说水通了", "向{}回访", "{}"])
)
def test_no_name_known_around_the_matter_passes(name, around):
    whole = f"黄{name}"
    matter = replace(CANAL, petitioner=whole, names=(whole, "曾小梅"), result=around.format(whole))
    assert whole not in projection(matter).text
    assert fault(around.format(whole), matter) is not None
