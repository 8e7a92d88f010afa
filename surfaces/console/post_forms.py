"""Forms about posts."""

from typing import Any

from django import forms

from accounts.models import User
from surfaces.tasks import TaskForm, date_input


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
        return f"{user.name}（尾号{user.phone_tail}）"


class AbsenceForm(TaskForm):
    substitute = PersonChoice(User.objects.none(), label="代理人", required=False, empty_label="没有代理人，上报时越过")
    since = forms.DateField(label="自", widget=date_input())
    until = forms.DateField(label="至（不含）", widget=date_input())
    reason = forms.CharField(label="事由", max_length=60, required=False)

    def __init__(self, people: Any, **sent: Any) -> None:
        super().__init__(**sent)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people
        field.widget.attrs["data-narrow"] = ""


class BackForm(TaskForm):
    on = forms.DateField(label="回岗日期", widget=date_input(), help_text="当天起由本人办理")
