"""The categories a county's forms offer, and what it says belongs to each. The six themselves are fixed: limits,
ledgers and tallies count by them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from grids.scope import Scope
from issues.models import Category, RegisterRules

LONGEST = 60
COVERS: Mapping[str, str] = {
    Category.LIVELIHOOD: "低保、救助、养老、医保、住房",
    Category.EMPLOYMENT: "找工作、培训、工资拖欠、社保",
    Category.PRODUCTION: "农技、销路、贷款、用地、农资",
    Category.INFRASTRUCTURE: "路、桥、水、电、网、路灯、垃圾",
    Category.DISPUTE: "邻里、家庭、土地山林、债务",
    Category.OPINION: "对政策、干部、公共服务的意见建议",
}
"""What is said of a category until the county says it in its own words."""


def of_county(rules: RegisterRules | None) -> list[dict[str, Any]]:
    """Every category with what belongs to it and whether it is offered."""
    own = rules.categories if rules else {}
    return [
        {
            "value": value,
            "label": label,
            "covers": own.get(value, {}).get("covers", COVERS[value]),
            "offered": own.get(value, {}).get("offered", True),
        }
        for value, label in Category.choices
    ]


def offered(user: User) -> list[tuple[str, str]]:
    """What this person's forms offer, each with what belongs to it: the categories of the counties they work in."""
    counties = {posting.county_id for posting in Scope.of(user).postings}
    own = [of_county(rules) for rules in RegisterRules.objects.filter(county__in=counties)] or [of_county(None)]
    found: dict[str, str] = {}
    for category in (category for categories in own for category in categories if category["offered"]):
        said = f"{category['label']}（{category['covers']}）" if category["covers"] else category["label"]
        found.setdefault(category["value"], said)
    return [(value, found[value]) for value in Category.values if value in found]


@transaction.atomic
def set_category(*, county: Grid, category: Category, covers: str, offered: bool, by: User, at: datetime) -> bool:
    """What belongs to the category here, and whether forms offer it. False when it was so already."""
    rules, _ = RegisterRules.objects.select_for_update().get_or_create(county=county)
    now = {one["value"]: one for one in of_county(rules)}
    if not offered and not any(one["offered"] for value, one in now.items() if value != category):
        raise Refused("至少要留一个类别。", field="offered")
    wanted = {"covers": covers.strip()[:LONGEST], "offered": offered}
    if {name: now[category][name] for name in wanted} == wanted:
        return False
    rules.categories = {**rules.categories, category.value: wanted}
    rules.edited_by, rules.edited_at = by, at
    rules.save(update_fields=["categories", "edited_by", "edited_at"])
    return True
