"""A member's paper notebook keyed in at the desk: one row per household, what is right saved at once, the rest kept."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Pairing
from members.models import Member
from surfaces.doors import Visitor, must_cover, needs, show
from surfaces.tasks import TaskForm, date_input
from surfaces.visiting import QUESTIONS
from visits.actions import Answers, policy_of, record_visit
from visits.actions.visit import LONGEST_ANSWER
from visits.models import Visit
from workdays.arithmetic import ZONE
from workdays.now import now, today

P = Permission
MIDDAY = time(12)
"""A notebook says the day; the hour is not asked."""
SHOWN = ("day", "outcome", "difficulty", "opinion")
"""The columns of a row; of the five questions those that are answered most often."""


class RowForm(TaskForm):
    """One household. A row without an outcome and without words was not filled in."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField(label="走访日期", widget=date_input(), error_messages={"required": "请填写哪天走访的。"})
    outcome = forms.ChoiceField(label="结果", choices=[("", "没有走访"), *Visit.Outcome.choices], required=False)
    witness = forms.CharField(label="见证人", max_length=30, required=False)
    unsigned = forms.CharField(label="没有签名或见证的原因", max_length=60, required=False)

    def __init__(self, pairing: Pairing, *, proof: bool, **sent: Any) -> None:
        super().__init__(prefix=str(pairing.pk), initial={"client_id": uuid4(), "day": today()}, **sent)
        self.pairing = pairing
        self.saved = False
        for question, label in QUESTIONS.items():
            self.fields[question] = forms.CharField(label=label, max_length=LONGEST_ANSWER, required=False)
        if not proof:
            del self.fields["witness"], self.fields["unsigned"]
        for field in self.fields.values():
            field.widget.attrs["aria-label"] = f"{pairing.household.number} {field.label}" if pairing.household else ""

    @property
    def filled(self) -> bool:
        return any(self[name].value() for name in ("outcome", *QUESTIONS))

    @property
    def shown(self) -> list[forms.BoundField]:
        return [self[name] for name in SHOWN]

    @property
    def folded(self) -> list[forms.BoundField]:
        """The rest, out of the way until it is wanted."""
        return [field for field in self.visible_fields() if field.name not in SHOWN]

    @property
    def unfolds(self) -> bool:
        """Is something in the fold, or missed there?"""
        return any(field.errors or field.value() for field in self.folded)

    def clean_outcome(self) -> str:
        outcome: str = self.cleaned_data["outcome"]
        if not outcome:
            raise forms.ValidationError("写了情况，请选择结果。")
        return outcome

    def save(self, request: Visitor, at: datetime) -> None:
        """Saves the row; what the rules refuse stands at the row."""
        given = self.cleaned_data
        try:
            record_visit(
                pairing=self.pairing,
                client_id=given["client_id"],
                outcome=Visit.Outcome(given["outcome"]),
                visited_at=_moment(given["day"], at),
                at=at,
                by=request.user,
                answers=Answers(**{question: given[question] for question in QUESTIONS}),
                witness=given.get("witness", ""),
                unsigned=given.get("unsigned", ""),
            )
        except Refused as refused:
            show(refused, self)
        else:
            self.saved = True


def _moment(day: date, at: datetime) -> datetime:
    noon = datetime.combine(day, MIDDAY, ZONE)
    return min(noon, at) if day <= at.astimezone(ZONE).date() else noon


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
def notebook(request: Visitor, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user).select_related("grid"), pk=pk)
    must_cover(request, P.VISIT_RECORD, member)
    pairings = _pairings(request, member)
    if request.method == "GET":
        return _page(request, member, _rows(member, pairings))
    rows = _rows(member, pairings, data=request.POST)
    filled = [row for row in rows if row.filled]
    for row in filled:
        if row.is_valid():
            row.save(request, now())
    saved = sum(row.saved for row in filled)
    if saved < len(filled):
        return _page(request, member, _again(member, rows), saved=saved, wrong=len(filled) - saved)
    messages.success(request, f"已记入{saved}户。" if saved else "没有填写任何一户。")
    return redirect("console:notebook", member.pk)


def _pairings(request: Visitor, member: Member) -> list[Pairing]:
    rows = Pairing.objects.visible_to(request.user).current(Scope.of(request.user).on).filter(member=member)
    living = rows.filter(household__isnull=False, household__closed_on=None)
    return list(living.select_related("household__grid", "programme").order_by("next_due_on", "id"))


def _rows(member: Member, pairings: Sequence[Pairing], **sent: Any) -> list[RowForm]:
    proof = policy_of(member.county_id).proof
    return [RowForm(pairing, proof=proof, **sent) for pairing in pairings]


def _again(member: Member, rows: list[RowForm]) -> list[RowForm]:
    """What could not be saved as it was typed; saved and empty rows as new."""
    fresh = _rows(member, [row.pairing for row in rows])
    kept = []
    for row, new in zip(rows, fresh, strict=True):
        new.saved = row.saved
        kept.append(row if row.filled and not row.saved else new)
    return kept


def _page(request: Visitor, member: Member, rows: list[RowForm], *, saved: int = 0, wrong: int = 0) -> HttpResponse:
    known = {"member": member, "rows": rows, "saved": saved, "wrong": wrong}
    return render(request, "console/people/notebook.html", known, status=422 if wrong else 200)
