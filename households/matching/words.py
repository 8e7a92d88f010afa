"""A pair's reason as one Chinese sentence a villager understands."""

from collections.abc import Iterator, Mapping

from households.matching.reasons import Margin, Reason, Unmet

LONGEST = 120
BREAKS = {"limit": "会有党员联户数低于下限或高于上限", "mutual": "会拆散已互选的一对"}


def sentence(reason: Reason, names: Mapping[int, str]) -> str:
    """`names`: helper's key -> name. At most some 120 characters: what matters least is left out first."""
    if reason.helper is None:
        return "本户没有可选的党员，请扩大选择范围或由村（社区）值班补位。"
    parts = [*_bonds(reason), _near(reason), *_able(reason), _load(reason)]
    tail = [*_margin(reason), *_unmet(reason.unmet, names)]
    while tail and len("；".join([*parts, *tail])) >= LONGEST:
        tail.pop(0)
    return "；".join([*parts, *tail]) + "。"


def _bonds(reason: Reason) -> Iterator[str]:
    if reason.pinned:
        yield "支部指定"
    if reason.mutual:
        yield "双向互选"
    elif reason.home_rank:
        yield f"本户第{reason.home_rank}志愿"
    elif reason.helper_rank:
        yield "党员主动认领"
    if reason.kin:
        yield "就亲：有亲属关系"
    if reason.familiar:
        yield "就熟：平时熟悉"
    if reason.present:
        yield "沿用现有结对"


def _near(reason: Reason) -> str:
    grid = "同网格，" if reason.same_grid else ""
    if reason.metres is None:
        return f"就近：{grid}住址坐标未登记，按{reason.assumed}米计"
    among = f"，{reason.eligible}名可选党员中第{reason.nearest}近" if reason.eligible > 1 else "，可选党员仅此一名"
    return f"就近：{grid}相距{reason.metres}米{among}"


def _able(reason: Reason) -> Iterator[str]:
    if reason.abilities:
        yield f"对口：能帮{'、'.join(reason.abilities[:3])}"


def _load(reason: Reason) -> str:
    return f"该党员联{reason.load}户（下限{reason.least}，目标{reason.target}，上限{reason.most}）"


def _margin(reason: Reason) -> Iterator[str]:
    if reason.margin and reason.margin.points:
        yield f"换成别人，{_price(reason.margin)}"


def _unmet(unmet: Unmet | None, names: Mapping[int, str]) -> Iterator[str]:
    if unmet:
        forced = f"，硬排{_price(unmet.margin)}" if unmet.margin and unmet.margin.points else ""
        yield f"第{unmet.rank}志愿{names[unmet.helper]}未安排：{_why(unmet)}{forced}"


def _price(margin: Margin) -> str:
    return BREAKS.get(margin.breaks) or f"全体合计至少多{margin.points}米（折算）"


def _why(unmet: Unmet) -> str:
    if unmet.out_of_reach:
        return "不在可选范围内"
    if unmet.forbidden:
        return "支部已排除这一对"
    facts = [] if unmet.chosen_back else ["对方未选本户"]
    if unmet.load >= unmet.most:
        facts.append(f"其已联满{unmet.load}户")
    elif unmet.load >= unmet.target:
        facts.append(f"其已联{unmet.load}户，达到目标数")
    return "，".join(facts) or "另有更合适的安排"
