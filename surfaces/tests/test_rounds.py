"""双向互选 on its pages: opened, wished on three ways, proposed, decided, adopted, published, in force."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from households.models import Ballot, ChoiceRound, Pairing, ProposedPair, Ruling, Tie
from households.rounds.actions import publish, wish_as_member
from households.rounds.running import run
from households.tests.round_cast import AFTER, LAST, NOON, TODAY, Hamlet, adopted, pairs, proposed
from issues.models import RegisterRules
from members.models import Member
from notices.models import Notice
from surfaces.tests.browsing import said

SHOWS = ("members", "households", "board", "list", "gaps", "changes", "history")


@pytest.fixture
def here(db) -> Hamlet:
    return Hamlet()


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def url(name, round, *more):
    return reverse(f"console:{name}", args=[round.pk, *more])


def fresh(round) -> ChoiceRound:
    return ChoiceRound.objects.get(pk=round.pk)


# Opening


def test_a_branch_opens_a_round_and_sees_both_sides_classified(visit, here, clock):
    form = visit(here.secretary, reverse("console:round_open"))
    assert "试1支部" in form
    given = {"how": "branch", "branch": here.branch.pk, "wishes_from": TODAY, "wishes_until": LAST, "most_wishes": 3}
    answer = visit.post(here.secretary, reverse("console:round_open"), given)
    round = ChoiceRound.objects.get()
    assert answer.url == url("round", round)
    assert "试1支部2026年双向互选" in visit(here.secretary, reverse("console:rounds"))
    members, homes = (visit(here.secretary, url("round", round) + f"?show={show}") for show in SHOWS[:2])
    assert "黄春荣" in members
    assert "未填" in members
    assert "H1" in homes
    assert "住户甲" not in homes


def test_a_batch_opens_a_round_for_each_branch(visit, here, clock):
    clerk = here.posted("经办", 9, "甲镇", "town_clerk")
    given = {
        "how": "each",
        "place": here["甲镇"].pk,
        "wishes_from": TODAY,
        "wishes_until": LAST,
        "most_wishes": 2,
    }
    assert visit.post(clerk, reverse("console:round_open"), given).status_code == 302
    assert ChoiceRound.objects.get().batch.name == "甲镇2026年双向互选"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"branch": ""}, "请选择党支部。"),
        ({"how": "place"}, "请选择地方。"),
        ({"wishes_until": "2026-11-01"}, "志愿征集的截止日期不能早于开始日期。"),
        ({"most_wishes": "0"}, "大于或等于"),
    ],
)
def test_a_round_that_cannot_be_opened_says_why(visit, here, clock, changed, sentence):
    given = {"how": "branch", "branch": here.branch.pk, "wishes_from": TODAY, "wishes_until": LAST, "most_wishes": 3}
    answer = visit.post(here.secretary, reverse("console:round_open"), {**given, **changed})
    assert answer.status_code == 422
    assert sentence in said(answer)
    assert not ChoiceRound.objects.exists()


@pytest.mark.parametrize("show", SHOWS)
def test_every_tab_of_a_fresh_round_says_what_to_do_next(visit, here, clock, show):
    round = here.opened()
    page = visit(here.secretary, url("round", round) + f"?show={show}")
    assert url("round_deed", round, "remind") in page
    assert url("round_deed", round, "propose") not in page


def test_the_silent_are_reminded_once(visit, here, clock):
    here.with_account(here.huang, 7)
    round = here.opened()
    before = Notice.objects.count()
    for _ in range(2):
        assert visit.post(here.secretary, url("round_deed", round, "remind")).status_code == 302
    assert Notice.objects.filter(kind="round").count() == before + 2


def test_households_are_asked_under_the_signature_of_their_county(visit, here, clock):
    here.household("有电话", phone="13900009999")
    RegisterRules.objects.create(county=here[""], sms_signature="将乐联户通", quiet_from=20, quiet_until=9)
    assert (
        visit.post(here.secretary, url("round_deed", here.opened(), "remind"), {"households": "on"}).status_code == 302
    )
    sms = Notice.objects.get(channel="sms")
    assert sms.text.startswith("【将乐联户通】请扫")
    assert (sms.quiet_from, sms.quiet_until) == (20, 9)


# Wishes


def test_paper_is_keyed_in_by_number_for_either_side(visit, here, clock):
    round = here.opened()
    homes = [home.number for home in here.homes[:2]]
    visit.post(
        here.secretary, url("round_member_wish", round, here.huang.pk), {"chosen": "、".join(homes), "ranked": "on"}
    )
    visit.post(
        here.secretary, url("round_home_wish", round, here.homes[0].pk), {"chosen": here.huang.number, "ranked": "on"}
    )
    of_member, of_home = Ballot.objects.order_by("pk")
    assert list(of_member.wishes.order_by("rank").values_list("household__number", flat=True)) == homes
    assert (of_home.source, of_home.entered_by) == ("paper", here.secretary)
    assert "选了2户" in visit(here.secretary, url("round", round) + "?show=members")
    assert "黄春荣" in visit(here.secretary, url("round", round) + "?show=households")
    silent = visit(here.secretary, url("round", round) + "?show=households&silent=1")
    assert "H1<" not in silent
    assert "H2<" in silent


def test_wishes_for_unknown_numbers_are_refused_and_nothing_is_lost(visit, here, clock):
    round = here.opened()
    answer = visit.post(here.secretary, url("round_member_wish", round, here.huang.pk), {"chosen": "H1 H99，H98"})
    assert answer.status_code == 422
    assert "没有编号为H99、H98的住户，请核对纸上的编号。" in said(answer)
    assert 'value="H1 H99，H98"' in answer.content.decode()
    twice = visit.post(here.secretary, url("round_home_wish", round, here.homes[0].pk), {"chosen": "D1 D1"})
    assert "黄春荣填了两次" in said(twice)
    stranger = Hamlet(2)
    foreign = visit.post(
        here.secretary, url("round_home_wish", round, here.homes[0].pk), {"chosen": stranger.huang.number + "0"}
    )
    assert "没有编号为" in said(foreign)


def test_a_member_picks_in_order_on_the_phone(visit, here, clock):
    user = here.with_account(here.huang, 7)
    round, (first, second) = here.opened(), here.homes[:2]
    page = reverse("field:round", args=[round.pk])
    assert page in visit(user, reverse("field:home"))
    assert visit.get(user, reverse("round", args=[round.pk])).url == page
    assert "还没有选" in visit(user, page)
    chosen = visit(user, f"{page}?pick={second.pk}&pick={first.pk}&picking=1")
    assert "提交志愿（2户）" in chosen
    assert "住户甲" not in chosen
    given = {"pick": [second.pk, first.pk], f"tie{first.pk}": "kin"}
    assert visit.post(user, page, given).status_code == 302
    assert list(Ballot.objects.get().wishes.order_by("rank").values_list("household", flat=True)) == [
        second.pk,
        first.pk,
    ]
    assert Tie.objects.get().household == first
    assert "志愿已提交" in visit(user, page)


def test_a_pick_too_many_or_of_a_stranger_is_refused_in_a_sentence(visit, here, clock):
    user = here.with_account(here.huang, 7)
    page = reverse("field:round", args=[here.opened().pk])
    many = visit.post(user, page, {"pick": [home.pk for home in here.homes[:4]]})
    assert many.status_code == 422
    assert "3" in said(many)
    unknown = visit.post(user, page, {"pick": [999999]})
    assert "选的住户不在名单里" in said(unknown)
    foreign = visit.post(user, page, {"pick": [Hamlet(2).homes[0].pk]})
    assert foreign.status_code == 422
    assert not Ballot.objects.exists()


def test_a_household_wishes_by_its_code_without_an_account(client, here, clock):
    round, home = here.opened(), here.homes[0]
    page = reverse("public:wish", args=[home.public_code])
    assert page in client.get(reverse("public:household", args=[home.public_code])).content.decode()
    shown = client.get(page)
    assert "林国强" in said(shown)
    assert len(shown.content) < 60_000
    assert client.post(page, {"wish1": here.lin.pk, "wish2": here.huang.pk}).status_code == 302
    ballot = Ballot.objects.get()
    assert (ballot.round, ballot.source) == (round, "qr")
    assert list(ballot.wishes.order_by("rank").values_list("member", flat=True)) == [here.lin.pk, here.huang.pk]
    assert "可以再改" in said(client.get(reverse("public:household", args=[home.public_code])))


def test_a_household_that_names_somebody_twice_or_a_stranger_is_told(client, here, clock):
    here.opened()
    page = reverse("public:wish", args=[here.homes[0].public_code])
    for given in ({"wish1": here.lin.pk, "wish2": here.lin.pk}, {"wish1": Hamlet(2).lin.pk}, {"homepage": "x"}):
        assert client.post(page, given).status_code == 422
    assert not Ballot.objects.exists()


def test_outside_the_days_nobody_is_asked(client, visit, here, clock):
    user = here.with_account(here.huang, 7)
    round, home = here.opened(), here.homes[0]
    clock.move_to(AFTER)
    assert "现在不在选联户党员的日期里" in said(client.get(reverse("public:wish", args=[home.public_code])))
    assert "志愿征集已经结束" in visit(user, reverse("field:round", args=[round.pk])) or "现在不在填志愿" in visit(
        user, reverse("field:round", args=[round.pk])
    )


# Proposal and decisions


@pytest.fixture
def decided(here, clock):
    """A round with a fresh proposal, and the clock on the day after."""
    round = here.opened()
    wish_as_member(round=round, member=here.huang, households=here.homes[:1], by=None, at=NOON)
    clock.move_to(AFTER)
    return proposed(round)


def other(here, member) -> Member:
    return here.lin if member == here.huang else here.huang


def test_the_proposal_is_asked_for_and_its_progress_shown(visit, here, clock):
    round = here.opened()
    clock.move_to(AFTER)
    visit.post(here.secretary, url("round_deed", round, "propose"))
    asked = round.runs.get()
    progress = url("round_progress", round, asked.pk)
    assert progress in visit(here.secretary, url("round", round))
    run(asked.pk, at=AFTER)
    assert visit.get(here.secretary, progress)["HX-Refresh"] == "true"
    board = visit(here.secretary, url("round", round))
    for words in ("已证明最优，差距0", "6 / 6户", "支部商议", "黄春荣"):
        assert words in board
    assert "住户甲" not in board


@pytest.mark.parametrize("show", SHOWS)
def test_every_tab_of_a_proposal_can_be_read(visit, here, decided, show):
    page = visit(here.secretary, url("round", decided) + f"?show={show}")
    assert "住户甲" not in page


def test_a_household_shows_who_could_have_it_at_what_cost_before_anything_is_done(visit, here, decided):
    home = here.homes[0]
    now_at = pairs(decided)[home]
    page = visit(here.secretary, url("round_decide", decided, home.pk))
    assert ProposedPair.objects.get(household=home).sentence in page
    assert "看影响" in page
    to = other(here, now_at)
    effect = visit(here.secretary, url("round_effect", decided, home.pk, to.pk))
    assert f"改由{to.name}联系：全体合计" in effect
    assert not Ruling.objects.exists()


def test_a_pin_is_made_and_taken_back(visit, here, decided):
    home = here.homes[0]
    before = pairs(decided)
    to = other(here, before[home])
    given = {"kind": "pin", "member": to.pk, "reason": "住得近"}
    answer = visit.post(here.secretary, url("round_decide", decided, home.pk), given)
    assert answer.status_code == 302
    assert pairs(decided)[home] == to
    board = visit(here.secretary, url("round", decided))
    assert f"锁定{to.name}" in board
    assert "住得近" in visit(here.secretary, url("round", decided) + "?show=changes")
    ruling = Ruling.objects.get()
    visit.post(here.secretary, url("round_undo", decided, ruling.pk))
    assert not Ruling.objects.standing().exists()
    assert "撤回决定" in visit(here.secretary, url("round", decided) + "?show=history")


def test_contradictory_pins_are_told_at_the_form(visit, here, decided):
    home = here.homes[0]
    for member in (here.huang, here.lin):
        answer = visit.post(
            here.secretary,
            url("round_decide", decided, home.pk),
            {"kind": "pin", "member": member.pk, "reason": "会上议定"},
        )
    assert answer.status_code == 422
    assert "与这次“锁定林国强”相矛盾，请先撤回原来的决定" in said(answer)
    assert Ruling.objects.count() == 1


def test_two_households_are_swapped(visit, here, decided):
    before = pairs(decided)
    first = here.homes[0]
    second = next(home for home in here.homes if before[home] != before[first])
    given = {"second": second.pk, "reason": "两家都愿意"}
    assert visit.post(here.secretary, url("round_swap", decided, first.pk), given).status_code == 302
    after = pairs(decided)
    assert (after[first], after[second]) == (before[second], before[first])


def test_capacity_below_need_names_what_would_make_it_possible(visit, here, clock):
    Member.objects.update(capacity_min=0, capacity_max=1)
    round = here.opened()
    clock.move_to(AFTER)
    page = visit(here.secretary, url("round", proposed(round)) + "?show=gaps")
    assert "缺4个名额，可以：调高上限" in page
    assert "超过上限的党员" in page


def test_places_are_changed_and_members_excused_by_the_branch(visit, here, decided):
    seat = f"?member={here.huang.pk}"
    wrong = visit.post(
        here.secretary, url("round_deed", decided, "set_places") + seat, {"least": 5, "target": 2, "most": 3}
    )
    assert wrong.status_code == 422
    visit.post(here.secretary, url("round_deed", decided, "set_places") + seat, {"least": 1, "target": 5, "most": 6})
    assert decided.members.get(member=here.huang).most == 6
    visit.post(here.secretary, url("round_deed", decided, "excuse") + seat, {"reason": "外出务工"})
    assert "外出务工" in visit(here.secretary, url("round", decided) + "?show=members")
    visit.post(here.secretary, url("round_deed", decided, "take_in") + seat)
    assert decided.members.get(member=here.huang).exempt == ""
    unknown = visit.post(here.secretary, url("round_deed", decided, "borrow"), {"member": "X9", "reason": "缺人"})
    assert "没有编号为“X9”的党员" in said(unknown)
    assert visit.get(here.secretary, url("round_deed", decided, "excuse")).status_code == 404
    assert visit.get(here.secretary, url("round_deed", decided, "nonsense")).status_code == 404


# Adopted, published, in force


def test_from_the_meeting_to_force(visit, client, here, decided, clock):
    user = here.with_account(here.huang, 7)
    answer = visit.post(
        here.secretary,
        url("round_deed", decided, "adopt"),
        {"met_on": AFTER.date(), "present": "应到12人，实到10人", "minutes": "全体同意。"},
    )
    assert answer.status_code == 302
    public = reverse("public:choice", args=[decided.pk])
    assert client.get(public).status_code == 404
    visit.post(here.secretary, url("round_deed", decided, "publish"), {"in_force_from": AFTER.date()})
    client.logout()
    listed = said(client.get(public))
    assert "黄春荣" in listed
    assert "住*甲户" in listed
    assert "住户甲" not in listed
    home = here.homes[0]
    assert f"由{pairs(decided)[home].name}联系您家" in said(
        client.get(reverse("public:household", args=[home.public_code]))
    )
    assert "公示的结果" in visit(user, reverse("field:round", args=[decided.pk]))
    visit.post(here.secretary, url("round_deed", decided, "put_in_force"))
    assert fresh(decided).status == "in_force"
    assert Pairing.objects.current(AFTER.date()).count() == 6
    assert "打印服务卡" in visit(here.secretary, url("round", decided))


def test_an_objection_sends_it_back_and_a_round_can_be_cancelled(visit, here, decided):
    publish(round=adopted(decided), in_force_from=AFTER.date() + timedelta(days=7), by=None, at=AFTER)
    visit.post(here.secretary, url("round_deed", decided, "reconsider"), {"reason": "两户有异议"})
    assert fresh(decided).status == "deciding"
    visit.post(here.secretary, url("round_deed", decided, "comment"), {"text": "再议一次"})
    assert "再议一次" in visit(here.secretary, url("round", decided) + "?show=history")
    visit.post(here.secretary, url("round_deed", decided, "cancel"), {"reason": "改为明年"})
    assert fresh(decided).status == "cancelled"


def test_neighbours_see_nothing_and_members_do_not_decide(visit, here, decided):
    user = here.with_account(here.huang, 7)
    home = here.homes[0].pk
    for name, more in (("round", ()), ("round_decide", (home,)), ("round_swap", (home,))):
        assert visit.get(here.neighbour, url(name, decided, *more)).status_code == 404
        assert visit.get(user, url(name, decided, *more)).status_code == 403
    assert visit.get(here.neighbour, reverse("field:round", args=[decided.pk])).status_code == 404
    assert visit.get(here.secretary, reverse("round", args=[decided.pk])).url == url("round", decided)
