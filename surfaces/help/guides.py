"""The guide of a first visit: a few steps in plain words on the home page of a role, until its reader puts it away."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_POST

from accounts.actions import put_guide_away, take_guide_out
from accounts.models import GuideAway, User
from accounts.roles import Role
from grids.scope import Scope
from surfaces.doors import Visitor, needs
from surfaces.help.manual import COUNTY, FIELD, SUPPORT, TOWN, VILLAGE
from workdays.now import now


@dataclass(frozen=True)
class Step:
    """`link` says where the page `to` leads."""

    words: str
    link: str = ""
    to: str = ""
    query: str = ""
    chapter: str = ""

    @property
    def url(self) -> str:
        args = [self.chapter] if self.chapter else []
        return reverse(self.to, args=args) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Guide:
    name: str
    surface: str
    roles: frozenset[Role]
    steps: tuple[Step, ...]


OFFLINE = Step("山里没有信号也能记。出门前在有信号的地方打开一次“今日”，有信号后自动发送。", "看待发送", "field:queue")
ASK_HELP = "不知道怎么点，就点右上角“帮助”，看这一页怎么用。"

GUIDES = {
    one.name: one
    for one in (
        Guide(
            "village",
            "field",
            VILLAGE,
            (
                Step("上面的数字是等您办的事：待梳理、待交办、待核查，点开就是名单。"),
                Step(
                    "待梳理：点开一件，点“挂号”；同一件事“并案”，当场办了的记“当场办结”。",
                    "去待梳理",
                    "field:issues",
                    "list=triage",
                ),
                Step("挂了号的点“交办”，交给一名责任人，到期时间系统算好。", "看诉求", "field:issues"),
                Step("村里人请假、不在岗，先登记代理人，事情不会落下。", "登记不在岗", "field:absence"),
                Step(ASK_HELP, "看手册", "field:help"),
            ),
        ),
        Guide(
            "member",
            "field",
            FIELD,
            (
                Step(
                    "“今日”列着该走访的住户，最早到期的在最上面。点一户，点“记走访”，选结果，点“保存走访”。",
                    "看我的住户",
                    "field:households",
                ),
                Step(
                    "走访时听到诉求，在同一张表里点开“同时提一件诉求”，写一句话就行。",
                    "另外提一件诉求",
                    "field:collect",
                ),
                Step(
                    "交给您办的事在“诉求”页的“我承办的”里：先“签收”，办好点“报结”，由别人核查。",
                    "看我承办的",
                    "field:issues",
                    "list=mine",
                ),
                OFFLINE,
                Step(ASK_HELP, "看手册", "field:help"),
            ),
        ),
        Guide(
            "support",
            "field",
            SUPPORT,
            (
                Step("发现问题、听到诉求，点右上角“提诉求”，选地点，写一句话。", "提诉求", "field:collect"),
                Step(
                    "交给您办的事在“诉求”页的“我承办的”里：先“签收”，办好点“报结”，由别人核查。",
                    "看诉求",
                    "field:issues",
                    "list=mine",
                ),
                Step(ASK_HELP, "看手册", "field:help"),
            ),
        ),
        Guide(
            "county",
            "county",
            COUNTY,
            (
                Step("每个比例都写着分子和分母，点哪个数就打开哪份名单。", "看诉求办理", "county:funnel"),
                Step(
                    "上方选时段；表里点乡镇、村、网格，逐级看下去。各地按区划代码排列，不排名次。",
                    "看联户覆盖",
                    "county:coverage",
                ),
                Step("要交办、批准挂账、裁决，到工作台去办。", "去工作台", "console:home"),
                Step(ASK_HELP, "看手册", "county:help"),
            ),
        ),
        Guide(
            "unit",
            "console",
            frozenset({Role.UNIT_HANDLER}),
            (
                Step("交给本单位的事在“我手上的”里，点数字打开名单。", "看诉求办理", "console:issues"),
                Step("点开一件，先点“签收”，期限内联系一次反映人，点“记录联系”。"),
                Step("办好点“报结”，写结果、附佐证；来不及的，到期前“申请延期”或“申请挂账”。"),
                Step(ASK_HELP, "从收集到销号，一步一步看", "console:help_chapter", chapter="steps"),
            ),
        ),
        Guide(
            "desk",
            "console",
            TOWN | COUNTY,
            (
                Step("这一页的数字就是等您办的事，点开就是名单，数目一致；红字是逾期。"),
                Step(
                    "来电来访的，点右上角“登记诉求”；收进来以后在“待梳理”里挂号、并案或转出。",
                    "去待梳理",
                    "console:opinions",
                ),
                Step(
                    "挂了号的点“交办”，交给一名责任人；办完由别人核查，群众认可才能销号。",
                    "看诉求办理",
                    "console:issues",
                ),
                Step("还没有人联系的住户在“缺口名单”，空岗在“任职”。", "看缺口名单", "console:gaps"),
                Step(ASK_HELP, "从收集到销号，一步一步看", "console:help_chapter", chapter="steps"),
            ),
        ),
        Guide(
            "auditor",
            "console",
            frozenset({Role.AUDITOR}),
            (
                Step("操作日志：谁在什么时候看了谁的完整信息、为什么；只能看，不能改。", "看操作日志", "console:audit"),
                Step(
                    "事项操作：每件诉求的每一步首尾相连，在“核对记录”里重新计算，改过的会指出来。",
                    "看事项操作",
                    "console:audit_events",
                ),
                Step(ASK_HELP, "看手册", "console:help"),
            ),
        ),
        Guide(
            "security",
            "console",
            frozenset({Role.SECURITY_ADMIN}),
            (
                Step("忘记密码、离任的，在“用户”里重置密码、停用账号。", "看用户", "console:users"),
                Step("任命和免职在“任职”里办，一格只有一名网格长。", "看任职", "console:postings"),
                Step(ASK_HELP, "看手册", "console:help"),
            ),
        ),
        Guide(
            "system",
            "console",
            frozenset({Role.SYSTEM_ADMIN}),
            (
                Step("看不到诉求和住户：系统管理员只管装、管备份、管方案。", "看网格树", "console:grids"),
                Step(
                    "县级方案、导入区划、演示数据用命令，在手册“管理与审计”里逐条写着。",
                    "看管理与审计",
                    "console:help_chapter",
                    chapter="admin",
                ),
                Step(ASK_HELP, "看手册", "console:help"),
            ),
        ),
    )
}
"""The first that fits is a person's guide on a surface."""


def of(user: User, surface: str) -> Guide | None:
    roles = Scope.of(user).roles
    return next((one for one in GUIDES.values() if one.surface == surface and one.roles & roles), None)


def to_show(user: User, surface: str) -> Guide | None:
    """None once its reader has put it away."""
    guide = of(user, surface)
    if guide and GuideAway.objects.filter(user=user, guide=guide.name).exists():
        return None
    return guide


@require_POST
@needs()
def put_away(request: Visitor, name: str) -> HttpResponse:
    put_guide_away(guide=_named(name).name, by=request.user, at=now())
    return redirect(f"{_named(name).surface}:home")


@require_POST
@needs()
def take_out(request: Visitor, name: str) -> HttpResponse:
    take_guide_out(guide=_named(name).name, by=request.user)
    return redirect(f"{_named(name).surface}:home")


def _named(name: str) -> Guide:
    if name not in GUIDES:
        raise Http404
    return GUIDES[name]


def addresses() -> list[URLPattern]:
    return [
        path("guides/<slug:name>/away/", put_away, name="guide_away"),
        path("guides/<slug:name>/out/", take_out, name="guide_out"),
    ]
