"""The three notices: once each, true when they leave, not at night, and nobody left out."""

from datetime import timedelta

import pytest
from django.apps import apps

from issues import actions, telling, wording
from issues.models import Grade, Issue, RegisterRules, Urgency, Verdict
from issues.rules import CountyRules
from issues.sweep import escalate_overdue
from issues.tests import walk
from issues.tests.walk import MONDAY, hours
from issues.wording import LETTERS, LONGEST_SMS, Wordings, back_to_default, filled, fitted, refusal, reword, segments
from notices.delivery import deliver_waiting
from notices.models import Notice, Preference

pytestmark = pytest.mark.django_db

NIGHT = MONDAY.replace(hour=22)
MORNING = NIGHT.replace(hour=8) + timedelta(days=1)
ASSIGNED = LETTERS["assigned", "petitioner"]


class Gateway:
    def __init__(self):
        self.texts = []

    def send(self, message):
        self.texts.append(message.text)
        return ""


def sent(at):
    gateway = Gateway()
    deliver_waiting(at=at, driver=gateway)
    return gateway.texts


def sms(**asked):
    return Notice.objects.filter(channel="sms", **asked).order_by("pk")


def states():
    return dict(sms().values_list("kind", "state"))


# Once each


def test_each_of_the_three_is_sent_once_however_often_the_matter_changes_hands(cast):
    issue = walk.assigned(cast)
    sent(hours(2))
    actions.assign(issue=issue, by=cast.secretary, at=hours(3), unit=cast.unit)
    actions.assign(issue=issue, by=cast.secretary, at=hours(4), handler=cast.grid_leader)
    sent(hours(5))
    assert list(sms().values_list("kind", "state")) == [("registered", "sent"), ("assigned", "sent")]


def test_petitioner_handler_and_collector_are_each_told_once_of_every_kind(cast):
    walk.closed(cast)
    keys = list(Notice.objects.filter(kind__in=["registered", "assigned", "result"]).values_list("kind", "user_id"))
    assert sorted(keys, key=str) == sorted(set(keys), key=str)
    for kind in ("registered", "assigned", "result"):
        told = {user for known, user in keys if known == kind}
        handler = cast.secretary if kind == "registered" else cast.grid_leader
        assert told == {None, handler.pk, cast.member.pk}, kind


def test_the_next_round_tells_the_petitioner_anew_who_handles_it_and_by_when(cast):
    issue = walk.confirming(cast)
    sent(hours(5))
    actions.give_verdict(issue=issue, by=None, at=hours(6), value=Verdict.Value.UNSOLVED)
    assert [text for text in sent(hours(6)) if "罗网格办理" in text] != []
    assert sms(kind="assigned").count() == 2


def test_a_matter_whose_petitioner_left_no_phone_goes_its_way_without_sms(cast):
    issue = walk.assigned(cast)
    Issue.objects.filter(pk=issue.pk).update(phone="", phone_index="")
    sms().delete()
    telling.resulted(Issue.objects.get(pk=issue.pk), CountyRules(issue.county_id).switches, hours(3))
    assert not sms().exists()


# Nobody left out


def test_a_matter_closed_by_witness_is_surveyed_even_if_its_question_never_left(cast):
    """FixMyStreet: closed reports were never surveyed."""
    issue = walk.confirming(cast)
    Notice.objects.filter(kind="result", channel="sms").delete()
    for hour in (6, 7, 8):
        actions.contact(issue=issue, by=cast.clerk, at=hours(hour), reached=False)
    given = {"value": Verdict.Value.UNCONFIRMED, "means": Verdict.Means.WITNESS, "witness": "何大山"}
    actions.give_verdict(issue=issue, by=cast.clerk, at=hours(9), **given)
    assert issue.status == "closed"
    assert [notice.state for notice in sms(kind="result")] == ["waiting"]
    assert any("是否满意" in text for text in sent(hours(9)))


def test_whoever_joins_a_matter_late_is_told_how_far_it_is_and_asked_with_the_others(cast):
    main = walk.confirming(cast)
    late = walk.collected(cast, petitioner="何大山", phone="13812349999")
    actions.merge(issue=late, by=cast.secretary, at=hours(6), parent=main)
    theirs = sms(link=f"/i/{late.code}/")
    assert [notice.kind for notice in theirs] == ["registered", "result"]
    early = walk.collected(cast, petitioner="何小山", phone="13812347777")
    second = walk.assigned(cast)
    actions.merge(issue=early, by=cast.secretary, at=hours(6), parent=second)
    assert [notice.kind for notice in sms(link=f"/i/{early.code}/")] == ["registered", "assigned"]


def test_whoever_answered_is_not_asked_again_when_the_matter_closes(cast):
    walk.closed(cast)
    assert states()["result"] == "cancelled"
    assert not any("是否满意" in text for text in sent(hours(7)))


# Not at night


def test_at_night_no_phone_rings_and_in_the_morning_each_message_comes_once(cast):
    """Zammad 4432."""
    issue = walk.collected(cast)
    given = {"category": "infrastructure", "urgency": Urgency.CRITICAL}
    actions.register(issue=issue, by=cast.secretary, at=NIGHT, **given)
    assert sent(NIGHT) == []
    assert sent(MORNING - timedelta(minutes=1)) == []
    assert len(sent(MORNING)) == 1
    assert sent(MORNING + timedelta(hours=1)) == []


def test_a_county_may_do_without_quiet_hours(cast):
    RegisterRules.objects.update(quiet_hours=False)
    issue = walk.collected(cast)
    actions.register(issue=issue, by=cast.secretary, at=NIGHT, category="infrastructure", urgency=Urgency.NORMAL)
    assert len(sent(NIGHT)) == 1


@pytest.mark.parametrize(("at_night", "rings"), [(True, 1), (False, 0)])
def test_urgent_matters_reach_staff_at_night_unless_the_county_lets_them_sleep(cast, at_night, rings):
    RegisterRules.objects.update(urgent_at_night=at_night)
    Preference.objects.create(user=cast.member, channel="sms", since=MONDAY)
    issue = walk.collected(cast)
    actions.register(issue=issue, by=cast.secretary, at=NIGHT, category="infrastructure", urgency=Urgency.CRITICAL)
    assert len(sent(NIGHT)) == rings
    assert len(sent(MORNING)) == 2 - rings


# True when it leaves


def test_a_voided_matter_is_not_announced_in_the_morning(cast):
    issue = walk.registered(cast)
    actions.ask_void(issue=issue, by=cast.secretary, at=hours(3), reason="重复录入了")
    actions.void(issue=issue, by=cast.clerk, at=hours(4))
    assert sent(hours(5)) == []
    notice = sms().get()
    assert (notice.state, notice.error) == ("cancelled", "还没发出，事项已是“已作废”，不再发送")


def test_what_has_left_stays_as_it_was(cast):
    issue = walk.registered(cast)
    sent(hours(2))
    actions.ask_void(issue=issue, by=cast.secretary, at=hours(3), reason="重复录入了")
    actions.void(issue=issue, by=cast.clerk, at=hours(4))
    assert states() == {"registered": "sent"}


def test_given_to_another_before_the_message_left_the_petitioner_hears_only_of_the_last_one(cast):
    issue = walk.assigned(cast)
    actions.assign(issue=issue, by=cast.secretary, at=hours(3), unit=cast.unit)
    told = [text for text in sent(hours(4)) if "办理，预计" in text]
    assert len(told) == 1
    assert "由水利局办理" in told[0]
    assert "0762-5631234" in told[0]


def test_sent_back_before_the_message_left_nobody_is_named_until_it_is_given_again(cast):
    issue = walk.assigned(cast)
    actions.send_back(issue=issue, by=cast.grid_leader, at=hours(3), reason="不归本网格管")
    assert states()["assigned"] == "cancelled"
    actions.assign(issue=issue, by=cast.secretary, at=hours(4), unit=cast.unit)
    assert [text for text in sent(hours(5)) if "罗网格" in text] == []
    assert states()["assigned"] == "sent"


def test_extended_before_the_message_left_it_names_the_new_day(cast):
    issue = walk.processing(cast)
    until = (issue.due_at + timedelta(days=7)).date()
    actions.ask_extension(issue=issue, by=cast.grid_leader, at=hours(4), until=until, reason="要等配件到货")
    actions.extend(issue=issue, by=cast.clerk, at=hours(5))
    told = [text for text in sent(hours(6)) if "办理，预计" in text]
    assert len(told) == 1
    assert f"{until.month}月{until.day}日" in told[0]


def test_moved_up_by_the_sweep_before_the_message_left_it_names_the_new_handler(cast):
    issue = walk.assigned(cast)
    escalate_overdue(at=issue.escalate_at)
    issue.refresh_from_db()
    told = [text for text in sent(issue.status_since.replace(hour=9) + timedelta(days=1)) if "办理，预计" in text]
    assert len(told) == 1
    assert f"由{issue.handler.name}办理" in told[0]


def test_a_message_that_may_be_on_its_way_is_neither_cancelled_nor_said_anew(cast):
    issue = walk.assigned(cast)
    sms(kind="assigned").update(attempts=1, claimed_at=hours(2))
    actions.assign(issue=issue, by=cast.secretary, at=hours(3), unit=cast.unit)
    assert "罗网格" in sms(kind="assigned").get().text


# Words


def test_every_default_may_be_used_even_with_the_longest_signature():
    switches = RegisterRules(sms_signature="一二三四五六七八九十一二")
    assert {key: refusal(letter, letter.text, switches) for key, letter in LETTERS.items()} == dict.fromkeys(LETTERS)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("您反映的事项{编码}已登记", "“{编码}”填不上，这里能用的是：{编号} {承办} {时限} {电话}"),
        ("您反映的事项{编号已登记", "花括号"),
        ("您反映的事项已登记}", "花括号"),
        ("请对办理结果作出评价", "评价"),
        ("由党政办办理", "党政"),
        ("已转调解委员会", "调解"),
        ("请打13800138000联系", "手机号"),
        ("字" * 64, "连同签名共71个字，超过70个字会拆成几条发，请再短1个字"),
    ],
)
def test_a_wording_that_would_not_do_is_refused_with_the_reason(cast, text, why):
    assert why in (refusal(ASSIGNED, text, CountyRules(cast.county.pk).switches) or "")


def test_staff_are_spoken_to_freely(cast):
    letter = LETTERS["assigned", "handler"]
    assert refusal(letter, "{编号}请在党政网办理，" + "字" * 80, RegisterRules()) is None
    assert "填不上" in (refusal(letter, "{电话}", RegisterRules()) or "")


@pytest.mark.parametrize(("length", "pieces"), [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)])
def test_sms_are_counted_in_pieces_as_the_networks_do(length, pieces):
    assert segments("字" * length) == pieces


def test_a_character_outside_the_basic_plane_counts_twice():
    assert segments("𠮷" * 36) == 2


def test_what_does_not_fit_loses_the_telephone_first_and_then_the_end_of_the_name(cast):
    text, values = ASSIGNED.text, wording.samples()
    assert filled(text, fitted(text, values, 70)).endswith("办公电话0762-5631234。")
    long = values | {"承办": "和平县上陵镇水利水保和农村供水工程建设管理服务中心综合科"}
    short = filled(text, fitted(text, long, 60))
    assert "电话" not in short
    assert len(short) == 60


def test_the_countys_own_wording_is_what_is_sent(cast):
    switches = CountyRules(cast.county.pk).switches
    text = "您的事（{编号}）归{承办}管，{时限}前回话。"
    given = {"county": cast.county, "letter": ASSIGNED, "by": cast.county_officer, "at": MONDAY, "switches": switches}
    reword(text=text, template_code="SMS_154950909", **given)
    walk.assigned(cast)
    notice = sms(kind="assigned").get()
    assert notice.text == "【和平联户通】您的事（261102000001）归罗网格管，11月9日（周一）前回话。"
    assert notice.template == "SMS_154950909"
    assert notice.params == {"number": "261102000001", "who": "罗网格", "until": "11月9日（周一）", "phone": ""}
    back_to_default(county=cast.county, letter=ASSIGNED, by=cast.clerk, at=hours(1))
    assert Wordings(switches).text(ASSIGNED) == ASSIGNED.text
    known = apps.get_model("issues", "WordingEvent").objects.values_list("text", "changed_by")
    assert (text, cast.clerk.pk) in known


def test_no_message_to_a_petitioner_is_longer_than_one_sms(cast):
    cast.unit.name = "和平县农业农村和水利水保及乡村振兴服务中心与农村饮水安全工程建设管理办公室综合科"
    cast.unit.save()
    issue = walk.registered(cast, grade=Grade.GENERAL)
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), unit=cast.unit)
    assert max(len(notice.text) for notice in sms()) <= LONGEST_SMS
