"""Keying in what somebody wrote on paper: the numbers of the households, or of the members, first the dearest."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.privacy import Mask, mask
from accounts.roles import Permission
from households.models import Ballot, ChoiceRound, Household
from households.rounds.actions import wish_as_household, wish_as_member
from households.rounds.standing import ballot_of
from members.models import Member
from surfaces.console.rounds.door import crumbs, found, home_of, member_of, page_of
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now

PAPER = Ballot.Source.PAPER
P = Permission


class PaperForm(TaskForm):
    chosen = forms.CharField(
        label="志愿",
        max_length=300,
        required=False,
        help_text="按先后写编号，用空格或顿号隔开；什么都不写就是“由支部安排”",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    ranked = forms.BooleanField(label="分先后", required=False, initial=True)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def of_member(request: Visitor, pk: int, member: int) -> HttpResponse:
    round = found(request, pk)
    chooser = member_of(round, member)

    def do(given: dict[str, Any]) -> str:
        homes = _numbered(Household.objects.filter(county_id=round.county_id), given["chosen"], "住户")
        wish_as_member(
            round=round,
            member=chooser,
            households=homes,
            ranked=given["ranked"],
            source=PAPER,
            by=request.user,
            at=now(),
        )
        return f"{chooser.name}的志愿已录入。"

    hint = f"照{chooser.name}填的纸写户编号。"
    return _key_in(request, round, chooser, hint, _member_says, do)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def of_household(request: Visitor, pk: int, household: int) -> HttpResponse:
    round = found(request, pk)
    chooser = home_of(round, household)

    def do(given: dict[str, Any]) -> str:
        members = _numbered(Member.objects.filter(county_id=round.county_id), given["chosen"], "党员")
        wish_as_household(
            round=round,
            household=chooser,
            members=members,
            ranked=given["ranked"],
            source=PAPER,
            by=request.user,
            at=now(),
        )
        return f"{chooser.number}号住户的志愿已录入。"

    hint = f"照{mask(chooser.head_name, Mask.NAME)}户（{chooser.number}）填的纸写党员编号。"
    return _key_in(request, round, chooser, hint, _household_says, do)


def _key_in(
    request: Visitor,
    round: ChoiceRound,
    chooser: Member | Household,
    hint: str,
    says: Callable[[Ballot], list[str]],
    do: Callable[[dict[str, Any]], str],
) -> HttpResponse:
    ballot = ballot_of(round, chooser)
    show = "members" if isinstance(chooser, Member) else "households"
    known = {"chosen": " ".join(says(ballot)), "ranked": ballot.ranked} if ballot else {}
    task = Task("录入纸质志愿", page_of(round, show), hint, crumbs=crumbs(round))
    return run(request, task, PaperForm(initial=known, **sent(request)), do)


def _member_says(ballot: Ballot) -> list[str]:
    return list(ballot.wishes.order_by("rank", "pk").values_list("household__number", flat=True))


def _household_says(ballot: Ballot) -> list[str]:
    return list(ballot.wishes.order_by("rank", "pk").values_list("member__number", flat=True))


def _numbered(rows: QuerySet[Any], said: str, what: str) -> Sequence[Any]:
    """The rows of these numbers, in the order written. Refused with every number that nobody has."""
    numbers = [number for number in re.split(r"[\s,，、;；]+", said) if number]
    known: dict[str, Model] = {row.number: row for row in rows.filter(number__in=numbers)}
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise Refused(f"没有编号为{'、'.join(unknown)}的{what}，请核对纸上的编号。", field="chosen")
    return [known[number] for number in numbers]
