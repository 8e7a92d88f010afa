"""What is filled in about a pledge: as little as possible."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.privacy import Mask, mask
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Household, Pairing
from members.models import Member, PartyOrg
from surfaces.moves import ManyFiles
from surfaces.tasks import TaskForm, date_input, reason_input
from visits.models import Pledge

P = Permission
MOST_OFFERED = 500
"""Members in one list to choose from; in wider areas one comes from the member's own page."""


class ReportForm(TaskForm):
    result = forms.CharField(
        label="做了什么",
        max_length=300,
        widget=reason_input(),
        error_messages={"required": "请用一句话写明做了什么。"},
    )
    household = forms.ModelChoiceField(
        Household.objects.none(),
        label="请哪一户见证",
        empty_label="请选择…",
        help_text="这一户扫自家二维码时会请他确认",
        error_messages={"required": "请选一户见证。"},
    )
    evidence = forms.Field(
        label="照片", required=False, widget=ManyFiles(attrs={"accept": "image/*"}), help_text="有就传，不强求"
    )

    def __init__(self, pledge: Pledge, user: User, **given: Any) -> None:
        super().__init__(**given)
        field = self.fields["household"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = homes(pledge, user)
        field.label_from_instance = lambda obj: f"{obj.number} {mask(obj.head_name, Mask.NAME)}"  # type: ignore[method-assign]

    def clean_evidence(self) -> Any:
        files = self.cleaned_data["evidence"]
        return files[0] if files else None


def homes(pledge: Pledge, user: User) -> Any:
    """The households the member looks after; else those of the village, as far as the person may see them."""
    living = Household.objects.visible_to(user).living()
    paired = Pairing.objects.current(Scope.of(user).on).filter(member=pledge.member_id).values("household")
    own = living.filter(pk__in=paired)
    return (own if pledge.member and own.exists() else living.filter(village_id=pledge.village_id)).order_by("number")


class WitnessForm(TaskForm):
    kept = forms.TypedChoiceField(
        label="见证人怎么说",
        choices=[("yes", "兑现了"), ("no", "没有兑现")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        error_messages={"required": "请选一项。"},
    )
    witness = forms.CharField(label="见证人姓名", max_length=30, error_messages={"required": "请填写见证人的姓名。"})
    result = forms.CharField(label="情况", max_length=300, required=False, widget=reason_input())


class GiveUpForm(TaskForm):
    reason = forms.CharField(
        label="原因", max_length=300, widget=reason_input(), error_messages={"required": "请写明没有兑现的原因。"}
    )


class PledgeForm(TaskForm):
    """Who promises is asked only where more than one could."""

    member = forms.ModelChoiceField(Member.objects.none(), label="承诺人", required=False, empty_label="请选择…")
    branch = forms.ModelChoiceField(
        PartyOrg.objects.none(), label="或以党组织名义", required=False, empty_label="不是党组织的承诺"
    )
    kind = forms.ChoiceField(label="类型", choices=Pledge.Kind.choices)
    text = forms.CharField(
        label="承诺什么",
        max_length=200,
        widget=reason_input(),
        help_text="会公开，不写群众姓名和电话",
        error_messages={"required": "请写明承诺什么。"},
    )
    due_on = forms.DateField(label="哪天前兑现", widget=date_input(), error_messages={"required": "请选兑现期限。"})

    def __init__(self, user: User, asked: str, **given: Any) -> None:
        super().__init__(**given)
        scope = Scope.of(user)
        me = Member.objects.filter(user=user, left_on=None).first()
        self._me = None if scope.has_area(P.PAIRING_EDIT) else me
        if self._me:
            del self.fields["member"], self.fields["branch"]
            return
        members = Member.objects.filter(scope.q(P.PAIRING_EDIT), left_on=None).order_by("name", "pk")
        self._open("branch", PartyOrg.objects.filter(scope.q(P.PAIRING_EDIT)).order_by("name"))
        self._offer(members.filter(pk=asked) if asked.isdecimal() and len(asked) < 19 else members, me)

    def _offer(self, members: Any, me: Member | None) -> None:
        if members[: MOST_OFFERED + 1].count() > MOST_OFFERED:
            del self.fields["member"]
            self.fields["branch"].help_text = "党员个人的承诺，请到党员的页面上写"
            return
        self._open("member", members)
        only = list(members[:2])
        self.initial.setdefault("member", only[0] if len(only) == 1 else me)

    def _open(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    @property
    def given(self) -> dict[str, Any]:
        found = {**self.cleaned_data, "kind": Pledge.Kind(self.cleaned_data["kind"])}
        return found | ({"member": self._me} if self._me else {})
