"""A phone number or an address mended at the door. What somebody else has changed meanwhile is shown beside what was
typed, and the person chooses: saving again takes their own, going back leaves the other."""

from typing import Any

from django import forms

from accounts.privacy import mask, personal_fields
from households.actions import Stale, stamp
from households.models import Household
from surfaces.tasks import TaskForm

ENTRIES = {"phone": "电话", "address": "地址"}


class CorrectionForm(TaskForm):
    """Left empty, an entry stays. `seen_…` says which value the person looked at."""

    phone = forms.CharField(max_length=20, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    address = forms.CharField(max_length=120, required=False)
    seen_phone = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    seen_address = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)

    def __init__(self, household: Household, *, own: bool, data: Any = None) -> None:
        super().__init__(data, auto_id="correct_%s")
        self.household, self.own = household, own
        for name, label in ENTRIES.items():
            self.initial[f"seen_{name}"] = stamp(getattr(household, name))
            self.fields[name].label = f"新{label}"
            self.fields[name].help_text = f"现在是{self.shown(name, getattr(household, name))}，不改就不填"
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def shown(self, name: str, value: str) -> str:
        """As on the household's own page: the address of mine in full, everything else masked."""
        if name == "address" and self.own:
            return value or "空"
        return mask(value, personal_fields(Household)[name]) or "空"

    @property
    def changes(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ENTRIES if self.cleaned_data[name].strip()}

    @property
    def seen(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"seen_{name}"] for name in ENTRIES}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.changes:
            raise forms.ValidationError("电话和地址都没有填，没有要改的。")
        return cleaned

    def tell(self, stale: Stale) -> None:
        """Both values at the entry; the form now stands over the present ones, so that saving again is a choice."""
        present = dict(self.data.items())
        for name, (current, given) in stale.both.items():
            words = f"刚刚被别人改成{self.shown(name, current)}，您填的是{given}。"
            self.add_error(name, f"{words}用您填的就再保存一次；用别人改的就返回，不用保存。")
            present[f"seen_{name}"] = stamp(current)
        self.data = present
