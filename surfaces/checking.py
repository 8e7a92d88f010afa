"""What the village is to find out: the form, and what both surfaces do with it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from surfaces.doors import Visitor
from surfaces.tasks import TaskForm
from visits.actions import settle_check
from visits.models import VillageCheck, VisitPause
from workdays.now import now

SAYABLE = (VillageCheck.Finding.HERE, VillageCheck.Finding.AWAY, VillageCheck.Finding.LEFT)
NEXT = {
    VillageCheck.Finding.HERE: "已记下仍住这里，走访照常。",
    VillageCheck.Finding.AWAY: "已记下暂时外出。要在回来前不走访，请在住户页点“暂停走访”。",
    VillageCheck.Finding.LEFT: "已记下搬离，已转乡镇销户。",
}


class CheckForm(TaskForm):
    finding = forms.ChoiceField(
        label="核实下来",
        choices=[(one.value, one.label) for one in SAYABLE],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择核实的情况。"},
    )
    note = forms.CharField(label="说明", max_length=200, required=False, help_text="比如：搬到县城，何时回来")


def waiting(request: Visitor) -> QuerySet[VillageCheck]:
    rows = VillageCheck.objects.visible_to(request.user).open()
    return rows.select_related("household__grid", "visit__done_by")


def found(request: Visitor, pk: int) -> VillageCheck:
    rows = VillageCheck.objects.visible_to(request.user).select_related("household__grid", "visit")
    return get_object_or_404(rows, pk=pk)


def settle(request: Visitor, check: VillageCheck, given: dict[str, Any]) -> str:
    finding = VillageCheck.Finding(given["finding"])
    settle_check(check=check, finding=finding, note=given["note"], at=now(), by=request.user)
    return NEXT[finding]


def left(request: Visitor) -> QuerySet[VillageCheck]:
    """Households the village says have left, and nobody has ended yet."""
    rows = VillageCheck.objects.visible_to(request.user).filter(
        finding=VillageCheck.Finding.LEFT, household__closed_on=None
    )
    return rows.select_related("household__grid", "visit__done_by", "settled_by")


def hint(check: VillageCheck) -> str:
    said = f"{check.get_kind_display()}：第{check.attempts}次上门，{check.visit.get_outcome_display()}。"
    paused = VisitPause.objects.filter(household=check.household_id).order_by("-until").first()
    return f"{said}这一户的走访曾暂停到{paused.until}。" if paused else said
