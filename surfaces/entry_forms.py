"""What a person types to come in."""

from typing import Any

from django import forms


def _password(label: str, autocomplete: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, max_length=128, strip=False, widget=widget)


class LoginForm(forms.Form):
    phone = forms.CharField(
        label="手机号",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "username", "autofocus": True}),
    )
    password = _password("密码", "current-password")


class PasswordForm(forms.Form):
    old = _password("现在的密码", "current-password")
    new = _password("新密码", "new-password")
    again = _password("再输一遍新密码", "new-password")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if "again" in values and values.get("new") != values["again"]:
            self.add_error("again", "两次输入的新密码不一样。")
        return values
