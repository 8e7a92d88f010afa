"""The workbook of wishes on paper: 住户志愿, 党员志愿 and 亲友关系."""

from exchange import cells
from exchange.columns import Check, Column, Key, Sheet
from households.models import Tie

RANKS = ("first", "second", "third")
RANK_WORDS = ("第一志愿", "第二志愿", "第三志愿")
KINDS = {label: value for value, label in Tie.Kind.choices} | {"亲属": "kin", "熟人": "familiar", "朋友": "familiar"}
HOME, MEMBER = "户编号", "党员编号"


def _choices(what: str, example: str) -> tuple[Column, ...]:
    told = f"所选{what}；没有志愿、听从支部安排的，三格都留空"
    return tuple(
        Column(word, (field,), cells.code(20), example if field == "first" else "", told)
        for field, word in zip(RANKS, RANK_WORDS, strict=True)
    )


def _in_order(*chosen: str | None) -> str | None:
    """A later wish without the one before, or the same one twice."""
    filled = [code for code in chosen if code]
    if chosen[: len(filled)] != tuple(filled):
        blank = next(word for word, code in zip(RANK_WORDS, chosen, strict=True) if not code)
        return f"{blank}空着，后面却填了：请从第一志愿起依次填写"
    twice = next((code for code in filled if filled.count(code) > 1), None)
    return f"“{twice}”填了两次，每个只填一次" if twice else None


def _ballots(name: str, table: str, chooser: str, chosen: str, example: tuple[str, str], **more: bool) -> Sheet:
    return Sheet(
        name=name,
        table=table,
        columns=(
            Column(chooser, ("number",), cells.code(20), example[0], f"谁的志愿，填{chooser}", required=True),
            *_choices(chosen, example[1]),
            Column(
                "分先后",
                ("ranked",),
                cells.choice(cells.YES_NO),
                "是",
                "几个志愿不分先后的填“否”；留空为“是”",
                options=tuple(cells.YES_NO),
            ),
        ),
        keys=(Key(("number",), f"{chooser}与第{{row}}行重复，一张志愿表只填一行"),),
        checks=(Check(RANKS, _in_order),),
        types={"ranked": "boolean"},
        **more,
    )


HOUSEHOLD_WISHES = _ballots("住户志愿", "import_home_wish", HOME, MEMBER, ("示例-001", "D0001"))
MEMBER_WISHES = _ballots("党员志愿", "import_member_wish", MEMBER, HOME, ("示例-D0001", "001"), optional=True)
TIES = Sheet(
    name="亲友关系",
    table="import_tie",
    columns=(
        Column(HOME, ("number",), cells.code(20), "示例-001", "住户的户编号", required=True),
        Column(MEMBER, ("member",), cells.code(20), "D0001", "党员的编号", required=True),
        Column("关系", ("kind",), cells.choice(KINDS), "亲戚", "亲戚或熟识", required=True, options=("亲戚", "熟识")),
        Column("说明", ("note",), cells.text(60), "表兄弟", "60个字以内"),
    ),
    keys=(Key(("number", "member", "kind"), "与第{row}行重复"),),
    optional=True,
)
