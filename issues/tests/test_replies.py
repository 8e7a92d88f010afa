"""A household's verdict by text message: what is understood, and whose word counts."""

import pytest

from accounts.errors import Refused
from issues import actions
from issues.models import Issue, Status, Verdict
from issues.replies import read_reply, take_reply
from issues.tests import walk
from issues.tests.walk import hours

THEIRS, STRANGE = "13812348000", "13900000000"


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("260428000123 1", ("260428-000123", "satisfied")),
        ("260428-000123 2", ("260428-000123", "solved")),
        (" 260428000123,3。", ("260428-000123", "unsolved")),
        ("4 260428000123", ("260428-000123", "dissatisfied")),
        ("260428000123不满意", ("260428-000123", "dissatisfied")),
        ("2604280001231", None),
        ("1", ("", "satisfied")),
        ("满意", ("", "satisfied")),
        ("没解决", ("", "unsolved")),
        ("260428000123", None),
        ("260428000123 5", None),
        ("260428000123 12", None),
        ("路还没修好", None),
        ("", None),
    ],
)
def test_a_reply_is_a_number_and_an_answer(text, understood):
    if understood is None:
        with pytest.raises(Refused, match="没有看懂"):
            read_reply(text)
    else:
        assert read_reply(text) == understood


@pytest.mark.django_db
class TestTaking:
    def test_the_petitioners_reply_closes_once(self, cast):
        issue = walk.confirming(cast)
        text = f"{issue.number.replace('-', '')} 1"
        verdict = take_reply(phone="+86 138 1234 8000", text=text, at=hours(6))
        assert (verdict.means, verdict.value, verdict.taken_by) == ("sms", "satisfied", None)
        assert Issue.objects.get(pk=issue.pk).status == Status.CLOSED
        with pytest.raises(Refused, match="事项现在是“已销号”"):
            take_reply(phone=THEIRS, text=text, at=hours(6))
        assert Verdict.objects.count() == 1

    def test_unsolved_begins_the_next_round(self, cast):
        issue = walk.confirming(cast)
        take_reply(phone=THEIRS, text=f"{issue.number} 3", at=hours(6))
        again = Issue.objects.get(pk=issue.pk)
        assert (again.status, again.round) == (Status.ASSIGNED, 2)

    def test_a_strange_phone_learns_nothing_and_changes_nothing(self, cast):
        issue = walk.confirming(cast)
        said = []
        for number in (issue.number, "260101-000999"):
            with pytest.raises(Refused) as refused:
                take_reply(phone=STRANGE, text=f"{number} 1", at=hours(6))
            said.append(refused.value.sentence.replace(number.replace("-", ""), ""))
        assert said[0] == said[1]
        assert Issue.objects.get(pk=issue.pk).status == Status.CONFIRMING

    def test_who_reported_a_merged_opinion_may_answer_too(self, cast):
        main = walk.registered(cast)
        child = walk.collected(cast, phone=STRANGE, petitioner="陈小妹")
        actions.merge(issue=child, by=cast.secretary, at=hours(2), parent=main)
        walk.on_to_confirming(cast, Issue.objects.get(pk=main.pk))
        verdict = take_reply(phone=STRANGE, text=f"{main.number} 2", at=hours(9))
        assert (verdict.issue_id, verdict.value) == (main.pk, "solved")

    def test_without_a_number_it_must_be_plain_which_matter_is_meant(self, cast):
        with pytest.raises(Refused, match="请写明是哪一件事"):
            take_reply(phone=THEIRS, text="1", at=hours(6))
        issue = walk.confirming(cast)
        assert take_reply(phone=THEIRS, text="1", at=hours(6)).issue == issue
        for _ in range(2):
            walk.confirming(cast)
        with pytest.raises(Refused, match="请写明是哪一件事"):
            take_reply(phone=THEIRS, text="1", at=hours(7))
