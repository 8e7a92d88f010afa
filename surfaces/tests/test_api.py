"""The API: scope, masks, pages, visits saved once, issues moved by the same rules as the pages."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from households.models import Household, Pairing, Programme
from issues.actions import collect
from issues.models import Issue, Status
from issues.tests import walk
from issues.tests.cast import SINCE, Cast, people_a_county
from members.models import Member, PartyOrg
from surfaces import paging
from surfaces.api.issues import IssueResource
from surfaces.api.resources import GridResource, HouseholdResource, PairingResource
from surfaces.api.visits import VisitResource
from tallies.tests import cast as tallies_cast
from visits.models import Visit
from workdays.now import now

RESOURCES = {
    "grids": GridResource,
    "households": HouseholdResource,
    "pairings": PairingResource,
    "visits": VisitResource,
    "issues": IssueResource,
}


@pytest.fixture
def cast(db) -> Cast:
    return people_a_county()


@pytest.fixture
def pairing(cast) -> Pairing:
    scope = cast.cell.scope()
    branch = PartyOrg.objects.create(name="水口村党支部", kind=PartyOrg.Kind.BRANCH, **cast.village.scope())
    member = Member.objects.create(number="M1", name="曾党员", branch=branch, user=cast.member, **scope)
    programme = Programme.objects.create(county=cast.county, code="liaison", name="党员联户")
    return Pairing.objects.create(
        member=member, household=cast.household, programme=programme, since=SINCE, origin="hand",
        next_due_on=date(2026, 11, 1), **scope,
    )  # fmt: skip


def api(user: User | None = None) -> APIClient:
    client = APIClient()
    if user:
        client.force_login(user)
    return client


def take_down(cast: Cast, **facts) -> Issue:
    return collect(by=cast.secretary, at=now(), title="水渠漏水", channel="visit", household=cast.household, **facts)


def visit_body(pairing: Pairing, **facts) -> dict:
    return {
        "client_id": str(uuid4()),
        "pairing": pairing.pk,
        "visited_at": now().isoformat(),
        "outcome": "met",
        "answers": {"difficulty": "水渠漏水，浇不上地"},
        **facts,
    }


@pytest.mark.parametrize("name", RESOURCES)
def test_a_list_shows_exactly_the_documented_columns(cast, pairing, name):
    take_down(cast)
    client = api(cast.secretary)
    client.post("/api/v1/visits/", visit_body(pairing), format="json")
    answer = client.get(f"/api/v1/{name}/").json()
    assert answer["count"] >= 1
    assert not answer["count_capped"]
    resource = RESOURCES[name]
    row = answer["results"][0]
    assert row.keys() == resource.brief.serializer().fields.keys()
    one = client.get(f"/api/v1/{name}/{row['id']}/").json()
    assert one.keys() == resource.full.serializer().fields.keys()
    assert row.items() <= one.items()


@pytest.mark.parametrize("name", RESOURCES)
def test_nothing_personal_leaves_in_full(cast, pairing, name):
    issue = take_down(cast, text="黄耀荣家门前", phone="13812348000")
    client = api(cast.secretary)
    client.post("/api/v1/visits/", visit_body(pairing), format="json")
    texts = [client.get(f"/api/v1/{name}/").content.decode()]
    for row in client.get(f"/api/v1/{name}/").json()["results"]:
        texts.append(client.get(f"/api/v1/{name}/{row['id']}/").content.decode())
    for text in texts:
        for secret in ("黄耀荣", "13812348000", "浇不上地", "门前", issue.code, cast.household.public_code, "曾党员"):
            assert secret not in text


def test_a_household_is_masked_as_pages_mask_it(cast):
    one = api(cast.clerk).get(f"/api/v1/households/{cast.household.pk}/").json()
    assert (one["head_name"], one["phone"]) == ("黄*荣", "138****8000")


@pytest.mark.parametrize("name", RESOURCES)
def test_another_town_sees_nothing_of_it(cast, pairing, name):
    take_down(cast)
    api(cast.secretary).post("/api/v1/visits/", visit_body(pairing), format="json")
    seen = {row["id"] for row in api(cast.secretary).get(f"/api/v1/{name}/").json()["results"]}
    others = {row["id"] for row in api(cast.other_clerk).get(f"/api/v1/{name}/").json()["results"]}
    assert seen
    assert not seen & others
    for pk in seen:
        assert api(cast.other_clerk).get(f"/api/v1/{name}/{pk}/").status_code == 404


@pytest.mark.parametrize("name", RESOURCES)
def test_without_an_account_there_is_nothing(cast, name):
    answer = api().get(f"/api/v1/{name}/")
    assert (answer.status_code, answer.json()["detail"]) == (401, "请先登录。")


def test_a_missing_right_is_refused(cast):
    assert api(cast.auditor).get("/api/v1/households/").status_code == 403
    assert api(cast.handler).post("/api/v1/visits/", {}, format="json").status_code == 403
    assert api(cast.nobody).get("/api/v1/grids/").status_code == 403


def test_whoever_must_change_the_password_does_so_first(cast):
    User.objects.filter(pk=cast.clerk.pk).update(must_change=True)
    assert api(cast.clerk).get("/api/v1/issues/").status_code == 403


def test_pages_follow_each_other_without_gap_or_repeat_though_all_rows_tie(cast):
    at = now()
    for number in range(23):
        collect(by=cast.secretary, at=at, title=f"第{number}件", channel="visit", grid=cast.village)
    client, url, found = api(cast.clerk), "/api/v1/issues/?size=5", []
    while url:
        page = client.get(url).json()
        found += [row["id"] for row in page["results"]]
        assert page["count"] == 23
        url = page["next"]
    assert found == sorted(found, reverse=True)
    assert len(found) == 23
    back = client.get(page["previous"]).json()
    assert [row["id"] for row in back["results"]] == found[15:20]


def test_counting_stops_at_the_cap(cast, monkeypatch):
    monkeypatch.setattr(paging, "COUNT_CAP", 3)
    for _ in range(5):
        take_down(cast)
    answer = api(cast.clerk).get("/api/v1/issues/").json()
    assert (answer["count"], answer["count_capped"], len(answer["results"])) == (3, True, 5)


@pytest.mark.parametrize("name", RESOURCES)
def test_a_list_takes_the_same_few_queries_however_long(cast, pairing, name):
    client = api(cast.secretary)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(f"/api/v1/{name}/").status_code == 200
        return len(seen)

    take_down(cast)
    client.post("/api/v1/visits/", visit_body(pairing), format="json")
    few = queries()
    for _ in range(6):
        take_down(cast)
        client.post("/api/v1/visits/", visit_body(pairing), format="json")
    Household.objects.bulk_create(
        Household(number=f"1{n}", head_name="李四", created_at=now(), **cast.cell.scope()) for n in range(6)
    )
    assert queries() == few <= 8


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("?status=collected", 1),
        ("?status=collected&status=registered", 2),
        ("?category=infrastructure", 1),
        ("?overdue=true", 0),
        ("?since=2036-01-01T00:00:00Z", 0),
        ("?grid=0", 0),
    ],
)
def test_issues_are_narrowed(cast, query, count):
    take_down(cast)
    registered = take_down(cast)
    register(cast, registered)
    assert api(cast.clerk).get(f"/api/v1/issues/{query}").json()["count"] == count


def test_rows_of_a_grid_include_those_below_it(cast):
    for code, count in (("990001101000", 1), ("990001101201", 1), ("990001101202", 0)):
        answer = api(cast.county_officer).get(f"/api/v1/households/?grid={cast.grids[code].pk}")
        assert answer.json()["count"] == count


def test_the_gap_list_is_the_uncovered_households(cast, pairing):
    bare = Household.objects.create(number="0002", head_name="李四", created_at=now(), **cast.cell.scope())
    client = api(cast.clerk)
    assert [row["id"] for row in client.get("/api/v1/households/?uncovered=true").json()["results"]] == [bare.pk]
    assert [row["id"] for row in client.get("/api/v1/pairings/?current=true").json()["results"]] == [pairing.pk]
    assert client.get("/api/v1/pairings/?current=false").json()["count"] == 0


def test_a_value_no_filter_knows_is_explained(cast):
    answer = api(cast.clerk).get("/api/v1/issues/?status=lost")
    assert answer.status_code == 400
    assert "lost" in str(answer.json())


def test_a_visit_sent_twice_is_saved_once(cast, pairing):
    body = visit_body(pairing)
    client = api(cast.member)
    first = client.post("/api/v1/visits/", body, format="json")
    again = client.post("/api/v1/visits/", body, format="json")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Visit.objects.get().difficulty == "水渠漏水，浇不上地"


def test_a_visit_to_a_household_out_of_sight_is_refused(cast, pairing):
    answer = api(cast.other_clerk).post("/api/v1/visits/", visit_body(pairing), format="json")
    assert answer.status_code == 400
    assert "pairing" in answer.json()
    assert not Visit.objects.exists()


def test_a_rule_that_says_no_is_a_409_with_its_sentence_and_field(cast, pairing):
    late = (now() + timedelta(days=2)).isoformat()
    answer = api(cast.member).post("/api/v1/visits/", visit_body(pairing, visited_at=late), format="json")
    assert answer.status_code == 409
    assert answer.json()["field"] == "visited_at"
    assert "走访时间" in answer.json()["detail"]


def test_what_is_missing_is_said_in_chinese(cast, pairing):
    answer = api(cast.member).post("/api/v1/visits/", {}, format="json")
    assert answer.status_code == 400
    assert answer.json()["client_id"] == ["该字段是必填项。"]


def register(cast: Cast, issue: Issue) -> dict:
    body = {
        "title": "水渠漏水", "petitioner": "黄耀荣", "phone": "13812348000", "category": "infrastructure",
        "urgency": "normal",
    }  # fmt: skip
    answer = api(cast.secretary).post(f"/api/v1/issues/{issue.pk}/moves/register/", body, format="json")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def test_an_issue_is_taken_down_once(cast):
    body = {"client_id": str(uuid4()), "household": cast.household.pk, "title": "水渠漏水", "channel": "visit"}
    client = api(cast.secretary)
    made = client.post("/api/v1/issues/", body, format="json")
    again = client.post("/api/v1/issues/", body, format="json")
    assert made.status_code == again.status_code == 201
    assert made.json()["status"] == "collected"
    assert made.json()["id"] == again.json()["id"] == Issue.objects.get().pk


def test_an_issue_without_a_title_is_refused_with_the_field(cast):
    answer = api(cast.secretary).post("/api/v1/issues/", {"grid": cast.village.pk, "channel": "visit"}, format="json")
    assert (answer.status_code, answer.json()["field"]) == (409, "title")


def test_a_matter_goes_from_register_to_close_through_the_api(cast):
    issue = take_down(cast)
    assert register(cast, issue)["number"]

    def move(user: User, name: str, form: str = "json", **body) -> dict:
        answer = api(user).post(f"/api/v1/issues/{issue.pk}/moves/{name}/", body, format=form)
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()

    assert move(cast.secretary, "assign", handler=cast.grid_leader.pk)["handler"] == cast.grid_leader.pk
    move(cast.grid_leader, "sign_for")
    photo = walk.photo("修好了.jpg")
    move(cast.grid_leader, "report", "multipart", result="已修好，通水了", files=photo)
    move(cast.secretary, "verify")
    closed = move(cast.secretary, "give_verdict", value="satisfied", means="call", note="电话回访：满意")
    assert closed["status"] == "closed"


def test_the_moves_offered_are_those_that_work_and_say_what_they_ask(cast):
    issue = take_down(cast)
    offered = api(cast.secretary).get(f"/api/v1/issues/{issue.pk}/moves/").json()
    names = [move["name"] for move in offered]
    assert "register" in names
    assert "assign" not in names
    asked = {field["name"]: field for field in offered[names.index("register")]["fields"]}
    assert asked["category"]["required"]
    assert ["infrastructure", "基础设施"] in asked["category"]["choices"]


def test_a_move_that_is_not_open_is_refused_with_the_reason(cast):
    issue = take_down(cast)
    answer = api(cast.secretary).post(f"/api/v1/issues/{issue.pk}/moves/sign_for/", {}, format="json")
    assert answer.status_code in (403, 409)
    assert "签收" in answer.json()["detail"]
    assert Issue.objects.get().status == Status.COLLECTED


@pytest.mark.parametrize("name", ["collect", "fly"])
def test_a_move_that_does_not_exist_is_not_found(cast, name):
    issue = take_down(cast)
    assert api(cast.secretary).post(f"/api/v1/issues/{issue.pk}/moves/{name}/", {}, format="json").status_code == 404


def test_a_stale_version_is_outrun(cast):
    issue = take_down(cast)
    url = f"/api/v1/issues/{issue.pk}/moves/comment/"
    first = api(cast.secretary).post(url, {"note": "先去看过", "seen": issue.version}, format="json")
    second = api(cast.secretary).post(url, {"note": "先去看过", "seen": issue.version}, format="json")
    assert (first.status_code, second.status_code) == (200, 409)


def test_a_stranger_cannot_move_what_they_cannot_see(cast):
    issue = take_down(cast)
    for path in ("", "moves/", "moves/comment/"):
        client = api(cast.other_clerk)
        call = client.post if path == "moves/comment/" else client.get
        assert call(f"/api/v1/issues/{issue.pk}/{path}").status_code == 404


@pytest.mark.parametrize("body", ["[1]", '"x"', "{", "null"])
def test_a_body_that_is_no_object_is_explained(cast, body):
    issue = take_down(cast)
    url = f"/api/v1/issues/{issue.pk}/moves/comment/"
    answer = api(cast.secretary).post(url, body, content_type="application/json")
    assert answer.status_code in (400, 409)
    assert answer.json()["detail"]


def test_what_the_database_cannot_keep_is_left_out(cast):
    body = {"grid": cast.village.pk, "title": "水渠\0漏水", "channel": "visit"}
    answer = api(cast.secretary).post("/api/v1/issues/", body, format="json")
    assert (answer.status_code, answer.json()["title"]) == (201, "水渠漏水")


def test_a_session_needs_its_csrf_token(cast):
    issue = take_down(cast)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(cast.secretary)
    answer = client.post(f"/api/v1/issues/{issue.pk}/moves/comment/", {"note": "x"}, format="json")
    assert answer.status_code == 403


def test_the_schema_names_every_address_and_is_for_people_with_a_role(cast):
    assert api().get("/api/schema/").status_code == 302
    schema = api(cast.clerk).get("/api/schema/?format=json").json()
    assert schema["paths"].keys() == {
        *(f"/api/v1/{name}/" for name in RESOURCES),
        *(f"/api/v1/{name}/{{id}}/" for name in RESOURCES),
        "/api/v1/ledgers/",
        "/api/v1/rates/",
        "/api/v1/issues/{id}/moves/",
        "/api/v1/issues/{id}/moves/{name}/",
        "/api/v1/requests/",
        "/api/v1/requests/{id}/",
        "/api/v1/requests/{id}/moves/",
        "/api/v1/requests/{id}/moves/{name}/",
        *(f"/api/v1/{name}/" for name in ("orders", "duty", "sessions", "pledges", "rounds")),
        *(f"/api/v1/{name}/{{id}}/" for name in ("orders", "duty", "sessions", "pledges", "rounds")),
        "/api/v1/rounds/{id}/pairs/",
    }


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_docs_page_works_under_our_policy(chromium, live_server):
    county = tallies_cast.build()
    user = county.user("county_officer", Role.COUNTY_CLERK, "county")
    client = api(user)
    context = chromium.new_context()
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_server.url + reverse("api:docs"))
    page.get_by_text("/api/v1/households/", exact=True).first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.get_by_text('"results"').first.wait_for()
    context.close()
    assert said == []
    assert [url for url in asked if not url.startswith((live_server.url, "data:"))] == []
