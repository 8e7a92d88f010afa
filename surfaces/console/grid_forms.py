"""Forms about grids and posts."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.rules import PARENT_KINDS
from grids.scope import Scope
from surfaces.tasks import TaskForm, date_input


class NameForm(TaskForm):
    name = forms.CharField(label="名称", max_length=30)


class AddForm(TaskForm):
    kind = forms.ChoiceField(label="层级", widget=forms.RadioSelect)
    name = forms.CharField(label="名称", max_length=30)
    code = forms.CharField(label="区划代码", max_length=33, required=False, help_text="村以下不填就自动编号")

    def __init__(self, parent: Grid, names: dict[str, str], **sent: Any) -> None:
        super().__init__(**sent)
        kinds = [kind for kind in Kind if Kind(parent.kind) in PARENT_KINDS[kind]]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, names.get(kind, kind.label)) for kind in kinds]
        self.initial["kind"] = kinds[0] if kinds else None


class GridChoice(forms.ModelChoiceField):
    def label_from_instance(self, grid: Any) -> str:
        return str(grid.full_name)


def _choice(label: str) -> GridChoice:
    field = GridChoice(Grid.objects.none(), label=label, error_messages={"required": "请选择网格。"})
    field.widget.attrs["data-narrow"] = ""
    return field


class MoveForm(TaskForm):
    to = _choice("移到哪个网格下面")

    def __init__(self, user: User, grid: Grid, **sent: Any) -> None:
        super().__init__(**sent)
        _offer(self.fields["to"], user, grid, PARENT_KINDS[Kind(grid.kind)], besides={grid.pk, grid.parent_id})


class MergeForm(TaskForm):
    into = _choice("并入哪个网格")

    def __init__(self, user: User, grid: Grid, **sent: Any) -> None:
        super().__init__(**sent)
        _offer(self.fields["into"], user, grid, (Kind(grid.kind),), besides={grid.pk})


def _offer(field: forms.Field, user: User, grid: Grid, kinds: tuple[Kind, ...], besides: set[int | None]) -> None:
    assert isinstance(field, forms.ModelChoiceField)
    mine = Grid.objects.in_force().filter(Scope.of(user).grid_q(Permission.GRID_EDIT), county_id=grid.county_id)
    field.queryset = mine.filter(kind__in=kinds).exclude(pk__in=[pk for pk in besides if pk]).order_by("code")


class AppointForm(TaskForm):
    role = forms.ChoiceField(label="岗位")
    phone = forms.CharField(
        label="手机号",
        max_length=20,
        help_text="没有账号的，会用这个手机号新开一个",
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(label="姓名", max_length=30)
    on = forms.DateField(label="任职日期", widget=date_input())

    def __init__(self, roles: list[tuple[str, str]], **sent: Any) -> None:
        super().__init__(**sent)
        field = self.fields["role"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = roles


class DismissForm(TaskForm):
    on = forms.DateField(label="离任日期", widget=date_input(), help_text="当天起不再任职")


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, user: Any) -> str:
        return f"{user.name}(尾号{user.phone_tail})"


class AbsenceForm(TaskForm):
    substitute = PersonChoice(User.objects.none(), label="代理人", required=False, empty_label="没有代理人，上报时越过")
    since = forms.DateField(label="自", widget=date_input())
    until = forms.DateField(label="至(不含)", widget=date_input())
    reason = forms.CharField(label="事由", max_length=60, required=False)

    def __init__(self, people: Any, **sent: Any) -> None:
        super().__init__(**sent)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        field.widget.attrs["data-narrow"] = ""
