"""Reads a county's profile: one YAML, laid over the one it extends, every value checked.

A mistake is refused as ProfileError with file, line and reason, so that nobody runs a county on a misspelt limit.
"""

import re
from functools import cache
from pathlib import Path

from yaml.nodes import MappingNode, Node

from profiles import terms
from profiles.contacts import contacts
from profiles.nodes import ProfileError, code, entries, fault, is_null, items, load, merged, shown, text, whole
from profiles.profile import Profile, Quota, Rung, VisitRule
from profiles.service_days import service_days
from profiles.spans import clocks, escalate_after, limits, publicity_clock
from profiles.switches import order_flow, switches, visits
from profiles.terms import EXCUSERS

FOLDER = Path(__file__).parent
SECTIONS = (
    "county",
    "levels",
    "programmes",
    "chain",
    "limits",
    "clocks",
    "escalate_after",
    "visit_rules",
    "visits",
    "quotas",
    "switches",
    "order_flow",
    "supervision_labels",
    "channels",
)
OPTIONAL = ("units", "service_days", "contacts")
NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")


def read(name_or_path: str | Path) -> Profile:
    """The profile shipped under a name ("jiangle"), or the one in a file of yours. Raises ProfileError.

    Shipped profiles are kept for the life of the process; they change only with the program.
    """
    if isinstance(name_or_path, str) and NAME.fullmatch(name_or_path):
        return _shipped(name_or_path)
    return _parse(Path(name_or_path))


def shipped() -> list[str]:
    """The names `read` knows."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def _shipped(name: str) -> Profile:
    if name not in shipped():
        raise ProfileError(f"没有名为“{name}”的县配置，可用：{'、'.join(shipped())}")
    return _parse(FOLDER / f"{name}.yaml")


def _parse(path: Path) -> Profile:
    found = entries(_with_bases(path, []), "配置", required=SECTIONS, known=(*SECTIONS, *OPTIONAL))
    levels = _levels(found["levels"])
    programmes = _names(found["programmes"], "项目", longest=30)
    switched = switches(found["switches"])
    return Profile(
        key=path.stem,
        county=text(entries(found["county"], "county", required=["name"])["name"], "县名", 30),
        levels=levels,
        programmes=programmes,
        chain=_chain(found["chain"], levels),
        limits=limits(found["limits"]),
        clocks=clocks(found["clocks"]) | publicity_clock(switched.publicity_days),
        escalate_after=escalate_after(found["escalate_after"]),
        visit_rules=_visit_rules(found["visit_rules"], programmes),
        visits=visits(found["visits"]),
        quotas=_quotas(found["quotas"], programmes),
        switches=switched,
        order_flow=order_flow(found["order_flow"]),
        supervision_labels=_labels(found["supervision_labels"], "督办单名称", terms.SUPERVISION),
        channels=_channels(found["channels"]),
        units=_units(found["units"]) if "units" in found else (),
        service_days=service_days(found["service_days"], programmes) if "service_days" in found else (),
        contacts=contacts(found["contacts"], programmes) if "contacts" in found else (),
    )


def _with_bases(path: Path, below: list[Path]) -> Node:
    """The file laid over the one its `extends` names, and so on down."""
    top = load(path)
    extends = next((value for key, value in top.value if key.value == "extends"), None)
    if extends is None:
        return top
    top.value = [(key, value) for key, value in top.value if key.value != "extends"]
    base = _base(extends, path)
    if base in (path, *below):
        raise fault(extends, f"extends 绕了一圈又回到“{base.stem}”")
    return merged(_with_bases(base, [*below, path]), top)


def _base(extends: Node, path: Path) -> Path:
    """A profile of the same folder, else a shipped one."""
    name = shown(extends)
    for folder in (path.parent, FOLDER):
        if NAME.fullmatch(name) and (folder / f"{name}.yaml").is_file():
            return folder / f"{name}.yaml"
    raise fault(extends, f"找不到 extends 的配置“{name}”，可用：{'、'.join(shipped())}")


def _levels(node: Node) -> dict[str, str]:
    found = entries(node, "levels（层级名称）", required=terms.NAMED_LEVELS, known=terms.LEVELS)
    return {kind: text(found[kind], f"层级 {kind} 的名称", 30) for kind in terms.LEVELS if kind in found}


def _names(node: Node, what: str, *, longest: int) -> dict[str, str]:
    """Free identifiers with their screen names."""
    if not isinstance(node, MappingNode) or not node.value:
        raise fault(node, f"{what}应写成“代码: 名称”，至少一行")
    for key, _ in node.value:
        if not re.fullmatch(r"[a-z][a-z0-9_-]{0,19}", key.value):
            raise fault(key, f"{what}的代码“{key.value}”应是20个以内的小写字母、数字或 _ -")
    return {key.value: text(value, f"{what} {key.value} 的名称", longest) for key, value in node.value}


def _labels(node: Node, what: str, keys: dict[str, str]) -> dict[str, str]:
    found = entries(node, what, required=keys)
    return {key: text(found[key], f"{what} {key}", 20) for key in keys}


def _channels(node: Node) -> dict[str, str]:
    found = entries(node, "channels（来源）", known=terms.CHANNELS)
    return {key: text(value, f"来源 {key} 的名称", 20) for key, value in found.items()}


def _units(node: Node) -> tuple[str, ...]:
    names: list[str] = []
    for item in items(node, "units（部门）"):
        name = text(item, "部门名称", 40)
        if name in names:
            raise fault(item, f"部门“{name}”写了两次，只能留一次")
        names.append(name)
    return tuple(names)


def _chain(node: Node, levels: dict[str, str]) -> tuple[Rung, ...]:
    chain: list[Rung] = []
    for item in items(node, "chain（上报链）"):
        rung = _rung(item, levels)
        if any(rung.name == other.name for other in chain):
            raise fault(item, f"上报链里“{rung.name}”出现了两次")
        if chain:
            _refuse_descent(item, chain[-1], rung)
        chain.append(rung)
    return tuple(chain)


def _rung(node: Node, levels: dict[str, str]) -> Rung:
    needed = ["name", "at", "roles", "ledger", "limits"]
    found = entries(node, "上报链的一级", required=needed, known=[*needed, "grade"])
    roles = _posts(found["roles"], "roles（岗位）")
    return Rung(
        name=text(found["name"], "上报链一级的名称", 20),
        at=code(found["at"], "层级", levels),
        roles=roles,
        ledger=code(found["ledger"], "台账", terms.LEDGERS),
        limits=code(found["limits"], "时限列", terms.COLUMNS),
        grade=code(found["grade"], "事项等级", terms.GRADES) if "grade" in found else "",
    )


def _posts(node: Node, what: str) -> tuple[str, ...]:
    roles = tuple(code(role, "岗位", terms.ROLES) for role in items(node, what))
    if len(set(roles)) < len(roles):
        raise fault(node, "同一级里有岗位写了两次")
    return roles


def _refuse_descent(node: Node, below: Rung, rung: Rung) -> None:
    widest_first, lowest_first = list(terms.LEVELS), list(terms.LEDGERS)
    if widest_first.index(rung.at) > widest_first.index(below.at):
        raise fault(node, f"上报链应从下往上写：“{rung.name}”在 {rung.at}，比前一级“{below.name}”还低")
    if lowest_first.index(rung.ledger) < lowest_first.index(below.ledger):
        raise fault(node, f"上报后台账不能降级：“{rung.name}”的台账比前一级“{below.name}”低")


def _visit_rules(node: Node, programmes: dict[str, str]) -> tuple[VisitRule, ...]:
    rules: dict[tuple[str, str | None], VisitRule] = {}
    for item in items(node, "visit_rules（走访规则）"):
        needed = ["programme", "tag", "interval_days", "grace_days"]
        found = entries(item, "走访规则", required=needed, known=[*needed, "excused_by"])
        rule = VisitRule(
            programme=code(found["programme"], "项目", programmes),
            tag=None if is_null(found["tag"]) else code(found["tag"], "住户标签", terms.TAGS),
            interval_days=whole(found["interval_days"], "走访间隔天数", 1, 366),
            grace_days=whole(found["grace_days"], "宽限天数", 0, 366),
            excused_by=_posts(found["excused_by"], "excused_by（谁可以准予暂停）")
            if "excused_by" in found
            else EXCUSERS,
        )
        if (rule.programme, rule.tag) in rules:
            raise fault(item, f"项目 {rule.programme} 对标签 {rule.tag or 'null（全部住户）'} 有两条走访规则")
        rules[rule.programme, rule.tag] = rule
    return tuple(rules.values())


def _quotas(node: Node, programmes: dict[str, str]) -> tuple[Quota, ...]:
    quotas: dict[tuple[str, str], Quota] = {}
    for item in items(node, "quotas（联户数）"):
        found = entries(item, "联户数", required=["programme", "cadre_type", "min", "target", "max"])
        quota = Quota(
            programme=code(found["programme"], "项目", programmes),
            cadre_type=code(found["cadre_type"], "党员类型", terms.CADRES),
            min=whole(found["min"], "下限", 0, 1000),
            target=whole(found["target"], "目标", 0, 1000),
            max=whole(found["max"], "上限", 1, 1000),
        )
        if not quota.min <= quota.target <= quota.max:
            raise fault(item, "联户数应满足 下限 ≤ 目标 ≤ 上限")
        if (quota.programme, quota.cadre_type) in quotas:
            raise fault(item, f"项目 {quota.programme} 对 {quota.cadre_type} 有两条联户数")
        quotas[quota.programme, quota.cadre_type] = quota
    return tuple(quotas.values())
