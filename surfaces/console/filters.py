"""The filter bar of a list: what was chosen narrows the rows, what is not understood is ignored."""

from datetime import date, datetime
from typing import Any, ClassVar, Protocol, runtime_checkable

from django import forms
from django.db.models import Count, Q, QuerySet
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


class PiledFilter(Filter):
    """A list in piles, one open at a time: `PILES` names them with the words of their tabs, `pile` says what each
    holds. Subclasses narrow by everything else."""

    PILES: ClassVar[dict[str, str]]
    FIRST: ClassVar[str]
    state = forms.CharField(required=False, widget=forms.HiddenInput)

    @staticmethod
    def pile(name: str, on: date) -> Q:
        raise NotImplementedError

    def narrowed(self) -> QuerySet[Any]:
        raise NotImplementedError

    @property
    def state_chosen(self) -> str:
        chosen = str(self.chosen.get("state", ""))
        return chosen if chosen in self.PILES else self.FIRST

    def rows(self) -> Any:
        return self.narrowed().filter(self.pile(self.state_chosen, self.at.date()))

    def tabs(self) -> list[dict[str, Any]]:
        """Counted by one statement."""
        on = self.at.date()
        held = {f"tab_{name}": Count("pk", filter=self.pile(name, on)) for name in self.PILES}
        counts = self.narrowed().aggregate(**held)
        return [
            {
                "label": label,
                "url": f"?{self.query(state=name)}",
                "count": counts[f"tab_{name}"],
                "current": name == self.state_chosen,
            }
            for name, label in self.PILES.items()
        ]


def search_box(hint: str) -> forms.CharField:
    return forms.CharField(
        label="查找",
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": hint, "autocomplete": "off"}),
    )


def pick(label: str, choices: list[tuple[str, str]], everything: str = "全部") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, choices=[("", everything), *choices])
