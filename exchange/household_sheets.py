"""The household workbook: 住户 and 家庭成员."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from os import urandom

from accounts.crypto import blind_indexes, encrypt_all
from exchange import cells
from exchange.columns import Check, Column, Key, Sheet, named, sealed_ids, sealed_phones
from households.models import Household, Resident, Tag
from members.models import Sex

GRID_HELP = "填网格代码（区划代码12位，村以下每级加3位），或网格全称。应是最小一级的网格，且在您的管理范围内"
PHONE_HELP = "11位手机号，或带区号的固定电话；整列须为文本格式"
NUMBER_HELP = "全县唯一，20个字以内；系统里已有的编号按更新处理"

PUBLIC_BYTES = 16

KINDS = {label: value for value, label in Household.Kind.choices}
TAGS = {label: value for value, label in Tag.choices}
SEX_WORDS = tuple(Sex.labels)
SEXES = {label: value for value, label in Sex.choices} | {"男性": "1", "女性": "2"}
RELATIONS = {label: value for value, label in Resident.Relation.choices} | {
    **dict.fromkeys(("户主", "本人"), "0"),
    **dict.fromkeys(("妻", "妻子", "夫", "丈夫", "爱人"), "1"),
    **dict.fromkeys(("儿子", "长子", "次子", "三子", "独生子"), "2"),
    **dict.fromkeys(("女儿", "长女", "次女", "三女", "独生女"), "3"),
    **dict.fromkeys(("孙子", "孙女", "外孙", "外孙子", "外孙女"), "4"),
    **dict.fromkeys(("父亲", "母亲", "父", "母", "公公", "婆婆", "岳父", "岳母"), "5"),
    **dict.fromkeys(("祖父", "祖母", "外祖父", "外祖母", "爷爷", "奶奶"), "6"),
    **dict.fromkeys(("兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹"), "7"),
    **dict.fromkeys(("儿媳", "女婿", "非亲属", "其他亲属"), "8"),
}


def _numbered(numbers: Sequence[str]) -> Sequence[Sequence[object]]:
    """The number, and the public code for its QR code if it is new: as households.models.public_code, drawn at once."""
    noise = urandom(PUBLIC_BYTES * len(numbers))
    pieces = (noise[start : start + PUBLIC_BYTES] for start in range(0, len(noise), PUBLIC_BYTES))
    return numbers, [urlsafe_b64encode(piece).decode().rstrip("=") for piece in pieces]


def _one_coordinate(lat: float | None, lng: float | None) -> str | None:
    return "纬度和经度要么都填，要么都不填" if (lat is None) != (lng is None) else None


def _sex_unlike_id(sex: str | None, told: str | None) -> str | None:
    return "性别与身份证号第17位不符（奇数为男，偶数为女）" if sex in ("1", "2") and told and sex != told else None


def _sealed(numbers: Sequence[str]) -> Sequence[Sequence[object]]:
    return encrypt_all(numbers), blind_indexes(numbers)


HOUSEHOLDS = Sheet(
    name="住户",
    table="import_household",
    columns=(
        Column(
            "户编号",
            ("number", "public_code"),
            cells.code(20),
            "示例-001",
            NUMBER_HELP,
            required=True,
            aliases=("户号",),
            spread=_numbered,
        ),
        Column(
            "户主",
            ("head_name", "initials"),
            cells.name(60),
            "张三",
            "户主姓名；企业填企业名称",
            required=True,
            aliases=("户主姓名", "企业名称"),
            spread=named,
        ),
        Column(
            "电话",
            ("phone", "phone_index", "phone_tail"),
            cells.phone,
            "13800138000",
            PHONE_HELP,
            aliases=("联系电话", "手机", "手机号"),
            spread=sealed_phones,
        ),
        Column(
            "地址",
            ("address",),
            cells.text(120),
            "水口村3组12号",
            "120个字以内",
            aliases=("住址", "家庭住址"),
            width=30,
        ),
        Column(
            "网格代码",
            ("grid_id",),
            cells.code(200),
            "350428100001001",
            GRID_HELP,
            required=True,
            aliases=("网格编码", "网格名称", "网格全称", "所属网格", "网格"),
            lookup="leaves",
            width=22,
        ),
        Column("类型", ("kind",), cells.choice(KINDS), "家庭户", "留空为家庭户", options=tuple(KINDS)),
        Column(
            "标签",
            ("tags",),
            cells.several(TAGS),
            "低保、残疾",
            f"可填多个，用顿号分开：{'、'.join(TAGS)}。填“无”取消全部标签",
            width=20,
        ),
        Column("纬度", ("lat",), cells.decimal(3, 54), "26.7281", "十进制度，与经度一起填"),
        Column("经度", ("lng",), cells.decimal(73, 136), "117.4732", "十进制度，与纬度一起填"),
    ),
    keys=(Key(("number",), "户编号与第{row}行重复"),),
    checks=(Check(("lat", "lng"), _one_coordinate),),
    types={
        "grid_id": "bigint",
        "tags": "text[]",
        "lat": "double precision",
        "lng": "double precision",
        "id": "bigint DEFAULT nextval('households_household_id_seq')",
        "is_new": "boolean DEFAULT true",
    },
)

RESIDENTS = Sheet(
    name="家庭成员",
    table="import_resident",
    columns=(
        Column("户编号", ("number",), cells.code(20), "示例-001", "所在户的户编号", required=True, aliases=("户号",)),
        Column("姓名", ("name",), cells.name(30), "李四", "30个字以内", required=True),
        Column(
            "与户主关系",
            ("relation",),
            cells.choice(RELATIONS),
            "配偶",
            f"填：{'、'.join(Resident.Relation.labels)}（GB/T 4761）",
            required=True,
            aliases=("关系", "家庭关系"),
            options=tuple(Resident.Relation.labels),
        ),
        Column("性别", ("sex",), cells.choice(SEXES), "女", "留空按身份证号判断", options=SEX_WORDS),
        Column(
            "身份证号",
            ("id_number", "id_index", "id_tail", "id_sex"),
            cells.id_number,
            "",
            "18位公民身份号码；整列须为文本格式，否则末几位会丢失",
            aliases=("身份证号码", "公民身份号码", "身份证"),
            spread=sealed_ids,
            width=22,
        ),
        Column(
            "电话",
            ("phone", "phone_index"),
            cells.phone,
            "13900139000",
            PHONE_HELP,
            aliases=("联系电话", "手机", "手机号"),
            spread=_sealed,
        ),
        Column(
            "人户一致",
            ("registered_here",),
            cells.choice(cells.YES_NO),
            "是",
            "户籍就在本户填“是”，否则填“否”；留空为“是”",
            options=tuple(cells.YES_NO),
        ),
    ),
    keys=(
        Key(("id_index",), "身份证号与第{row}行重复"),
        Key(("number", "name", "id_index"), "与第{row}行是同一户的同名成员；确是两人的，请填身份证号区分", blanks=True),
    ),
    checks=(Check(("sex", "id_sex"), _sex_unlike_id),),
    types={"registered_here": "boolean", "household_id": "bigint", "resident_id": "bigint"},
    optional=True,
)
