"""The member workbook: 党员 and, for branches the system does not know yet, 党组织."""

from datetime import date

from exchange import cells
from exchange.columns import Check, Column, Key, Sheet, named, sealed_phones
from exchange.household_sheets import PHONE_HELP, SEXES
from members.models import Ability, Member, PartyOrg

CADRES = {label: value for value, label in Member.Cadre.choices}
ABILITIES = {label: value for value, label in Ability.choices}
NOT_EXEMPT = "none"
"""Staged for 不免: the model's empty value would read as a blank cell."""
EXEMPTIONS = {label: value or NOT_EXEMPT for value, label in Member.Exemption.choices}
ORG_KINDS = {label: value for value, label in PartyOrg.Kind.choices}
GRID_HELP = "填网格代码或网格全称；须在您的管理范围内"
MOST_HOUSEHOLDS = 1000


def _capacity(least: int | None, most: int | None) -> str | None:
    return "联户下限不能大于联户上限" if least is not None and most is not None and least > most else None


def _exempt_until(reason: str | None, until: date | None) -> str | None:
    return "填了免联至，就要填免联事由" if until and not reason else None


MEMBERS = Sheet(
    name="党员",
    table="import_member",
    columns=(
        Column(
            "党员编号",
            ("number",),
            cells.code(20),
            "示例-001",
            "全县唯一，20个字以内；系统里已有的编号按更新处理",
            required=True,
            aliases=("编号",),
        ),
        Column("姓名", ("name", "initials"), cells.name(30), "王五", "30个字以内", required=True, spread=named),
        Column(
            "性别", ("sex",), cells.choice(SEXES), "男", "男、女、未知、未说明", options=("男", "女", "未知", "未说明")
        ),
        Column("出生年份", ("birth_year",), cells.integer(1900, 2100), "1968", "四位年份"),
        Column(
            "电话",
            ("phone", "phone_index", "phone_tail"),
            cells.phone,
            "13700137000",
            PHONE_HELP,
            aliases=("联系电话", "手机", "手机号"),
            spread=sealed_phones,
        ),
        Column(
            "所在党支部",
            ("branch",),
            cells.name(60),
            "水口村党支部",
            "党组织全称；系统里没有的，先在“党组织”表里写明",
            required=True,
            aliases=("党支部", "所在支部", "支部"),
            lookup="branches",
            width=22,
        ),
        Column(
            "网格代码",
            ("grid_id",),
            cells.code(200),
            "350428100001",
            f"居住或派驻的网格。{GRID_HELP}",
            required=True,
            aliases=("网格编码", "网格名称", "网格全称", "所属网格", "网格"),
            lookup="grids",
            width=22,
        ),
        Column(
            "类型",
            ("cadre",),
            cells.choice(CADRES),
            "农村党员",
            f"留空为农村党员。可填：{'、'.join(CADRES)}",
            options=tuple(CADRES),
        ),
        Column(
            "能力",
            ("abilities",),
            cells.several(ABILITIES),
            "政策、调解",
            f"可填多个，用顿号分开：{'、'.join(ABILITIES)}。填“无”取消全部",
            width=20,
        ),
        Column("联户下限", ("capacity_min",), cells.integer(0, MOST_HOUSEHOLDS), "5", "留空为5"),
        Column("联户上限", ("capacity_max",), cells.integer(0, MOST_HOUSEHOLDS), "12", "留空为12"),
        Column("入党日期", ("joined_on",), cells.day, "1995-07-01", "如 1995-07-01"),
        Column(
            "免联事由",
            ("exempt_reason",),
            cells.choice(EXEMPTIONS),
            "不免",
            f"不参加联户的原因：{'、'.join(EXEMPTIONS)}。填“不免”恢复联户",
            options=tuple(EXEMPTIONS),
        ),
        Column("免联至", ("exempt_until",), cells.day, "", "免联到哪一天为止（当天起恢复）；留空为长期"),
    ),
    keys=(Key(("number",), "党员编号与第{row}行重复"),),
    checks=(
        Check(("capacity_min", "capacity_max"), _capacity),
        Check(("exempt_reason", "exempt_until"), _exempt_until),
    ),
    types={
        "grid_id": "bigint",
        "abilities": "varchar[]",
        "birth_year": "smallint",
        "capacity_min": "smallint",
        "capacity_max": "smallint",
        "joined_on": "date",
        "exempt_until": "date",
    },
)

PARTY_ORGS = Sheet(
    name="党组织",
    table="import_org",
    columns=(
        Column("名称", ("name",), cells.name(60), "示例-水口村党支部", "全县唯一，60个字以内", required=True),
        Column(
            "类型",
            ("kind",),
            cells.choice(ORG_KINDS),
            "党支部",
            "、".join(ORG_KINDS),
            required=True,
            options=tuple(ORG_KINDS),
        ),
        Column("上级党组织", ("parent",), cells.name(60), "余坊乡党委", "系统里已有，或写在本表里"),
        Column(
            "网格代码",
            ("grid_id",),
            cells.code(200),
            "350428100001",
            f"党组织所在的村、乡镇。{GRID_HELP}",
            required=True,
            aliases=("网格编码", "网格名称", "网格全称", "所属网格", "网格"),
            lookup="grids",
            width=22,
        ),
    ),
    keys=(Key(("name",), "名称与第{row}行重复"),),
    types={"grid_id": "bigint"},
    optional=True,
)
