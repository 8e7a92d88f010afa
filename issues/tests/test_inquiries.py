"""年终质询: who is asked, once; what they may do with it; and that it keeps what stood open at that moment."""

from datetime import date, datetime, timedelta

import pytest
from django.apps import apps

from accounts.errors import Forbidden, Refused
from grids.models import Absence
from issues import actions, inquiries
from issues.models import Inquiry, Issue, Status
from issues.tests import walk
from issues.tests.cast import SINCE, Cast
from notices.models import Notice
from workdays.arithmetic import ZONE

DECEMBER = datetime(2026, 12, 21, 9, 0, tzinfo=ZONE)
DUE = date(2026, 12, 25)
AFTER_DUE = datetime(2026, 12, 26, 9, 0, tzinfo=ZONE)


def opened(cast: Cast, **other):
    given = {"county": cast.county, "year": 2026, "by": cast.county_officer, "at": DECEMBER, "due_on": DUE}
    return inquiries.open_inquiries(**{**given, **other})


def answered(cast: Cast) -> Inquiry:
    walk.processing(cast)
    [inquiry] = opened(cast)
    inquiries.answer(inquiry=inquiry, by=cast.grid_leader, at=DECEMBER, answer="材料在途，一月底修好")
    return inquiry


def titles(inquiry: Inquiry, **narrowed) -> list[str]:
    return [matter.issue.title for matter in inquiry.matters.filter(**narrowed).order_by("id")]


# Who is asked


def test_whoever_holds_something_registered_and_not_closed_is_asked(cast):
    walk.processing(cast)
    [inquiry] = opened(cast)
    assert (inquiry.person, inquiry.year, inquiry.due_on) == (cast.grid_leader, 2026, DUE)
    assert titles(inquiry) == ["水圳堵塞，田里进不了水"]


@pytest.mark.parametrize("status", [status for status in Status if status != Status.ON_HOLD])
def test_only_what_stands_in_the_register_is_a_reason_to_ask(cast, status):
    walk.TO[status](cast)
    asked = {
        Status.REGISTERED, Status.ASSIGNED, Status.PROCESSING, Status.REPORTED, Status.CONFIRMING, Status.PUBLICIZING,
        Status.MERGED,
    }  # fmt: skip
    assert bool(opened(cast)) == (status in asked), "what was merged goes on as its main matter"


def test_a_hold_on_plan_alone_is_no_reason_to_ask(cast):
    walk.on_hold(cast)
    assert opened(cast) == []


def test_holds_on_plan_of_somebody_asked_are_listed_apart(cast):
    walk.on_hold(cast)
    walk.processing(cast)
    [inquiry] = opened(cast)
    assert Inquiry.objects.counted().values_list("asked", "held").get() == (1, 1)
    assert len(titles(inquiry, status=Status.ON_HOLD)) == 1


def test_what_was_registered_after_the_year_is_not_asked_about(cast):
    walk.processing(cast)
    january = {"at": datetime(2027, 1, 5, 9, 0, tzinfo=ZONE), "due_on": date(2027, 1, 20)}
    assert opened(cast, year=2026, **january)
    Issue.objects.update(registered_at=datetime(2027, 1, 1, 0, 0, tzinfo=ZONE), handler=cast.secretary)
    assert opened(cast, year=2026, **january) == []


def test_the_county_reads_how_many_are_to_be_asked(cast):
    walk.on_hold(cast)
    walk.registered(cast)
    found = inquiries.counted(cast.county.pk, 2026, DECEMBER)
    assert (found.handlers, found.to_ask, found.matters, found.held) == (2, 1, 1, 1)


def test_opening_again_asks_only_whoever_was_not_asked(cast):
    walk.processing(cast)
    assert len(opened(cast)) == 1
    assert opened(cast) == []
    walk.registered(cast)
    [second] = opened(cast)
    assert second.person == cast.secretary
    assert Notice.objects.filter(kind="inquiry").count() == 2


def test_an_inquiry_keeps_what_stood_open_when_it_was_opened(cast):
    issue = walk.confirming(cast)
    [inquiry] = opened(cast)
    actions.give_verdict(issue=issue, by=None, at=DECEMBER + timedelta(hours=1), value="satisfied")
    matter = inquiry.matters.get()
    assert (matter.status, matter.issue.status, matter.overdue) == (Status.CONFIRMING, Status.CLOSED, True)
    assert Inquiry.objects.counted().values_list("asked", "late", "ended").get() == (1, 1, 1)


def test_everybody_asked_is_told_once_and_by_when(cast):
    walk.processing(cast)
    opened(cast)
    notice = Notice.objects.get(kind="inquiry")
    assert notice.user == cast.grid_leader
    assert notice.text == "2026年度质询：您有1件事项已挂号、未销号，请在12月25日（周五）前答复。"


@pytest.mark.parametrize("part", ["clerk", "town_leader", "secretary", "auditor", "nobody", "grid_leader"])
def test_only_the_county_opens_inquiries(cast, part):
    with pytest.raises(Forbidden, match="该操作由县级办理"):
        opened(cast, by=cast.people[part])


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"due_on": DECEMBER.date()}, "due_on"),
        ({"due_on": date(2027, 6, 1)}, "due_on"),
        ({"question": " "}, "question"),
        ({"year": 2024}, "year"),
        ({"year": 2027}, "year"),
    ],
)
def test_an_opening_that_makes_no_sense_is_refused_at_its_field(cast, given, field):
    walk.processing(cast)
    with pytest.raises(Refused) as refused:
        opened(cast, **given)
    assert refused.value.field == field
    assert not Inquiry.objects.exists()


# Answer and verdict


def asked_state(cast: Cast) -> Inquiry:
    walk.processing(cast)
    return opened(cast)[0]


def judged_state(cast: Cast) -> Inquiry:
    inquiry = answered(cast)
    inquiries.judge(inquiry=inquiry, by=cast.leader, at=DECEMBER, verdict="passed")
    return inquiry


STATES = {
    "asked": (asked_state, DECEMBER),
    "unanswered": (asked_state, AFTER_DUE),
    "answered": (answered, DECEMBER),
    "judged": (judged_state, DECEMBER),
}
OPEN = {
    ("asked", "answer", "grid_leader"),
    ("unanswered", "answer", "grid_leader"),
    ("unanswered", "judge", "county_officer"),
    ("unanswered", "judge", "leader"),
    ("unanswered", "judge", "command_centre"),
    ("answered", "judge", "county_officer"),
    ("answered", "judge", "leader"),
    ("answered", "judge", "command_centre"),
}
"""Every open combination, written by hand; all others are refused."""
PARTS = ("grid_leader", "county_officer", "leader", "command_centre", "secretary", "clerk", "town_leader", "nobody")


@pytest.mark.parametrize("state", STATES)
def test_who_may_answer_and_judge_in_which_state(cast, state):
    bring, at = STATES[state]
    inquiry = bring(cast)
    found = {
        (state, deed, part)
        for deed in ("answer", "judge")
        for part in PARTS
        if inquiries.refusal(inquiry, deed, cast.people[part], at.date()) is None
    }
    assert found == {one for one in OPEN if one[0] == state}


def test_nobody_judges_their_own_inquiry(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.county_officer, at=walk.hours(2), handler=cast.county_officer)
    [inquiry] = opened(cast)
    inquiries.answer(inquiry=inquiry, by=cast.county_officer, at=DECEMBER, answer="正在协调资金")
    with pytest.raises(Forbidden, match="不能评定对自己的质询"):
        inquiries.judge(inquiry=inquiry, by=cast.county_officer, at=DECEMBER, verdict="passed")


def test_a_substitute_does_not_answer_for_the_person_asked(cast):
    inquiry = asked_state(cast)
    Absence.objects.create(user=cast.grid_leader, substitute=cast.nobody, since=SINCE, until=date(2027, 1, 1))
    with pytest.raises(Forbidden, match="由被质询人本人答复"):
        inquiries.answer(inquiry=inquiry, by=cast.nobody, at=DECEMBER, answer="替他说两句")


def test_whoever_asked_hears_of_the_answer_and_the_person_of_the_verdict(cast):
    inquiry = answered(cast)
    mend_by = date(2027, 1, 31)
    inquiries.judge(inquiry=inquiry, by=cast.leader, at=DECEMBER, verdict="mend", words="一月底前办结", mend_by=mend_by)
    told = list(Notice.objects.filter(kind="inquiry").order_by("id").values_list("user__name", "text"))[1:]
    assert told == [
        ("林组工", "罗网格已答复2026年度质询，请评定。"),
        ("罗网格", "您的2026年度质询评定为“限期整改”，请在1月31日（周日）前完成整改。"),
    ]
    assert Inquiry.objects.get().mend_by == mend_by


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"verdict": "fine"}, "verdict"),
        ({"verdict": "failed", "words": ""}, "words"),
        ({"verdict": "mend", "words": "一月底前办结"}, "mend_by"),
        ({"verdict": "mend", "words": "一月底前办结", "mend_by": DECEMBER.date()}, "mend_by"),
    ],
)
def test_a_verdict_that_explains_nothing_is_refused(cast, given, field):
    inquiry = answered(cast)
    with pytest.raises(Refused) as refused:
        inquiries.judge(inquiry=inquiry, by=cast.leader, at=DECEMBER, **given)
    assert refused.value.field == field


def test_an_empty_answer_is_refused(cast):
    inquiry = asked_state(cast)
    with pytest.raises(Refused, match="请逐件说明原因和打算"):
        inquiries.answer(inquiry=inquiry, by=cast.grid_leader, at=DECEMBER, answer=" 。 ")


def test_the_second_of_two_verdicts_at_once_is_told(cast):
    inquiry = answered(cast)
    same = Inquiry.objects.get(pk=inquiry.pk)
    inquiries.judge(inquiry=inquiry, by=cast.leader, at=DECEMBER, verdict="passed")
    with pytest.raises(Refused, match="刚刚被别人处理过"):
        inquiries.judge(inquiry=same, by=cast.county_officer, at=DECEMBER, verdict="passed")


# Who sees it


def test_an_inquiry_is_seen_by_the_county_and_by_the_person_asked(cast):
    inquiry = asked_state(cast)
    seen = {part for part, user in cast.people.items() if inquiry in Inquiry.objects.visible_to(user)}
    assert seen == {"grid_leader", "county_officer", "leader", "command_centre"}


@pytest.mark.parametrize(
    ("bring", "at", "state"),
    [
        (asked_state, DECEMBER, "待答复"),
        (asked_state, AFTER_DUE, "逾期未答复"),
        (answered, AFTER_DUE, "待评定"),
        (judged_state, AFTER_DUE, "通过"),
    ],
)
def test_an_inquiry_says_where_it_stands(cast, bring, at, state):
    assert bring(cast).state(at.date())[1] == state


def test_every_state_of_an_inquiry_is_kept(cast):
    inquiry = judged_state(cast)
    kept = apps.get_model("issues", "InquiryEvent").objects.filter(pgh_obj=inquiry.pk)
    assert list(kept.order_by("pgh_id").values_list("answer", flat=True)) == ["材料在途，一月底修好"] * 2
