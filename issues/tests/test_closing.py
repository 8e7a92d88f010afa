"""Nothing closes without a report with evidence, an independent verifier and the household's word."""

import hashlib
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.errors import Forbidden, Refused
from accounts.roles import Role
from grids.models import Absence, Posting
from issues import actions
from issues.models import Evidence, Issue, Status, Verdict
from issues.tests import walk
from issues.tests.cast import MONDAY, SINCE
from issues.tests.walk import hours, photo
from members.models import UnitStaff

pytestmark = pytest.mark.django_db


def with_the_department(cast):
    """In the hands of the department's handler, at county level."""
    issue = walk.registered(cast, by=cast.county_officer)
    actions.assign(issue=issue, by=cast.county_officer, at=hours(2), unit=cast.unit)
    actions.sign_for(issue=issue, by=cast.handler, at=hours(3))
    actions.report(issue=issue, by=cast.handler, at=hours(4), result="已修复闸门", files=[photo()])
    return issue


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"result": "  "}, "result"),
        ({"files": []}, "files"),
        ({"files": [SimpleUploadedFile("virus.exe", b"MZ")]}, "files"),
        ({"files": [SimpleUploadedFile("empty.jpg", b"")]}, "files"),
    ],
)
def test_a_report_needs_its_result_and_evidence(cast, given, field):
    issue = walk.processing(cast)
    whole: dict[str, Any] = {"result": "已清淤", "files": [photo()], **given}
    with pytest.raises(Refused) as refused:
        actions.report(issue=issue, by=cast.grid_leader, at=hours(4), **whole)
    assert refused.value.field == field
    assert Issue.objects.get(pk=issue.pk).status == Status.PROCESSING


def test_evidence_keeps_its_digest_and_round(cast):
    issue = walk.reported(cast)
    proof = Evidence.objects.get(issue=issue)
    assert (proof.kind, proof.round, proof.added_by, len(proof.sha256)) == ("result", 1, cast.grid_leader, 64)
    assert issue.events.get(name="report").facts["evidence"] == [proof.sha256]


def test_a_photo_is_kept_without_the_place_it_was_taken_at(cast):
    taken = BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0110] = "a phone"
    Image.new("RGB", (40, 30), "green").save(taken, "JPEG", exif=exif)
    issue = walk.reported(cast, files=[SimpleUploadedFile("现场.JPG", taken.getvalue())])
    proof = Evidence.objects.get(issue=issue)
    with proof.file.open() as kept:
        content = kept.read()
    assert (dict(Image.open(BytesIO(content)).getexif()), b"a phone" in content) == ({}, False)
    assert (proof.caption, proof.sha256) == ("现场", hashlib.sha256(content).hexdigest())


def test_a_photo_that_is_none_is_refused_by_name(cast):
    with pytest.raises(Refused, match=r"“假的\.jpg”：认不出这张照片") as refused:
        walk.reported(cast, files=[SimpleUploadedFile("假的.jpg", b"MZ")])
    assert refused.value.field == "files"
    assert Issue.objects.get().status == Status.PROCESSING


def test_who_handled_it_cannot_verify_it(cast):
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.clerk, at=hours(2), handler=cast.secretary)
    actions.sign_for(issue=issue, by=cast.secretary, at=hours(3))
    actions.report(issue=issue, by=cast.secretary, at=hours(4), result="已清淤", files=[photo()])
    with pytest.raises(Refused, match="承办人不能核查自己办理的事项"):
        actions.verify(issue=issue, by=cast.secretary, at=hours(5))


def test_a_substitute_who_reported_cannot_verify_either(cast):
    issue = walk.processing(cast)
    Posting.objects.create(user=cast.grid_leader, role=Role.CHIEF_GRID_LEADER, since=SINCE, **cast.village.scope())
    actions.assign(issue=issue, by=cast.clerk, at=hours(4), handler=cast.secretary)
    actions.sign_for(issue=issue, by=cast.secretary, at=hours(5))
    actions.report(issue=issue, by=cast.secretary, at=hours(6), result="已清淤", files=[photo()])
    Issue.objects.filter(pk=issue.pk).update(handler=cast.clerk)
    again = Issue.objects.get(pk=issue.pk)
    with pytest.raises(Refused, match="承办人不能核查"):
        actions.verify(issue=again, by=cast.secretary, at=hours(7))


def test_a_subordinate_who_stands_in_for_a_superior_cannot_verify_either(cast):
    issue = walk.registered(cast, by=cast.clerk)
    actions.assign(issue=issue, by=cast.clerk, at=hours(2), handler=cast.clerk)
    actions.sign_for(issue=issue, by=cast.clerk, at=hours(3))
    actions.report(issue=issue, by=cast.clerk, at=hours(4), result="已清淤", files=[photo()])
    Absence.objects.create(user=cast.second_clerk, substitute=cast.secretary, since=SINCE, until=hours(48).date())
    with pytest.raises(Refused, match="下级不能核查上级"):
        actions.verify(issue=issue, by=cast.secretary, at=hours(5))


def test_a_subordinate_cannot_verify_but_the_town_may_verify_a_department(cast):
    issue = walk.registered(cast, by=cast.county_officer)
    actions.assign(issue=issue, by=cast.leader, at=hours(2), handler=cast.county_officer)
    actions.sign_for(issue=issue, by=cast.county_officer, at=hours(3))
    actions.report(issue=issue, by=cast.county_officer, at=hours(4), result="已协调", files=[photo()])
    with pytest.raises(Refused, match="下级不能核查上级"):
        actions.verify(issue=issue, by=cast.clerk, at=hours(5))
    theirs = with_the_department(cast)
    actions.verify(issue=theirs, by=cast.clerk, at=hours(5))
    assert theirs.status == Status.CONFIRMING


def test_a_colleague_of_the_same_department_cannot_verify(cast):
    issue = with_the_department(cast)
    with pytest.raises(Forbidden):
        actions.verify(issue=issue, by=cast.colleague, at=hours(5))
    UnitStaff.objects.create(unit=cast.unit, user=cast.county_officer, since=SINCE)
    with pytest.raises(Refused, match="同在一个单位"):
        actions.verify(issue=issue, by=cast.county_officer, at=hours(5))


def test_a_co_handler_cannot_verify(cast):
    issue = walk.registered(cast)
    actions.assign(
        issue=issue, by=cast.secretary, at=hours(2), handler=cast.grid_leader, co_handlers=[cast.second_clerk]
    )
    actions.sign_for(issue=issue, by=cast.grid_leader, at=hours(3))
    actions.report(issue=issue, by=cast.grid_leader, at=hours(4), result="已清淤", files=[photo()])
    with pytest.raises(Refused, match="协办人不能核查"):
        actions.verify(issue=issue, by=cast.second_clerk, at=hours(5))


def test_explained_cannot_be_done_is_reviewed_one_level_up(cast):
    issue = walk.reported(cast, cannot_be_done=True)
    with pytest.raises(Refused, match="须由上一级复核"):
        actions.verify(issue=issue, by=cast.secretary, at=hours(5))
    actions.verify(issue=issue, by=cast.clerk, at=hours(5))
    assert issue.cannot_be_done


def test_a_rejected_result_goes_back_without_counting_the_time_of_verifying(cast):
    issue = walk.processing(cast)
    due = issue.due_at
    actions.report(issue=issue, by=cast.grid_leader, at=hours(24), result="已清淤", files=[photo()])
    actions.reject(issue=issue, by=cast.clerk, at=hours(24 * 3), reason="下游还堵着")
    assert issue.status == Status.PROCESSING
    assert issue.due_at == due + timedelta(days=2)
    assert issue.due_sentence == (
        "原11月9日（周一）到期，11月3日（周二）至11月5日（周四）的2个工作日不计 → 11月11日（周三）18:00到期"
    )
    assert [clock.due_at for clock in issue.clocks.filter(kind="handle").order_by("turn")] == [due, issue.due_at]


@pytest.mark.parametrize(
    ("by", "given", "field"),
    [
        (None, {"value": "satisfied", "means": "signature"}, "means"),
        (None, {"value": "unconfirmed", "means": "qr"}, "means"),
        (None, {"value": "perfect", "means": "qr"}, "value"),
        ("clerk", {"value": "satisfied", "means": "qr"}, "means"),
        ("clerk", {"value": "satisfied", "means": "signature"}, "files"),
        ("clerk", {"value": "satisfied", "means": "witness"}, "means"),
        ("clerk", {"value": "satisfied", "means": "call"}, "note"),
        ("grid_leader", {"value": "satisfied", "means": "call", "note": "本人说水通了"}, "means"),
        ("clerk", {"value": "unconfirmed", "means": "call", "note": "打不通电话"}, "means"),
    ],
)
def test_a_verdict_is_taken_only_in_ways_that_can_be_shown(cast, by, given, field):
    issue = walk.confirming(cast)
    with pytest.raises(Refused) as refused:
        actions.give_verdict(issue=issue, by=by and cast.people[by], at=hours(6), **given)
    assert refused.value.field == field
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(
    ("by", "given"),
    [
        (None, {"means": "qr"}),
        (None, {"means": "sms"}),
        ("clerk", {"means": "call", "note": "本人说水通了，很满意"}),
        ("clerk", {"means": "call", "files": [SimpleUploadedFile("call.m4a", b"sound")]}),
        ("grid_leader", {"means": "signature", "files": [photo("sign.jpg")]}),
    ],
)
def test_each_way_of_taking_the_verdict_closes(cast, by, given):
    issue = walk.confirming(cast)
    actions.give_verdict(issue=issue, by=by and cast.people[by], at=hours(6), value="solved", **given)
    assert issue.status == Status.CLOSED


def test_major_matters_need_the_minutes_of_a_meeting(cast):
    issue = walk.registered(cast, grade="major")
    with pytest.raises(Refused, match="重大事项须附会议纪要") as refused:
        actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.grid_leader)
    assert refused.value.field == "minutes"
    minutes = [SimpleUploadedFile("纪要.pdf", b"%PDF-1.4")]
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.grid_leader, minutes=minutes)
    assert issue.status == Status.ASSIGNED


def test_a_hold_pauses_the_clock_and_the_work_goes_on_where_it_stood(cast):
    issue = walk.processing(cast)
    due = issue.due_at
    until = (MONDAY + timedelta(days=60)).date()
    plan = {"reason": "要等枯水期", "plan": "冬修水利时重建", "milestones": "12月1日 完成设计"}
    actions.ask_hold(issue=issue, by=cast.grid_leader, at=hours(4), until=until, **plan)
    actions.hold(issue=issue, by=cast.clerk, at=hours(5), note="同意")
    assert (issue.status, issue.escalate_at, issue.due_at.date()) == (Status.ON_HOLD, None, until)
    actions.resume(issue=issue, by=cast.grid_leader, at=hours(24 * 7))
    assert issue.due_at == due + timedelta(days=7)
    assert issue.escalate_at == issue.due_at + timedelta(days=2)


@pytest.mark.parametrize("days", [0, 91])
def test_a_hold_is_reviewed_within_ninety_days(cast, days):
    issue = walk.processing(cast)
    with pytest.raises(Refused, match="复核日期应在"):
        actions.ask_hold(
            issue=issue,
            by=cast.grid_leader,
            at=hours(4),
            reason="要等枯水期",
            plan="冬修水利时重建",
            milestones="12月1日 完成设计",
            until=(MONDAY + timedelta(days=days)).date(),
        )


def test_an_extension_keeps_the_original_due_in_the_record_and_is_given_once(cast):
    issue = walk.processing(cast)
    until = (MONDAY + timedelta(days=14)).date()
    asked = {"issue": issue, "by": cast.grid_leader, "until": until, "reason": "配件没到货"}
    actions.ask_extension(at=hours(4), **asked)
    actions.extend(issue=issue, by=cast.clerk, at=hours(5))
    assert issue.due_sentence == "经批准延期至11月16日（周一）18:00，原定11月9日（周一）"
    assert [clock.due_at.day for clock in issue.clocks.filter(kind="handle").order_by("turn")] == [9, 16]
    with pytest.raises(Refused, match="本级已经延期1次，不能再延"):
        actions.ask_extension(at=hours(6), **asked)


def test_no_extension_once_it_is_overdue(cast):
    issue = walk.processing(cast)
    late = MONDAY + timedelta(days=8)
    with pytest.raises(Refused, match="已经逾期，不能再申请延期"):
        actions.ask_extension(
            issue=issue, by=cast.grid_leader, at=late, until=(late + timedelta(days=5)).date(), reason="配件没到货"
        )


def test_a_denied_application_changes_nothing_else(cast):
    issue = walk.processing(cast)
    due = issue.due_at
    until = (MONDAY + timedelta(days=14)).date()
    actions.ask_extension(issue=issue, by=cast.grid_leader, at=hours(4), until=until, reason="配件没到货")
    actions.deny(issue=issue, by=cast.clerk, at=hours(5), reason="可以先借用")
    assert (issue.status, issue.due_at, issue.applications.get().granted) == (Status.PROCESSING, due, False)
    actions.report(issue=issue, by=cast.grid_leader, at=hours(6), result="已清淤", files=[photo()])
