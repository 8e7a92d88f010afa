"""Staged wishes and ties against the database: what is wrong with them, and writing them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.roles import Permission
from exchange import sql
from exchange.columns import Sheet
from exchange.importing import Importer, Written
from exchange.intake import Lookup
from exchange.wish_sheets import HOUSEHOLD_WISHES, MEMBER_WISHES, RANKS, TIES
from grids.models import Grid
from grids.scope import Scope
from households.models import Ballot, ChoiceRound, Household, RoundHousehold, RoundMember, RoundStatus, Tie, Wish
from households.rounds.own import own_homes
from households.rounds.window import closed_because
from members.models import Member

BATCH = 5000
_ROW = f"SELECT row, number, coalesce(ranked, true), {', '.join(RANKS)} FROM {{table}} ORDER BY row"


@dataclass(frozen=True)
class Paper:
    """One row: a chooser's number and the numbers chosen, dearest first."""

    row: int
    number: str
    ranked: bool
    chosen: tuple[str, ...]


class WishImport(Importer):
    """住户志愿, 党员志愿, 亲友关系. A row is a whole answer and replaces the one before; the same again changes
    nothing."""

    sheets = (HOUSEHOLD_WISHES, MEMBER_WISHES, TIES)
    main = HOUSEHOLD_WISHES

    def __init__(self, county: Grid, scope: Scope, at: datetime) -> None:
        super().__init__(county, scope, at)
        self._known = Known(county)

    @property
    def lookups(self) -> dict[str, Lookup]:
        return {}

    def faults(self) -> Iterator[tuple[Sheet, int, str]]:
        for sheet in (HOUSEHOLD_WISHES, MEMBER_WISHES):
            for paper in papers(sheet):
                yield from ((sheet, paper.row, sentence) for sentence in self._ballot_faults(sheet, paper))
        for row, number, member, _, _ in ties():
            yield from ((TIES, row, sentence) for sentence in self._tie_faults(number, member))

    def _ballot_faults(self, sheet: Sheet, paper: Paper) -> Iterator[str]:
        of_home = sheet is HOUSEHOLD_WISHES
        round = self._round_of(paper.number, of_home)
        if isinstance(round, str):
            yield round
            return
        closed = closed_because(round, self.scope.on)
        if closed:
            yield closed.removesuffix("。")
        if len(paper.chosen) > round.most_wishes:
            yield f"“{round}”最多{round.most_wishes}个志愿，填了{len(paper.chosen)}个"
        for code in paper.chosen:
            home, member = (paper.number, code) if of_home else (code, paper.number)
            fault = self._member_fault(member, round) if of_home else self._home_fault(home, round)
            if fault is None and self._is_own(home, member):
                fault = f"“{code}”和“{paper.number}”是一家人，不能选自己家"
            if fault:
                yield fault

    def _round_of(self, number: str, of_home: bool) -> ChoiceRound | str:
        """The round in which the chooser stands, or why there is none."""
        known = self._known
        what, there = ("户编号", number in known.homes) if of_home else ("党员编号", number in known.members)
        if not there:
            return f"{what}“{number}”在本县查不到"
        rounds = known.rounds_of_homes if of_home else known.rounds_of_members
        key = known.homes[number].pk if of_home else known.members[number].pk
        round = rounds.get(key)
        if round is None:
            return f"{what}“{number}”不在正在征集志愿的互选名单里"
        if not self.scope.covers(Permission.PAIRING_EDIT, round):
            return f"{what}“{number}”所在的“{round}”不在您的管理范围内"
        return self._member_fault(number, round) or round if not of_home else round

    def _member_fault(self, number: str, round: ChoiceRound) -> str | None:
        member = self._known.members.get(number)
        if member is None:
            return f"党员编号“{number}”在本县查不到"
        exempt = self._known.seats.get((round.pk, member.pk))
        if exempt is None:
            return f"党员“{number}”不在“{round}”的名单里"
        return f"党员“{number}”因{exempt}免联，不填也不能选" if exempt else None

    def _home_fault(self, number: str, round: ChoiceRound) -> str | None:
        home = self._known.homes.get(number)
        if home is None:
            return f"户编号“{number}”在本县查不到"
        if self._known.rounds_of_homes.get(home.pk) != round:
            return f"户“{number}”不在“{round}”的范围内"
        return f"户“{number}”已于{home.closed_on}销户" if home.closed_on else None

    def _tie_faults(self, number: str, code: str) -> Iterator[str]:
        home, member = self._known.homes.get(number), self._known.members.get(code)
        if home is None:
            yield f"户编号“{number}”在本县查不到"
        elif not self.scope.covers(Permission.PAIRING_EDIT, home):
            yield f"户“{number}”不在您的管理范围内"
        if member is None:
            yield f"党员编号“{code}”在本县查不到"
        elif home and self._is_own(number, code):
            yield f"户“{number}”是党员“{code}”自己家，不用登记关系"

    def _is_own(self, number: str, code: str) -> bool:
        return (self._known.members[code].pk, self._known.homes[number].pk) in self._known.own

    def write(self) -> list[Written]:
        return [
            self._write_ballots(HOUSEHOLD_WISHES, "住户志愿"),
            self._write_ballots(MEMBER_WISHES, "党员志愿"),
            self._write_ties(),
        ]

    def _write_ballots(self, sheet: Sheet, what: str) -> Written:
        """New answers, and those that differ from what stands."""
        of_home = sheet is HOUSEHOLD_WISHES
        standing = self._standing(of_home)
        fresh: list[tuple[Ballot, list[int]]] = []
        for paper in papers(sheet):
            chooser = (self._known.homes if of_home else self._known.members)[paper.number]
            chosen = [(self._known.members if of_home else self._known.homes)[code].pk for code in paper.chosen]
            if standing.get(chooser.pk) != (paper.ranked, chosen if paper.ranked else sorted(chosen)):
                fresh.append((self._ballot(of_home, chooser.pk, paper.ranked), chosen))
        replaced = self._replace(of_home, [ballot for ballot, _ in fresh])
        Ballot.objects.bulk_create([ballot for ballot, _ in fresh], BATCH)
        Wish.objects.bulk_create(
            (
                Wish(ballot=ballot, rank=rank if ballot.ranked else None, **_pair(ballot, key))
                for ballot, chosen in fresh
                for rank, key in enumerate(chosen, 1)
            ),
            BATCH,
        )
        return Written(what, "份", len(fresh) - replaced, replaced)

    def _ballot(self, of_home: bool, chooser: int, ranked: bool) -> Ballot:
        known = self._known
        side = {"household_id": chooser} if of_home else {"member_id": chooser}
        round = (known.rounds_of_homes if of_home else known.rounds_of_members)[chooser]
        paper = Ballot.Source.PAPER
        return Ballot(round=round, ranked=ranked, source=paper, entered_by=self.scope.user, at=self.at, **side)

    def _standing(self, of_home: bool) -> dict[int, tuple[bool, list[int]]]:
        """Chooser -> whether it ranks, and what it chose: in order, or sorted when it does not."""
        side, chosen = ("household_id", "member_id") if of_home else ("member_id", "household_id")
        rounds = {round.pk for round in self._known.rounds}
        ballots = Ballot.objects.standing().filter(round__in=rounds, **{f"{side}__isnull": False})
        found = {}
        for ballot in ballots.prefetch_related("wishes"):
            wishes = sorted(ballot.wishes.all(), key=lambda wish: (wish.rank or 0, getattr(wish, chosen)))
            found[getattr(ballot, side)] = (ballot.ranked, [getattr(wish, chosen) for wish in wishes])
        return found

    def _replace(self, of_home: bool, ballots: list[Ballot]) -> int:
        side = "household_id" if of_home else "member_id"
        rounds = {ballot.round_id for ballot in ballots}
        former = Ballot.objects.standing().filter(
            round__in=rounds, **{f"{side}__in": [getattr(ballot, side) for ballot in ballots]}
        )
        return former.update(replaced_at=self.at)

    def _write_ties(self) -> Written:
        rows = [
            (self._known.homes[number].pk, self._known.members[code].pk, kind, note or "")
            for _, number, code, kind, note in ties()
        ]
        there = set(
            Tie.objects.filter(dropped_at=None, household__in={row[0] for row in rows}).values_list(
                "household_id", "member_id", "kind"
            )
        )
        fresh = [
            Tie(
                household_id=home,
                member_id=member,
                kind=kind,
                note=note,
                declared_by=Tie.Side.VILLAGE,
                entered_by=self.scope.user,
                at=self.at,
            )
            for home, member, kind, note in rows
            if (home, member, kind) not in there
        ]
        Tie.objects.bulk_create(fresh, BATCH)
        return Written("亲友关系", "条", len(fresh), 0)


def papers(sheet: Sheet) -> list[Paper]:
    rows = sql.fetch(_ROW.format(table=sheet.table), {})
    return [
        Paper(row, number, ranked, tuple(code for code in chosen if code))
        for row, number, ranked, *chosen in rows
        if number
    ]


def ties() -> list[tuple[int, str, str, str, str | None]]:
    rows = sql.fetch(f"SELECT row, number, member, kind, note FROM {TIES.table} ORDER BY row", {})
    return [row for row in rows if row[1] and row[2] and row[3]]


def _pair(ballot: Ballot, key: int) -> dict[str, int | None]:
    if ballot.household_id:
        return {"household_id": ballot.household_id, "member_id": key}
    return {"member_id": ballot.member_id, "household_id": key}


class Known:
    """What the staged numbers name in the county, and the rounds that take wishes; read when first asked."""

    def __init__(self, county: Grid) -> None:
        self.county = county

    @cached_property
    def rounds(self) -> list[ChoiceRound]:
        return list(ChoiceRound.objects.filter(county_id=self.county.pk, status=RoundStatus.WISHING))

    @cached_property
    def homes(self) -> Mapping[str, Household]:
        numbers = {paper.number for paper in papers(HOUSEHOLD_WISHES)}
        numbers |= {code for paper in papers(MEMBER_WISHES) for code in paper.chosen} | {row[1] for row in ties()}
        rows = Household.objects.filter(county_id=self.county.pk, number__in=numbers)
        return {home.number: home for home in rows}

    @cached_property
    def members(self) -> Mapping[str, Member]:
        numbers = {paper.number for paper in papers(MEMBER_WISHES)}
        numbers |= {code for paper in papers(HOUSEHOLD_WISHES) for code in paper.chosen} | {row[2] for row in ties()}
        return {one.number: one for one in Member.objects.filter(county_id=self.county.pk, number__in=numbers)}

    @cached_property
    def rounds_of_homes(self) -> Mapping[int, ChoiceRound]:
        homes = [home.pk for home in self.homes.values()]
        rows = RoundHousehold.objects.filter(round__in=self.rounds, household__in=homes)
        return self._by_round(rows.values_list("household_id", "round_id"))

    @cached_property
    def rounds_of_members(self) -> Mapping[int, ChoiceRound]:
        members = [member.pk for member in self.members.values()]
        rows = RoundMember.objects.filter(round__in=self.rounds, member__in=members)
        return self._by_round(rows.values_list("member_id", "round_id"))

    def _by_round(self, rows: object) -> dict[int, ChoiceRound]:
        rounds = {round.pk: round for round in self.rounds}
        return {key: rounds[round] for key, round in rows}  # type: ignore[attr-defined]

    @cached_property
    def seats(self) -> Mapping[tuple[int, int], str]:
        """(round, member) -> why exempt, or nothing."""
        rows = RoundMember.objects.filter(round__in=self.rounds, member__in=[one.pk for one in self.members.values()])
        return {(round, member): exempt for round, member, exempt in rows.values_list("round", "member", "exempt")}

    @cached_property
    def own(self) -> set[tuple[int, int]]:
        return own_homes(self.members.values(), [home.pk for home in self.homes.values()])
