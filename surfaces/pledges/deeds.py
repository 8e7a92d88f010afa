"""What is done to a pledge, each a small form: one table for the phone and the desk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from surfaces.doors import Visitor, needs
from surfaces.files import send
from surfaces.pledges.forms import GiveUpForm, PledgeForm, ReportForm, WitnessForm
from surfaces.pledges.page import LABELS, PledgePage, pledges_of
from surfaces.tasks import TaskForm, run, sent
from visits import actions
from workdays.now import now


@dataclass(frozen=True)
class Deed:
    """`timed`: the verb takes the time; `of_pledge`: the form is made for this pledge and person."""

    form: Callable[..., TaskForm]
    do: Callable[..., object]
    said: str
    hint: str = ""
    timed: bool = True
    danger: bool = False
    of_pledge: bool = False


DEEDS = {
    "publish": Deed(TaskForm, actions.publish_pledge, "已公开，挂在本村的公开页。", "公开后不能再改，也不能删除。"),
    "drop": Deed(TaskForm, actions.drop_pledge, "已删除。", timed=False, danger=True),
    "report": Deed(ReportForm, actions.report_pledge, "已报告，等见证户确认。", of_pledge=True),
    "witness": Deed(WitnessForm, actions.key_witness, "已记下。", "见证户没有扫码的，由村里代录；不能由承诺人本人录。"),
    "give_up": Deed(GiveUpForm, actions.give_up_pledge, "已记为未兑现。", danger=True),
}


def run_deed(request: Visitor, pk: int, name: str, frame: Any, surface: str) -> HttpResponse:
    """The page of a deed, on a surface that has `pledges` and `pledge`. What is not this person's to do is 403; what
    does not fit now the verb refuses in words."""
    pledge = get_object_or_404(pledges_of(request.user), pk=pk)
    deed, at = DEEDS.get(name), now()
    if deed is None:
        raise Http404
    if not PledgePage(pledge, request.user, at.date()).may(name):
        raise PermissionDenied

    def do(given: dict[str, Any]) -> str:
        deed.do(pledge=pledge, by=request.user, **({"at": at} if deed.timed else {}), **given)
        return deed.said

    known = (pledge, request.user) if deed.of_pledge else ()
    back = reverse(f"{surface}:pledges") if name == "drop" else reverse(f"{surface}:pledge", args=[pledge.pk])
    task = frame(LABELS[name], back, deed.hint, facts=[f"{pledge.by_whom}：{pledge.text}"], danger=deed.danger)
    return run(request, task, deed.form(*known, **sent(request)), do)


def make(request: Visitor, frame: Any, back: str, at: datetime) -> HttpResponse:
    form = PledgeForm(request.user, request.GET.get("member", ""), **sent(request))

    def do(given: dict[str, Any]) -> str:
        actions.make_pledge(at=at, by=request.user, **form.given)
        return "已记下，村里公开后挂到公开页。"

    return run(request, frame("写承诺", back, "一年一作，写做得到的事，到期请群众见证。"), form, do)


@require_GET
@needs(Permission.VISIT_VIEW)
def photo(request: Visitor, pk: int) -> HttpResponseBase:
    """The photo that goes with a report, for whoever may see the pledge."""
    pledge = get_object_or_404(pledges_of(request.user).exclude(evidence=""), pk=pk)
    return send(pledge.evidence, f"pledge-{pledge.pk}")
