"""The straight way of a matter, from the opinion heard to the number struck off."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.errors import Refused
from issues import actions, events
from issues.models import (
    Category,
    ClockKind,
    Involvement,
    Issue,
    IssueEvent,
    Ledger,
    Status,
    Urgency,
    Verdict,
)
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.tests.walk import hours
from notices.models import Notice

pytestmark = pytest.mark.django_db


def names(issue):
    return list(IssueEvent.objects.filter(issue=issue).order_by("seq").values_list("name", flat=True))


def test_a_matter_goes_from_the_visit_to_the_struck_off_number(cast):
    issue = walk.closed(cast)
    issue.refresh_from_db()

    assert (issue.status, issue.number, issue.level, issue.ledger) == (Status.CLOSED, "261102-000001", 1, Ledger.UNIT)
    assert issue.closed_at == hours(6)
    assert issue.live_grid is None
    assert names(issue) == [
        "collect",
        "register",
        "assign",
        "sign_for",
        "report",
        "verify",
        "give_verdict",
    ]
    assert issue.version == 7
    assert events.replay(issue) == events.row(issue)
    assert not list(events.broken())
    assert actions.closing_gap(issue) is None


@pytest.mark.parametrize("status", list(Status))
def test_every_status_is_reached_and_its_events_rebuild_the_row(cast, status):
    issue = walk.TO[status](cast)
    issue.refresh_from_db()
    assert issue.status == status
    assert events.replay(issue) == events.row(issue)
    assert not list(events.broken())


def test_each_step_starts_the_clock_of_the_next(cast):
    issue = walk.closed(cast)
    clocks = {clock.kind: clock for clock in issue.clocks.all()}
    assert set(clocks) == {"triage", "assign", "first_contact", "handle", "verify", "callback"}
    assert all(clock.stopped_at for clock in clocks.values())
    assert clocks["handle"].sentence == ("11月2日（周一）起算，5个工作日 → 11月9日（周一）18:00到期：跳过周末2天")
    assert clocks["handle"].met is True


def test_the_list_shows_the_due_of_the_clock_that_runs(cast):
    issue = walk.assigned(cast)
    handle = issue.clocks.get(kind=ClockKind.HANDLE)
    assert (issue.due_at, issue.due_sentence) == (handle.due_at, handle.sentence)
    assert issue.escalate_at == handle.due_at + timedelta(days=2)
    actions.sign_for(issue=issue, by=cast.grid_leader, at=hours(3))
    assert issue.due_at == handle.due_at
    actions.report(issue=issue, by=cast.grid_leader, at=hours(4), result="已清淤", files=[walk.photo()])
    assert issue.due_at == issue.clocks.get(kind=ClockKind.VERIFY).due_at
    assert issue.escalate_at is None


def test_the_petitioner_is_told_three_times_and_the_handler_too(cast):
    issue = walk.closed(cast)
    sms = Notice.objects.filter(channel="sms").order_by("id")
    assert [notice.kind for notice in sms] == ["registered", "assigned", "result"]
    assert [notice.text for notice in sms] == [
        "【和平联户通】您反映的事项已登记，编号261102000001，我们会尽快办理并告知您。",
        "【和平联户通】您反映的事项（编号261102000001）由罗网格办理，预计11月9日（周一）前答复。",
        "【和平联户通】您反映的事项（编号261102000001）已有办理结果，是否满意，请扫您家联系卡上的二维码告诉我们。",
    ]
    assert {notice.phone for notice in sms} == {"13812348000"}
    assert all(len(notice.text) <= 70 for notice in sms)
    theirs = Notice.objects.filter(user=cast.grid_leader).order_by("id")
    assert [notice.kind for notice in theirs] == ["assigned", "result", "closed"]
    assert {notice.link for notice in theirs} == {f"/issues/{issue.pk}/"}


def test_a_department_is_named_with_its_office_telephone(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.county_officer, at=hours(2), unit=cast.unit)
    assert (issue.handler, issue.unit) == (cast.handler, cast.unit)
    told = Notice.objects.get(channel="sms", kind="assigned").text
    assert told == (
        "【和平联户通】您反映的事项（编号261102000001）由水利局办理，预计11月9日（周一）前答复。办公电话0762-5631234。"
    )
    assert len(told) <= 70


def test_events_hold_nothing_of_the_petitioner(cast):
    issue = walk.closed(cast)
    for event in issue.events.all():
        told = f"{event.changes} {event.facts} {event.note}"
        assert "13812348000" not in told
        assert "黄耀荣" not in told
        assert issue.phone_index not in told
        assert issue.code not in told


def test_everybody_who_had_it_in_hand_can_still_read_it(cast):
    issue = walk.closed(cast)
    parts = {(row.user, row.part) for row in Involvement.objects.filter(issue=issue)}
    assert parts == {(cast.member, "reporter"), (cast.secretary, "handler"), (cast.grid_leader, "handler")}
    assert Issue.objects.visible_to(cast.member).get() == issue
    assert not Issue.objects.visible_to(cast.other_clerk).exists()
    assert not Issue.objects.visible_to(cast.nobody).exists()


@pytest.mark.parametrize("value", ["unsolved", "dissatisfied"])
def test_an_unsolved_matter_begins_its_next_round_with_a_clock_of_its_own(cast, value):
    issue = walk.confirming(cast)
    at = MONDAY + timedelta(days=3)
    actions.give_verdict(issue=issue, by=None, at=at, value=value, note="还是没有水")
    assert (issue.status, issue.round, issue.handler) == (Status.ASSIGNED, 2, cast.grid_leader)
    first, second = issue.clocks.filter(kind=ClockKind.HANDLE).order_by("round")
    assert (second.round, second.started_at, first.due_at) == (2, at, walk.hours(0).replace(day=9, hour=18))
    assert issue.due_at == second.due_at > first.due_at


def test_publicity_comes_between_the_verdict_and_the_end_where_the_county_wants_it(cast):
    issue = walk.publicizing(cast)
    early = walk.hours(24)
    with pytest.raises(Refused, match=r"公示到11月9日（周一）为止"):
        actions.close(issue=issue, by=cast.clerk, at=early)
    issue.refresh_from_db()
    actions.close(issue=issue, by=cast.clerk, at=walk.hours(24 * 8))
    assert issue.status == Status.CLOSED


def test_a_closed_matter_is_reopened_as_the_next_round_where_its_grid_is_now(cast):
    issue = walk.closed(cast)
    actions.reopen(issue=issue, by=cast.clerk, at=MONDAY + timedelta(days=60), reason="水圳又堵了")
    issue.refresh_from_db()
    assert (issue.status, issue.round, issue.live_grid, issue.closed_at) == (Status.ASSIGNED, 2, issue.grid, None)
    assert issue.number == "261102-000001"
    assert events.replay(issue) == events.row(issue)


def test_after_ninety_days_it_is_a_new_matter(cast):
    issue = walk.closed(cast)
    with pytest.raises(Refused, match="销号已超过90天"):
        actions.reopen(issue=issue, by=cast.clerk, at=MONDAY + timedelta(days=92), reason="水圳又堵了")


def test_opinions_merge_into_one_matter_and_their_petitioners_hear_of_it(cast):
    main = walk.registered(cast)
    other = walk.collected(cast, petitioner="叶大伯", phone="13900001111")
    same = walk.collected(cast)
    for opinion in (other, same):
        actions.merge(issue=opinion, by=cast.secretary, at=hours(2), parent=main)
    main.refresh_from_db()
    actions.assign(issue=main, by=cast.secretary, at=hours(3), handler=cast.grid_leader)
    told = [(notice.kind, notice.phone) for notice in Notice.objects.filter(channel="sms").order_by("kind", "id")]
    assert told == [
        ("assigned", "13812348000"),
        ("assigned", "13900001111"),
        ("registered", "13812348000"),
        ("registered", "13900001111"),
    ]
    assert names(main) == ["collect", "register", "take_in", "take_in", "assign"]
    assert not list(events.broken())


def test_the_registrars_rung_is_the_level(cast):
    for person, level, ledger in (
        (cast.secretary, 1, "unit"),
        (cast.clerk, 2, "unit"),
        (cast.county_officer, 3, "county"),
    ):
        issue = walk.collected(cast)
        actions.register(issue=issue, by=person, at=hours(1), category=Category.INFRASTRUCTURE, urgency=Urgency.URGENT)
        assert (issue.level, issue.ledger) == (level, ledger)


def test_a_witness_stands_in_for_a_household_that_cannot_be_reached(cast):
    issue = walk.confirming(cast)
    witnessed: dict[str, Any] = {
        "value": Verdict.Value.UNCONFIRMED,
        "means": Verdict.Means.WITNESS,
        "witness": "罗村长",
    }
    for attempt in range(3):
        with pytest.raises(Refused, match=f"已记录{attempt}次"):
            actions.give_verdict(issue=issue, by=cast.clerk, at=hours(9), **witnessed)
        issue.refresh_from_db()
        actions.contact(issue=issue, by=cast.grid_leader, at=hours(6 + attempt), reached=False)
        actions.contact(issue=issue, by=cast.clerk, at=hours(6 + attempt), reached=False)
    actions.give_verdict(issue=issue, by=cast.clerk, at=hours(9), **witnessed)
    assert (issue.status, issue.unconfirmed) == (Status.CLOSED, True)
