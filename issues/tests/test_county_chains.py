"""Each county's own way up, from its profile alone: where a matter begins, on whose ledger, and which rung is next."""

import pytest

from accounts.errors import Refused
from accounts.roles import Role
from grids.models import Posting
from issues import actions
from issues.chain import Chain
from issues.channels import offered
from issues.models import Category, Grade, Ledger, RegisterRules, Status, Urgency
from issues.sweep import escalate_overdue
from issues.tests import walk
from issues.tests.cast import SINCE, people_a_county
from issues.tests.walk import hours, photo

pytestmark = pytest.mark.django_db
USUAL = {"category": Category.INFRASTRUCTURE, "urgency": Urgency.NORMAL}


def registered(profile, by="secretary", **other):
    cast = people_a_county(profile)
    issue = walk.collected(cast)
    people = {name: cast.people[part] for name, part in other.items() if name == "receiver"}
    actions.register(issue=issue, by=cast.people[by], at=hours(1), **{**USUAL, **other, **people})
    return cast, issue


def stands(issue) -> tuple[str, str]:
    """The rung by name, and the ledger."""
    issue.refresh_from_db()
    return rung_of(issue), issue.ledger


def rung_of(issue) -> str:
    return Chain.of(issue.county_id).name(issue.level)


def test_what_a_member_of_jiangle_took_on_begins_with_the_member():
    cast, issue = registered("jiangle", receiver="member")
    assert stands(issue) == ("联户党员", Ledger.PERSONAL)
    assert issue.handler == cast.member


def test_in_jiangle_it_climbs_hop_by_hop_and_the_team_is_a_rung_of_its_own():
    cast, issue = registered("jiangle", receiver="member")
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.member)
    team = cast.nobody
    Posting.objects.create(user=team, role=Role.RESIDENT_TEAM, since=SINCE, **cast.village.scope())
    seen = [rung_of(issue)]
    for hour in range(3, 7):
        actions.escalate(issue=issue, by=issue.handler, at=hours(hour), reason="本级解决不了")
        seen.append(f"{rung_of(issue)} {issue.handler.name}")
    assert seen == ["联户党员", "网格长 罗网格", "村党支部 黄支书", "住村工作队 路人", "乡镇 叶经办"]


def test_without_a_receiver_it_begins_with_whoever_registers():
    _, issue = registered("jiangle")
    assert stands(issue) == ("村党支部", Ledger.UNIT)


def test_a_receiver_above_the_registrar_does_not_lift_it():
    _, issue = registered("heping", receiver="clerk")
    assert stands(issue)[0] == "村"


def test_in_zhucheng_a_personal_matter_goes_to_a_unit_and_stands_on_its_ledger():
    cast, issue = registered("zhucheng", by="clerk", receiver="member")
    assert stands(issue) == ("个人", Ledger.PERSONAL)
    actions.assign(issue=issue, by=cast.clerk, at=hours(2), unit=cast.unit)
    assert stands(issue) == ("个人", Ledger.UNIT)


def test_in_pingxiang_general_matters_are_the_town_offices():
    cast, issue = registered("pingxiang", by="clerk")
    assert stands(issue)[0] == "乡镇办公室"
    actions.assign(issue=issue, by=cast.clerk, at=hours(2), handler=cast.clerk)
    actions.escalate(issue=issue, by=cast.clerk, at=hours(3), reason="需要县里协调")
    assert stands(issue)[0] == "指挥中心", "general matters pass the team meeting"


def test_in_pingxiang_major_matters_begin_at_the_team_meeting_and_need_its_minutes():
    cast, issue = registered("pingxiang", by="clerk", grade=Grade.MAJOR)
    assert stands(issue)[0] == "工作组会议"
    with pytest.raises(Refused, match="已到“工作组会议”，由该级交办"):
        actions.assign(issue=issue, by=cast.second_clerk, at=hours(2), handler=cast.clerk, minutes=[photo()])
    issue.refresh_from_db()
    with pytest.raises(Refused, match="须附会议纪要"):
        actions.assign(issue=issue, by=cast.town_leader, at=hours(2), handler=cast.clerk)
    issue.refresh_from_db()
    actions.assign(issue=issue, by=cast.town_leader, at=hours(2), handler=cast.clerk, minutes=[photo()])
    assert issue.status == Status.ASSIGNED


def test_the_town_leader_of_pingxiang_registers_general_matters_with_the_office():
    _, issue = registered("pingxiang", by="town_leader")
    assert stands(issue)[0] == "乡镇办公室"


def test_in_pingxiang_the_sweep_passes_the_team_meeting_too():
    cast, issue = registered("pingxiang", by="clerk")
    actions.assign(issue=issue, by=cast.clerk, at=hours(2), handler=cast.clerk)
    assert escalate_overdue(at=hours(24 * 30)).climbed == 1
    assert stands(issue)[0] == "指挥中心"


def test_heping_closes_nothing_unsolved(cast):
    RegisterRules.objects.update(explained_may_close=False)
    issue = walk.processing(cast)
    with pytest.raises(Refused, match="不解决不销号") as refused:
        actions.report(
            issue=issue, by=cast.grid_leader, at=hours(4), result="已解释", files=[photo()], cannot_be_done=True
        )
    assert refused.value.field == "cannot_be_done"


def test_each_county_offers_its_own_channels():
    cast = people_a_county("wanzhou")
    labels = [label for _, label in offered(cast.secretary)]
    assert labels[5:] == ["服务群众", "社情民意", "信访事务", "市民直通车", "风险评估", "督查督办"]
