"""A pledge is made for a year, published, and kept when a household says so."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts.errors import Outrun, Refused
from accounts.roles import Role
from grids.tests.trees import at_once
from notices.models import Notice
from visits.actions import (
    drop_pledge,
    give_up_pledge,
    key_witness,
    make_pledge,
    publish_pledge,
    report_pledge,
    witness_pledge,
)
from visits.models import Pledge
from visits.reminding import remind_of_pledges
from visits.tests.service_cast import NOON, TODAY, Fair, at
from visits.tests.test_photos import picture

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 20)


class Promising(Fair):
    """A member with an account, and what they promised."""

    def __init__(self) -> None:
        super().__init__()
        self.user = self.posted("黄春荣", Role.LIAISON_MEMBER, "甲镇/1村/一格")
        self.who = self.member()
        self.who.user = self.user
        self.who.save(update_fields=["user"])
        self.home = self.household("李水根")

    def promised(self, **more: Any) -> Pledge:
        known = {"member": self.who, "text": "帮3户困难户修好屋顶", "kind": "help", "due_on": DUE, "at": NOON}
        return make_pledge(**{**known, "by": self.user, **more})

    def published(self, **more: Any) -> Pledge:
        pledge = self.promised(**more)
        publish_pledge(pledge=pledge, at=NOON, by=self.secretary)
        return pledge

    def reported(self, **more: Any) -> Pledge:
        pledge = self.published()
        known = {"result": "三户屋顶已修好", "household": self.home, "at": NOON, "by": self.user}
        report_pledge(pledge=pledge, **{**known, **more})
        return pledge


@pytest.fixture
def here() -> Promising:
    return Promising()


def test_a_pledge_is_public_once_published_and_kept_once_a_household_says_so(here):
    pledge = here.promised()
    assert (pledge.status, pledge.year, pledge.by_whom, pledge.cell_id) == ("draft", 2026, "黄春荣", here.who.cell_id)
    publish_pledge(pledge=pledge, at=NOON, by=here.secretary)
    report_pledge(pledge=pledge, result="已修好", household=here.home, at=NOON, by=here.user)
    assert pledge.status == "reported"
    witness_pledge(pledge=pledge, kept=True, at=NOON, by=None)
    assert (pledge.status, pledge.means, pledge.closed_at) == ("kept", "qr", NOON)


def test_a_branch_promises_too(here):
    pledge = here.promised(member=None, branch=here.branch)
    assert (pledge.by_whom, pledge.village_id) == ("试1支部", here.branch.village_id)


def test_it_is_made_by_one_and_by_one_only(here):
    for whose in ({"member": None}, {"branch": here.branch}):
        with pytest.raises(Refused, match="谁作的承诺"):
            here.promised(**whose)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": " "}, "写明承诺什么"),
        ({"text": "办" * 201}, "最多200个字"),
        ({"text": "帮助村民李水根家修屋顶"}, "姓名"),
        ({"text": "有事请拨13812341234"}, "号码"),
        ({"due_on": TODAY - timedelta(days=1)}, "已经过去"),
        ({"due_on": date(2028, 1, 1)}, "一年一作"),
    ],
)
def test_a_pledge_that_cannot_hang_in_public_or_has_no_sense_is_refused(here, given, sentence):
    with pytest.raises(Refused, match=sentence):
        here.promised(**given)


def test_a_household_that_says_no_leaves_it_open_again(here):
    pledge = here.reported()
    witness_pledge(pledge=pledge, kept=False, at=NOON, by=None)
    assert (pledge.status, pledge.denied) == ("published", True)
    report_pledge(pledge=pledge, result="补修了一户", household=here.home, at=NOON, by=here.user)
    assert (pledge.status, pledge.denied) == ("reported", False)


def test_a_keyed_witness_is_named_by_somebody_else_than_who_promised(here):
    pledge = here.reported()
    with pytest.raises(Refused, match="不能由自己录见证人"):
        key_witness(pledge=pledge, kept=True, witness="李水根", at=NOON, by=here.user)
    with pytest.raises(Refused, match="见证人的姓名"):
        key_witness(pledge=pledge, kept=True, witness=" ", at=NOON, by=here.secretary)
    key_witness(pledge=pledge, kept=True, witness="李水根", at=NOON, by=here.secretary)
    assert (pledge.status, pledge.means, pledge.witness, pledge.result) == ("kept", "keyed", "李水根", "三户屋顶已修好")


def test_a_witness_may_say_not_kept(here):
    pledge = here.published()
    with pytest.raises(Refused, match="一句话写明情况"):
        key_witness(pledge=pledge, kept=False, witness="李水根", at=NOON, by=here.secretary)
    key_witness(pledge=pledge, kept=False, witness="李水根", result="只修了一户", at=NOON, by=here.secretary)
    assert (pledge.status, pledge.result) == ("not_kept", "只修了一户")


def test_who_promised_may_say_that_it_was_not_kept(here):
    pledge = here.published()
    with pytest.raises(Refused, match="没有兑现的原因"):
        give_up_pledge(pledge=pledge, reason="", at=NOON, by=here.user)
    give_up_pledge(pledge=pledge, reason="资金没有到位", at=NOON, by=here.user)
    assert pledge.status == "not_kept"


def test_each_deed_fits_only_where_the_pledge_stands(here):
    draft, kept = here.promised(), here.reported()
    witness_pledge(pledge=kept, kept=True, at=NOON, by=None)
    for pledge, sentence in ((draft, "还没有公开"), (kept, "已经确认兑现")):
        with pytest.raises(Refused, match=sentence):
            report_pledge(pledge=pledge, result="好", household=here.home, at=NOON, by=here.user)
        with pytest.raises(Refused, match=sentence):
            witness_pledge(pledge=pledge, kept=True, at=NOON, by=None)
        with pytest.raises(Refused, match=sentence):
            give_up_pledge(pledge=pledge, reason="雨", at=NOON, by=here.user)


def test_only_what_nobody_has_read_is_deleted(here):
    draft, public = here.promised(), here.published()
    drop_pledge(pledge=draft, by=here.user)
    with pytest.raises(Refused, match="已经公开的承诺不能删除"):
        drop_pledge(pledge=public, by=here.user)
    assert list(Pledge.objects.all()) == [public]


def test_a_photo_proves_it_if_one_likes_and_a_file_that_is_none_is_refused(here):
    pledge = here.reported(evidence=ContentFile(picture(), name="屋顶.jpg"))
    with Pledge.objects.get(pk=pledge.pk).evidence.open() as kept:
        assert kept.read(2) == b"\xff\xd8"
    with pytest.raises(Refused, match="认不出这张照片"):
        here.reported(evidence=ContentFile(b"text", name="a.jpg"))


def test_the_household_that_sees_it_is_a_living_one_of_the_county(here):
    with pytest.raises(Refused, match="本县现有的一户"):
        here.reported(household=Fair(2).household())


@pytest.mark.django_db(transaction=True)
def test_of_a_household_and_a_clerk_who_answer_at_once_one_counts(here):
    pledge = here.reported()

    def answer(deed):
        try:
            deed(Pledge.objects.get(pk=pledge.pk))
        except (Refused, Outrun):
            return "told"
        return "took"

    deeds = [
        lambda row: witness_pledge(pledge=row, kept=True, at=NOON, by=None),
        lambda row: give_up_pledge(pledge=row, reason="没修", at=NOON, by=here.secretary),
    ]
    assert sorted(at_once([lambda deed=deed: answer(deed) for deed in deeds])) == ["told", "took"]


# Reminders


def test_a_word_comes_once_a_week_before_it_is_due(here):
    here.published()
    assert remind_of_pledges(at=at(DUE - timedelta(days=8))) == 0
    assert [remind_of_pledges(at=at(DUE - timedelta(days=days))) for days in (7, 7, 1)] == [1, 0, 0]
    [notice] = Notice.objects.filter(kind="pledge_due")
    assert (notice.user, notice.text) == (
        here.user,
        "您的服务承诺“帮3户困难户修好屋顶”12月20日（周日）到期，办好了请报告并请一户见证。",
    )


def test_nobody_is_reminded_of_a_draft_of_what_is_reported_or_of_what_a_branch_promised(here):
    here.promised()
    here.reported()
    here.published(member=None, branch=here.branch)
    assert remind_of_pledges(at=at(DUE)) == 0


# Figures as of a day


def test_figures_as_of_a_day_do_not_change_later(here):
    day = timedelta(days=1)
    pledge = here.published()
    report_pledge(pledge=pledge, result="好", household=here.home, at=at(DUE), by=here.user)
    witness_pledge(pledge=pledge, kept=True, at=at(DUE + 3 * day), by=None)

    def figures(on: date) -> tuple[int, ...]:
        rows = Pledge.objects.all()
        return tuple(part.count() for part in (rows.made_public(on), rows.kept(on), rows.overdue(on)))

    assert figures(TODAY - day) == (0, 0, 0)
    assert figures(TODAY) == (1, 0, 0)
    assert figures(DUE + day) == (1, 0, 1)
    assert figures(DUE + 3 * day) == (1, 1, 0)


def test_people_see_their_own_and_those_of_their_area(here):
    pledge = here.published()
    seen = {
        "own": here.user,
        "secretary": here.secretary,
        "other member": here.posted("他", Role.LIAISON_MEMBER, "甲镇/1村/一格"),
        "neighbour": here.posted("邻", Role.CHIEF_GRID_LEADER, "甲镇/2村"),
    }
    found = {name: pledge in Pledge.objects.visible_to(user) for name, user in seen.items()}
    assert found == {"own": True, "secretary": True, "other member": False, "neighbour": False}
