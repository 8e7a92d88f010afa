"""挂号规则: a county's switches of the register as staff edit them, and who changed what from what to what.

What was set by hand stays when a profile is loaded again (issues.rules), unless edits are discarded.
"""

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from django.db import transaction

from accounts.errors import Refused
from accounts.models import User
from grids.models import Grid
from issues.limits import RULES_EVENT, Change
from issues.models import Category, RegisterRules


class Switch(NamedTuple):
    """One switch: what it does in words; a number has its least, its most and its unit, a yes or no has none."""

    name: str
    label: str
    hint: str
    least: int = 0
    most: int = 0
    unit: str = ""

    @property
    def is_number(self) -> bool:
        return bool(self.unit)

    def spoken(self, value: Any) -> str:
        return f"{value}{self.unit}" if self.is_number else "是" if value else "否"


SWITCHES = (
    Switch("publicity", "销号前公示", "群众确认后，先在村里公示再销号"),
    Switch("publicity_days", "公示多久", "", 1, 60, "个工作日"),
    Switch("reopen_days", "销号后多久内可以复号", "", 1, 366, "天"),
    Switch("failed_contacts", "联系不上几次后可由村见证", "按“未确认”单独统计", 1, 10, "次"),
    Switch("explained_may_close", "解释说明类可以销号", "客观上办不了的，上一级复核后销号，单独统计"),
    Switch("automatic_orders", "自动发督办单", "临期蓝、逾期橙、逾期满三个工作日红"),
    Switch("order_answer_days", "督办单多久内回复", "", 1, 30, "个工作日"),
    Switch("force_close", "县级可以强制销号", "不经群众确认销号，每张报表都单列"),
    Switch("quiet_hours", "夜间不发短信和群消息", ""),
    Switch("quiet_from", "夜间从", "", 0, 23, "点"),
    Switch("quiet_until", "夜间到", "", 0, 23, "点"),
    Switch("urgent_at_night", "紧急事项夜间也通知工作人员", ""),
)
BY_NAME = {switch.name: switch for switch in SWITCHES}


@transaction.atomic
def set_switches(*, county: Grid, changes: Mapping[str, Any], by: User, at: datetime) -> int:
    """Sets some switches. Returns how many changed; what is decided under the old ones stays so."""
    rules, _ = RegisterRules.objects.select_for_update().get_or_create(county=county)
    for name, value in changes.items():
        switch = BY_NAME[name]
        if switch.is_number and not switch.least <= value <= switch.most:
            raise Refused(f"“{switch.label}”应在{switch.least}到{switch.most}{switch.unit}之间。", field=name)
    differing = [name for name, value in changes.items() if getattr(rules, name) != value]
    if differing:
        for name in differing:
            setattr(rules, name, changes[name])
        rules.by_hand = sorted({*rules.by_hand, *differing})
        rules.edited_by, rules.edited_at = by, at
        rules.save(update_fields=[*differing, "by_hand", "edited_by", "edited_at"])
    return len(differing)


def changes(county: Grid, limit: int = 50) -> list[Change]:
    """The latest changes of switches and categories, newest first."""
    rows = list(RULES_EVENT.objects.filter(county=county).order_by("pgh_id").select_related("edited_by"))
    told = [change for before, after in pairwise(rows) for change in _between(before, after)]
    return told[::-1][:limit]


def _between(before: Any, after: Any) -> list[Change]:
    by_hand = after.edited_at != before.edited_at
    at, by = (after.edited_at, after.edited_by) if by_hand else (after.pgh_created_at, None)
    switched = [
        Change(at, by, switch.label, switch.spoken(was), switch.spoken(now))
        for switch in SWITCHES
        if (was := getattr(before, switch.name)) != (now := getattr(after, switch.name))
    ]
    was, now = before.categories, after.categories
    named = [value for value in Category.values if was.get(value) != now.get(value)]
    return switched + [
        Change(at, by, f"类别·{Category(value).label}", _category(was, value), _category(now, value)) for value in named
    ]


def _category(categories: Mapping[str, Mapping[str, Any]], value: str) -> str:
    own = categories.get(value)
    if own is None:
        return "系统默认的说明"
    return f"{'使用' if own['offered'] else '不用'}；{own['covers'] or '没有说明'}"
