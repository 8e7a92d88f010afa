"""Pausing the visits to a household: the forms, and what both surfaces do with them."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.errors import Forbidden
from grids.scope import Scope
from households.models import Household, Pairing
from surfaces.doors import Visitor
from surfaces.tasks import TaskForm, date_input, sent
from surfaces.words import day
from visits.actions import end_pause, pause_visits
from visits.excuse import excusers, may_excuse, rule_of
from visits.models import VisitPause
from workdays.now import now, today

USUAL = timedelta(days=30)
HINT = "暂停期间不用走访，也不算逾期；到了恢复走访的那天重新列入。有三必访的情况照样要马上去。"


class PauseForm(TaskForm):
    reason = forms.ChoiceField(
        label="原因",
        choices=VisitPause.Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择原因。"},
    )
    until = forms.DateField(label="哪天恢复走访", widget=date_input(), help_text="最长半年，到时还没回来可以再暂停")
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="病情等不必写")


def pause_form(request: Visitor) -> PauseForm:
    return PauseForm(initial={"until": today() + USUAL}, **sent(request))


def pairing_to_pause(request: Visitor, household: Household) -> Pairing:
    """The pairing in force that this person may excuse from visits; else 403, with the posts that may."""
    standing = list(_standing(household, request))
    for pairing in standing:
        if may_excuse(request.user, pairing):
            return pairing
    named = excusers(rule_of(standing[0], today())) if standing else ""
    raise Forbidden(f"这一户的走访暂停由{named}准予，请向他们说明。" if named else "这一户现在没有可以暂停的走访。")


def pause(request: Visitor, pairing: Pairing, given: dict[str, Any]) -> str:
    reason = VisitPause.Reason(given.pop("reason"))
    made = pause_visits(pairing=pairing, reason=reason, at=now(), by=request.user, **given)
    return f"走访已暂停，{day(made.until)}恢复。"


def pause_to_end(request: Visitor, household: Household, pk: int) -> VisitPause:
    """A pause of this household that lasts, and that this person may end; else 404 or 403."""
    lasting = VisitPause.objects.lasting(today()).filter(household=household)
    one = get_object_or_404(lasting.select_related("pairing__member"), pk=pk)
    if not may_excuse(request.user, one.pairing):
        raise Forbidden("结束暂停要由可以准予暂停的人办理。")
    return one


def end(request: Visitor, one: VisitPause) -> str:
    end_pause(pause=one, at=now(), by=request.user)
    return "已恢复走访，这一户今天起列入该走访的户。"


def known_of(request: Visitor, household: Household) -> dict[str, Any]:
    """What a household's page shows of pauses, and whether this person may set one."""
    seen = VisitPause.objects.filter(household=household).select_related("made_by", "ended_by")
    lasting = seen.lasting(today())
    may = not household.closed_on and any(may_excuse(request.user, one) for one in _standing(household, request))
    return {
        "paused": lasting.order_by("until"),
        "paused_before": seen.exclude(pk__in=lasting.values("pk")).order_by("-since", "-id"),
        "may_pause": may,
    }


def _standing(household: Household, request: Visitor) -> QuerySet[Pairing]:
    on = Scope.of(request.user).on
    return Pairing.objects.current(on).filter(household=household).select_related("member").order_by("pk")
