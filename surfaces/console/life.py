"""Life after pairing at the desk: a household splits, somebody leaves it, a member's households pass on all at once."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.privacy import Mask, mask
from accounts.roles import Permission
from households import actions
from households.models import Household, Pairing, Resident
from members.models import Member
from surfaces.console.candidates import candidates
from surfaces.console.household_forms import CloseForm, PairForm
from surfaces.console.households import found
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, TaskForm, date_input, run, sent
from visits.actions import split_household
from workdays.now import now, today

P = Permission


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, resident: Any) -> str:
        return called(resident)


class PeopleChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, resident: Any) -> str:
        return called(resident)


def called(resident: Resident) -> str:
    return f"{mask(resident.name, Mask.NAME)}（{resident.get_relation_display()}）"


class SplitForm(TaskForm):
    residents = PeopleChoice(
        Resident.objects.none(),
        label="谁分出去",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请选择分出去的家庭成员。"},
    )
    head = PersonChoice(
        Resident.objects.none(),
        label="新户的户主",
        empty_label="请选择…",
        error_messages={"required": "请在分出去的人里选一名户主。"},
    )
    number = forms.CharField(label="新户的户编号", max_length=20, error_messages={"required": "请填写新户的户编号。"})
    on = forms.DateField(label="自哪天起", widget=date_input())
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(label="地址", max_length=120, required=False, help_text="不填就是原来的地址")

    def __init__(self, residents: Any, **sent: Any) -> None:
        super().__init__(initial={"on": today()}, **sent)
        for name in ("residents", "head"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = residents


class HandOverForm(PairForm):
    """Which households, to whom, why."""

    pairings = forms.ModelMultipleChoiceField(
        Pairing.objects.none(), label="移交哪些户", error_messages={"required": "请勾选要移交的住户。"}
    )

    def __init__(self, request: Visitor, pairings: Any, **sent: Any) -> None:
        super().__init__(request.user, must_say_why=True, initial={"on": today()}, **sent)
        field = self.fields["pairings"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = pairings


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def split(request: Visitor, pk: int) -> HttpResponse:
    """分户: the same members look after both, history stays with the old one."""
    one = _editable(request, pk)

    def do(given: dict[str, Any]) -> str:
        new = split_household(household=one, at=now(), by=request.user, **given)
        return f"已分出{new.number}号户，仍由原来的党员联系。"

    form = SplitForm(one.residents.filter(left_on=None).order_by("relation", "id"), **sent(request))
    hint = "分出去的人成为同一网格里的新户，结对照旧，走访和诉求的历史留在原来的户。"
    return run(request, _task("分户", one, hint), form, do)


@require_http_methods(["GET", "POST"])
@needs(P.HOUSEHOLD_EDIT)
def left(request: Visitor, pk: int, resident: int) -> HttpResponse:
    """Somebody moved away or died; when nobody is left the household closes."""
    one = _editable(request, pk)
    person = get_object_or_404(one.residents.filter(left_on=None), pk=resident)

    def do(given: dict[str, Any]) -> str:
        closed = actions.resident_left(resident=person, by=request.user, **given)
        return "已登记。这一户没有人了，已销户。" if closed else "已登记离开。"

    hint = f"{called(person)}迁出、去世等。全家都离开的，这一户随之销户。"
    return run(request, _task("登记离开", one, hint), CloseForm(initial={"on": today()}, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def hand_over_all(request: Visitor, pk: int) -> HttpResponse:
    """Of a member who leaves, fell ill or has too many households: all that are ticked pass to another, or none."""
    member = get_object_or_404(Member.objects.visible_to(request.user).select_related("grid"), pk=pk)
    must_cover(request, P.PAIRING_EDIT, member)
    standing = Pairing.objects.visible_to(request.user).usual().current(today()).filter(member=member)
    standing = standing.select_related("household__grid", "member").order_by("household__number")

    def do(given: dict[str, Any]) -> str:
        chosen = list(given.pop("pairings"))
        for pairing in chosen:
            must_cover(request, P.PAIRING_EDIT, pairing)
        made = actions.hand_over_many(pairings=chosen, to_member=given.pop("member"), by=request.user, **given)
        return f"已移交{len(made)}户。"

    form = HandOverForm(request, standing, **sent(request))
    text = request.GET.get("q", "").strip()
    listed = [one for one in candidates(member, request.user, today(), text) if one.member.pk != member.pk]
    ticked = set(form["pairings"].value() or []) if form.is_bound else {str(one.pk) for one in standing}
    back = reverse("console:member", args=[member.pk])
    crumbs = [("党员", reverse("console:members")), (member.name, back)]
    hint = "勾选的户一起移交，走访记录和下次走访日期都接着用。"
    task = Task("批量移交", back, hint, template="console/people/hand_over.html", crumbs=crumbs)
    known = {"standing": [(one, str(one.pk) in ticked) for one in standing], "candidates": listed, "q": text}
    return run(request, task, form, do, picked=form["member"].value(), **known)


def _editable(request: Visitor, pk: int) -> Household:
    one = found(request, pk)
    must_cover(request, P.HOUSEHOLD_EDIT, one)
    return one


def _task(title: str, household: Household, hint: str) -> Task:
    back = reverse("console:household", args=[household.pk])
    return Task(title, back, hint, crumbs=[("住户", reverse("console:households")), (household.number, back)])
