"""One form for every move of the register, built from what the move declares (issues.fields).

    form = MoveForm(MOVES["assign"], issue, user, at=now())                 to show
    form = MoveForm(move, issue, user, at=now(), data=POST, files=FILES)
    if form.is_valid() and form.make(): …                                   made; else the form says why not

A form sent twice acts once: `seen` carries the issue's version, and whoever comes second is told.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.core.files import File
from django.utils.datastructures import MultiValueDict

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.privacy import Mask, mask, personal_fields
from issues import categories, channels
from issues.actions import perform
from issues.actions.closing import BY_HOUSEHOLD
from issues.fields import CATEGORY, CHANNEL, MEANS, Field
from issues.inputs import options, parse
from issues.models import Category, Issue
from issues.workflow import Move
from surfaces.doors import show

MOST_CHIPS = 6
"""Up to so many choices lie open as chips; more go into a list."""
KEPT_HIDDEN = (Mask.NAME, Mask.PHONE)
"""What is known already is not printed into a form; left empty, it stays."""


def sent_twice(issue: Any, move: Any, user: User, seen: str) -> bool:
    """The same person has just made the same move from the same form (`seen` as it was posted): the form came twice."""
    if not seen.isdecimal() or issue.version != int(seen) + 1:
        return False
    last = issue.events.order_by("-seq").first()
    return last is not None and (last.name, last.by_id) == (move.name, user.pk)


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[File]:
        return list(files.getlist(name)) if isinstance(files, MultiValueDict) else []


class MoveForm(forms.Form):
    """`issue` None: the move that begins one (collect)."""

    use_required_attribute = False
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        move: Move,
        issue: Issue | None,
        user: User,
        *,
        at: datetime,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        super().__init__(data, files, auto_id=f"{move.name}_%s")
        self.move, self.issue, self.user, self.at = move, issue, user, at
        self.inputs: dict[str, Any] = {}
        self.fields["seen"].initial = issue.version if issue else None
        for field in move.fields:
            self.fields[field.name] = self._input(field)
            self.initial[field.name] = self._initial(field)

    def clean(self) -> dict[str, Any]:
        """`parse` is the judge; what Django checked before it only gathers every empty input at once."""
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                self.inputs = parse(self.issue, self.move, self._typed(), self._sent(), by=self.user)
            except Refused as refused:
                show(refused, self)
        return cleaned

    def make(self) -> bool:
        """Makes the move. False when a rule said no; the form then shows its sentence."""
        assert self.issue is not None
        try:
            perform(
                self.move.name,
                issue=self.issue,
                by=self.user,
                at=self.at,
                seen=self.cleaned_data.get("seen"),
                **self.inputs,
            )
        except Forbidden:
            raise
        except Refused as refused:
            show(refused, self)
            return False
        return True

    def _typed(self) -> dict[str, Any]:
        typed = {name: self.cleaned_data.get(name) for name in self.fields}
        for field in self.move.fields:
            if not typed.get(field.name) and self._keeps(field):
                typed[field.name] = getattr(self.issue, field.initial)
        return typed

    def _sent(self) -> dict[str, Sequence[File]]:
        return {field.name: self.cleaned_data[field.name] for field in self.move.fields if field.kind == "files"}

    def _initial(self, field: Field) -> Any:
        if not field.initial or self._keeps(field):
            return None
        return getattr(self.issue or Issue(), field.initial)

    def _keeps(self, field: Field) -> bool:
        kind = personal_fields(Issue).get(field.initial)
        return bool(self.issue and kind in KEPT_HIDDEN and getattr(self.issue, field.initial))

    def _input(self, field: Field) -> forms.Field:
        keeps = self._keeps(field)
        known: dict[str, Any] = {
            "label": field.label,
            "required": field.required and not keeps,
            "help_text": self._kept_words(field) if keeps else field.help,
            "error_messages": {"required": f"请填写“{field.label}”。"},
        }
        if field.kind == "files":
            return forms.Field(widget=ManyFiles(attrs={"multiple": True}), **known)
        if field.kind == "checkbox":
            return forms.BooleanField(**known)
        if field.kind == "users":
            return forms.MultipleChoiceField(choices=self._options(field), widget=_long_list(multiple=True), **known)
        if field.kind in ("user", "unit", "issue", "choice"):
            return forms.CharField(widget=self._choosing(field), **known)
        return forms.CharField(max_length=field.longest, widget=_typing(field), **known)

    def _kept_words(self, field: Field) -> str:
        value = mask(getattr(self.issue, field.initial), personal_fields(Issue)[field.initial])
        return f"已登记 {value}，不改就留空"

    def _choosing(self, field: Field) -> forms.Widget:
        offered = self._options(field)
        if field.kind == "choice" and field.required and len(offered) <= MOST_CHIPS:
            return forms.RadioSelect(choices=offered)
        return _long_list(choices=[("", "请选择…" if field.required else "不选"), *offered])

    def _options(self, field: Field) -> list[tuple[str, str]]:
        if field.name == CATEGORY.name:
            return self._categories()
        if self.issue is None:
            return channels.offered(self.user) if field.name == CHANNEL.name else list(field.choices)
        offered = options(self.issue, field, on=self.at.date(), by=self.user)
        return [choice for choice in offered if choice[0] not in BY_HOUSEHOLD] if field == MEANS else offered

    def _categories(self) -> list[tuple[str, str]]:
        """Those offered, and the one that the issue has, be it offered no more."""
        found = categories.offered(self.user)
        has = self.issue.category if self.issue else ""
        missing = has and has not in dict(found)
        return [*found, *([(has, Category(has).label)] if missing else [])]


def _long_list(choices: Sequence[tuple[str, str]] = (), *, multiple: bool = False) -> forms.Select:
    kind = forms.SelectMultiple if multiple else forms.Select
    return kind(choices=choices, attrs={"data-narrow": ""})


def _typing(field: Field) -> forms.Widget:
    if field.kind == "long_text":
        return forms.Textarea(attrs={"rows": 4, "maxlength": field.longest})
    if field.kind == "date":
        return forms.DateInput(attrs={"type": "date"})
    if field.kind == "phone":
        return forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    return forms.TextInput(attrs={"autocomplete": "off"})
