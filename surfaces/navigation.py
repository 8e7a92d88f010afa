"""What each surface's menu offers. An entry shows when its URL exists and the person may open it."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from accounts.roles import Permission
from notices.models import Notice
from surfaces.order_page import to_answer

COUNT_CAP = 99


@dataclass(frozen=True)
class Entry:
    """`permission` None means everybody who reached the surface. `count` says how many things wait there, at most one
    more than COUNT_CAP."""

    label: str
    url_name: str
    permission: Permission | None
    icon: str
    count: Callable[[User], int] | None = None

    @property
    def surface(self) -> str:
        return self.url_name.partition(":")[0]


@dataclass(frozen=True)
class Group:
    label: str
    entries: tuple[Entry, ...]


def unread(user: User) -> int:
    return Notice.objects.visible_to(user).unread()[: COUNT_CAP + 1].count()


def orders_to_answer(user: User) -> int:
    return to_answer(user)[: COUNT_CAP + 1].count()


NAVIGATION: dict[str, tuple[Group, ...]] = {
    "console": (
        Group(
            "工作台",
            (Entry("待我处理", "console:home", None, "home"), Entry("消息", "console:inbox", None, "bell", unread)),
        ),
        Group(
            "诉求",
            (
                Entry("待梳理", "console:opinions", Permission.ISSUE_TRIAGE, "inbox"),
                Entry("诉求办理", "console:issues", Permission.ISSUE_VIEW, "issue"),
                Entry("督办单", "console:orders", Permission.ISSUE_VIEW, "clock", orders_to_answer),
                Entry("群众点单", "console:requests", Permission.ISSUE_VIEW, "star"),
                Entry("台账", "console:ledgers", Permission.ISSUE_VIEW, "log"),
            ),
        ),
        Group(
            "告知",
            (
                Entry("告知发送", "console:tellings", Permission.ISSUE_TRIAGE, "phone"),
                Entry("短信回复", "console:answers", Permission.ISSUE_TRIAGE, "inbox"),
                Entry("告知模板", "console:wordings", Permission.NOTICE_EDIT, "edit"),
                Entry("群机器人", "console:robots", Permission.NOTICE_EDIT, "bell"),
            ),
        ),
        Group(
            "联户",
            (
                Entry("住户", "console:households", Permission.HOUSEHOLD_VIEW, "houses"),
                Entry("双向互选", "console:rounds", Permission.PAIRING_EDIT, "choose"),
                Entry("结对", "console:pairings", Permission.HOUSEHOLD_VIEW, "link"),
                Entry("分类联系", "console:contacts", Permission.PAIRING_EDIT, "people"),
                Entry("缺口名单", "console:gaps", Permission.PAIRING_EDIT, "warning"),
                Entry("走访", "console:visits", Permission.VISIT_VIEW, "visit"),
                Entry("上门未见、搬离", "console:checks", Permission.PAIRING_EDIT, "person"),
                Entry("走访提示", "console:hints", Permission.VISIT_HINT, "bell"),
                Entry("暂停走访", "console:pauses", Permission.VISIT_VIEW, "clock"),
                Entry("服务日", "console:sessions", Permission.VISIT_VIEW, "calendar"),
                Entry("服务承诺", "console:pledges", Permission.VISIT_VIEW, "star"),
                Entry("党员", "console:members", Permission.MEMBER_VIEW, "people"),
            ),
        ),
        Group(
            "网格",
            (
                Entry("网格树", "console:grids", Permission.GRID_VIEW, "tree"),
                Entry("结构变更", "console:grid_changes", Permission.GRID_EDIT, "log"),
                Entry("地图边界", "console:boundaries", Permission.GRID_EDIT, "import"),
                Entry("任职", "console:postings", Permission.POSTING_EDIT, "person"),
                Entry("空缺岗位", "console:vacancies", Permission.POSTING_EDIT, "warning"),
                Entry("值班", "console:duty", Permission.ROTA_EDIT, "clock"),
            ),
        ),
        Group(
            "数据",
            (
                Entry("导入", "console:imports", Permission.DATA_IMPORT, "import"),
                Entry("导出和打印", "console:exports", Permission.PAIRING_EDIT, "export"),
                Entry("工作日", "console:calendar", Permission.CALENDAR_EDIT, "calendar"),
                Entry("挂号规则", "console:register_rules", Permission.CALENDAR_EDIT, "edit"),
                Entry("时限表", "console:limits", Permission.CALENDAR_EDIT, "log"),
                Entry("走访规则", "console:visit_rules", Permission.CALENDAR_EDIT, "visit"),
                Entry("用户", "console:users", Permission.USER_MANAGE, "shield"),
                Entry("操作日志", "console:audit", Permission.AUDIT_VIEW, "log"),
            ),
        ),
    ),
    "field": (
        Group(
            "",
            (
                Entry("今日", "field:home", None, "calendar"),
                Entry("住户", "field:households", Permission.HOUSEHOLD_VIEW, "houses"),
                Entry("诉求", "field:issues", Permission.ISSUE_VIEW, "issue"),
                Entry("消息", "field:inbox", None, "bell", unread),
                Entry("我的", "field:me", None, "person"),
            ),
        ),
    ),
    "county": (
        Group(
            "",
            (
                Entry("数据看板", "county:home", Permission.DASHBOARD_VIEW, "chart"),
                Entry("月度通报", "county:bulletins", Permission.DASHBOARD_VIEW, "log"),
                Entry("年终质询", "county:inquiries", Permission.INQUIRE, "person"),
            ),
        ),
    ),
    "public": (),
}

SWITCHES: tuple[Entry, ...] = (
    Entry("工作台", "console:home", Permission.GRID_VIEW, "home"),
    Entry("手机端", "field:home", Permission.VISIT_RECORD, "phone"),
    Entry("数据看板", "county:home", Permission.DASHBOARD_VIEW, "chart"),
)
"""Links from one surface to another, in the head of each."""
