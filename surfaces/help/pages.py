"""Which part of the manual tells of which page: chapter and heading, with the URL names it is about.

A page of one move is named with the move, `console:move.register`; without a line of its own it has the line of
`console:move`.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.urls import ResolverMatch

from accounts.roles import Role
from surfaces.help.manual import CHAPTERS, Chapter

TABLE: dict[tuple[str, str], str] = {
    # 从收集到销号: the usual way of a matter, on either surface
    ("steps", "第一步 收集：先记下来"): "field:collect",
    ("steps", "第二步 挂号：村里或乡镇梳理"): "field:move.register console:move.register",
    ("steps", "第三步 交办：交给一个人"): "field:move.assign console:move.assign",
    ("steps", "第四步 签收、联系"): (
        "field:move.sign_for console:move.sign_for field:move.contact console:move.contact"
    ),
    ("steps", "第五步 报结：办好了，附上佐证"): "field:move.report console:move.report",
    ("steps", "第六步 核查：换一个人看"): (
        "field:move.verify console:move.verify field:move.reject console:move.reject"
    ),
    ("steps", "第七步 群众确认，销号"): (
        "field:move.give_verdict console:move.give_verdict field:move.close console:move.close"
    ),
    # 手机端
    ("field", "今日"): "field:home",
    ("field", "住户"): "field:households field:household field:correct",
    ("field", "记一次走访（不到一分钟）"): "field:visit field:visited field:trigger",
    ("field", "没有信号时怎么用"): "field:queue field:offline field:day",
    ("field", "提诉求"): "field:collect",
    ("field", "办诉求"): "field:issues field:issue field:move",
    ("field", "回复督办单"): "field:orders field:order",
    ("field", "群众点单（三单）"): "field:requests field:place field:request field:request_move",
    ("field", "值班"): "field:duty field:shift field:log_entry field:desk field:swap_ask",
    ("field", "服务日"): "field:sessions field:session field:session_step",
    ("field", "服务承诺"): "field:pledges field:pledge_new field:pledge field:pledge_deed",
    ("field", "双向互选填志愿"): "field:round",
    ("field", "年度质询"): "field:inquiry",
    ("field", "消息提醒"): "field:inbox field:inbox_choice",
    ("field", "我的"): "field:me field:absence field:suggestion",
    ("field", "帮助和首页引导"): "field:help field:help_page field:help_chapter",
    # 村支书
    ("village", "每天先看今日"): "field:home",
    ("village", "核实住户"): "field:checks field:check",
    ("village", "暂停走访"): "field:pause field:pause_end",
    ("village", "走访提示"): "field:hints field:hint",
    # 乡镇工作台
    ("desk", "待我处理"): "console:home",
    ("desk", "查找"): "console:search",
    ("desk", "消息"): "console:inbox console:inbox_choice",
    ("desk", "登记诉求"): "console:collect",
    ("desk", "待梳理"): "console:opinions console:merge",
    ("desk", "诉求办理"): "console:issues console:bulk console:issue_sheets",
    ("desk", "一件事项"): "console:issue console:move",
    ("desk", "督办单"): "console:orders console:order",
    ("desk", "年度质询"): "console:inquiry",
    ("desk", "告知"): "console:tellings console:telling_resend console:answers console:answer_settle",
    ("desk", "台账"): "console:ledgers",
    ("desk", "群众点单"): "console:requests console:place console:request console:request_move",
    ("desk", "双向互选"): (
        "console:rounds console:round_open console:round console:round_deed console:round_member_wish"
        " console:round_home_wish console:round_decide console:round_swap console:round_effect console:round_undo"
    ),
    ("desk", "住户"): (
        "console:households console:household_add console:household console:household_move console:household_close"
        " console:household_split console:resident_left"
        " console:tag console:untag console:trigger"
    ),
    (
        "desk",
        "结对",
    ): ("console:pair console:pairings console:hand_over console:member_hand_over console:pairing_end console:gaps"),
    ("desk", "分类联系"): (
        "console:contacts console:contact console:contact_new console:contact_hand_over console:contact_end"
        " console:quota"
    ),
    ("desk", "走访"): (
        "console:visits console:visit console:visit_record console:notebook console:checks console:check"
        " console:pauses console:pause console:pause_end console:hints console:hint"
    ),
    ("desk", "服务日"): (
        "console:sessions console:session_add console:session console:session_step console:session_shift"
        " console:session_call_off console:service_rules console:service_rule_add console:service_rule_drop"
        " console:day_off_add console:day_off_drop"
    ),
    ("desk", "服务承诺"): "console:pledges console:pledge_new console:pledge console:pledge_deed",
    ("desk", "党员"): (
        "console:members console:member_add console:member console:member_capacity console:member_exempt"
        " console:member_end_exemption console:member_retire console:member_account"
    ),
    ("desk", "网格树"): (
        "console:grids console:grid console:grid_add console:grid_rename console:grid_move console:grid_merge"
        " console:grid_close console:grid_split console:grid_changes console:grid_undo console:grid_cancel"
    ),
    ("desk", "任职、空岗、请假"): (
        "console:appoint console:postings console:dismiss console:absence console:absence_end console:vacancies"
    ),
    ("desk", "值班"): (
        "console:duty console:duty_holes console:duty_log console:shift console:shift_assign console:shift_vacate"
        " console:shift_cancel console:rota_add console:rota console:rota_edit console:rota_close console:portrait"
    ),
    ("desk", "导入住户、党员"): "console:imports console:import_new console:import",
    ("desk", "导出"): "console:exports console:export_new console:export",
    ("desk", "打印名册、服务卡、走访本"): "console:print_new",
    ("desk", "帮助和首页引导"): (
        "console:help console:help_page console:help_chapter county:help county:help_page county:help_chapter"
    ),
    # 部门承办
    ("unit", "待我处理"): "console:home",
    ("unit", "办一件事项"): "console:issues console:issue console:move",
    ("unit", "督办单和年度质询"): "console:orders console:order console:inquiry",
    # 县级看板
    ("county", "总览"): "county:home",
    ("county", "驾驶舱"): "county:cockpit",
    ("county", "走势和支持"): "county:support",
    ("county", "月度通报"): "county:bulletins county:bulletin_new county:bulletin",
    ("county", "联户覆盖"): "county:coverage",
    ("county", "走访"): "county:visits",
    ("county", "诉求办理"): "county:funnel",
    ("county", "逾期"): "county:overdue",
    ("county", "五率"): "county:rates",
    ("county", "梳理清零"): "county:evenings",
    ("county", "督办单"): "county:orders",
    ("county", "群众点单"): "county:requests",
    ("county", "值班"): "county:duty",
    ("county", "服务日和承诺"): "county:service",
    ("county", "填报负担"): "county:burden",
    ("county", "数字背后的名单"): "county:list",
    ("county", "年终质询"): "county:inquiries county:inquiries_begin county:inquiries_sheet county:inquiry",
    # 县级设置
    ("settings", "告知模板"): "console:wordings console:wording_edit console:wording_default",
    ("settings", "群机器人"): "console:robots console:robot_add console:robot_try console:robot_remove",
    ("settings", "工作日"): "console:calendar console:calendar_import console:calendar_day",
    ("settings", "挂号规则"): "console:register_rules console:register_rule console:category",
    ("settings", "时限表"): "console:limits console:limit_handle console:limit_kind",
    ("settings", "地图边界"): "console:boundaries console:boundaries_drop",
    ("settings", "走访规则"): "console:visit_rules console:visit_rule console:visit_policy",
    # 管理与审计
    ("admin", "操作日志"): "console:audit",
    ("admin", "办理记录"): "console:audit_events console:audit_verify",
    ("admin", "用户"): "console:users console:user_reset console:user_second_step console:user_switch",
}


@dataclass(frozen=True)
class Section:
    chapter: Chapter
    heading: str


def _by_page() -> dict[str, list[Section]]:
    told = defaultdict(list)
    for (slug, heading), names in TABLE.items():
        for name in names.split():
            told[name].append(Section(CHAPTERS[slug], heading))
    return dict(told)


TOLD = _by_page()


def told_to(page: str, roles: set[Role]) -> list[Section]:
    """Where chapters of several people tell of a page, each reads their own and what is for everybody."""
    own = [one for one in TOLD[page] if not one.chapter.roles or one.chapter.roles & roles]
    return own or TOLD[page]


def told_of(match: ResolverMatch | None) -> str:
    """The name by which help is asked for beside the page; empty where the manual tells nothing of it."""
    if match is None:
        return ""
    names = (f"{match.view_name}.{match.kwargs.get('name')}", match.view_name)
    return next((name for name in names if name in TOLD), "")
