"""The issue desk: who sees which issue, what the lists count, and the moves made from a form."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from issues.actions import assign
from issues.models import Issue, IssueEvent, Status, Urgency
from issues.tests import walk
from issues.tests.cast import MONDAY
from issues.workflow import MOVES, open_moves
from surfaces.tests.browsing import said

NOW = MONDAY + timedelta(days=1)
DESK = reverse("console:issues")


@pytest.fixture(autouse=True)
def _tuesday():
    with time_machine.travel(NOW, tick=False):
        yield


def page(issue):
    return reverse("console:issue", args=[issue.pk])


def form(issue, move):
    return reverse("console:move", args=[issue.pk, move])


# Who sees what


def test_the_desk_lists_the_issues_of_my_town_and_no_other(visit, cast):
    walk.registered(cast)
    assert "水圳堵塞" in visit(cast.clerk, DESK)
    assert "水圳堵塞" not in visit(cast.other_clerk, DESK)


def test_an_issue_of_another_town_does_not_exist(visit, cast):
    issue = walk.registered(cast)
    for url in (page(issue), form(issue, "assign")):
        assert visit.get(cast.clerk, url).status_code == 200
        assert visit.get(cast.other_clerk, url).status_code == 404
    assert visit.post(cast.other_clerk, form(issue, "comment"), {"note": "看看"}).status_code == 404


def test_a_department_sees_what_was_dispatched_to_it(visit, cast):
    issue = walk.registered(cast)
    assert visit.get(cast.handler, page(issue)).status_code == 404
    assign(issue=issue, by=cast.clerk, at=NOW, unit=cast.unit)
    assert "水圳堵塞" in visit(cast.handler, DESK)
    assert visit.get(cast.colleague, page(issue)).status_code == 200


@pytest.mark.parametrize("person", ["auditor", "nobody"])
def test_who_has_no_right_to_issues_does_not_get_to_the_desk(visit, cast, person):
    assert visit.get(cast.people[person], DESK).status_code == 403


def test_an_issue_page_shows_no_phone_and_only_the_outline_of_a_name(visit, cast):
    issue = walk.confirming(cast)
    shown = visit(cast.clerk, page(issue))
    assert "138****8000" in shown
    assert "黄*荣" in shown
    assert "13812348000" not in shown
    assert "黄耀荣" not in shown


def test_who_may_not_reveal_gets_no_button_for_it(visit, cast):
    issue = walk.registered(cast)
    assert "data-reveal" in visit(cast.clerk, page(issue))
    assert "data-reveal" not in visit(cast.member, page(issue))


@pytest.mark.parametrize("status", list(walk.TO))
def test_the_page_of_an_issue_in_every_status_tells_its_story(visit, cast, status):
    issue = walk.TO[status](cast)
    shown = visit(cast.clerk, page(issue))
    assert Status(status).label in shown
    labels = [MOVES[name].label for name in issue.events.values_list("name", flat=True) if name in MOVES]
    assert [label for label in labels if label not in shown] == []


# Lists


def test_the_tabs_count_what_they_open(visit, cast):
    for make in (walk.collected, walk.registered, walk.processing, walk.reported, walk.confirming, walk.closed):
        make(cast)
    response = visit.get(cast.clerk, DESK)
    tabs = [tab for tab in response.context["tabs"] if tab["count"] is not None]
    assert {tab["label"]: tab["count"] for tab in tabs}["待梳理"] == 1
    for tab in tabs:
        listed = visit.get(cast.clerk, f"{DESK}{tab['url']}").context["page"]
        assert len(listed) == tab["count"], tab["label"]


def test_late_issues_are_found_by_themselves(visit, cast):
    walk.processing(cast, urgency=Urgency.URGENT)
    walk.collected(cast)
    assert "没有符合条件的事项" in visit(cast.clerk, DESK, status="open", overdue="on")
    with time_machine.travel(NOW + timedelta(days=40), tick=False):
        late = visit.get(cast.clerk, f"{DESK}?status=open&overdue=on").context["page"]
        assert [issue.status for issue in late] == [Status.PROCESSING]


@pytest.mark.parametrize("text", ["水圳", "黄耀", "261102-000001", "000001", "13812348000"])
def test_an_issue_is_found_by_number_title_petitioner_or_phone(visit, cast, text):
    walk.registered(cast)
    assert "水圳堵塞" in visit(cast.clerk, DESK, q=text)


def test_one_character_is_too_little_to_search_by(visit, cast):
    walk.registered(cast)
    shown = visit(cast.clerk, DESK, q="水")
    assert "至少两个字才能查找" in shown
    assert "水圳堵塞" not in shown


def test_a_search_that_finds_nothing_here_offers_to_look_everywhere(visit, cast):
    walk.closed(cast)
    assert "在全部事项中查找" in visit(cast.clerk, DESK, q="水圳")
    assert "水圳堵塞" in visit(cast.clerk, DESK, q="水圳", status="all")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"category": "infrastructure"}, True),
        ({"category": "dispute"}, False),
        ({"urgency": "normal"}, True),
        ({"urgency": "critical"}, False),
        ({"whose": "mine"}, False),
        ({"supervision": "red"}, False),
        ({"status": "processing"}, True),
        ({"status": "no such status"}, True),
        ({"place": "not a number"}, True),
    ],
)
def test_filters_narrow_and_what_is_not_understood_is_ignored(visit, cast, asked, found):
    walk.processing(cast)
    assert ("水圳堵塞" in visit(cast.clerk, DESK, **asked)) is found


def test_a_place_filter_reaches_down_and_not_across(visit, cast):
    walk.registered(cast)
    assert "水圳堵塞" in visit(cast.clerk, DESK, place=cast.village.pk)
    assert "水圳堵塞" not in visit(cast.clerk, DESK, place=cast.grids["990001101202"].pk)


def test_mine_are_the_issues_i_answer_for(visit, cast):
    walk.processing(cast)
    assert "水圳堵塞" in visit(cast.grid_leader, DESK, whose="mine")
    assert "水圳堵塞" not in visit(cast.clerk, DESK, whose="mine")


def test_the_desk_pages_by_fifty_and_loses_nothing(visit, cast):
    for number in range(120):
        walk.collected(cast, title=f"第{number}件")
    seen, query = [], ""
    while True:
        listed = visit.get(cast.clerk, f"{DESK}?{query}").context["page"]
        seen += [issue.pk for issue in listed]
        if not listed.next:
            break
        query = listed.next
    assert sorted(seen) == sorted(Issue.objects.values_list("pk", flat=True))
    assert len(seen) == 120


# Moves


@pytest.mark.parametrize("status", [Status.COLLECTED, Status.PROCESSING, Status.REPORTED, Status.CLOSED])
@pytest.mark.parametrize("person", ["clerk", "grid_leader", "secretary"])
def test_exactly_the_open_moves_are_buttons(visit, cast, status, person):
    issue = walk.TO[status](cast)
    shown = visit(cast.people[person], page(issue))
    offered = set(re.findall(rf'href="{re.escape(page(issue))}moves/(\w+)/"', shown))
    assert offered == {move.name for move in open_moves(issue, cast.people[person])}


def test_every_open_move_has_a_form(visit, cast):
    for make in walk.TO.values():
        issue = make(cast)
        for person in (cast.clerk, cast.secretary, cast.grid_leader, cast.command_centre):
            for move in open_moves(issue, person):
                shown = visit(person, form(issue, move.name))
                assert [field.label for field in move.fields if field.label not in shown] == []


def test_the_moves_that_are_not_open_say_why(visit, cast):
    shown = said(visit.get(cast.clerk, page(walk.registered(cast))))
    assert "其他操作为什么不能做" in shown
    assert "事项现在是“已挂号”，不能“核查通过”" in shown


def test_a_move_is_made_from_its_form(visit, cast):
    issue = walk.registered(cast)
    response = visit.post(cast.clerk, form(issue, "assign"), {"handler": cast.grid_leader.pk, "seen": issue.version})
    assert response.status_code == 302
    issue.refresh_from_db()
    assert (issue.status, issue.handler) == (Status.ASSIGNED, cast.grid_leader)


def test_the_dialog_gets_the_form_alone_and_is_led_on_after_it(visit, cast):
    issue = walk.registered(cast)
    htmx = {"HX-Request": "true"}
    response = visit.post(cast.clerk, form(issue, "assign"), {"seen": issue.version}, **htmx)
    assert response.status_code == 422
    assert "<html" not in response.content.decode()
    given = {"handler": cast.grid_leader.pk, "seen": issue.version}
    assert visit.post(cast.clerk, form(issue, "assign"), given, **htmx)["HX-Redirect"] == page(issue)


def test_a_form_with_mistakes_says_so_and_keeps_what_was_typed(visit, cast):
    issue = walk.processing(cast)
    response = visit.post(cast.grid_leader, form(issue, "report"), {"result": "已清淤300米"})
    assert response.status_code == 422
    assert "请填写“佐证材料”" in said(response)
    assert "已清淤300米" in response.content.decode()
    issue.refresh_from_db()
    assert issue.status == Status.PROCESSING


def test_a_rule_that_says_no_says_it_at_the_input(visit, cast):
    issue = walk.processing(cast)
    given = {"result": "已清淤", "files": SimpleUploadedFile("result.exe", b"MZ"), "seen": issue.version}
    response = visit.post(cast.grid_leader, form(issue, "report"), given)
    assert response.status_code == 422
    assert "不是照片、文档或录音" in said(response)


def test_a_report_with_a_photo_goes_through(visit, cast):
    issue = walk.processing(cast)
    given = {"result": "已清淤300米，水到田头", "files": walk.photo(), "seen": issue.version}
    assert visit.post(cast.grid_leader, form(issue, "report"), given).status_code == 302
    assert issue.evidence.count() == 1


def test_the_same_form_sent_twice_acts_once_and_says_so_kindly(visit, cast):
    issue = walk.registered(cast)
    given = {"note": "已到现场看过", "seen": issue.version}
    for _ in range(2):
        assert visit.post(cast.clerk, form(issue, "comment"), given).status_code == 302
    assert IssueEvent.objects.filter(issue=issue, name="comment").count() == 1
    assert "没有重复提交" in visit(cast.clerk, page(issue))


def test_a_form_that_somebody_overtook_is_refused_and_keeps_what_was_typed(visit, cast):
    issue = walk.registered(cast)
    stale = {"handler": cast.grid_leader.pk, "note": "请尽快", "seen": issue.version}
    assign(issue=issue, by=cast.second_clerk, at=NOW, handler=cast.secretary)
    response = visit.post(cast.clerk, form(issue, "assign"), stale)
    assert response.status_code == 422
    assert "刚刚被别人处理过" in said(response)
    assert "请尽快" in response.content.decode()
    issue.refresh_from_db()
    assert issue.handler == cast.secretary


def test_a_move_that_is_not_open_says_why_instead_of_a_form(visit, cast):
    response = visit.get(cast.clerk, form(walk.collected(cast), "verify"))
    assert response.status_code == 409
    assert "事项现在是“待梳理”，不能“核查通过”" in said(response)


def test_a_move_without_the_right_is_forbidden(visit, cast):
    issue = walk.registered(cast)
    assert visit.get(cast.member, form(issue, "assign")).status_code == 403
    assert visit.post(cast.member, form(issue, "assign"), {"handler": cast.member.pk}).status_code == 403


def test_no_other_move_name_opens_a_form(visit, cast):
    issue = walk.collected(cast)
    assert visit.get(cast.clerk, form(issue, "collect")).status_code == 404
    assert visit.get(cast.clerk, form(issue, "no-such-move")).status_code == 404


def test_what_is_known_of_the_petitioner_is_not_printed_into_the_form(visit, cast):
    issue = walk.collected(cast)
    shown = visit(cast.secretary, form(issue, "register"))
    assert "13812348000" not in shown
    assert "已登记 138****8000，不改就留空" in shown


def test_registering_with_the_petitioner_left_as_known_keeps_them(visit, cast):
    issue = walk.collected(cast)
    given = {"title": issue.title, "category": "infrastructure", "urgency": "normal", "seen": issue.version}
    assert visit.post(cast.secretary, form(issue, "register"), given).status_code == 302
    issue.refresh_from_db()
    assert (issue.petitioner, issue.phone, issue.status) == ("黄耀荣", "13812348000", Status.REGISTERED)


def test_staff_are_not_offered_what_only_the_household_can_do(visit, cast):
    shown = visit(cast.clerk, form(walk.confirming(cast), "give_verdict"))
    assert "回访电话" in shown
    assert "扫码" not in shown


# Files


def evidence_url(issue):
    return reverse("issue_file", args=[issue.pk, issue.evidence.get().pk])


def test_evidence_is_a_download_that_no_browser_takes_for_a_page(visit, cast):
    issue = walk.reported(cast)
    response = visit.get(cast.clerk, evidence_url(issue))
    assert b"".join(response.streaming_content).startswith(b"\xff\xd8")
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "image/jpeg"


def test_evidence_is_for_who_may_read_the_issue(visit, cast):
    issue = walk.reported(cast)
    assert visit.get(cast.other_clerk, evidence_url(issue)).status_code == 404
    assert visit.get(cast.nobody, evidence_url(issue)).status_code == 403


def test_evidence_of_one_issue_is_not_reached_through_another(visit, cast):
    issue, other = walk.reported(cast), walk.collected(cast)
    url = reverse("issue_file", args=[other.pk, issue.evidence.get().pk])
    assert visit.get(cast.clerk, url).status_code == 404


# Taking down a new opinion

COLLECT = reverse("console:collect")
OPINION = {"title": "路灯坏了两盏", "channel": "hotline", "urgency": "normal", "petitioner": "陈秀英"}


def test_an_opinion_is_taken_down_in_a_grid(visit, cast):
    given = {**OPINION, "grid": cast.cell.pk, "client_id": uuid4()}
    assert visit.post(cast.clerk, COLLECT, given).status_code == 302
    issue = Issue.objects.get()
    assert (issue.title, issue.grid, issue.reporter, issue.status) == (
        "路灯坏了两盏",
        cast.cell,
        cast.clerk,
        Status.COLLECTED,
    )


def test_an_opinion_sent_twice_is_saved_once(visit, cast):
    given = {**OPINION, "grid": cast.cell.pk, "client_id": uuid4()}
    first, second = visit.post(cast.clerk, COLLECT, given), visit.post(cast.clerk, COLLECT, given)
    assert first.url == second.url
    assert Issue.objects.count() == 1


def test_an_opinion_of_a_household_needs_neither_place_nor_name(visit, cast):
    url = f"{COLLECT}?household={cast.household.pk}"
    given = {"title": "屋顶漏雨", "channel": "visit", "urgency": "normal", "client_id": uuid4()}
    assert visit.post(cast.clerk, url, given).status_code == 302
    issue = Issue.objects.get()
    assert (issue.household, issue.petitioner, issue.phone) == (cast.household, "黄耀荣", "13812348000")


def test_an_opinion_of_another_towns_household_or_place_is_not_taken(visit, cast):
    assert visit.get(cast.other_clerk, COLLECT, household=cast.household.pk).status_code == 404
    response = visit.post(cast.other_clerk, COLLECT, {**OPINION, "grid": cast.cell.pk, "client_id": uuid4()})
    assert response.status_code == 422
    assert not Issue.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "请填写“事项”"),
        ({"grid": ""}, "请选择发生在哪里"),
        ({"phone": "12345"}, "电话应为11位手机号"),
        ({"channel": ""}, "请填写“来源”"),
        ({"category": "no such"}, "没有“no such”这一选项"),
    ],
)
def test_an_opinion_with_a_mistake_is_refused_with_a_sentence_and_kept_on_the_form(visit, cast, wrong, sentence):
    given = {**OPINION, "text": "三组路口", "grid": cast.cell.pk, "client_id": uuid4(), **wrong}
    response = visit.post(cast.clerk, COLLECT, given)
    assert response.status_code == 422
    assert sentence in said(response)
    assert "三组路口" in response.content.decode()
    assert not Issue.objects.exists()


# The triage inbox

OPINIONS = reverse("console:opinions")


def test_the_inbox_holds_what_was_collected_and_lets_go_of_what_has_a_number(visit, cast):
    issue = walk.collected(cast)
    assert "水圳堵塞" in visit(cast.secretary, OPINIONS)
    given = {"category": "infrastructure", "urgency": "normal", "title": issue.title, "seen": issue.version}
    visit.post(cast.secretary, form(issue, "register"), given)
    assert "都梳理完了" in visit(cast.secretary, OPINIONS)


def test_nobody_widens_the_inbox_by_its_address(visit, cast):
    walk.registered(cast)
    assert "都梳理完了" in visit(cast.secretary, OPINIONS, status="all", overdue="on")
