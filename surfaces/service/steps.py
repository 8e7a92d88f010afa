"""The form of each step, and the verb it is sent to."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from accounts.models import User
from members.models import Member
from surfaces.doors import Visitor
from surfaces.service.figures import feedback_draft, figures, notice_draft
from surfaces.service.page import DONE_WORDS, HINTS, leads, sessions_of
from surfaces.tasks import TaskForm, run, sent
from visits import actions
from visits.actions.service import LONGEST_NOTE, LONGEST_SUMMARY
from visits.models import ServiceSession, Step
from workdays.now import now


def _text(label: str, longest: int, *, rows: int, required: bool = True, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, help_text=help_text, widget=widget)


class CheckInForm(TaskForm):
    members = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label="谁参加",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一名参加的人。"},
    )
    place = forms.CharField(label="集中地点", max_length=60, required=False, help_text="例如：村部、集市服务点")

    def __init__(self, session: ServiceSession, user: User, **given: Any) -> None:
        me = Member.objects.filter(user=user, village_id=session.village_id).first()
        super().__init__(initial={"members": [me.pk] if me else [], "place": _last_place(session)}, **given)
        self.fields["members"].queryset = candidates(session)  # type: ignore[attr-defined]


def candidates(session: ServiceSession) -> Any:
    """The members of the village who look after households, and whoever has an account there."""
    here = Member.objects.filter(village_id=session.village_id, left_on=None)
    paired = here.filter(pairings__until=None, pairings__programme=session.programme_id)
    return (paired | here.exclude(user=None)).distinct().order_by("name", "pk")


def _last_place(session: ServiceSession) -> str:
    """Where the village met last time: nobody types it twice."""
    last = ServiceSession.objects.filter(grid=session.grid_id, day__lt=session.day).exclude(place="").order_by("-day")
    return session.place or last.values_list("place", flat=True).first() or ""


class HomeServiceForm(TaskForm):
    note = _text("补充说明", LONGEST_NOTE, rows=3, required=False, help_text="没有入户的，写明原因")


class FeedbackForm(TaskForm):
    heard = _text("听到的情况", LONGEST_NOTE, rows=6, help_text="已按登记的诉求写好，可以补充")


class NoticeForm(TaskForm):
    text = _text("公示内容", LONGEST_NOTE, rows=6, help_text="不写姓名、电话、病情、收入和未成年人情况")


class SummaryForm(TaskForm):
    sentence = _text("一句话总结", LONGEST_SUMMARY, rows=3)


def form_of(step: Step, session: ServiceSession, user: User, **given: Any) -> forms.Form:
    if step == Step.CHECK_IN:
        return CheckInForm(session, user, **given)
    if step == Step.FEEDBACK:
        return FeedbackForm(initial={"heard": feedback_draft(session)}, **given)
    if step == Step.PUBLICITY:
        return NoticeForm(initial={"text": notice_draft(figures(session), session.day)}, **given)
    return HomeServiceForm(**given) if step == Step.HOME_SERVICE else SummaryForm(**given)


VERBS: dict[Step, Callable[..., object]] = {
    Step.CHECK_IN: actions.check_in,
    Step.HOME_SERVICE: actions.finish_home_service,
    Step.FEEDBACK: actions.give_feedback,
    Step.PUBLICITY: actions.publish_session,
    Step.SUMMARY: actions.sum_up,
}


def take(request: Visitor, pk: int, name: str, frame: Any, back: str) -> HttpResponse:
    """The page of a step; sent, the step is taken and one is led back to the session."""
    if name not in Step.values:
        raise Http404
    session, step, at = get_object_or_404(sessions_of(request.user), pk=pk), Step(name), now()
    if not leads(request.user, session):
        raise PermissionDenied

    def do(given: dict[str, Any]) -> str:
        if "members" in given:
            given["members"] = list(given["members"])
        VERBS[step](session=session, at=at, by=request.user, **given)
        return f"“{step.label}”已记下。"

    task = frame(DONE_WORDS[step], back, HINTS[step], facts=facts(session, step, at))
    return run(request, task, form_of(step, session, request.user, **sent(request)), do)


def facts(session: ServiceSession, step: Step, at: datetime) -> list[str]:
    if step == Step.CHECK_IN:
        return []
    found = figures(session)
    return [f"走访{found.households}户，诉求{found.raised}条，当场办结{found.solved}条"]
