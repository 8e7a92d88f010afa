"""服务日: on which days a county's villages go to the households."""

from yaml.nodes import Node

from profiles import terms
from profiles.nodes import code, entries, fault, flag, items, whole
from profiles.profile import ServiceDays

OPTIONAL = ("weekday", "lunar", "holidays")


def service_days(node: Node, programmes: dict[str, str]) -> tuple[ServiceDays, ...]:
    return tuple(_rule(item, programmes) for item in items(node, "service_days（服务日）"))


def _rule(node: Node, programmes: dict[str, str]) -> ServiceDays:
    needed = ["programme", "kind", "numbers"]
    found = entries(node, "服务日规则", required=needed, known=[*needed, *OPTIONAL])
    kind = code(found["kind"], "服务日规则", terms.SERVICE_DAYS)
    if (kind == "weekday") != ("weekday" in found):
        raise fault(node, "kind: weekday（每月第几个周几）要写 weekday（1是周一），其他规则不写")
    low, high = terms.SERVICE_NUMBERS[kind]
    return ServiceDays(
        programme=code(found["programme"], "项目", programmes),
        kind=kind,
        numbers=tuple(whole(number, "服务日的数", low, high) for number in items(found["numbers"], "numbers（几）")),
        weekday=whole(found["weekday"], "周几", 1, 7) if "weekday" in found else 0,
        lunar=flag(found["lunar"], "lunar（按农历）") if "lunar" in found else False,
        holidays=code(found["holidays"], "遇放假的做法", terms.ON_HOLIDAYS) if "holidays" in found else "keep",
    )
