"""The filter bar of a list: what was chosen narrows the rows, what is not understood is ignored."""

from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from django import forms
from django.http import QueryDict

from accounts.models import User


@runtime_checkable
class Opened(Protocol):
    """A field whose choices depend on who asks."""

    def open_for(self, user: User, chosen: str | None) -> None: ...


class Filter(forms.Form):
    """Bound to the query string. Subclasses narrow rows by `chosen`, so that a count and its list cannot differ."""

    def __init__(self, user: User, asked: QueryDict, at: datetime) -> None:
        super().__init__(asked)
        self.user = user
        self.at = at
        for name, field in self.fields.items():
            if isinstance(field, Opened):
                field.open_for(user, asked.get(name))
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}

    def query(self, **changed: str | None) -> str:
        """The query string with some choices changed or (None) dropped, from the first page."""
        query = QueryDict(mutable=True)
        query.update(self.data)
        for name in ("after", "before", "open", *changed):
            query.pop(name, None)
        query.update({name: value for name, value in changed.items() if value is not None})
        return query.urlencode()


def search_box(hint: str) -> forms.CharField:
    return forms.CharField(
        label="查找",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": hint, "autocomplete": "off"}),
    )


def pick(label: str, choices: list[tuple[str, str]], everything: str = "全部") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *choices])
