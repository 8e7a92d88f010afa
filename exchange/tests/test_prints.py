"""Papers of pairing: what stands on them, for whom, and that a card's code leads to its household."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
import segno
import time_machine
from pypdf import PdfReader

from accounts.errors import Forbidden, Refused
from accounts.models import AccessLog
from accounts.roles import Role
from exchange.actions import forget_files, start_print
from exchange.models import Job
from exchange.papers.cards import COLUMNS, ROWS
from exchange.papers.qr import QUIET
from exchange.prints import lists
from exchange.run import run
from exchange.tests.cast import CELL, FAR_CELL, NOON, OTHER_CELL, TODAY, Office
from grids.actions import appoint
from grids.models import Posting
from grids.tests.trees import START, person
from households.actions import add_tag, end_pairing
from households.models import Household, Tag
from households.public import public_url
from members.models import Member
from visits.models import Visit

pytestmark = pytest.mark.django_db
KIND = Job.Kind


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def office(db) -> Office:
    return Office()


@pytest.fixture
def member(office):
    return office.member("罗德胜", phone="13800001111", capacity_max=40)


def printed(by, kind, **asked) -> Job:
    job = start_print(kind=kind, asked=asked, by=by, at=NOON, address="127.0.0.1")
    run(job.pk, at=NOON)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return job


def content(job: Job) -> bytes:
    with job.result.open("rb") as file:
        return file.read()


def pages(pdf: bytes) -> list[str]:
    return [page.extract_text().replace("\n", "") for page in PdfReader(io.BytesIO(pdf)).pages]


def test_a_roster_names_members_in_full_and_heads_masked(office, member):
    office.paired(member, office.household("李水根", phone="13912345678", address="塘背路3号"))
    job = printed(office.clerk_here, KIND.ROSTER_PRINT)
    [page] = pages(content(job))
    for said in ("结对名册", "罗德胜", "李*根", "H1", "党员联户", "手工结对", "支部书记（签字）", "甲镇经办"):
        assert said in page
    for secret in ("李水根", "13912345678", "塘背路", "13800001111"):
        assert secret not in page
    assert job.message.startswith("结对名册（截至")


def test_a_roster_of_a_past_day_shows_who_was_paired_then(office, member):
    pairing = office.paired(member, office.household())
    later = TODAY + timedelta(days=10)
    end_pairing(pairing=pairing, on=later, reason="外出", by=None)
    assert printed(office.clerk_here, KIND.ROSTER_PRINT, on=TODAY.isoformat()).total == 1
    with pytest.raises(Refused, match="没有在联的结对"):
        printed(office.clerk_here, KIND.ROSTER_PRINT, on=later.isoformat())


@pytest.mark.parametrize(("parted", "first"), [("village", "1村"), ("branch", "试1支部"), ("town", "甲镇")])
def test_several_parts_come_as_one_archive_with_a_document_each(office, member, parted, first):
    for cell in (CELL, OTHER_CELL, FAR_CELL):
        office.paired(member, office.household(cell=cell))
    job = printed(office.officer, KIND.ROSTER_PRINT, parted=parted)
    assert (job.total, job.done) == (3, 3)
    if parted == "branch":
        assert first in pages(content(job))[0]
        return
    with zipfile.ZipFile(io.BytesIO(content(job))) as archive:
        names = archive.namelist()
        assert [name.startswith(f"{number:03d}-") for number, name in enumerate(names, 1)] == [True, True]
        assert names[0].endswith(f"{first}结对名册.pdf")
        assert [pages(archive.read(name))[0].count("李*根") for name in names] == [2, 1]


def test_a_table_too_long_for_one_piece_says_how_to_part_it(office, member, monkeypatch):
    monkeypatch.setattr(lists, "MOST", 1)
    for _ in range(2):
        office.paired(member, office.household())
    with pytest.raises(Refused, match="1村有2行，一份最多打印1行，请改为"):
        printed(office.clerk_here, KIND.ROSTER_PRINT)


def test_a_card_names_whom_to_ring_and_of_the_household_what_its_page_shows(office, member):
    appoint(user=person("网格长甲", "13700009999"), role=Role.GRID_LEADER, grid=office[CELL], by=None, on=START)
    office.paired(member, office.household("李水根", phone="13912345678", address="塘背路3号"))
    [page] = pages(content(printed(office.clerk_here, KIND.CARDS_PRINT)))
    for said in ("联系服务卡", "罗德胜", "13800001111", "网格长甲", "13700009999", "李*根户", "H1", "扫码"):
        assert said in page
    for secret in ("李水根", "13912345678", "塘背路"):
        assert secret not in page


def test_who_has_several_parts_stands_on_the_card_once(office):
    user = person("罗德胜", "13800001111")
    appoint(user=user, role=Role.GRID_LEADER, grid=office[CELL], by=None, on=START)
    office.paired(office.member("罗德胜", phone="13800001111"), office.household())
    [page] = pages(content(printed(office.clerk_here, KIND.CARDS_PRINT)))
    assert page.count("13800001111") == 1
    assert "联户党员、网格长" in page


def squares(pdf: bytes, page: int) -> list[set[tuple[int, int]]]:
    """The dark squares of each code on a page, as (row from below, column)."""
    drawn = PdfReader(io.BytesIO(pdf)).pages[page].get_contents().get_data().decode("latin-1")
    paths = re.findall(r"n ((?:\d+ \d+ \d+ 1 re ?)+)", drawn.replace("\n", " "))
    runs = [re.findall(r"(\d+) (\d+) (\d+) 1 re", path) for path in paths]
    return [{(int(y), int(x) + step) for x, y, width in one for step in range(int(width))} for one in runs]


def code_of(home: Household) -> set[tuple[int, int]]:
    matrix = segno.make(public_url(home), error="m", micro=False).matrix
    top = len(matrix) - 1 + QUIET
    return {(top - row, QUIET + place) for row, line in enumerate(matrix) for place, dark in enumerate(line) if dark}


def test_ten_cards_lie_on_a_sheet_and_each_code_leads_to_its_household(office, member):
    homes = [office.household() for _ in range(12)]
    for home in homes:
        office.paired(member, home)
    pdf = content(printed(office.clerk_here, KIND.CARDS_PRINT))
    assert [page.count("联系服务卡") for page in pages(pdf)] == [COLUMNS * ROWS, 2]
    found = squares(pdf, 0) + squares(pdf, 1)
    wanted = [code_of(home) for home in sorted(homes, key=lambda home: home.number)]
    assert found == wanted


def test_households_that_nobody_looks_after_get_no_card(office, member):
    office.paired(member, office.household())
    office.household()
    assert printed(office.clerk_here, KIND.CARDS_PRINT).total == 1


def test_a_print_can_be_of_one_member_or_one_household(office, member):
    homes = [office.household() for _ in range(3)]
    office.paired(member, homes[0])
    office.paired(member, homes[1])
    office.paired(office.member("赵春来"), homes[2])
    assert printed(office.clerk_here, KIND.CARDS_PRINT, member=member.pk).total == 2
    assert printed(office.clerk_here, KIND.CARDS_PRINT, household=homes[2].pk).total == 1
    assert "赵春来" not in pages(content(printed(office.clerk_here, KIND.NOTEBOOK_PRINT, member=member.pk)))[0]


def test_a_gap_list_has_masked_heads_and_room_to_write_a_name(office, member):
    office.paired(member, office.household("赵春来"))
    add_tag(household=office.household("李水根", phone="13912345678"), tag=Tag.DISABLED, on=TODAY, by=None)
    [page] = pages(content(printed(office.clerk_here, KIND.GAPS_PRINT)))
    assert "李*根" in page
    assert "拟联党员" in page
    for absent in ("李水根", "赵*来", "残疾", "13912345678"):
        assert absent not in page


def test_members_with_too_few_and_too_many_are_listed_with_the_difference(office):
    office.member("少一户", capacity_min=1)
    Member.objects.filter(pk=office.paired(office.member("多一户"), office.household()).member_id).update(
        capacity_min=0, capacity_max=0
    )
    office.member("正好", capacity_min=0)
    [page] = pages(content(printed(office.clerk_here, KIND.LOADS_PRINT)))
    assert "少1户" in page
    assert "多1户" in page
    assert "正好" not in page


def test_a_notebook_lets_its_holder_find_the_door_and_names_nobodys_hardship(office, member):
    home = office.household("李水根", phone="13912345678", address="塘背路3号")
    pairing = office.paired(member, home)
    Visit.objects.create(
        pairing=pairing,
        household=home,
        done_by=member,
        entered_by=office.clerk_here,
        at=NOON - timedelta(days=9),
        recorded_at=NOON,
        outcome=Visit.Outcome.MET,
        **home.scope(),
    )
    for tag in (Tag.DISABLED, Tag.OLD_ALONE, Tag.VETERAN):
        add_tag(household=home, tag=tag, on=TODAY, by=None)
    [page] = pages(content(printed(office.clerk_here, KIND.NOTEBOOK_PRINT)))
    for said in ("罗德胜 走访本", "李水根户", "塘背路3号", "139****5678", "退役军人、重点走访户", "2026-11-11"):
        assert said in page
    for question in ("家庭情况", "困难", "发展意愿", "矛盾纠纷", "意见建议"):
        assert question in page
    for absent in ("残疾", "独居", "13912345678"):
        assert absent not in page


@pytest.mark.parametrize("kind", Job.PRINTS)
def test_nobody_prints_what_lies_outside_their_area(office, member, kind):
    Member.objects.filter(pk=member.pk).update(capacity_min=9)
    office.paired(member, office.household())
    office.household()
    assert printed(office.clerk_here, kind).total == 1
    with pytest.raises(Refused, match="没有可以打印的"):
        printed(office.other_clerk, kind)
    with pytest.raises(Refused, match="没有可以打印的"):
        printed(office.clerk_here, kind, place=office["乙镇"].pk)
    with pytest.raises(Forbidden, match="没有打印名册的权限"):
        printed(person("无关人", "13700008888"), kind)


def test_a_village_secretary_prints_their_own_village(office, member):
    secretary = person("村书记", "13700007777")
    appoint(user=secretary, role=Role.CHIEF_GRID_LEADER, grid=office["甲镇/1村"], by=None, on=START)
    office.paired(member, office.household())
    office.paired(member, office.household(cell="甲镇/2村/一格"))
    assert printed(secretary, KIND.CARDS_PRINT).total == 1
    assert printed(office.clerk_here, KIND.CARDS_PRINT).total == 2


def test_a_right_that_ended_before_the_print_ran_ends_it_with_a_sentence(office, member):
    office.paired(member, office.household())
    job = start_print(kind=KIND.ROSTER_PRINT, asked={}, by=office.clerk_here, at=NOON, address=None)
    Posting.objects.filter(user=office.clerk_here).update(until=TODAY)
    run(job.pk, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "您现在没有打印的权限，请与县里联系。")


def test_who_printed_what_is_logged_and_the_file_goes_after_a_week(office, member):
    office.paired(member, office.household())
    job = printed(office.clerk_here, KIND.CARDS_PRINT)
    log = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (log.user, log.address) == (office.clerk_here, "127.0.0.1")
    assert log.reason == f"打印联系服务卡（截至2026年11月20日），1条，1份，任务{job.pk}"
    assert forget_files(at=NOON + timedelta(days=7, seconds=1)) == 1


def test_the_posts_of_a_place_are_looked_up_once_for_all_its_cards(office, member, django_assert_max_num_queries):
    for _ in range(12):
        office.paired(member, office.household())
    job = start_print(kind=KIND.CARDS_PRINT, asked={}, by=office.clerk_here, at=NOON, address=None)
    with django_assert_max_num_queries(30):
        run(job.pk, at=NOON)
