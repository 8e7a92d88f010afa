"""三单: who may do what in which status (written by hand), the way of a request, and where it never gets lost."""

from datetime import date, timedelta

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from grids.actions import set_absence
from issues.case import scope_on
from issues.models import (
    Issue,
    RatingValue,
    RequestRating,
    RequestRules,
    RequestSeries,
    RequestStatus,
    ServiceRequest,
    Status,
    villages_of,
)
from issues.requests import actions, pool
from issues.requests.history import REQUESTS
from issues.requests.sweep import return_untaken
from issues.requests.workflow import MOVES, open_moves, refusal
from issues.tests import request_walk as walk
from issues.tests.cast import MONDAY, POSTS, SINCE
from issues.tests.walk import hours
from members.models import CommunityReport, Member, PartyOrg
from notices.models import Notice

pytestmark = pytest.mark.django_db
S = RequestStatus
LATE = MONDAY + timedelta(days=3)
"""Thursday: the two workdays for taking ended on Wednesday at 18:00."""

GROUPS = {
    "M": {"member"},  # brought it in; of the village's pool
    "T": {"grid_leader"},  # took it; of the pool too
    "V": {"secretary"},  # decides in the branch, and is of the pool
    "B": {"clerk", "second_clerk", "town_leader", "county_officer", "leader", "command_centre"},  # decide above it
    "P": {"household"},
}
EVERYBODY = {*POSTS, "household"}
TRUTH = """
             req  dis  tak  don  rat  dec  con
place        .    .    .    .    .    .    .
dispatch     VB   VB   .    .    .    .    .
take         .    MTV  .    .    .    .    .
give_back    .    .    T    .    .    .    .
recall       .    VB   VB   .    .    .    .
untaken      .    .    .    .    .    .    .
done         .    .    T    .    .    .    .
rate         .    .    .    PMVB .    .    .
decline      VB   .    .    .    .    .    .
raise_issue  VB   VB   VB   .    .    .    .
"""
COLUMNS = dict(zip(["req", "dis", "tak", "don", "rat", "dec", "con"], S, strict=True))


def _read() -> dict[tuple[RequestStatus, str], set[str]]:
    head, *rows = [line.split() for line in TRUTH.strip().splitlines()]
    return {
        (COLUMNS[column], row[0]): set().union(*(GROUPS[letter] for letter in cell if letter != "."))
        for row in rows
        for column, cell in zip(head, row[1:], strict=True)
    }


EXPECTED = _read()


def test_the_table_of_truth_is_complete():
    assert set(EXPECTED) == {(status, move) for status in S for move in MOVES}


@pytest.mark.parametrize("status", list(S))
def test_each_move_is_open_to_exactly_these_people(cast, status):
    request = ServiceRequest.objects.get(pk=walk.TO[status](cast).pk)
    for part in sorted(EVERYBODY):
        user = cast.people.get(part)
        scope = scope_on(user, MONDAY.date())
        offered = {move.name for move in open_moves(request, user, scope)}
        assert offered == {move for move in MOVES if part in EXPECTED[status, move]}, part
        for name, move in MOVES.items():
            said = refusal(request, move, user, scope)
            assert (said is None) == (name in offered), (part, name)
            assert said is None or said.endswith("。")


def test_named_for_one_it_is_offered_to_that_one_alone(cast):
    request = walk.named(cast)
    for part in sorted(EVERYBODY):
        user = cast.people.get(part)
        offered = {move.name for move in open_moves(request, user, scope_on(user, MONDAY.date()))}
        assert offered & {"take", "give_back"} == ({"take", "give_back"} if part == "grid_leader" else set()), part
    assert not ServiceRequest.objects.visible_to(cast.member).exclude(requested_by=cast.member).exists()


@pytest.mark.parametrize("status", list(S))
def test_the_events_rebuild_the_row_on_every_way(cast, status):
    request = ServiceRequest.objects.get(pk=walk.TO[status](cast).pk)
    assert request.status == status
    assert REQUESTS.replay(request) == REQUESTS.row(request)
    assert request.events.count() == request.version
    assert not list(REQUESTS.broken())


def test_a_verb_refuses_who_has_no_right_and_changes_nothing(cast):
    request = walk.dispatched(cast)
    before = ServiceRequest.objects.filter(pk=request.pk).values().get()
    for part in ("neighbour", "handler", "auditor", "nobody"):
        with pytest.raises(Forbidden, match="您没有"):
            actions.take(request=request, by=cast.people[part], at=hours(2))
    assert ServiceRequest.objects.filter(pk=request.pk).values().get() == before


# Numbers, dates, the household's words


def test_numbers_run_in_a_series_of_their_own_and_are_not_given_again(cast):
    first, second = walk.declined(cast), walk.requested(cast)
    assert [first.number, second.number] == ["D261102-00001", "D261102-00002"]
    assert RequestSeries.objects.get().last == 2
    assert not Issue.objects.exists()


def test_the_same_form_sent_twice_is_one_request(cast):
    client_id = "0b0f1a52-9d2e-4f0c-8f43-0c2a4ac1d7aa"
    assert walk.requested(cast, client_id=client_id).pk == walk.requested(cast, client_id=client_id).pk
    assert ServiceRequest.objects.count() == 1
    assert Notice.objects.filter(channel="sms").count() == 1


def test_name_and_phone_are_the_households_and_stay_out_of_the_history(cast):
    request = walk.requested(cast, by=None)
    assert (request.petitioner, request.phone) == ("黄耀荣", "13812348000")
    kept = str(list(request.events.values_list("changes", "facts", "note")))
    for secret in ("黄耀荣", "8000", "腿脚不便", request.code):
        assert secret not in kept


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"kind": "other"}, "kind"),
        ({"wanted_on": date(2026, 11, 1)}, "wanted_on"),
        ({"phone": "12"}, "phone"),
        ({"household": None}, "grid"),
    ],
)
def test_what_is_wrong_with_a_request_is_said_at_its_field(cast, given, field):
    with pytest.raises(Refused) as refused:
        walk.requested(cast, **given)
    assert refused.value.field == field
    assert not RequestSeries.objects.exists(), "no number is used up by a refusal"


def test_a_member_requests_only_where_they_work(cast):
    with pytest.raises(Forbidden, match="只能"):
        walk.requested(cast, by=cast.neighbour)


def test_a_county_without_three_orders_takes_none(cast):
    RequestRules.objects.create(county=cast.county, enabled=False)
    with pytest.raises(Refused, match="没有开展点单"):
        walk.requested(cast)


def test_each_stage_has_its_deadline_by_the_countys_rules(cast):
    RequestRules.objects.create(county=cast.county, dispatch_days=1, take_days=3, rate_days=5)
    request = walk.requested(cast, wanted_on=date(2026, 11, 6))
    assert request.due_at.isoformat() == "2026-11-03T18:00:00+08:00"
    actions.dispatch(request=request, by=cast.secretary, at=hours(1))
    assert request.due_at.date() == date(2026, 11, 5)
    assert "3个工作日" in request.due_sentence
    actions.take(request=request, by=cast.grid_leader, at=hours(2))
    assert (request.due_at.date(), request.due_sentence) == (date(2026, 11, 6), "群众希望11月6日（周五）前办好")
    actions.done(request=request, by=cast.grid_leader, at=hours(3), result="送到了")
    assert request.due_at.date() == date(2026, 11, 9)


# The pool


def test_of_two_who_take_it_the_second_reads_who_was_first(cast):
    request = walk.dispatched(cast)
    mine, yours = ServiceRequest.objects.get(pk=request.pk), ServiceRequest.objects.get(pk=request.pk)
    actions.take(request=mine, by=cast.grid_leader, at=hours(2))
    with pytest.raises(Outrun, match="这一单已被罗网格接走。"):
        actions.take(request=yours, by=cast.member, at=hours(2))
    assert ServiceRequest.objects.get().taker == cast.grid_leader


def test_the_pool_seen_from_both_sides_is_the_same(cast):
    """By village from people, and by person from villages."""
    far = cast.grids["990001101202"]
    branch = PartyOrg.objects.create(name="水口村党支部", kind="branch", **cast.village.scope())
    other = PartyOrg.objects.create(name="下洞村党支部", kind="branch", **far.scope())
    given = {"number": "1", "name": "何", "user": cast.neighbour}
    reporting = Member.objects.create(branch=other, **given, **far.scope())
    CommunityReport.objects.create(member=reporting, since=SINCE, **cast.village.scope())
    Member.objects.create(number="2", name="徐", user=cast.other_clerk, branch=branch, **far.scope())
    request = walk.requested(cast)
    by_village = set(pool.people(request, MONDAY.date()))
    by_person = {
        user for user in User.objects.all() if request.village_id in villages_of(scope_on(user, MONDAY.date()))
    }
    assert by_village == by_person == {cast.grid_leader, cast.secretary, cast.member, cast.neighbour, cast.other_clerk}


def test_who_is_away_is_not_asked_and_the_substitute_takes_what_was_theirs(cast):
    request = walk.named(cast)
    on = MONDAY.date()
    set_absence(user=cast.grid_leader, substitute=cast.neighbour, since=on, until=LATE.date(), reason="", by=None)
    assert cast.grid_leader not in pool.people(request, on)
    actions.take(request=request, by=cast.neighbour, at=hours(2))
    assert request.taker == cast.neighbour


def test_only_people_of_the_pool_are_named(cast):
    with pytest.raises(Refused, match="不在本村可接单的党员里") as refused:
        actions.dispatch(request=walk.requested(cast), by=cast.secretary, at=hours(1), addressee=cast.neighbour)
    assert refused.value.field == "addressee"


def test_the_pool_sees_what_waits_for_it_and_nothing_else(cast):
    waiting, mine = walk.dispatched(cast, by=None), walk.taken(cast, by=None)
    visible = {
        part: set(ServiceRequest.objects.visible_to(user).values_list("pk", flat=True))
        for part, user in cast.people.items()
    }
    both = {waiting.pk, mine.pk}
    assert {part for part, seen in visible.items() if seen == both} == {
        "grid_leader", "secretary", "clerk", "second_clerk", "town_leader", "county_officer", "leader",
        "command_centre",
    }  # fmt: skip
    assert {part: seen for part, seen in visible.items() if seen and seen != both} == {"member": {waiting.pk}}


# Back to the branch, never closed


def test_nobody_takes_it_and_it_goes_back_to_the_branch_with_word_to_who_decides(cast):
    """lsc closed such orders."""
    request = walk.dispatched(cast)
    assert return_untaken(at=LATE - timedelta(hours=20)).returned == 0, "not before its time"
    assert return_untaken(at=LATE).returned == 1
    request.refresh_from_db()
    assert (request.status, request.attempt, request.addressee, request.taker) == (S.REQUESTED, 2, None, None)
    last = request.events.latest("seq")
    assert (last.name, last.by, last.facts) == ("untaken", None, {"attempt": 1})
    assert Notice.objects.get(kind="request_untaken").user == cast.secretary
    assert return_untaken(at=LATE).returned == 0
    assert request.events.count() == request.version == 3


def test_after_days_of_silence_one_sweep_sends_each_back_once(cast):
    requests = [walk.dispatched(cast) for _ in range(5)]
    swept = return_untaken(at=LATE + timedelta(days=9))
    assert (swept.returned, swept.stuck) == (5, {})
    assert Notice.objects.filter(kind="request_untaken").count() == len(requests)


def test_a_row_that_cannot_go_back_is_named_and_blocks_nobody(cast, monkeypatch):
    from issues.requests import sweep

    bad, good = walk.dispatched(cast), walk.dispatched(cast)
    right = actions.untaken

    def poisoned(*, request, at):
        if request.pk == bad.pk:
            raise Refused("坏了")
        right(request=request, at=at)

    monkeypatch.setattr(sweep, "untaken", poisoned)
    swept = return_untaken(at=LATE)
    assert (swept.returned, swept.stuck) == (1, {bad.pk: "坏了"})
    good.refresh_from_db()
    assert good.status == S.REQUESTED


def test_where_the_branch_is_vacant_the_town_is_told(cast):
    cast.secretary.postings.update(until=SINCE + timedelta(days=1))
    walk.requested(cast)
    told = Notice.objects.filter(kind="request_placed", channel="inbox").values_list("user", flat=True)
    assert set(told) == {cast.clerk.pk, cast.second_clerk.pk}


@pytest.mark.parametrize("move", ["give_back", "recall"])
def test_given_back_or_recalled_it_waits_in_the_branch_for_the_next_attempt(cast, move):
    request = walk.taken(cast)
    by = cast.grid_leader if move == "give_back" else cast.secretary
    with pytest.raises(Refused, match="理由写清楚"):
        actions.perform(move, request=ServiceRequest.objects.get(), by=by, at=hours(3), reason="忙")
    actions.perform(move, request=request, by=by, at=hours(3), reason="家里有急事")
    request.refresh_from_db()
    assert (request.status, request.attempt, request.taker, request.live_grid) == (S.REQUESTED, 2, None, cast.cell)
    actions.dispatch(request=request, by=cast.secretary, at=hours(4), addressee=cast.member)
    actions.take(request=request, by=cast.member, at=hours(5))
    assert request.events.latest("seq").name == "take"


# What the household says


@pytest.mark.parametrize("value", [RatingValue.SATISFIED, RatingValue.FAIR])
def test_a_good_word_ends_it(cast, value):
    request = walk.done(cast)
    actions.rate(request=request, by=None, at=hours(4), value=value, note="谢谢")
    request.refresh_from_db()
    assert (request.status, request.rating, request.live_grid) == (S.RATED, value, None)
    assert Notice.objects.filter(kind="request_rated", user=cast.grid_leader).exists()


def test_unrated_it_stays_unrated_however_long(cast):
    request = walk.done(cast)
    return_untaken(at=LATE + timedelta(days=400))
    request.refresh_from_db()
    assert (request.status, request.rating) == (S.DONE, "")
    assert request.due_at < LATE + timedelta(days=400)


def test_dissatisfied_it_goes_once_more_through_the_branch_and_then_becomes_an_issue(cast):
    request = walk.done(cast, by=None)
    actions.rate(request=request, by=None, at=hours(4), value=RatingValue.DISSATISFIED, note="少送一包")
    request.refresh_from_db()
    assert (request.status, request.attempt, request.taker) == (S.REQUESTED, 2, None)
    actions.dispatch(request=request, by=cast.secretary, at=hours(5))
    actions.take(request=request, by=cast.member, at=hours(6))
    actions.done(request=request, by=cast.member, at=hours(7), result="补送一包")
    actions.rate(request=request, by=None, at=hours(8), value=RatingValue.DISSATISFIED)
    request.refresh_from_db()
    assert (request.status, request.rating) == (S.CONVERTED, "dissatisfied")
    issue = request.issue
    assert (issue.status, issue.title, issue.phone, issue.reporter) == (
        Status.COLLECTED, request.title, request.phone, None,
    )  # fmt: skip
    assert issue.request == request
    assert RequestRating.objects.filter(request=request).count() == 2
    assert REQUESTS.replay(request) == REQUESTS.row(request)


def test_who_took_it_does_not_enter_the_households_word(cast):
    request = walk.dispatched(cast)
    actions.take(request=request, by=cast.secretary, at=hours(2))
    actions.done(request=request, by=cast.secretary, at=hours(3), result="送到了")
    said = refusal(request, "rate", cast.secretary, scope_on(cast.secretary, MONDAY.date()))
    assert said == "接单人不能登记自己这一单的评价，请由另一人登记，或请群众扫码评单。"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"value": "good", "means": "call", "note": "电话里说好"}, "value"),
        ({"value": "satisfied", "means": "qr"}, "means"),
        ({"value": "satisfied", "means": "call", "note": "好"}, "note"),
        ({"value": "satisfied", "means": "signature"}, "files"),
    ],
)
def test_another_person_enters_it_only_with_proof(cast, given, field):
    request = walk.done(cast)
    with pytest.raises(Refused) as refused:
        actions.rate(request=request, by=cast.secretary, at=hours(4), **given)
    assert refused.value.field == field
    assert not RequestRating.objects.exists()


def test_a_signature_is_kept_with_its_photo(cast):
    request = walk.done(cast)
    actions.rate(request=request, by=cast.member, at=hours(4), value="fair", means="signature", files=[walk.picture()])
    assert request.photos.get().kind == "signature"
    assert RequestRating.objects.get().taken_by == cast.member


def test_the_household_is_told_in_short_neutral_words(cast):
    walk.rated(cast)
    walk.declined(cast)
    walk.converted(cast)
    said = Notice.objects.filter(channel="sms").values_list("kind", "text")
    assert {kind for kind, _ in said} == {
        "request_placed", "request_taken", "request_done", "request_declined", "request_converted",
    }  # fmt: skip
    assert not Notice.objects.filter(channel="sms", quiet_from=None).exists(), "no SMS rings at night"
    for _, text in said:
        assert len(text) + 12 - len("联户通") <= 70, text
        assert not any(word in text for word in ("党", "政", "评价", "调解", "罗网格"))


def test_beyond_a_member_it_becomes_an_opinion_with_what_was_said(cast):
    request = walk.converted(cast)
    issue = request.issue
    assert (issue.status, issue.category, issue.household, issue.reporter) == (
        Status.COLLECTED, "infrastructure", cast.household, cast.secretary,
    )  # fmt: skip
    assert issue.text == "腿脚不便，三包"
