"""Wishes of either side, and who is kin or familiar."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from accounts.roles import Permission
from accounts.verbs import verb
from grids.scope import Scope
from households.models import (
    Ballot,
    ChoiceRound,
    Household,
    RoundHousehold,
    RoundMember,
    Tie,
    Wish,
)
from households.rounds.own import lives_in, own_homes
from households.rounds.window import closed_because
from members.models import Member
from workdays.arithmetic import ZONE

Source = Ballot.Source


@verb
def wish_as_member(
    *,
    round: ChoiceRound,
    member: Member,
    households: Sequence[Household],
    by: User | None,
    at: datetime,
    ranked: bool = True,
    source: str = Source.PHONE,
) -> Ballot:
    """What a member answers: the households wished for, first the dearest; none means “as the branch arranges”.

    By the member (or who stands in for them), or keyed in from paper by the branch. Replaces the former answer, which
    is kept.
    """
    round = _locked(round)
    _check_right_of_member(round, member, by, at)
    _check_open(round, at.astimezone(ZONE).date())
    _check_member_takes_part(round, member)
    _check_number(round, [household.head_name for household in households], [home.pk for home in households], "户")
    _check_in_round(round, households)
    for _, home in own_homes([member], [household.pk for household in households]):
        name = next(household.head_name for household in households if household.pk == home)
        raise Refused(f"{name}户是{member.name}自己家，不能选自己家。", field="households")
    return _answer(round, [(member, home) for home in households], ranked, source, by, at, member=member)


@verb
def wish_as_household(
    *,
    round: ChoiceRound,
    household: Household,
    members: Sequence[Member],
    by: User | None,
    at: datetime,
    ranked: bool = True,
    source: str = Source.QR,
) -> Ballot:
    """What a household answers, behind its code (`by` None) or on paper keyed in by the branch."""
    round = _locked(round)
    if by:
        _check_right_of_branch(by, round, at)
    _check_open(round, at.astimezone(ZONE).date())
    _check_in_round(round, [household])
    _check_number(round, [member.name for member in members], [member.pk for member in members], "名党员")
    for member in members:
        _check_member_may_be_chosen(round, member)
        if lives_in(member, household):
            raise Refused(f"{member.name}就是本户的人，请选别的党员。", field="members")
    return _answer(round, [(member, household) for member in members], ranked, source, by, at, household=household)


@verb
def declare_tie(
    *,
    member: Member,
    household: Household,
    kind: str,
    side: str,
    by: User | None,
    at: datetime,
    note: str = "",
) -> Tie:
    """The two are kin or familiar, as the member, the household (`by` None) or the village says. Known already: the
    same row."""
    if member.county_id != household.county_id:
        raise Refused(f"{member.name}和{household.called}不在同一个县。", field="member")
    if kind not in Tie.Kind.values:
        raise Refused("请选择“亲戚”或“熟识”。", field="kind")
    if len(note.strip()) > 60:
        raise Refused("说明最多60个字。", field="note")
    _check_right_to_tie(member, household, side, by, at)
    if lives_in(member, household):
        raise Refused(f"{household.called}是{member.name}自己家，不用登记关系。", field="household")
    known = Tie.objects.filter(member=member, household=household, kind=kind, dropped_at=None).first()
    return known or Tie.objects.create(
        member=member, household=household, kind=kind, declared_by=side, note=note.strip(), entered_by=by, at=at
    )


@verb
def drop_tie(*, tie: Tie, by: User | None, at: datetime) -> None:
    """It was declared by mistake, or is no longer so."""
    _check_right_to_tie(tie.member, tie.household, tie.declared_by, by, at)
    if not Tie.objects.filter(pk=tie.pk, dropped_at=None).update(dropped_at=at):
        raise Outrun("这条关系已经撤销。")
    tie.refresh_from_db()


def _answer(
    round: ChoiceRound,
    chosen: Sequence[tuple[Member, Household]],
    ranked: bool,
    source: str,
    by: User | None,
    at: datetime,
    **side: Member | Household,
) -> Ballot:
    Ballot.objects.standing().filter(round=round, **side).update(replaced_at=at)
    ballot = Ballot.objects.create(round=round, ranked=ranked, source=source, entered_by=by, at=at, **side)
    Wish.objects.bulk_create(
        Wish(ballot=ballot, member=member, household=household, rank=rank if ranked else None)
        for rank, (member, household) in enumerate(chosen, 1)
    )
    return ballot


def _locked(round: ChoiceRound) -> ChoiceRound:
    """Nobody closes the window while an answer is written."""
    return ChoiceRound.objects.select_for_update(no_key=True).get(pk=round.pk)


def _check_open(round: ChoiceRound, on: date) -> None:
    sentence = closed_because(round, on)
    if sentence:
        raise Refused(sentence)


def _check_right_of_member(round: ChoiceRound, member: Member, by: User | None, at: datetime) -> None:
    if by is None or member.user_id in Scope.on_day(by, at.astimezone(ZONE).date()).people:
        return
    _check_right_of_branch(by, round, at)


def _check_right_of_branch(by: User, row: ChoiceRound | Household, at: datetime) -> None:
    if not Scope.on_day(by, at.astimezone(ZONE).date()).covers(Permission.PAIRING_EDIT, row):
        raise Forbidden("您只能填自己的志愿；代别人录入由村党支部（或上级）办理。")


def _check_right_to_tie(member: Member, household: Household, side: str, by: User | None, at: datetime) -> None:
    if by is None:
        return
    own = member.user_id in Scope.on_day(by, at.astimezone(ZONE).date()).people
    if not (side == Tie.Side.MEMBER and own):
        _check_right_of_branch(by, household, at)


def _check_member_takes_part(round: ChoiceRound, member: Member) -> None:
    row = RoundMember.objects.filter(round=round, member=member).first()
    if row is None:
        raise Refused(f"{member.name}（{member.number}）不在“{round}”的党员名单里。", field="member")
    if row.exempt:
        raise Refused(f"{member.name}因{row.exempt}免联，不用填志愿。", field="member")


def _check_member_may_be_chosen(round: ChoiceRound, member: Member) -> None:
    row = RoundMember.objects.filter(round=round, member=member).first()
    if row is None:
        raise Refused(f"{member.name}不在本轮可选的党员里，请从名单中选。", field="members")
    if row.exempt:
        raise Refused(f"{member.name}本轮免联，请选别的党员。", field="members")


def _check_in_round(round: ChoiceRound, households: Sequence[Household]) -> None:
    inside = set(
        RoundHousehold.objects.filter(round=round, household__in=households).values_list("household_id", flat=True)
    )
    for household in households:
        if household.closed_on:
            raise Refused(f"{household.called}已于{household.closed_on}销户。", field="households")
        if household.pk not in inside:
            raise Refused(f"{household.called}不在“{round}”的范围内。", field="households")


def _check_number(round: ChoiceRound, names: Sequence[str], keys: Sequence[int], measure: str) -> None:
    twice = [names[keys.index(key)] for key, count in Counter(keys).items() if count > 1]
    if twice:
        raise Refused(f"{twice[0]}填了两次，每{measure}只填一次。")
    if len(keys) > round.most_wishes:
        raise Refused(f"最多选{round.most_wishes}{measure}，现在选了{len(keys)}{measure}。")
