"""What every form about a visit asks, at the desk and on the phone."""

from django import forms

from surfaces.tasks import TaskForm, reason_input
from visits.actions import TRIGGERS
from visits.models import Visit

QUESTIONS = {
    name: str(Visit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    for name in ("family", "difficulty", "prosper", "dispute", "opinion")
}
"""五必问, with the words of the screen."""


class TriggerForm(TaskForm):
    kind = forms.ChoiceField(
        label="事由", choices=[(kind.value, kind.label) for kind in TRIGGERS], widget=forms.RadioSelect
    )
    note = forms.CharField(label="情况说明", max_length=500, required=False, widget=reason_input())
