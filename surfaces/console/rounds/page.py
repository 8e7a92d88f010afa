"""One round: who takes part, what is wished, the proposal on its board, gaps, changes, and what happened so far."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from households.models import (
    READABLE_ROUNDS,
    Ballot,
    ChoiceRound,
    PairChange,
    ProposalRun,
    ProposedPair,
    RoundMember,
    RoundStatus,
    Ruling,
)
from households.rounds.standing import answered
from households.rounds.workflow import MOVES
from members.models import Ability, Member
from surfaces import paging
from surfaces.console.rounds import deeds
from surfaces.console.rounds.door import found
from surfaces.console.rounds.drawing import MOST, drawing
from surfaces.doors import Visitor, needs
from workdays.now import today

P = Permission
S = RoundStatus
ON_BOARD = 40
SHOWS = {
    "members": "党员",
    "households": "住户",
    "board": "方案",
    "list": "名单",
    "gaps": "缺口和多少",
    "changes": "变动",
    "history": "经过",
}


@dataclass
class Seat:
    """A member on the board with the households proposed for them."""

    row: RoundMember
    pairs: list[ProposedPair]

    @property
    def load(self) -> int:
        return len(self.pairs)

    @property
    def said(self) -> str:
        if self.load < self.row.least:
            return f"少{self.row.least - self.load}户"
        return f"多{self.load - self.row.most}户" if self.load > self.row.most else ""


class RoundPage:
    """What the page shows, each part fetched only when its tab is open."""

    def __init__(self, request: Visitor, round: ChoiceRound) -> None:
        self.request = request
        self.round = round
        asked = request.GET.get("show", "")
        self.show = asked if asked in SHOWS else "members" if round.status == S.WISHING else "board"

    @cached_property
    def run(self) -> ProposalRun | None:
        return self.round.runs.order_by("-number").first()

    @property
    def computing(self) -> bool:
        return self.run is not None and self.run.state in ProposalRun.OPEN

    def tabs(self) -> list[dict[str, Any]]:
        return [{"label": label, "url": f"?show={name}", "current": name == self.show} for name, label in SHOWS.items()]

    def known(self) -> dict[str, Any]:
        parts: dict[str, Callable[[], dict[str, Any]]] = {
            "members": self._members,
            "households": self._households,
            "board": self._board,
            "list": self._list,
            "gaps": self._gaps,
            "changes": self._changes,
            "history": self._history,
        }
        common = {
            "round": self.round,
            "page_show": self.show,
            "tabs": self.tabs(),
            "buttons": deeds.buttons(self.round, self.request.user),
            "answered": answered(self.round),
            "run": self.run,
            "computing": self.computing,
            "takes": self.round.takes_wishes(today()),
            "public": self.round.status in READABLE_ROUNDS,
            "deciding": self.round.status == S.DECIDING,
        }
        return common | parts[self.show]()

    def _members(self) -> dict[str, Any]:
        said = Ballot.objects.standing().filter(round=self.round, member=OuterRef("member"))
        rows = self.round.members.select_related("member__grid").annotate(said=Exists(said))
        page = paging.page(self.request, rows, order=("id",), size=100)
        counts = Ballot.objects.standing().filter(round=self.round, member__in=[row.member_id for row in page])
        wishes = dict(counts.values_list("member").annotate(Count("wishes")))
        shown = [(row, _labels(row.abilities), wishes.get(row.member_id)) for row in page]
        return {"page": page, "shown": shown, "may_seat": self.round.status in (S.WISHING, S.DECIDING)}

    def _households(self) -> dict[str, Any]:
        rows = self.round.households.select_related("household__grid")
        if "silent" in self.request.GET:
            said = Ballot.objects.standing().filter(round=self.round, household=OuterRef("household"))
            rows = rows.filter(~Exists(said))
        page = paging.page(self.request, rows, order=("id",), size=100)
        ballots = {
            ballot.household_id: ballot
            for ballot in Ballot.objects.standing()
            .filter(round=self.round, household__in=[row.household_id for row in page])
            .prefetch_related("wishes__member")
        }
        return {
            "page": page,
            "shown": [(row, _labels(row.needs), _wished(ballots.get(row.household_id))) for row in page],
        }

    def _board(self) -> dict[str, Any]:
        seats = self.round.members.filter(exempt="").select_related("member")
        page = paging.page(self.request, seats, order=("id",), size=ON_BOARD)
        pairs = self._pairs(member__in=[row.member_id for row in page])
        theirs: dict[int | None, list[ProposedPair]] = defaultdict(list)
        for pair in pairs:
            theirs[pair.member_id].append(pair)
        outside = ProposedPair.objects.filter(round=self.round, member__isnull=False)
        outside = outside.exclude(member__in=seats.values("member")).select_related("household", "member")
        rulings = Ruling.objects.standing().filter(round=self.round).select_related("household", "member", "by")
        return {
            "page": page,
            "seats": [Seat(row, theirs[row.member_id]) for row in page],
            "uncovered": self._pairs(member=None),
            "outside": outside,
            "rulings": rulings.order_by("-pk"),
            "drawing": self._drawing(),
        }

    def _drawing(self) -> Any:
        if ProposedPair.objects.filter(round=self.round).count() > MOST:
            return None
        people = Member.objects.filter(rounds__round=self.round, rounds__exempt="")
        return drawing(list(self._pairs()), list(people))

    def _pairs(self, **which: Any) -> QuerySet[ProposedPair]:
        rows = ProposedPair.objects.filter(round=self.round, **which)
        return rows.select_related("household__grid", "member").order_by("household__number")

    def _list(self) -> dict[str, Any]:
        rows = ProposedPair.objects.filter(round=self.round).select_related("household__grid", "member__branch")
        return {"pairs": rows.order_by("member__name", "member_id", "household__number")}

    def _gaps(self) -> dict[str, Any]:
        told = self.run.figures if self.run else {}
        loads = dict(
            ProposedPair.objects.filter(round=self.round, member__isnull=False)
            .values_list("member")
            .annotate(Count("pk"))
        )
        seats = [
            (row, loads.get(row.member_id, 0)) for row in self.round.members.filter(exempt="").select_related("member")
        ]
        return {
            "told": told,
            "uncovered": self._pairs(member=None),
            "under": [(row, load, row.least - load) for row, load in seats if load < row.least],
            "over": [(row, load, load - row.most) for row, load in seats if load > row.most],
        }

    def _changes(self) -> dict[str, Any]:
        rows = PairChange.objects.filter(round=self.round)
        rows = rows.select_related("household", "before", "after", "run", "ruling")
        return {"page": paging.page(self.request, rows, order=("-id",), size=100)}

    def _history(self) -> dict[str, Any]:
        rows = self.round.events.select_related("by").order_by("-pk")[:200]
        return {"entries": [_entry(event) for event in rows]}


def _entry(event: Any) -> dict[str, Any]:
    label = MOVES[event.name].label if event.name in MOVES else event.name
    return {"at": event.at, "who": event.by.name if event.by else "系统", "what": label, "why": event.note}


def _labels(abilities: list[str]) -> str:
    return "、".join(Ability(ability).label for ability in abilities)


def _wished(ballot: Ballot | None) -> str | None:
    """Whom a household wished for; None when it has not answered."""
    if ballot is None:
        return None
    names = [wish.member.name for wish in sorted(ballot.wishes.all(), key=lambda wish: (wish.rank or 0, wish.pk))]
    return "、".join(names) or "由支部安排"


@require_GET
@needs(P.PAIRING_EDIT)
def page(request: Visitor, pk: int) -> HttpResponse:
    return render(request, "console/rounds/page.html", RoundPage(request, found(request, pk)).known())


@require_GET
@needs(P.PAIRING_EDIT)
def progress(request: Visitor, pk: int, run: int) -> HttpResponse:
    """The part that asks for itself every second; the page shows the board once it is there."""
    round = found(request, pk)
    one = get_object_or_404(round.runs, pk=run)
    response = render(request, "console/rounds/progress.html", {"round": round, "run": one})
    if one.state not in ProposalRun.OPEN:
        response["HX-Refresh"] = "true"
    return response
