"""三单 on every surface: the resident's code, the member's phone, the branch's desk, the API."""

import re

import pytest
import time_machine
from django.core.cache import cache

from issues.models import Issue, RatingValue, RequestKind, RequestRules, RequestStatus, ServiceRequest
from issues.requests import actions
from issues.tests import request_walk as walk
from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import MONDAY
from issues.tests.walk import hours
from surfaces.public.limits import ORDERED
from surfaces.tests.browsing import *  # noqa: F403
from surfaces.tests.browsing import said

pytestmark = pytest.mark.django_db
S = RequestStatus


@pytest.fixture(autouse=True)
def _monday():
    cache.clear()
    with time_machine.travel(hours(2), tick=False):
        yield


def of(cast) -> str:
    return f"/h/{cast.household.public_code}/"


def ordered(client, cast, **typed):
    """The form as a browser sends it, hidden fields included."""
    drawn = client.get(f"{of(cast)}order/").content.decode()
    client_id = re.search(r'name="client_id" value="([0-9a-f-]+)"', drawn)[1]
    given = {"client_id": client_id, "kind": "wish", "title": "想要一副老花镜", **typed}
    return client.post(f"{of(cast)}order/", given)


# Residents


def test_a_household_orders_sees_how_far_it_is_and_rates(client, cast):
    assert "点单、微心愿" in said(client.get(of(cast)))
    answer = ordered(client, cast, text="看不清药瓶上的字", wanted_on="2026-11-06")
    request = ServiceRequest.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/r/{request.code}/")
    assert (request.kind, request.requested_by, request.phone) == ("wish", None, "13812348000")
    assert "已送到村党支部" in said(client.get(answer.url))
    walk.actions.dispatch(request=request, by=cast.secretary, at=hours(3))
    walk.actions.take(request=request, by=cast.member, at=hours(4))
    walk.actions.done(request=request, by=cast.member, at=hours(5), result="送到家里")
    assert "请您评一评" in said(client.get(of(cast)))
    client.post(answer.url, {"value": "fair", "note": "度数有点低"})
    request.refresh_from_db()
    assert (request.status, request.rating) == (S.RATED, "fair")
    shown = said(client.get(answer.url))
    assert "基本满意" in shown
    assert "曾党员" not in shown


def test_the_same_order_sent_twice_is_one(client, cast):
    client_id = "6a1f1f4e-3f0b-4b5e-9d2b-0d6f4d1a2b3c"
    first, second = (ordered(client, cast, client_id=client_id) for _ in range(2))
    assert first.url == second.url
    assert ServiceRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title": ""}, "请写一句是什么事"),
        ({"kind": ""}, "请选一种"),
        ({"wanted_on": "2026-10-01"}, "希望的日期已经过去"),
        ({"phone": "12"}, "电话应为11位手机号"),
        ({"homepage": "http://spam.example"}, "没有提交成功"),
    ],
)
def test_what_is_wrong_with_an_order_is_explained(client, cast, typed, words):
    answer = ordered(client, cast, **typed)
    assert answer.status_code == 422
    assert words in said(answer)
    assert not ServiceRequest.objects.exists()


def test_one_household_orders_only_so_much_an_hour(client, cast):
    for _ in range(ORDERED.most):
        assert ordered(client, cast).status_code == 302
    assert ordered(client, cast).status_code == 429


def test_dissatisfied_the_household_reads_that_it_is_done_again(client, cast):
    request = walk.done(cast)
    answer = client.post(f"/r/{request.code}/", {"value": "dissatisfied"})
    request.refresh_from_db()
    assert (request.status, request.attempt) == (S.REQUESTED, 2)
    assert "待下单" in said(client.get(answer.url))


@pytest.mark.parametrize("status", list(S))
def test_every_status_has_a_page_that_names_no_staff(client, cast, status):
    request = walk.TO[status](cast)
    shown = said(client.get(f"/r/{request.code}/"))
    assert request.title in shown
    for person in cast.people.values():
        assert person.name not in shown
    for secret in ("黄耀荣", "8000", "腿脚不便"):
        assert secret not in shown


def test_why_it_was_not_taken_on_is_told_in_the_branchs_words(client, cast):
    assert "村里没有车，请联系镇农机站" in said(client.get(f"/r/{walk.declined(cast).code}/"))


def test_a_converted_order_leads_to_its_matter(client, cast):
    request = walk.converted(cast)
    assert f"/i/{Issue.objects.get().code}/" in client.get(f"/r/{request.code}/").content.decode()


def test_the_digits_of_the_sms_and_the_last_four_find_it(client, cast):
    request = walk.requested(cast)
    assert client.post("/find/", {"number": "26110200001", "tail": "8000"}).url == f"/r/{request.code}/"
    assert "没有找到" in said(client.post("/find/", {"number": "26110200001", "tail": "1111"}))


def test_where_the_county_does_not_do_it_nothing_is_offered(client, cast, visit):
    RequestRules.objects.create(county=cast.county, enabled=False)
    assert "点单" not in said(client.get(of(cast)))
    assert ordered(client, cast).status_code == 422
    assert "可接的单" not in visit(cast.member, "/field/")


def test_the_pages_are_light_and_need_no_script_or_network(client, cast):
    request = walk.done(cast)
    for address in (of(cast), f"{of(cast)}order/", f"/r/{request.code}/"):
        answer = client.get(address)
        assert len(answer.content) < 20_000
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.content.decode())


# The phone


def test_a_member_finds_takes_and_finishes_it_on_the_phone(cast, visit):
    request = walk.dispatched(cast, by=None)
    assert "可接的单" in visit(cast.member, "/field/")
    page = visit(cast.member, f"/field/requests/{request.pk}/")
    assert "接单后能看到具体情况和联系方式" in page
    for hidden in ("腿脚不便", "138****8000", "黄*荣"):
        assert hidden not in page
    answer = visit.post(cast.member, f"/field/requests/{request.pk}/moves/take/", {"seen": request.version})
    assert answer.url == f"/field/requests/{request.pk}/"
    page = visit(cast.member, answer.url)
    for shown in ("腿脚不便", "138****8000", "黄*荣"):
        assert shown in page
    visit.post(cast.member, f"/field/requests/{request.pk}/moves/done/", {"result": "送到了", "files": walk.picture()})
    request.refresh_from_db()
    assert (request.status, request.photos.count()) == (S.DONE, 1)
    photo = request.photos.get()
    answer = visit.get(cast.member, f"/requests/{request.pk}/photos/{photo.pk}/")
    assert answer.getvalue().startswith(b"\xff\xd8")


def test_who_comes_second_reads_who_was_first(cast, visit):
    request = walk.dispatched(cast, by=None)
    seen = request.version
    walk.actions.take(request=request, by=cast.secretary, at=hours(2))
    url = f"/field/requests/{request.pk}/moves/take/"
    for answer in (visit.get(cast.member, url), visit.post(cast.member, url, {"seen": seen})):
        assert answer.status_code == 409
        assert "这一单已被黄支书接走" in said(answer)


def test_the_branch_names_a_member_of_the_pool(cast, visit):
    request = walk.requested(cast)
    form = visit(cast.secretary, f"/field/requests/{request.pk}/moves/dispatch/")
    assert "罗网格" in form
    assert "何支书" not in form
    visit.post(cast.secretary, f"/field/requests/{request.pk}/moves/dispatch/", {"addressee": cast.member.pk})
    request.refresh_from_db()
    assert (request.status, request.addressee) == (S.DISPATCHED, cast.member)


def test_the_same_form_sent_twice_acts_once(cast, visit):
    request = walk.requested(cast)
    url, given = f"/field/requests/{request.pk}/moves/dispatch/", {"seen": request.version}
    visit.post(cast.secretary, url, given)
    assert visit.post(cast.secretary, url, given).status_code == 302
    assert request.events.count() == 2


def test_a_form_that_lacks_a_reason_says_so_and_keeps_nothing(cast, visit):
    request = walk.taken(cast)
    answer = visit.post(cast.grid_leader, f"/field/requests/{request.pk}/moves/give_back/", {"reason": ""})
    assert answer.status_code == 422
    assert "请填写“理由”" in said(answer)


def test_a_notice_leads_to_the_request_on_the_surface_of_whoever_opens_it(cast, visit):
    request = walk.dispatched(cast)
    assert visit.get(cast.member, f"/requests/{request.pk}/").url == f"/field/requests/{request.pk}/"
    assert visit.get(cast.clerk, f"/requests/{request.pk}/").url == f"/console/requests/{request.pk}/"


def test_a_member_orders_for_a_place_of_theirs(cast, visit):
    given = {"client_id": "6a1f1f4e-3f0b-4b5e-9d2b-0d6f4d1a2b3d", "kind": RequestKind.ERRAND, "title": "代交医保"}
    answer = visit.post(cast.member, "/field/requests/new/", {**given, "grid": cast.cell.pk})
    request = ServiceRequest.objects.get()
    assert (answer.status_code, request.requested_by, request.grid) == (302, cast.member, cast.cell)


@pytest.mark.parametrize("name", ["open", "mine", "branch", "unrated", "asked", "area"])
def test_every_list_of_the_phone_opens_full_and_empty(cast, visit, name):
    assert visit(cast.secretary, f"/field/requests/?list={name}")
    for status in S:
        walk.TO[status](cast)
    assert visit(cast.secretary, f"/field/requests/?list={name}")


# The desk


def test_the_desk_lists_by_status_kind_place_and_lateness(cast, visit):
    for status in S:
        walk.TO[status](cast, **({} if status in (S.RATED, S.DECLINED, S.CONVERTED) else {"kind": "wish"}))
    for asked, count in (
        ("status=all", 7),
        ("", 3),
        ("status=done", 1),
        ("kind=wish&status=all", 4),
        ("status=untaken", 0),
        (f"place={cast.cell.pk}", 3),
        ("q=化肥&status=all", 7),
        ("q=D261102&status=all", 7),
    ):
        rows = visit(cast.clerk, f"/console/requests/?{asked}").count('data-label="编号"')
        assert rows == count, asked
    with time_machine.travel(hours(24 * 5), tick=False):
        visit.client.logout()
        assert visit(cast.clerk, "/console/requests/?overdue=on").count('data-label="编号"') == 2


def test_the_desk_offers_exactly_the_open_moves(cast, visit):
    request = walk.done(cast)
    page = visit(cast.clerk, f"/console/requests/{request.pk}/")
    assert re.findall(r'data-move="([^"]+)"', page) == ["评单"]
    assert visit.get(cast.clerk, f"/console/requests/{request.pk}/moves/done/").status_code == 403
    assert visit.get(cast.clerk, f"/console/requests/{request.pk}/moves/untaken/").status_code == 404


def test_a_rating_by_telephone_is_entered_at_the_desk(cast, visit):
    request = walk.done(cast)
    url = f"/console/requests/{request.pk}/moves/rate/"
    assert "扫码" not in said(visit.get(cast.clerk, url)).replace("请群众扫码", "")
    given = {"value": "satisfied", "means": "call", "note": "本人说已经送到"}
    visit.post(cast.clerk, url, given)
    request.refresh_from_db()
    assert (request.status, request.ratings.get().taken_by) == (S.RATED, cast.clerk)


def test_a_full_phone_is_shown_once_with_a_reason_to_who_took_it(cast, visit):
    request = walk.taken(cast, by=None)
    url = f"/reveal/issues.servicerequest/{request.pk}/phone/"
    assert "13812348000" in said(visit.post(cast.grid_leader, url, {"reason": "上门前电话联系"}))
    waiting = walk.dispatched(cast, by=None)
    answer = visit.post(cast.member, f"/reveal/issues.servicerequest/{waiting.pk}/phone/", {"reason": "想先打电话"})
    assert answer.status_code == 403


def test_an_issue_tells_from_which_request_it_came(cast, visit):
    request = walk.converted(cast)
    assert request.number in visit(cast.clerk, f"/console/issues/{Issue.objects.get().pk}/")


# The county


def test_the_county_counts_how_far_orders_came_and_every_number_opens_its_list(cast, visit):
    for status in S:
        walk.TO[status](cast)
    with time_machine.travel(hours(24 * 20), tick=False):
        page = visit(cast.county_officer, "/county/requests/")
        for what, count in {
            "requests": 7,
            "requests_taken": 3,
            "requests_done": 2,
            "requests_rated": 1,
            "requests_satisfied": 1,
            "requests_waiting": 1,
            "requests_late": 2,
            "requests_unrated": 1,
        }.items():
            opened = visit(cast.county_officer, f"/county/list/{what}/").count('data-label="编号"')
            assert (opened, f"/county/list/{what}/" in page) == (count, True), what


def test_the_county_of_a_past_day_tells_orders_as_they_stood_that_evening(cast, visit):
    finished, waiting = walk.done(cast), walk.requested(cast)
    actions.rate(request=finished, by=None, at=hours(30), value=RatingValue.SATISFIED)
    actions.dispatch(request=waiting, by=cast.secretary, at=hours(31))
    with time_machine.travel(hours(24 * 20), tick=False):
        for day, counts in {"2026-11-02": (2, 1, 1, 0, 0, 1, 0), "2026-11-03": (2, 1, 1, 1, 1, 0, 0)}.items():
            asked = f"?since=2026-11-02&until=2026-11-02&as_of={day}"
            page = visit(cast.county_officer, f"/county/requests/{asked}")
            for what, count in zip(
                ("", "_taken", "_done", "_rated", "_satisfied", "_waiting", "_late"), counts, strict=True
            ):
                url = f"/county/list/requests{what}/"
                assert visit(cast.county_officer, url + asked).count('data-label="编号"') == count, (day, what)
                assert (url in page) == (count > 0)
        done_then = visit(cast.county_officer, "/county/list/requests_done/?as_of=2026-11-02")
    assert "待评单" in done_then
    assert "已评单" not in done_then


# The API


def test_the_api_lists_tells_and_makes_the_moves(cast, visit):
    request = walk.dispatched(cast, by=None)
    rows = visit.get(cast.member, "/api/v1/requests/").json()["results"]
    assert [row["number"] for row in rows] == [request.number]
    assert "phone" not in visit.get(cast.member, f"/api/v1/requests/{request.pk}/").json()
    moves = visit.get(cast.member, f"/api/v1/requests/{request.pk}/moves/").json()
    assert [move["name"] for move in moves] == ["take"]
    answer = visit.post(cast.member, f"/api/v1/requests/{request.pk}/moves/take/")
    assert (answer.status_code, answer.json()["status"]) == (200, "taken")
    assert visit.post(cast.secretary, f"/api/v1/requests/{request.pk}/moves/take/").status_code == 409


def test_the_api_takes_a_request_down_once(cast, visit):
    given = {
        "client_id": "6a1f1f4e-3f0b-4b5e-9d2b-0d6f4d1a2b3e",
        "grid": cast.cell.pk,
        "kind": "errand",
        "title": "代取包裹",
    }
    first, second = (visit.post(cast.secretary, "/api/v1/requests/", given) for _ in range(2))
    assert (first.status_code, first.json()["id"]) == (201, second.json()["id"])
    assert ServiceRequest.objects.get().requested_at > MONDAY
