"""What is filled in on the phone. Nothing here is compulsory but the outcome of a visit."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms

from accounts.errors import Refused
from accounts.models import User
from grids.models import Posting
from grids.scope import Scope
from households.models import Household, Pairing
from issues import categories
from issues.fields import TEXT, TITLE
from issues.models import Category, Urgency
from members.models import Member
from surfaces.collecting import CollectForm
from surfaces.moves import ManyFiles
from surfaces.tasks import TaskForm, date_input
from surfaces.visiting import QUESTIONS
from visits.actions import Answers
from visits.actions.visit import LONGEST_ANSWER
from visits.models import Visit
from visits.signatures import read_drawn, redrawn

PICTURES = {"accept": "image/*", "multiple": True, "data-shrink": ""}


def text_box(label: str, longest: int, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=longest, required=False, help_text=help_text, widget=widget)


class VisitForm(forms.Form):
    """One visit, and the matter heard on it. `client_id` lets a form sent twice save once."""

    use_required_attribute = False

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    pairing = forms.ModelChoiceField(Pairing.objects.none(), widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="走访结果",
        choices=Visit.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择见到人没有。"},
    )
    done_by = forms.ModelChoiceField(Member.objects.none(), label="谁去的", empty_label=None)
    visited_at = forms.DateTimeField(
        label="走访时间",
        required=False,
        help_text="不填就是现在",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        error_messages={"invalid": "请填写哪天几点走访的。"},
    )
    photo = forms.Field(label="照片", required=False, widget=ManyFiles(attrs=PICTURES))
    signature = forms.CharField(label="住户签名", required=False, widget=forms.HiddenInput)
    witness = forms.CharField(
        label="见证人", max_length=30, required=False, help_text="在场的邻居、村干部等，写名字就行"
    )
    unsigned = forms.CharField(
        label="都没有的原因", max_length=60, required=False, help_text="比如：老人不识字，家里没有别人"
    )
    title = forms.CharField(label="诉求事项", max_length=TITLE.longest, required=False, help_text=TITLE.help)
    text = text_box("具体情况", TEXT.longest)
    category = forms.ChoiceField(label="类别", choices=Category.choices, required=False)
    urgency = forms.ChoiceField(
        label="紧急程度",
        choices=Urgency.choices,
        initial=Urgency.NORMAL,
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, pairings: Any, user: User, **sent: Any) -> None:
        super().__init__(initial={"client_id": uuid4(), "pairing": pairings.first()}, **sent)
        for question, label in QUESTIONS.items():
            self.fields[question] = text_box(label, LONGEST_ANSWER)
        self.fields["category"].choices = [("", "请选择…"), *categories.offered(user)]  # type: ignore[attr-defined]
        self._open("pairing", pairings)
        own = pairings.filter(member__user=user).exists()
        if own:
            del self.fields["done_by"]
        else:
            self._offer_visitors(pairings, user)

    def clean_signature(self) -> bytes:
        """The picture the canvas drew; empty when nobody signed."""
        sent = self.cleaned_data["signature"]
        try:
            return redrawn(read_drawn(sent)) if sent else b""
        except Refused as refused:
            raise forms.ValidationError(refused.sentence) from refused

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("text") and not cleaned.get("title"):
            self.add_error("title", "请用一句话写明是什么事，具体情况已经保留。")
        return cleaned

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[name] for name in QUESTIONS]

    @property
    def answers(self) -> Answers:
        return Answers(**{name: self.cleaned_data[name] for name in QUESTIONS})

    @property
    def proves(self) -> bool:
        """Was any of a signature, a witness or a reason given or missed, so that its part stands open?"""
        return any(self[name].errors or self[name].value() for name in ("signature", "witness", "unsigned"))

    @property
    def raises(self) -> bool:
        """Was a matter typed, so that its part stands open?"""
        return any(self[name].errors or self[name].value() for name in ("title", "text"))

    def _offer_visitors(self, pairings: Any, user: User) -> None:
        """Somebody who enters the visit of another: the member of the pairing, the person themselves, the village."""
        paired = pairings.values("member")
        village = pairings.values("village_id")
        members = Member.objects.filter(pk__in=paired) | Member.objects.filter(user=user)
        seen = Member.objects.visible_to(user).filter(village_id__in=village, left_on=None)
        self._open("done_by", (members | seen).distinct().order_by("name", "id"))
        me = Member.objects.filter(user=user).first()
        self.initial["done_by"] = me or pairings.first().member

    def _open(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


class HeardForm(CollectForm):
    """An opinion taken down on the spot: with photos, which are never compulsory."""

    photos = forms.Field(label="照片", required=False, widget=ManyFiles(attrs=PICTURES))

    def __init__(self, household: Household | None, user: User, *, at: datetime, **sent: Any) -> None:
        super().__init__(household, user, at=at, **sent)
        self.order_fields([name for name in self.fields if name != "photos"])

    def make(self) -> bool:
        self.inputs["photos"] = self.cleaned_data["photos"]
        return super().make()


class AbsenceForm(TaskForm):
    """Days are inclusive here, as people say them."""

    substitute = forms.ModelChoiceField(
        User.objects.none(), label="谁代我", error_messages={"required": "请选择代理人。"}, empty_label="请选择…"
    )
    since = forms.DateField(label="从哪天", widget=date_input())
    last = forms.DateField(label="到哪天（含当天）", widget=date_input())
    reason = forms.CharField(label="事由", max_length=60, required=False)

    def __init__(self, user: User, at: datetime, **sent: Any) -> None:
        super().__init__(initial={"since": at.date(), "last": at.date()}, **sent)
        field = self.fields["substitute"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = colleagues(user)


class SuggestionForm(TaskForm):
    client_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(label="一句话", max_length=TITLE.longest, error_messages={"required": "请用一句话写明。"})
    text = text_box("具体说说", TEXT.longest, "比如：哪张表重复填、哪项要求没必要、系统哪里不好用")

    def __init__(self, **sent: Any) -> None:
        super().__init__(initial={"client_id": uuid4()}, **sent)


def colleagues(user: User) -> Any:
    """People with a post in my villages (or, for posts above the village, in the same grid)."""
    scope = Scope.of(user)
    own = [posting for posting in scope.postings if posting.user_id == user.pk]
    villages = {posting.village_id for posting in own if posting.village_id}
    wide = {posting.grid_id for posting in own if not posting.village_id}
    posts = Posting.objects.active(scope.on)
    near = posts.filter(village_id__in=villages) | posts.filter(grid__in=wide)
    return User.objects.filter(pk__in=near.values("user"), is_active=True).exclude(pk=user.pk).order_by("name", "id")
