"""Typed contacts: whom a county's cadres look after beside the liaison households."""

import re

from yaml.nodes import Node

from profiles import terms
from profiles.nodes import code, entries, fault, flag, items, text, whole
from profiles.profile import Contact

OPTIONAL = ("tag", "cadres", "required", "each")
USUAL = "liaison"


def contacts(node: Node, programmes: dict[str, str]) -> tuple[Contact, ...]:
    found: dict[tuple[str, str], Contact] = {}
    for item in items(node, "contacts（联系类型）"):
        contact = _contact(item, programmes)
        if (contact.programme, contact.code) in found:
            raise fault(item, f"联系类型 {contact.code} 在项目 {contact.programme} 里写了两次")
        found[contact.programme, contact.code] = contact
    return tuple(found.values())


def _contact(node: Node, programmes: dict[str, str]) -> Contact:
    needed = ["programme", "code", "name", "target"]
    found = entries(node, "联系类型", required=needed, known=[*needed, *OPTIONAL])
    name = text(found["code"], "联系类型的代码", 20)
    if name == USUAL or not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise fault(found["code"], f"联系类型的代码“{name}”应是小写字母、数字或 _ -，且不能是 {USUAL}")
    target = code(found["target"], "联系对象", terms.CONTACT_TARGETS)
    if "tag" in found and target != "family":
        raise fault(found["tag"], "只有联系家庭户（target: family）时才写 tag")
    cadres = items(found["cadres"], "cadres（党员类型）") if "cadres" in found else []
    if "each" in found and not cadres:
        raise fault(found["each"], "写了 each（每人几个）就要写 cadres（哪些人）")
    return Contact(
        programme=code(found["programme"], "项目", programmes),
        code=name,
        name=text(found["name"], "联系类型的名称", 20),
        target=target,
        tag=code(found["tag"], "住户标签", terms.TAGS) if "tag" in found else "",
        cadres=tuple(code(cadre, "党员类型", terms.CADRES) for cadre in cadres),
        required=flag(found["required"], "required（每个对象都要有）") if "required" in found else False,
        each=whole(found["each"], "每人几个", 1, 100) if "each" in found else 0,
    )
