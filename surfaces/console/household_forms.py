"""Forms about households, pairings and visits. What they check is only form; the verbs know the rules."""

from datetime import date
from typing import Any

from django import forms

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from households.models import Household, Pairing, Tag
from members.models import Member
from surfaces.collecting import grouped
from surfaces.tasks import TaskForm, date_input, reason_input
from surfaces.visiting import QUESTIONS
from visits.models import Visit
from visits.signatures import from_paper

LEAVES = (Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL)


class LeafField(forms.ModelChoiceField):
    """A grid without grids below, in the area of a permission."""

    def __init__(self, label: str = "网格") -> None:
        super().__init__(Grid.objects.none(), label=label, error_messages={"required": "请选择网格。"})
        self.widget.attrs["data-narrow"] = ""

    def open_for(self, user: User, permission: Permission, on: date) -> None:
        parents = Grid.objects.in_force().exclude(parent=None).values("parent")
        mine = Grid.objects.current(on).filter(Scope.of(user).grid_q(permission), kind__in=LEAVES)
        self.queryset = mine.exclude(pk__in=parents)
        rows = list(self.queryset.order_by("code").select_related("parent"))
        self.choices = [("", "请选择…"), *grouped(rows)]


class HouseholdForm(TaskForm):
    number = forms.CharField(label="户编号", max_length=20)
    head_name = forms.CharField(label="户主", max_length=60, help_text="企业填企业名称")
    kind = forms.ChoiceField(
        label="类型",
        choices=Household.Kind.choices,
        initial=Household.Kind.FAMILY,
        widget=forms.RadioSelect,
    )
    grid = LeafField()
    phone = forms.CharField(
        label="电话",
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    address = forms.CharField(label="地址", max_length=120, required=False)

    def __init__(self, user: User, on: date, **sent: Any) -> None:
        super().__init__(**sent)
        open_leaves(self, user, on)


class MoveHouseholdForm(TaskForm):
    grid = LeafField("移到")

    def __init__(self, user: User, on: date, **sent: Any) -> None:
        super().__init__(**sent)
        open_leaves(self, user, on)


def open_leaves(form: forms.Form, user: User, on: date) -> None:
    field = form.fields["grid"]
    assert isinstance(field, LeafField)
    field.open_for(user, Permission.HOUSEHOLD_EDIT, on)


class CloseForm(TaskForm):
    on = forms.DateField(label="日期", widget=date_input())
    reason = forms.CharField(label="原因", max_length=190, widget=reason_input())


class TagForm(TaskForm):
    tag = forms.ChoiceField(label="标签", choices=Tag.choices, widget=forms.RadioSelect)


class EndPairingForm(TaskForm):
    on = forms.DateField(label="结束日期", widget=date_input())
    reason = forms.CharField(label="原因", max_length=200, widget=reason_input())


class PairForm(TaskForm):
    """Whom the household gets; `member` comes from the list of candidates on the page."""

    member = forms.ModelChoiceField(
        Member.objects.none(),
        label="联户党员",
        error_messages={"required": "请在名单里选一名党员。", "invalid_choice": "这名党员不在您的辖区，请重新选择。"},
    )
    on = forms.DateField(label="自哪天起", widget=date_input())
    reason = forms.CharField(label="理由", max_length=200, required=False, widget=reason_input())

    def __init__(self, user: User, *, must_say_why: bool = False, **sent: Any) -> None:
        super().__init__(**sent)
        members = self.fields["member"]
        assert isinstance(members, forms.ModelChoiceField)
        members.queryset = Member.objects.visible_to(user)
        self.fields["reason"].required = must_say_why


class PairingChoice(forms.ModelChoiceField):
    def label_from_instance(self, pairing: Any) -> str:
        until = f"至{pairing.until}" if pairing.until else "起"
        return f"{pairing.member.name}（{pairing.since}{until}）"


class VisitForm(TaskForm):
    """A visit entered at a desk for whoever went."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    pairing = PairingChoice(Pairing.objects.none(), label="结对", error_messages={"required": "请选择哪一对结对。"})
    done_by = forms.ModelChoiceField(
        Member.objects.none(), label="实际走访人", required=False, empty_label="就是联户党员本人"
    )
    visited_at = forms.DateTimeField(
        label="走访时间",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"required": "请填写哪天几点走访的。", "invalid": "请填写日期和时间。"},
    )
    outcome = forms.ChoiceField(label="结果", choices=Visit.Outcome.choices, widget=forms.RadioSelect)
    trigger = forms.ChoiceField(
        label="走访类型", choices=Visit.Trigger.choices, initial=Visit.Trigger.REGULAR, widget=forms.RadioSelect
    )
    signature = forms.FileField(
        label="住户在纸上的签名",
        required=False,
        help_text="照片或扫描件，只要签名那一块",
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png"}),
    )
    witness = forms.CharField(
        label="见证人", max_length=30, required=False, help_text="在场的邻居、村干部等，写名字就行"
    )
    unsigned = forms.CharField(label="没有签名或见证的原因", max_length=60, required=False)

    def __init__(self, pairings: Any, members: Any, *, proof: bool, **sent: Any) -> None:
        super().__init__(**sent)
        if not proof:
            del self.fields["unsigned"]
        for name, rows in (("pairing", pairings), ("done_by", members)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows
        self.fields["done_by"].widget.attrs["data-narrow"] = ""
        for question, label in QUESTIONS.items():
            self.fields[question] = forms.CharField(label=label, required=False, widget=forms.Textarea({"rows": 2}))

    def clean_signature(self) -> bytes:
        sent = self.cleaned_data["signature"]
        try:
            return from_paper(sent.read()) if sent else b""
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from refused
