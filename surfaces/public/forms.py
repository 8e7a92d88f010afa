"""What residents fill in: as little as possible, in plain words."""

from typing import Any
from uuid import uuid4

from django import forms

from accounts import normal
from issues.models import RatingValue, RequestKind, Verdict

ASKED = {
    Verdict.Value.SATISFIED: "解决了，满意",
    Verdict.Value.SOLVED: "解决了",
    Verdict.Value.UNSOLVED: "还没解决",
    Verdict.Value.DISSATISFIED: "不满意",
}


class Plain(forms.Form):
    use_required_attribute = False


class RaiseForm(Plain):
    """`homepage` is a trap for machines: people never see it. `client_id` lets a form sent twice save once."""

    title = forms.CharField(
        label="什么事",
        max_length=60,
        help_text="一句话，例如：村口路灯不亮",
        error_messages={"required": "请写一句是什么事。"},
    )
    text = forms.CharField(label="具体情况", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}))
    phone = forms.CharField(
        label="联系电话",
        max_length=20,
        required=False,
        help_text="不填就用登记在户上的电话",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    homepage = forms.CharField(required=False, widget=forms.HiddenInput)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)

    def clean_phone(self) -> str:
        typed = normal.phone(self.cleaned_data["phone"])
        fault = normal.phone_fault(typed) if typed else None
        if fault:
            raise forms.ValidationError(f"{fault}，请检查后再填。")
        return typed


class OrderForm(RaiseForm):
    """点单: what a member can do for the household."""

    kind = forms.ChoiceField(
        label="是哪一种",
        choices=[
            (RequestKind.REQUEST, "点单：要人帮忙的事"),
            (RequestKind.ERRAND, "代办：跑腿、送取、代交"),
            (RequestKind.WISH, "微心愿：一个小愿望"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "请选一种。"},
    )
    wanted_on = forms.DateField(
        label="希望哪天前",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": "请填写日期，例如 2026-12-01。"},
    )
    field_order = ("kind", "title", "text", "wanted_on", "phone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = "需要什么"
        self.fields["title"].help_text = "一句话，例如：帮忙把化肥拉到田头"


class RatingForm(Plain):
    value = forms.ChoiceField(
        label="办得怎么样",
        choices=RatingValue.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项。"},
    )
    note = forms.CharField(label="还想说的话", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class VerdictForm(Plain):
    value = forms.ChoiceField(
        label="您反映的事解决了吗",
        choices=list(ASKED.items()),
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项。"},
    )
    note = forms.CharField(label="还想说的话", max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class WitnessForm(Plain):
    kept = forms.TypedChoiceField(
        label="兑现了吗",
        choices=[("yes", "兑现了"), ("no", "还没有兑现")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": "请选一项。"},
    )


class ObjectionForm(Plain):
    """Against a public notice. `homepage` is a trap for machines, `client_id` lets a form sent twice save once."""

    text = forms.CharField(
        label="您的意见",
        max_length=500,
        help_text="哪里与公示的不一样",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请写明您的意见。"},
    )
    phone = forms.CharField(
        label="联系电话",
        max_length=20,
        required=False,
        help_text="留了电话，我们可以向您核实",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    homepage = forms.CharField(required=False, widget=forms.HiddenInput)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class FindForm(Plain):
    number = forms.CharField(
        label="编号",
        max_length=20,
        help_text="短信里的11或12位数字，例如 260428000123",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "请填写编号。"},
    )
    tail = forms.CharField(
        label="联系电话后四位",
        min_length=4,
        max_length=4,
        help_text="反映时留的电话",
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        error_messages={"required": "请填写电话后四位。", "min_length": "请填写四位数字。"},
    )
