from datetime import timedelta

import pytest
from django.core.files.base import ContentFile

from accounts.errors import Forbidden, Refused
from households.models import ProposedPair, RoundStatus
from households.rounds.actions import adopt, excuse, publish, reconsider, rule, set_places
from households.tests.round_cast import AFTER, Hamlet, adopted, day, proposed
from notices.models import Notice

pytestmark = pytest.mark.django_db
MEETING = {"met_on": day(7), "present": "应到12人，实到10人", "minutes": "全体同意。"}


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


def test_the_meeting_adopts_with_its_day_people_and_minutes(here):
    round = proposed(here.opened())
    adopt(round=round, **MEETING, minutes_file=ContentFile(b"scan", name="a.pdf"), by=here.secretary, at=AFTER)
    round.refresh_from_db()
    assert (round.status, round.adopted_on, round.present) == (RoundStatus.ADOPTED, day(7), "应到12人，实到10人")
    with round.minutes_file.open() as file:
        assert file.read() == b"scan"
    assert round.events.get(name="adopt").facts == {"pairs": 6}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"met_on": day(8)}, "不能晚于今天"),
        ({"met_on": day(-1)}, "不能早于志愿征集的开始日期"),
        ({"present": " "}, "请填写到会情况"),
        ({"minutes": ""}, "请填写会议记录"),
        ({"present": "长" * 301}, "到会情况最多300个字"),
    ],
)
def test_a_meeting_that_is_not_told_adopts_nothing(here, wrong, sentence):
    round = proposed(here.opened())
    with pytest.raises(Refused, match=sentence):
        adopt(round=round, **{**MEETING, **wrong}, by=here.secretary, at=AFTER)


def test_nobody_is_left_without_a_member(here):
    round = proposed(here.opened())
    for member in (here.huang, here.lin):
        rule(round=round, kind="forbid", household=here.homes[0], member=member, reason="有过节", by=None, at=AFTER)
    assert ProposedPair.objects.get(round=round, household=here.homes[0]).member is None
    with pytest.raises(Refused, match=r"还有住\*甲户（H\d+）没有人联系，请用“兜底包联”"):
        adopt(round=round, **MEETING, by=here.secretary, at=AFTER)
    official = here.member("村主任")
    rule(round=round, kind="duty", household=here.homes[0], member=official, reason="村委会兜底", by=None, at=AFTER)
    adopt(round=round, **MEETING, by=here.secretary, at=AFTER)


def test_what_no_longer_follows_from_the_round_is_not_adopted(here):
    round = proposed(here.opened())
    set_places(round=round, member=here.lin, least=0, target=1, most=1, by=here.secretary, at=AFTER)
    with pytest.raises(Refused, match="有变动，请重新生成方案再表决"):
        adopt(round=round, **MEETING, by=here.secretary, at=AFTER)
    adopt(round=proposed(round), **MEETING, by=here.secretary, at=AFTER)


def test_it_is_published_with_its_day_and_the_members_hear_how_many(here):
    user = here.with_account(here.huang, 7)
    round = adopted(proposed(here.opened()))
    for wrong, sentence in ((day(6), "不能早于今天"), (day(90), "最晚在60天之内")):
        with pytest.raises(Refused, match=sentence):
            publish(round=round, in_force_from=wrong, by=here.secretary, at=AFTER)
    publish(round=round, in_force_from=day(12), by=here.secretary, at=AFTER)
    mine = ProposedPair.objects.filter(round=round, member=here.huang).count()
    said = Notice.objects.get(user=user, key__startswith="round.published").text
    assert f"12月2日（周三）起生效：您联系{mine}户" in said


def test_an_objection_brings_it_back_to_the_branch(here):
    round = adopted(proposed(here.opened()))
    publish(round=round, in_force_from=day(12), by=here.secretary, at=AFTER)
    with pytest.raises(Refused, match="请写明原因"):
        reconsider(round=round, reason="", by=here.secretary, at=AFTER)
    reconsider(round=round, reason="住户乙不同意", by=here.secretary, at=AFTER)
    assert (round.status, round.adopted_on, round.in_force_from) == (RoundStatus.DECIDING, None, None)
    later = AFTER + timedelta(days=1)
    adopt(round=round, **MEETING, by=here.secretary, at=later)


def test_who_may_not_pair_there_adopts_and_publishes_nothing(here):
    round = proposed(here.opened())
    with pytest.raises(Forbidden, match="没有“表决通过”的权限"):
        adopt(round=round, **MEETING, by=here.neighbour, at=AFTER)
    adopted(round)
    with pytest.raises(Forbidden, match="没有“公示”的权限"):
        publish(round=round, in_force_from=day(12), by=here.neighbour, at=AFTER)
    with pytest.raises(Refused, match="现在是“已表决”，不能“本轮不联户”"):
        excuse(round=round, member=here.lin, reason="外出", by=here.secretary, at=AFTER)
