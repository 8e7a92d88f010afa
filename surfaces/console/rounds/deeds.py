"""The moves of a round that need no more than a form: a table, and one view for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from households.models import ChoiceRound, RoundMember
from households.rounds import actions
from households.rounds.workflow import MOVES, open_moves
from issues.rules import CountyRules
from issues.telling import letterhead
from members.models import Member
from surfaces.console.rounds.door import crumbs, found, member_of, page_of
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, date_input, reason_input, run, sent
from visits.actions import put_round_in_force
from workdays.now import now, today

Does = Callable[..., Any]
NOTICE_DAYS = 7


class ReasonForm(TaskForm):
    reason = forms.CharField(label="原因", max_length=200, widget=reason_input())


class WindowForm(TaskForm):
    wishes_from = forms.DateField(label="志愿征集自", widget=date_input())
    wishes_until = forms.DateField(label="至（含）", widget=date_input())


class RemindForm(TaskForm):
    households = forms.BooleanField(label="没填的住户也发短信", required=False, help_text="每户只发一次，夜间不发")


class PlacesForm(TaskForm):
    least = forms.IntegerField(label="下限", min_value=0)
    target = forms.IntegerField(label="目标", min_value=0)
    most = forms.IntegerField(label="上限", min_value=0)


class BorrowForm(ReasonForm):
    member = forms.CharField(label="党员编号", max_length=20, help_text="外支部的党员，在“党员”页查编号")
    field_order = ("member", "reason")


class CommentForm(TaskForm):
    text = forms.CharField(label="内容", max_length=500, widget=reason_input())


class AdoptForm(TaskForm):
    met_on = forms.DateField(label="会议日期", widget=date_input())
    present = forms.CharField(label="到会情况", max_length=300, help_text="例如：应到12人，实到10人")
    minutes = forms.CharField(label="会议记录", max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    minutes_file = forms.FileField(label="会议记录附件", required=False)


class PublishForm(TaskForm):
    in_force_from = forms.DateField(label="生效日期", widget=date_input(), help_text="公示到这天前，没有异议自动生效")


@dataclass(frozen=True)
class Deed:
    """`does` takes round, by, at and what the form gives; `about` names what the address must say besides."""

    label: str
    done: str
    form: type[forms.Form]
    does: Does
    hint: str = ""
    about: str = ""
    danger: bool = False
    show: str = ""


def _borrow(*, member: str, by: User, **given: Any) -> Any:
    """By the number of a member the person sees."""
    return actions.borrow(member=_numbered(Member.objects.visible_to(by), member), by=by, **given)


def _remind(*, round: ChoiceRound, households: bool, **given: Any) -> int:
    letter = letterhead(CountyRules(round.county_id).switches) if households else None
    return actions.remind(round=round, letter=letter, **given)


def _numbered(rows: QuerySet[Member], number: str) -> Member:
    member = rows.filter(number=number.strip()).first()
    if member is None:
        raise Refused(f"没有编号为“{number}”的党员，请核对。", field="member")
    return member


DEEDS: Mapping[str, Deed] = {
    "set_window": Deed("改征集日期", "征集日期已改。", WindowForm, actions.set_window),
    "remind": Deed(
        "催填志愿",
        "已提醒还没填的{result}人次。",
        RemindForm,
        _remind,
        "只提醒还没填的，每人一次。",
        show="members",
    ),
    "refresh": Deed("更新名单", "名单已按今天的登记更新。", TaskForm, actions.refresh),
    "propose": Deed("生成方案", "已开始计算。", TaskForm, actions.propose, show="board"),
    "borrow": Deed("外借党员", "已外借，生成方案时参加。", BorrowForm, _borrow, show="members"),
    "set_places": Deed("改联户数", "联户数已改。", PlacesForm, actions.set_places, about="member", show="members"),
    "excuse": Deed("本轮不联户", "已记下，本轮不安排。", ReasonForm, actions.excuse, about="member", show="members"),
    "take_in": Deed("恢复联户", "已恢复，生成方案时参加。", TaskForm, actions.take_in, about="member", show="members"),
    "comment": Deed("留言", "已留言。", CommentForm, actions.comment, show="history"),
    "adopt": Deed("表决通过", "已记下表决结果。", AdoptForm, actions.adopt),
    "publish": Deed("公示", "已公示，名单已告诉党员。", PublishForm, actions.publish),
    "reconsider": Deed("退回商议", "已退回支部商议。", ReasonForm, actions.reconsider, show="board"),
    "put_in_force": Deed("生效", "已生效，结对名册已更新。", TaskForm, put_round_in_force),
    "cancel": Deed("取消本轮", "已取消，原有的结对不变。", ReasonForm, actions.cancel_round, danger=True),
}


FORWARD = ("put_in_force", "publish", "adopt", "propose", "remind")
"""What takes a round on, the farthest first: the button that stands out."""


def buttons(round: ChoiceRound, user: User) -> list[tuple[str, str, str]]:
    """(name, label, hint) of the deeds open now that are about the whole round, what takes it on first."""
    names = [(move.name, move.label, move.hint) for move in open_moves(round, user)]
    offered = [one for one in names if one[0] in DEEDS and not DEEDS[one[0]].about]
    remind = [("remind", "催填志愿", DEEDS["remind"].hint)] if round.takes_wishes(today()) else []
    found = [*remind, *offered]
    order = {name: place for place, name in enumerate(FORWARD)}
    return sorted(found, key=lambda one: order.get(one[0], len(order)))


@require_http_methods(["GET", "POST"])
@needs(Permission.PAIRING_EDIT)
def deed(request: Visitor, pk: int, name: str) -> HttpResponse:
    """404 for a move that has no form here; what is not open now is refused by its verb, with the reason."""
    round = found(request, pk)
    if name not in DEEDS:
        raise Http404
    chosen = DEEDS[name]
    about = _about(request, round, chosen)

    def do(given: dict[str, Any]) -> str:
        result = chosen.does(round=round, by=request.user, at=now(), **about, **given)
        return chosen.done.format(result=result)

    hint = chosen.hint or (MOVES[name].hint if name in MOVES else "")
    facts = [str(row) for row in about.values()]
    task = Task(chosen.label, page_of(round, chosen.show), hint, facts, chosen.danger, crumbs(round))
    return run(request, task, chosen.form(initial=_initial(round, name, about), **sent(request)), do)


def _about(request: Visitor, round: ChoiceRound, chosen: Deed) -> dict[str, Any]:
    if not chosen.about:
        return {}
    asked = request.GET.get("member", "")
    return {"member": member_of(round, int(asked) if asked.isdigit() and len(asked) < 19 else 0)}


def _initial(round: ChoiceRound, name: str, about: dict[str, Any]) -> dict[str, Any]:
    if name == "set_places":
        seat = RoundMember.objects.get(round=round, member=about["member"])
        return {"least": seat.least, "target": seat.target, "most": seat.most}
    return {
        "wishes_from": round.wishes_from,
        "wishes_until": round.wishes_until,
        "met_on": today(),
        "in_force_from": today() + timedelta(days=NOTICE_DAYS),
    }
