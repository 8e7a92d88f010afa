"""公示 in full: the masked notice, what staff may change, objections without an account, closing after them."""

from datetime import date
from uuid import uuid4

import pytest

from accounts.errors import Forbidden, Outrun, Refused
from households.models import Resident
from issues import actions, board
from issues.inputs import options, parse
from issues.models import Issue, Objection, PublicNotice, RegisterRules, Status
from issues.publicity import CATEGORY_ONLY, projection
from issues.tests import walk
from issues.tests.walk import hours
from issues.workflow import MOVES
from notices.models import Notice

pytestmark = pytest.mark.django_db
AFTER = hours(24 * 9)
"""The Wednesday after the five workdays of publicity."""


def published(cast) -> tuple[Issue, PublicNotice]:
    issue = walk.publicizing(cast)
    return issue, PublicNotice.objects.get(issue=issue)


def objected(notice: PublicNotice, text: str = "下游三户还是没有水", **other) -> Objection:
    return actions.raise_objection(**{"notice": notice, "at": hours(30), "text": text, "client_id": uuid4(), **other})


def test_the_verdict_hangs_the_masked_notice_on_the_board_for_five_workdays(cast):
    issue, notice = published(cast)
    assert (notice.round, notice.published_at, notice.until) == (1, hours(6), date(2026, 11, 9))
    assert notice.heading == "基础设施 · 上陵镇水口村"
    assert notice.text == (
        "黄*荣（上陵镇水口村）反映：水圳堵塞，田里进不了水\n办理结果：已清淤300米，水到田头\n群众评价：已解决，满意"
    )
    assert issue.due_at.date() == notice.until


def test_a_sensitive_matter_shows_its_category_only_and_cannot_be_rewritten(cast):
    RegisterRules.objects.update(publicity=True)
    issue = walk.confirming(cast)
    Issue.objects.filter(pk=issue.pk).update(sensitive=True)
    again = Issue.objects.get(pk=issue.pk)
    actions.give_verdict(issue=again, by=None, at=hours(6), value="satisfied")
    notice = PublicNotice.objects.get()
    assert (notice.heading, notice.text) == ("基础设施", CATEGORY_ONLY)
    with pytest.raises(Refused, match="只能公示类别"):
        actions.publicity_text(issue=again, by=cast.clerk, at=hours(7), text="水口村水圳已清淤")


def test_the_petitioner_of_a_merged_opinion_is_not_named_either(cast):
    RegisterRules.objects.update(publicity=True)
    main, child = walk.registered(cast), walk.collected(cast, petitioner="陈小妹", phone="13900000000")
    actions.merge(issue=child, by=cast.secretary, at=hours(2), parent=main)
    issue = Issue.objects.get(pk=main.pk)
    walk.on_to_confirming(cast, issue)
    Issue.objects.filter(pk=issue.pk).update(title="陈小妹和黄耀荣的水圳堵塞")
    again = Issue.objects.get(pk=issue.pk)
    actions.give_verdict(issue=again, by=None, at=hours(9), value="solved")
    text = PublicNotice.objects.get().text
    assert "陈小妹" not in text
    assert "黄耀荣" not in text
    assert "陈*妹和黄*荣的水圳堵塞" in text


def test_who_verifies_may_mend_the_words_and_what_stood_before_is_kept(cast):
    issue, notice = published(cast)
    assert issue.public_text == notice.text
    actions.publicity_text(issue=issue, by=cast.clerk, at=hours(7), text="水口村水圳已清淤300米。")
    notice.refresh_from_db()
    assert notice.text == "水口村水圳已清淤300米。"
    assert "黄*荣" in issue.events.get(name="publicity_text").note
    with pytest.raises(Forbidden):
        actions.publicity_text(issue=issue, by=cast.grid_leader, at=hours(8), text="水口村水圳已清淤。")


@pytest.mark.parametrize(
    "text", ["黄耀荣家的水圳已清淤", "电话13812348000", "村民叶秋生满意", "水圳已清淤，低保户受益", "", "长" * 1001]
)
def test_words_that_tell_who_it_is_are_refused(cast, text):
    issue, notice = published(cast)
    with pytest.raises(Refused) as refused:
        actions.publicity_text(issue=issue, by=cast.clerk, at=hours(7), text=text)
    assert refused.value.field == "text"
    assert PublicNotice.objects.get().text == notice.text


def test_an_objection_is_kept_encrypted_told_to_the_verifier_and_bars_the_closing(cast):
    issue, notice = published(cast)
    objection = objected(notice, phone="139 0000 0000")
    assert (objection.phone, objection.answered_at) == ("13900000000", None)
    assert list(Notice.objects.filter(kind="objected").values_list("user__name", flat=True)) == ["叶经办"]
    again = Issue.objects.get(pk=issue.pk)
    with pytest.raises(Refused, match="还有1条公示异议没有答复"):
        actions.close(issue=again, by=cast.clerk, at=AFTER)


def test_who_had_the_page_open_before_the_objection_came_cannot_close_past_it(cast):
    issue, notice = published(cast)
    objected(notice)
    with pytest.raises((Outrun, Refused)):
        actions.perform("close", issue=Issue.objects.get(pk=issue.pk), by=cast.clerk, at=AFTER, seen=issue.version)
    assert Issue.objects.get(pk=issue.pk).status == Status.PUBLICIZING


def test_the_same_objection_sent_twice_is_one(cast):
    _, notice = published(cast)
    key = uuid4()
    assert objected(notice, client_id=key) == objected(notice, client_id=key)
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"), [({"text": "不"}, "text"), ({"text": "长" * 501}, "text"), ({"phone": "12"}, "phone")]
)
def test_an_objection_says_something_and_leaves_a_real_phone_or_none(cast, given, field):
    _, notice = published(cast)
    with pytest.raises(Refused) as refused:
        objected(notice, **given)
    assert refused.value.field == field


def test_an_answered_objection_shows_its_answer_and_lets_the_matter_close(cast):
    issue, notice = published(cast)
    objection = objected(notice)
    issue = Issue.objects.get(pk=issue.pk)
    move = MOVES["answer_objection"]
    assert options(issue, move.fields[0], on=AFTER.date(), by=cast.clerk) == [(str(objection.pk), "下游三户还是没有水")]
    typed = {"objection": str(objection.pk), "answer": "已到现场核实，下游闸门已打开"}
    actions.perform(
        "answer_objection", issue=issue, by=cast.clerk, at=hours(40), **parse(issue, move, typed, by=cast.clerk)
    )
    objection.refresh_from_db()
    assert (objection.accepted, objection.answer) == (False, "已到现场核实，下游闸门已打开")
    with pytest.raises(Refused, match="没有待答复的公示异议"):
        actions.answer_objection(issue=issue, by=cast.clerk, at=hours(41), objection=objection.pk, answer="再答一次")
    actions.close(issue=issue, by=cast.clerk, at=AFTER)
    assert issue.status == Status.CLOSED


def test_an_answer_for_the_board_tells_nothing_personal(cast):
    issue, notice = published(cast)
    objection = objected(notice)
    with pytest.raises(Refused, match="姓名“黄耀荣”") as refused:
        actions.answer_objection(
            issue=Issue.objects.get(pk=issue.pk),
            by=cast.clerk,
            at=hours(40),
            objection=objection.pk,
            answer="已经向黄耀荣核实",
        )
    assert refused.value.field == "answer"


def test_the_handler_does_not_answer_objections_to_their_own_work(cast):
    RegisterRules.objects.update(publicity=True)
    issue = walk.registered(cast)
    actions.assign(issue=issue, by=cast.clerk, at=hours(2), handler=cast.secretary)
    actions.sign_for(issue=issue, by=cast.secretary, at=hours(3))
    actions.report(issue=issue, by=cast.secretary, at=hours(4), result="已清淤300米", files=[walk.photo()])
    actions.verify(issue=issue, by=cast.clerk, at=hours(5))
    actions.give_verdict(issue=issue, by=None, at=hours(6), value="satisfied")
    objection = objected(PublicNotice.objects.get())
    with pytest.raises(Refused, match="由您承办，请由另一人办理"):
        actions.answer_objection(
            issue=Issue.objects.get(pk=issue.pk),
            by=cast.secretary,
            at=hours(40),
            objection=objection.pk,
            answer="已经办好了",
        )


def test_an_accepted_objection_takes_the_notice_down_and_begins_the_next_round(cast):
    issue, notice = published(cast)
    objection = objected(notice)
    again = Issue.objects.get(pk=issue.pk)
    actions.object_to(issue=again, by=cast.clerk, at=hours(40), reason="下游确实没有水")
    objection.refresh_from_db()
    notice.refresh_from_db()
    assert (again.status, again.round) == (Status.ASSIGNED, 2)
    assert (objection.accepted, objection.answer, notice.withdrawn_at) == (True, "", hours(40))
    with pytest.raises(Refused, match="公示已经结束"):
        objected(notice)


def test_it_closes_only_after_the_last_day(cast):
    issue, _ = published(cast)
    with pytest.raises(Refused, match="公示到11月9日"):
        actions.close(issue=issue, by=cast.clerk, at=hours(24 * 7))
    actions.close(issue=issue, by=cast.clerk, at=hours(24 * 8))
    assert issue.status == Status.CLOSED


def test_who_lives_there_is_never_named_and_a_child_of_the_house_hides_all_but_the_category(cast):
    known = {"household": cast.household, "relation": Resident.Relation.SPOUSE}
    Resident.objects.create(name="叶秋梅", id_number="441624199001010123", **known)
    Resident.objects.create(name="黄小满", id_number="441624201501010017", **known)
    issue, _ = published(cast)
    Issue.objects.filter(pk=issue.pk).update(title="叶秋梅家的水圳")
    matter = board.matter_of(Issue.objects.get(pk=issue.pk), date(2026, 11, 2))
    assert (set(matter.names), matter.minors) == ({"黄耀荣", "叶秋梅", "黄小满"}, ("黄小满",))
    assert "叶秋梅" not in projection(matter).text
    grown = board.matter_of(Issue.objects.get(pk=issue.pk), date(2033, 1, 1))
    assert grown.minors == ()
