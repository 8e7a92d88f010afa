"""Lists taken away: whole, masked, safe to open, logged, gone after a week, and never more than one may see."""

import io
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from accounts.errors import Forbidden, Refused
from accounts.models import AccessLog
from accounts.roles import Role
from exchange import exporting
from exchange.actions import forget_files, start_export
from exchange.ledger_lines import HEADS
from exchange.models import KEPT_FOR, Job
from exchange.run import run
from grids.models import Posting
from issues.ledgers import LedgerQuery
from issues.models import Issue, SupervisionOrder
from issues.supervision.sweep import supervise
from issues.tests import walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import MONDAY, SINCE
from members.models import Member, PartyOrg

pytestmark = pytest.mark.django_db
NOON = MONDAY + timedelta(days=8)
KIND = Job.Kind


@pytest.fixture(autouse=True)
def _the_week_after():
    with time_machine.travel(NOON, tick=False):
        yield


def started(by, kind=KIND.LEDGER_OUT, form="xlsx", **asked) -> Job:
    if kind == KIND.LEDGER_OUT:
        asked = LedgerQuery(**asked).told()
    return start_export(kind=kind, form=form, asked=asked, by=by, at=NOON, address="127.0.0.1")


def exported(by, kind=KIND.LEDGER_OUT, form="xlsx", **asked) -> Job:
    job = started(by, kind, form, **asked)
    run(job.pk, at=NOON)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return job


def rows(job: Job) -> list[list[Any]]:
    with job.result.open("rb") as file:
        return CalamineWorkbook.from_filelike(io.BytesIO(file.read())).get_sheet_by_index(0).to_python()


def test_a_ledger_is_exported_in_its_eight_columns_under_what_was_asked(cast):
    issue = walk.processing(cast)
    title, about, whom, heads, *lines = rows(exported(cast.clerk, ledger="unit"))
    assert title[0] == "和平县单位台账"
    assert about[0] == "截至2026年11月10日 · 未销号"
    assert whom[0] == "叶经办 2026-11-10 10:00 导出"
    assert tuple(heads) == HEADS
    assert lines == [
        [
            "1",
            "上陵镇水口村一组",
            f"{issue.number} 水圳堵塞，田里进不了水（基础设施，一般，黄*荣11月2日挂号）",
            "罗网格",
            "11月9日18:00；已逾期",
            "办理中（11月2日起）",
            "11月2日交办罗网格",
            "未销号",
        ]
    ]


def test_a_ledger_of_a_past_day_tells_it_as_it_was(cast):
    issue = walk.processing(cast)
    with time_machine.travel(MONDAY + timedelta(days=2)):
        from issues import actions as moves

        moves.escalate(issue=issue, by=cast.grid_leader, at=MONDAY + timedelta(days=2), reason="没有资金")
    then, now = (rows(exported(cast.county_officer, as_of=day))[4] for day in (MONDAY.date(), None))
    assert (then[3], then[5], then[6]) == ("罗网格", "办理中（11月2日起）", "11月2日交办罗网格")
    assert (now[3], now[5]) == ("叶经办", "已交办（11月4日起）")
    assert now[6] == "11月2日交办罗网格；11月4日上报镇"


def test_supervision_orders_stand_among_the_hand_overs_with_their_number(cast):
    walk.processing(cast)
    warned = MONDAY + timedelta(days=4, hours=8)
    supervise(at=warned)
    line = rows(exported(cast.clerk))[4]
    assert line[6] == "11月2日交办罗网格；11月6日蓝色督办单督2026-000001"
    assert rows(exported(cast.clerk, as_of=warned.date() - timedelta(days=1)))[4][6] == "11月2日交办罗网格"
    SupervisionOrder.objects.update(answered_at=warned + timedelta(days=1))
    assert rows(exported(cast.clerk))[4][6].endswith("督2026-000001（已回复）")


def test_a_closed_matter_says_when_and_how_the_household_judged(cast):
    walk.closed(cast)
    line = rows(exported(cast.clerk, standing="closed"))[4]
    assert line[5:] == ["已销号", "11月2日交办罗网格", "11月2日销号，已解决，满意"]
    assert line[4] == "11月9日18:00"


def test_an_export_holds_as_many_rows_as_the_list_counts(cast):
    for make in (walk.processing, walk.reported, walk.confirming, walk.closed):
        make(cast)
    for asked in ({}, {"standing": "all"}, {"standing": "closed"}, {"as_of": MONDAY.date()}):
        job = exported(cast.clerk, **asked)
        assert len(rows(job)) - 4 == job.total == job.done == LedgerQuery(**asked).rows(cast.clerk, NOON).count()


def test_who_may_export_one_place_takes_no_row_of_another_where_they_only_read(cast):
    walk.processing(cast)
    other = cast.other_clerk
    Posting.objects.create(user=other, role=Role.CHIEF_GRID_LEADER, since=SINCE, **cast.village.scope())
    assert LedgerQuery().rows(other, NOON).count() == 1
    assert exported(other).total == 0


def test_who_may_not_export_is_refused(cast):
    for person in (cast.secretary, cast.handler, cast.auditor, cast.nobody):
        with pytest.raises(Forbidden, match="没有导出"):
            started(person)


def test_a_right_that_has_ended_before_the_job_runs_ends_the_job_with_a_sentence(cast):
    walk.processing(cast)
    job = started(cast.clerk)
    Posting.objects.filter(user=cast.clerk).update(until=NOON.date())
    run(job.pk, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "您现在没有导出的权限，请与县里联系。")


def test_a_list_too_long_for_its_form_is_refused_with_how_to_narrow_it(cast, monkeypatch):
    monkeypatch.setitem(exporting.MOST_ROWS, "pdf", 1)
    walk.processing(cast)
    walk.reported(cast)
    with pytest.raises(Refused, match="名单有2行，一次最多导出1行，请按乡镇或时段缩小范围"):
        started(cast.clerk, form="pdf")


def test_a_cell_that_looks_like_a_formula_stays_the_text_that_was_typed(cast):
    issue = walk.processing(cast)
    Issue.objects.filter(pk=issue.pk).update(petitioner="=1+1", title='=HYPERLINK("http://x","y")')
    cast.household.head_name = "=cmd|' /C calc'!A0"
    cast.household.save()
    ledger, homes = exported(cast.clerk), exported(cast.clerk, KIND.HOUSEHOLDS_OUT)
    for job in (ledger, homes):
        with job.result.open("rb") as file:
            import zipfile

            sheet = zipfile.ZipFile(io.BytesIO(file.read())).read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet.lower().replace("=hyperlink(", "")


def people(cast):
    branch = PartyOrg.objects.create(name="水口支部", kind="branch", **cast.cell.scope())
    known = {"name": "曾庆红", "phone": "13711112222", "branch": branch}
    return Member.objects.create(number="D1", **known, **cast.cell.scope())


def test_lists_of_households_and_members_are_masked(cast):
    people(cast)
    homes, members = (exported(cast.clerk, kind) for kind in (KIND.HOUSEHOLDS_OUT, KIND.MEMBERS_OUT))
    assert rows(homes)[3][:4] == ["1", "0001", "黄*荣", "138****8000"]
    assert rows(members)[3][:4] == ["1", "D1", "曾*红", "137****2222"]


@pytest.mark.parametrize("kind", Job.EXPORTS)
def test_every_list_can_be_exported_empty_and_as_paper(cast, kind):
    assert exported(cast.other_clerk, kind).total == 0
    with exported(cast.clerk, kind, "pdf").result.open("rb") as file:
        assert file.read(5) == b"%PDF-"


def test_a_list_can_be_narrowed_to_a_place_of_ones_own(cast):
    for place, number in ((cast.village, 1), (cast.grids["990001101202"], 0), (cast.grids["990001102201"], 0)):
        assert exported(cast.clerk, KIND.HOUSEHOLDS_OUT, place=place.pk).total == number


def test_the_log_says_who_took_what(cast):
    walk.processing(cast)
    job = started(cast.clerk, ledger="unit", overdue=True)
    log = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (log.user, log.at, log.address) == (cast.clerk, NOON, "127.0.0.1")
    assert log.reason == f"和平县单位台账（截至2026年11月10日 · 未销号 · 只看逾期），1行，xlsx，任务{job.pk}"


def test_an_export_run_again_leaves_one_file(cast):
    walk.processing(cast)
    job = exported(cast.clerk)
    run(job.pk, at=NOON)
    job.refresh_from_db()
    assert job.attempts == 1


def test_an_export_is_gone_after_a_week(cast):
    walk.processing(cast)
    job = exported(cast.clerk)
    assert forget_files(at=NOON + KEPT_FOR) == 0
    assert forget_files(at=NOON + KEPT_FOR + timedelta(seconds=1)) == 1
    job.refresh_from_db()
    assert not job.result


def test_an_export_that_breaks_says_so_and_is_not_tried_for_ever(cast, monkeypatch):
    monkeypatch.setitem(exporting.FORMS, "xlsx", lambda *given: 1 / 0)
    walk.processing(cast)
    job = started(cast.clerk)
    for _ in range(4):
        run(job.pk, at=NOON)
    job.refresh_from_db()
    assert (job.state, job.message, job.attempts) == (Job.State.FAILED, exporting.BROKEN, 3)
