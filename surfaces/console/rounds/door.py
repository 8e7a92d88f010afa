"""The round behind an address, for whoever may edit pairings where it stands."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from grids.scope import Scope
from households.models import ChoiceRound, Household, RoundMember
from members.models import Member
from surfaces.doors import Visitor, must_cover, needs


def found(request: Visitor, pk: int) -> ChoiceRound:
    """404 out of sight; 403 for members who only take part."""
    rows = ChoiceRound.objects.visible_to(request.user).select_related("branch", "grid", "programme")
    round: ChoiceRound = get_object_or_404(rows, pk=pk)
    must_cover(request, Permission.PAIRING_EDIT, round)
    return round


def home_of(round: ChoiceRound, pk: int) -> Household:
    return get_object_or_404(Household.objects.select_related("grid"), pk=pk, rounds__round=round)


def member_of(round: ChoiceRound, pk: int) -> Member:
    return get_object_or_404(Member.objects.select_related("branch"), pk=pk, rounds__round=round)


def page_of(round: ChoiceRound, show: str = "") -> str:
    return reverse("console:round", args=[round.pk]) + (f"?show={show}" if show else "")


def crumbs(round: ChoiceRound) -> list[tuple[str, str]]:
    return [("双向互选", reverse("console:rounds")), (round.name, page_of(round))]


@require_GET
@needs()
def door(request: Visitor, pk: int) -> HttpResponse:
    """To my wishes on the phone when I take part as a member, else to the round on the console."""
    round = get_object_or_404(ChoiceRound.objects.visible_to(request.user), pk=pk)
    mine = RoundMember.objects.filter(round=round, member__user__in=Scope.of(request.user).people)
    return redirect("field:round" if mine.exists() else "console:round", pk)
