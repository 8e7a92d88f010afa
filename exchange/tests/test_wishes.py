"""Importing wishes and ties from paper."""

from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from exchange.models import Job
from exchange.templates import workbook
from exchange.tests.cast import NOON, TODAY, Office, book, done, reasons
from households.actions import close_household
from households.models import Ballot, Tie, Wish
from households.rounds.actions import open_round, refresh, wish_as_household
from households.tests.round_cast import LAST, day
from members.actions import exempt
from members.models import Member
from members.tests.cast import FAR_CELL

pytestmark = pytest.mark.django_db
KIND = Job.Kind.WISHES_IN
BALLOT = ("{}", "第一志愿", "第二志愿", "第三志愿", "分先后")


class Station(Office):
    """An office whose branch has members D1 and D2, households H1 to H3, and a round that takes wishes."""

    def __init__(self) -> None:
        super().__init__()
        self.huang, self.lin = self.member("黄春荣"), self.member("林国强")
        self.homes = [self.household(f"住户{name}") for name in "甲乙丙"]
        self.ill = self.member("王久病")
        exempt(member=self.ill, reason=Member.Exemption.ILL, since=day(-1), by=None)
        self.round = open_round(
            programme=self.programme, branch=self.branch, wishes_from=TODAY, wishes_until=LAST, by=None, at=NOON
        )

    def wished(self, homes=(), members=(), ties=(), **more) -> Job:
        sheets = {
            "住户志愿": [("户编号", *BALLOT[1:]), *homes],
            "党员志愿": [("党员编号", *BALLOT[1:]), *members],
            "亲友关系": [("户编号", "党员编号", "关系", "说明"), *ties],
        }
        return self.imported(book(sheets), KIND, **more)


@pytest.fixture
def office() -> Station:
    return Station()


def chosen(side: str) -> dict[str, list[tuple[str, int | None]]]:
    found: dict[str, list[tuple[str, int | None]]] = {}
    for ballot in Ballot.objects.standing().filter(**{f"{side}__isnull": False}):
        rows = ballot.wishes.order_by("pk")
        other = "member__number" if side == "household" else "household__number"
        found[getattr(ballot, side).number] = list(rows.values_list(other, "rank"))
    return found


def test_wishes_of_both_sides_and_ties_come_in_from_paper(office):
    job = office.wished(
        homes=[["H1", "D1", "D2", "", ""], ["H2", "D2", "", "", "否"], ["H3", "", "", "", ""]],
        members=[["D1", "H1", "", "", "是"]],
        ties=[["H1", "D1", "亲戚", "表兄弟"]],
        by=office.clerk_here,
    )
    done(job, created=5)
    assert "住户志愿新增3份、更新0份，党员志愿新增1份、更新0份，亲友关系新增1条" in job.message
    assert chosen("household") == {"H1": [("D1", 1), ("D2", 2)], "H2": [("D2", None)], "H3": []}
    assert chosen("member") == {"D1": [("H1", 1)]}
    ballot = Ballot.objects.get(household=office.homes[0])
    assert (ballot.round, ballot.source, ballot.entered_by) == (office.round, "paper", office.clerk_here)
    tie = Tie.objects.get()
    assert (tie.kind, tie.note, tie.declared_by) == ("kin", "表兄弟", "village")


def test_the_same_workbook_again_changes_nothing(office):
    given = {
        "homes": [["H1", "D1", "D2", "", "否"]],
        "members": [["D1", "H1", "", "", ""]],
        "ties": [["H1", "D1", "熟识", ""]],
    }
    office.wished(**given)
    before = list(Ballot.objects.values()), list(Wish.objects.values()), list(Tie.objects.values())
    assert "没有变化" in done(office.wished(**given)).message
    assert before == (list(Ballot.objects.values()), list(Wish.objects.values()), list(Tie.objects.values()))


def test_another_answer_replaces_the_one_before_which_is_kept(office):
    wish_as_household(round=office.round, household=office.homes[0], members=[office.lin], by=None, at=NOON)
    done(office.wished(homes=[["H1", "D1", "", "", ""]]), updated=1)
    assert chosen("household") == {"H1": [("D1", 1)]}
    assert Ballot.objects.count() == 2


def test_a_dry_run_writes_nothing(office):
    job = office.wished(homes=[["H1", "D1", "", "", ""]], dry_run=True)
    assert job.state == Job.State.CHECKED
    assert not Ballot.objects.exists()


def test_every_fault_is_told_at_once_and_nothing_is_written(office):
    own = office.household("黄家", phone=office.huang.phone)
    office.household("外村户", cell=FAR_CELL)
    gone = office.household("迁走")
    refresh(round=office.round, by=None, at=NOON)
    close_household(household=gone, on=TODAY, reason="迁出", by=None)
    job = office.wished(
        homes=[
            ["H1", "D1", "D1", "", ""],
            ["H1", "D2", "", "", ""],
            ["H404", "D1", "", "", ""],
            ["H2", "D404", "", "", ""],
            ["H3", "D3", "", "", ""],
            [own.number, "D1", "", "", ""],
            ["H5", "D1", "", "", ""],
            ["H2", "", "D1", "", ""],
        ],
        members=[["D3", "", "", "", ""], ["D1", gone.number, "", "", ""], ["D2", "H5", "", "", ""]],
        ties=[["H404", "D404", "亲戚", ""], [own.number, "D1", "亲戚", ""], ["H1", "D1", "同学", ""]],
    )
    assert (job.state, job.faults) == (Job.State.REJECTED, 14), job.message
    homes = reasons(job, "住户志愿").values()
    for said in (
        "“D1”填了两次，每个只填一次",
        "户编号与第2行重复，一张志愿表只填一行",
        "户编号“H404”在本县查不到",
        "党员编号“D404”在本县查不到",
        "党员“D3”因患病免联",
        f"“D1”和“{own.number}”是一家人",
        "户编号“H5”不在正在征集志愿的互选名单里",
        "第一志愿空着，后面却填了",
    ):
        assert any(said in reason for reason in homes), (said, homes)
    members = reasons(job, "党员志愿").values()
    for said in ("因患病免联", "已于2026-11-20销户", "户“H5”不在“试1支部2026年双向互选”的范围内"):
        assert any(said in reason for reason in members), (said, members)
    assert any("自己家，不用登记关系" in reason for reason in reasons(job, "亲友关系").values())
    assert not Ballot.objects.exists()
    assert not Tie.objects.exists()


def test_a_round_of_another_town_and_a_window_that_is_over_are_refused(office):
    job = office.wished(homes=[["H1", "D1", "", "", ""]], by=office.other_clerk)
    assert "不在您的管理范围内" in reasons(job, "住户志愿")[2]
    type(office.round).objects.filter(pk=office.round.pk).update(wishes_from=day(-3), wishes_until=day(-1))
    job = office.wished(homes=[["H1", "D1", "", "", ""]])
    assert "志愿征集已于2026-11-19截止" in reasons(job, "住户志愿")[2]


def test_the_template_has_the_three_sheets(office):
    names = CalamineWorkbook.from_filelike(BytesIO(workbook(KIND))).sheet_names
    assert names == ["住户志愿", "党员志愿", "亲友关系", "说明"]
