"""Forms about members."""

from typing import Any

from django import forms

from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from members.models import Ability, Member, PartyOrg, Sex
from surfaces.collecting import fine_enough, grouped
from surfaces.doors import Visitor
from surfaces.tasks import TaskForm, date_input
from workdays.now import today

REASONS = [choice for choice in Member.Exemption.choices if choice[0]]


class MemberForm(TaskForm):
    number = forms.CharField(label="党员编号", max_length=20)
    name = forms.CharField(label="姓名", max_length=30)
    sex = forms.ChoiceField(label="性别", choices=Sex.choices, initial=Sex.UNKNOWN, widget=forms.RadioSelect)
    phone = forms.CharField(
        label="手机",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    branch = forms.ModelChoiceField(
        PartyOrg.objects.none(), label="所在党支部", error_messages={"required": "请选择所在党支部。"}
    )
    grid = forms.ModelChoiceField(
        Grid.objects.none(), label="居住或驻点网格", error_messages={"required": "请选择网格。"}
    )
    cadre = forms.ChoiceField(label="类型", choices=Member.Cadre.choices, initial=Member.Cadre.VILLAGE_MEMBER)
    abilities = forms.MultipleChoiceField(
        label="能力", choices=Ability.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    capacity_min = forms.IntegerField(label="联户下限", min_value=0, initial=5)
    capacity_max = forms.IntegerField(label="联户上限", min_value=0, initial=12)

    def __init__(self, request: Visitor, **sent: Any) -> None:
        super().__init__(**sent)
        scope = Scope.of(request.user)
        branch, grid = self.fields["branch"], self.fields["grid"]
        assert isinstance(branch, forms.ModelChoiceField)
        assert isinstance(grid, forms.ModelChoiceField)
        branch.queryset = PartyOrg.objects.filter(scope.q(Permission.MEMBER_EDIT)).order_by("name")
        grid.queryset = Grid.objects.current(today()).filter(scope.grid_q(Permission.MEMBER_EDIT))
        grid.choices = [("", "请选择…"), *grouped(fine_enough(grid.queryset))]
        for field in (branch, grid):
            field.widget.attrs["data-narrow"] = ""


class CapacityForm(TaskForm):
    capacity_min = forms.IntegerField(label="联户下限", min_value=0)
    capacity_max = forms.IntegerField(label="联户上限", min_value=0)


class ExemptForm(TaskForm):
    reason = forms.ChoiceField(label="事由", choices=REASONS, widget=forms.RadioSelect)
    since = forms.DateField(label="自", widget=date_input())
    until = forms.DateField(label="至（不含）", required=False, widget=date_input(), help_text="不填就是长期")


class RetireForm(TaskForm):
    on = forms.DateField(label="日期", widget=date_input())
