"""值班 on the pages: the month, empty slots, the phone, the desk, the public board."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfReader

from accounts.models import AccessLog
from grids.actions import set_absence
from issues.models import Channel, Issue
from issues.tests.cast import MONDAY, TOWN
from issues.tests.walk import photo
from rosters.actions import ask_swap, open_rota, vacate
from rosters.models import DutyLog, DutyRota, DutyShift, Portrait, Swap
from surfaces.tests.browsing import said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday():
    cache.clear()
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def town_rota(cast) -> DutyRota:
    known = {"kind": "after_hours", "place": "镇政府值班室", "phone": "0762-5631110", "starts": time(17, 30)}
    people = [cast.clerk, cast.second_clerk]
    return open_rota(grid=cast.grids[TOWN], people=people, ends=time(8), by=cast.clerk, at=MONDAY, **known)


@pytest.fixture
def rota(cast) -> DutyRota:
    """水口村 by day: 黄支书 today, 罗网格 tomorrow."""
    known = {"kind": "village", "place": "村部便民室", "phone": "0762-5632001", "starts": time(8), "ends": time(18)}
    people = [cast.secretary, cast.grid_leader]
    return open_rota(grid=cast.village, people=people, by=cast.secretary, at=MONDAY, **known)


def on(rota, day: int) -> DutyShift:
    return rota.shifts.get(day=date(2026, 11, day))


# The console


def test_the_month_shows_who_comes_and_who_stands_in(visit, rota, cast):
    away = {"since": date(2026, 11, 3), "until": date(2026, 11, 4), "by": cast.clerk}
    set_absence(user=cast.grid_leader, substitute=cast.secretary, **away)
    shown = visit(cast.secretary, "/console/duty/")
    assert "水口村2026年11月值班" in shown
    assert "代罗网格" in shown
    assert "空岗" not in shown


def test_empty_slots_are_counted_and_listed_and_can_be_filled(visit, rota, cast):
    shift = on(rota, 5)
    vacate(shift=shift, by=cast.secretary, at=MONDAY)
    assert "未来14天有1个空岗" in visit(cast.clerk, "/console/duty/", place=cast.village.pk)
    assert "没有排人" in visit(cast.clerk, "/console/duty/holes/")
    answer = visit.post(cast.clerk, f"/console/duty/shifts/{shift.pk}/assign/", {"person": f"u{cast.secretary.pk}"})
    assert answer.status_code == 302
    assert on(rota, 5).user == cast.secretary
    assert "没有空岗" in visit(cast.clerk, "/console/duty/holes/")


def test_a_rota_is_made_and_its_order_changed_on_the_console(visit, cast):
    given = {"grid": cast.village.pk, "kind": "village", "place": "村部", "days": "weekly", "numbers": "1、3",
             "starts": "08:00", "ends": "18:00", "pace": "shift"}  # fmt: skip
    answer = visit.post(cast.secretary, "/console/duty/rotas/new/", given | {"phone": "13800000001"})
    assert "请填办公电话" in said(answer)
    visit.post(cast.secretary, "/console/duty/rotas/new/", given)
    rota = DutyRota.objects.get()
    for person in (cast.secretary, cast.grid_leader):
        visit.post(cast.secretary, f"/console/duty/rotas/{rota.pk}/turns/", {"person": f"u{person.pk}"})
    second = rota.turns.get(user=cast.grid_leader)
    visit.post(cast.secretary, f"/console/duty/rotas/{rota.pk}/turns/{second.pk}/up/")
    assert [one.user.name for one in rota.turns.all()] == ["罗网格", "黄支书"]
    assert [(one.day.day, one.user and one.user.name) for one in rota.shifts.order_by("day")] == [
        (2, None), (4, "罗网格"), (9, "黄支书"), (11, "罗网格"),
    ]  # fmt: skip
    assert "每周固定几天：一、三" in visit(cast.secretary, f"/console/duty/rotas/{rota.pk}/")


def test_the_month_prints_as_a_paper(visit, rota, cast):
    from io import BytesIO

    answer = visit.get(cast.clerk, "/console/duty/month.pdf", place=cast.village.pk)
    pages = PdfReader(BytesIO(answer.content)).pages
    words = "".join(page.extract_text() for page in pages)
    assert "上陵镇水口村2026年11月值班表" in words
    assert "黄支书" in words


def test_the_county_counts_empty_slots_by_town_and_opens_them(visit, rota, town_rota, cast):
    vacate(shift=on(rota, 5), by=cast.secretary, at=MONDAY)
    shown = visit(cast.county_officer, "/county/duty/")
    link = f'<a href="/console/duty/holes/?place={cast.grids[TOWN].pk}">1</a>'
    assert link in shown.split("上陵镇</a>")[1]
    assert "没有排人" in visit(cast.county_officer, "/console/duty/holes/", place=cast.grids[TOWN].pk)


# The phone


def test_the_phone_says_who_is_on_duty_and_rings_the_office(visit, rota, cast):
    assert "今天谁值班" in visit(cast.member, "/field/")
    shown = visit(cast.member, "/field/duty/")
    assert "黄支书" in shown
    assert 'href="tel:0762-5632001"' in shown
    assert cast.secretary.phone not in shown


def test_a_mobile_is_shown_to_a_colleague_with_a_reason_and_to_nobody_else(visit, rota, cast):
    url = f"/reveal/accounts.user/{cast.secretary.pk}/phone/"
    answer = visit.post(cast.grid_leader, url, {"reason": "商量交接班"})
    assert cast.secretary.phone in said(answer)
    assert AccessLog.objects.filter(user=cast.grid_leader, target="accounts.User").count() == 1
    assert visit.post(cast.member, url, {"reason": "想问问"}).status_code == 403
    assert visit.post(cast.other_clerk, url, {"reason": "想问问"}).status_code == 404
    assert (
        visit.post(cast.clerk, f"/reveal/accounts.user/{cast.nobody.pk}/phone/", {"reason": "想问问"}).status_code
        == 404
    )


def test_a_swap_is_asked_and_agreed_on_the_phone(visit, rota, cast):
    mine, theirs = on(rota, 3), on(rota, 4)
    asked = {"asked_of": cast.secretary.pk, "in_return": theirs.pk, "reason": "赶集"}
    assert visit.post(cast.grid_leader, f"/field/duty/{mine.pk}/swap/", asked).status_code == 302
    swap = Swap.objects.get()
    assert "罗网格请您替班" in visit(cast.secretary, "/field/duty/")
    assert "有人请您替班" in visit(cast.secretary, "/field/")
    visit.post(cast.secretary, f"/field/duty/swaps/{swap.pk}/agree/")
    assert (on(rota, 3).user, on(rota, 4).user) == (cast.secretary, cast.grid_leader)


def test_a_refused_answer_says_why(visit, rota, cast):
    swap = ask_swap(shift=on(rota, 3), asked_of=cast.secretary, by=cast.grid_leader, at=MONDAY)
    visit.post(cast.secretary, f"/field/duty/swaps/{swap.pk}/decline/")
    again = visit.post(cast.secretary, f"/field/duty/swaps/{swap.pk}/agree/")
    assert (again.status_code, "已经有了结果" in said(again)) == (409, True)


def test_a_matter_taken_at_the_desk_is_an_issue_and_a_line_in_the_log(visit, rota, cast):
    shift = on(rota, 2)
    given = {"title": "医保缴费查不到", "grid": cast.cell.pk, "urgency": "normal", "petitioner": "黄阿婆",
             "client_id": "7f1f3a52-0000-4000-8000-000000000001"}  # fmt: skip
    for _ in range(2):
        assert visit.post(cast.secretary, f"/field/duty/{shift.pk}/desk/", given).status_code == 302
    issue = Issue.objects.get()
    assert (issue.channel, issue.reporter, issue.status) == (Channel.DUTY, cast.secretary, "collected")
    entry = DutyLog.objects.get()
    assert (entry.matter, entry.text) == (issue.pk, "接待来访，登记诉求：医保缴费查不到")
    assert f"/field/issues/{issue.pk}/" in visit(cast.secretary, f"/field/duty/{shift.pk}/")
    assert "医保缴费查不到" in visit(cast.clerk, "/console/opinions/")
    assert f"/console/issues/{issue.pk}/" in visit(cast.clerk, "/console/duty/log/")


def test_who_is_not_on_duty_takes_nothing_at_the_desk(visit, rota, cast):
    assert visit.get(cast.member, f"/field/duty/{on(rota, 2).pk}/desk/").status_code == 403
    assert visit.get(cast.other_clerk, f"/field/duty/{on(rota, 2).pk}/desk/").status_code == 404


# The public board


def test_everybody_reads_who_is_on_duty_and_no_mobile(client, rota, town_rota, cast):
    answer = client.get(f"/duty/{cast.village.pk}/")
    shown = answer.content.decode()
    assert "黄支书" in shown.split("接下来")[0]
    assert 'href="tel:0762-5632001"' in shown
    assert cast.secretary.phone not in shown
    assert len(answer.content) < 60_000
    assert "陈经办" in shown.split("接下来")[1]


@pytest.mark.parametrize(("hour", "minute", "seconds"), [(9, 0, 60), (17, 58, 60)])
def test_a_cache_keeps_the_board_a_minute(client, rota, cast, hour, minute, seconds):
    with time_machine.travel(MONDAY.replace(hour=hour, minute=minute), tick=False):
        answer = client.get(f"/duty/{cast.village.pk}/")
    assert answer["Cache-Control"] == f"public, max-age={seconds}"
    assert "Set-Cookie" not in answer.headers
    assert not answer.cookies


def test_no_cache_keeps_the_board_past_the_end_of_a_shift(client, rota, cast):
    with time_machine.travel(MONDAY.replace(hour=17, minute=59, second=45), tick=False):
        answer = client.get(f"/duty/{cast.village.pk}/")
    assert answer["Cache-Control"] == "public, max-age=15"


def test_the_night_after_midnight_belongs_to_the_shift_of_the_evening(client, town_rota, cast):
    with time_machine.travel(MONDAY.replace(hour=3) + timedelta(days=1), tick=False):
        shown = client.get(f"/duty/{cast.grids[TOWN].pk}/").content.decode()
    assert "叶经办" in shown.split("接下来")[0]
    assert "陈经办" not in shown.split("接下来")[0]


def test_the_household_page_says_who_is_on_duty_now(client, rota, cast):
    shown = client.get(f"/h/{cast.household.public_code}/").content.decode()
    assert "现在值班" in shown
    assert "tel:0762-5632001" in shown
    assert f"/duty/{cast.village.pk}/" in shown


def test_a_mobile_is_a_duty_phone_only_while_the_county_allows_it(client, rota, cast):
    rota.phone = "13800000001"
    rota.save()
    assert "13800000001" not in client.get(f"/duty/{cast.village.pk}/").content.decode()


def test_a_photo_hangs_only_with_consent_and_comes_down_for_good(visit, client, rota, cast):
    turn = rota.turns.get(user=cast.secretary)
    url = f"/console/duty/rotas/{rota.pk}/turns/{turn.pk}/photo/"
    picture = photo().read()
    refused = visit.post(cast.secretary, url, {"file": SimpleUploadedFile("a.jpg", picture)})
    assert "本人没有同意公开照片" in said(refused)
    visit.post(cast.secretary, url, {"file": SimpleUploadedFile("a.jpg", picture), "consented": "on"})
    hung = f"/duty/{cast.village.pk}/photos/{Portrait.objects.get().pk}/"
    assert hung in client.get(f"/duty/{cast.village.pk}/").content.decode()
    assert client.get(hung)["Content-Type"] == "image/jpeg"
    elsewhere = f"/duty/{cast.grids['990001102000'].pk}/photos/{Portrait.objects.get().pk}/"
    assert client.get(elsewhere).status_code == 404
    visit.post(cast.secretary, f"{url}drop/")
    assert client.get(hung).status_code == 404


def test_the_api_reads_the_shifts_of_my_sight(visit, rota, cast):
    found = visit.get(cast.secretary, "/api/v1/duty/", running="true").json()
    assert [(one["kind"], one["user_name"], one["phone"]) for one in found["results"]] == [
        ("village", "黄*书", "0762-5632001")
    ]
    assert visit.get(cast.other_clerk, "/api/v1/duty/").json()["count"] == 0
