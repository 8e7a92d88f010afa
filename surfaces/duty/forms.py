"""The forms of duty: the rule, who is on, who takes over, what happened."""

import re
from datetime import datetime
from typing import Any

from django import forms

from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, GridQuerySet
from grids.models import Kind as Level
from grids.scope import Scope
from rosters.actions.logs import LONGEST
from rosters.models import Days, DutyRota, DutyShift, Kind, Pace
from rosters.people import Person, candidates, colleagues, taking_part, token
from surfaces.tasks import TaskForm, reason_input
from surfaces.words import day

NUMBERS = "固定几天写星期，如“1、5”是周一和周五；逢几写日子的尾数，如“3、8”。其他规则不用填"


def places(user: User, permission: Permission = Permission.ROTA_EDIT) -> GridQuerySet:
    """The counties, towns and villages whose duty this person sees to."""
    mine = Grid.objects.in_force().filter(Scope.of(user).grid_q(permission))
    return mine.filter(kind__in=(Level.COUNTY, Level.TOWN, Level.VILLAGE)).order_by("code")


def long_list() -> forms.Select:
    return forms.Select(attrs={"data-narrow": ""})


def time_input() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class RotaForm(TaskForm):
    """`numbers` is typed as people say it: 三、八 is 3、8."""

    place = forms.CharField(label="值班地点", max_length=40, help_text="如：镇政府一楼值班室")
    phone = forms.CharField(label="值班电话", max_length=20, required=False, help_text="会公示，请填办公电话（座机）")
    days = forms.ChoiceField(label="哪些天", choices=Days.choices, widget=forms.RadioSelect, initial=Days.DAILY)
    numbers = forms.CharField(label="星期几或逢几", max_length=30, required=False, help_text=NUMBERS)
    starts = forms.TimeField(label="几点开始", widget=time_input())
    ends = forms.TimeField(label="几点结束", widget=time_input(), help_text="不晚于开始时间的，算到第二天")
    pace = forms.ChoiceField(label="多久换人", choices=Pace.choices, widget=forms.RadioSelect, initial=Pace.SHIFT)

    def __init__(self, rota: DutyRota | None = None, **sent: Any) -> None:
        super().__init__(initial=_as_typed(rota) if rota else None, **sent)

    def clean_numbers(self) -> list[int]:
        return [int(number) for number in re.findall(r"\d", self.cleaned_data["numbers"])]


def _as_typed(rota: DutyRota) -> dict[str, Any]:
    kept = ("place", "phone", "days", "starts", "ends", "pace")
    return {name: getattr(rota, name) for name in kept} | {"numbers": "、".join(map(str, rota.numbers))}


class PlaceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


class ShiftChoice(forms.ModelChoiceField):
    """A colleague's shift: when, and whose."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{day(obj.day)}{obj.hours} {obj.user}"


class NewRotaForm(RotaForm):
    grid = PlaceChoice(
        Grid.objects.none(), label="哪里", empty_label="请选择…", widget=forms.Select(attrs={"data-narrow": ""})
    )
    kind = forms.ChoiceField(label="值班类型", choices=Kind.choices, widget=forms.RadioSelect)

    def __init__(self, user: User, **sent: Any) -> None:
        super().__init__(**sent)
        field = self.fields["grid"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = places(user)
        self.order_fields(["grid", "kind"])


class PersonForm(TaskForm):
    """Somebody who may be on duty there."""

    person = forms.ChoiceField(label="谁", error_messages={"required": "请选择一个人。"})

    def __init__(self, people: list[Person], **sent: Any) -> None:
        super().__init__(auto_id="person_%s", **sent)
        self._people = {token(one): one for one in people}
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "请选择…"), *((name, one.name) for name, one in self._people.items())]
        field.widget.attrs["data-narrow"] = ""

    def clean_person(self) -> Person:
        return self._people[self.cleaned_data["person"]]


def who_may(shift: DutyShift) -> list[Person]:
    """For one shift: those who take part first, then the others who could."""
    turns = [turn.user or turn.member for turn in taking_part(shift.rota)]
    part = [one for one in turns if one]
    others = candidates(shift.grid, shift.kind, shift.day)
    return [*part, *(one for one in others if one not in part)]


class ReasonForm(TaskForm):
    reason = forms.CharField(label="为什么", max_length=60, help_text="如：台风，全镇统一值守")


class PortraitForm(TaskForm):
    file = forms.FileField(label="照片", required=False, widget=forms.FileInput(attrs={"accept": "image/*"}))
    consented = forms.BooleanField(label="本人同意在公示牌上公开这张照片", required=False)


class LogForm(TaskForm):
    text = forms.CharField(
        label="发生了什么",
        max_length=LONGEST,
        widget=reason_input(),
        help_text="不写姓名、电话和病情；群众反映的事请点“登记来访诉求”",
        error_messages={"required": "请写明发生了什么。"},
    )


class SwapForm(TaskForm):
    asked_of = forms.ModelChoiceField(User.objects.none(), label="请谁替我", empty_label="请选择…")
    in_return = ShiftChoice(
        DutyShift.objects.none(), label="我替对方哪一班", required=False, empty_label="不用换，请对方帮我值"
    )
    reason = forms.CharField(label="原因", max_length=60, required=False)

    def __init__(self, shift: DutyShift, user: User, at: datetime, **sent: Any) -> None:
        super().__init__(**sent)
        self._open("asked_of", colleagues(shift.rota, user))
        ahead = shift.rota.shifts.standing().filter(starts_at__gt=at, user__isnull=False).exclude(user=user)
        self._open("in_return", ahead.select_related("user").order_by("day"))

    def _open(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows
