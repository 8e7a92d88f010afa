"""Issues on the phone: the lists, one issue, its moves, and a new one."""

import re
from uuid import uuid4

import pytest

from issues.models import Issue, IssueEvent, Status
from issues.tests import walk
from surfaces.tests.field_cast import Patch, entered, page

pytestmark = pytest.mark.django_db


@pytest.fixture
def patch(cast):
    return Patch(cast)


def make(client, person, issue, move, **typed):
    issue.refresh_from_db()
    return entered(client, person).post(f"/field/issues/{issue.pk}/moves/{move}/", {"seen": issue.version, **typed})


def test_a_matter_goes_from_the_village_to_the_household_on_phones_alone(client, cast, patch):
    issue = walk.collected(cast)
    steps = [
        (cast.secretary, "register", {"title": "水渠淤塞", "category": "infrastructure", "urgency": "normal"}),
        (cast.secretary, "assign", {"handler": cast.grid_leader.pk}),
        (cast.grid_leader, "sign_for", {}),
        (cast.grid_leader, "report", {"result": "已清淤", "files": [walk.photo()]}),
        (cast.secretary, "verify", {}),
    ]
    for person, name, typed in steps:
        answer = make(client, person, issue, name, **typed)
        assert answer.status_code == 302, (name, answer.content.decode())
        assert answer.url == f"/field/issues/{issue.pk}/"
    issue.refresh_from_db()
    assert issue.status == Status.CONFIRMING


def test_an_opinion_is_merged_from_the_phone(client, cast, patch, secretary):
    main, child = walk.registered(cast), walk.collected(cast)
    assert make(client, secretary, child, "merge", parent=main.pk).status_code == 302
    child.refresh_from_db()
    assert (child.status, child.parent) == (Status.MERGED, main)
    assert "随主件办理" in page(client, secretary, f"/field/issues/{child.pk}/")


def test_an_issue_shows_its_stage_its_deadline_its_way_and_my_next_step(client, cast, patch, grid_leader):
    issue = walk.assigned(cast)
    shown = page(client, grid_leader, f"/field/issues/{issue.pk}/")
    for words in (issue.number, issue.title, "收集", "督办", "时限是怎么算的", issue.due_sentence, "挂号：编号"):
        assert words in shown
    assert f'class="button primary" href="/field/issues/{issue.pk}/moves/sign_for/"' in shown
    assert "其他操作为什么不能做" in shown


def test_a_reader_without_a_part_is_told_why_nothing_is_open(client, cast, patch, grid_leader):
    shown = page(client, grid_leader, f"/field/issues/{walk.registered(cast).pk}/")
    assert "moves/assign/" not in shown
    assert "您没有“交办”这件事项的权限" in shown


def test_an_issue_of_another_village_is_not_found(client, cast, patch, neighbour):
    issue = walk.reported(cast)
    evidence = issue.evidence.get()
    entered(client, neighbour)
    for below in (f"/field/issues/{issue.pk}/", f"/field/issues/{issue.pk}/moves/verify/"):
        assert client.get(below).status_code == 404
    assert client.get(f"/issues/{issue.pk}/files/{evidence.pk}/").status_code == 404


def test_evidence_is_shown_to_whoever_may_read_the_issue(client, cast, patch, secretary):
    issue = walk.reported(cast)
    shown = page(client, secretary, f"/field/issues/{issue.pk}/")
    address = f"/issues/{issue.pk}/files/{issue.evidence.get().pk}/"
    assert f'src="{address}"' in shown
    answer = client.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)


def test_a_move_that_is_not_open_says_why(client, cast, patch, secretary):
    issue = walk.registered(cast)
    answer = entered(client, secretary).get(f"/field/issues/{issue.pk}/moves/verify/")
    assert answer.status_code == 409
    assert "事项现在是“已挂号”" in answer.content.decode()


def test_a_move_that_does_not_exist_is_not_found(client, cast, patch, secretary):
    issue = walk.registered(cast)
    for name in ("collect", "nothing"):
        assert entered(client, secretary).get(f"/field/issues/{issue.pk}/moves/{name}/").status_code == 404


def test_a_refused_move_keeps_what_was_typed(client, cast, patch, grid_leader):
    issue = walk.processing(cast)
    answer = make(client, grid_leader, issue, "report", result="已清淤三百米")
    assert answer.status_code == 422
    assert "已清淤三百米" in answer.content.decode()
    issue.refresh_from_db()
    assert issue.status == Status.PROCESSING


def test_a_move_sent_twice_is_made_once(client, cast, patch, grid_leader):
    issue = walk.assigned(cast)
    url, typed = f"/field/issues/{issue.pk}/moves/sign_for/", {"seen": issue.version}
    entered(client, grid_leader)
    assert client.post(url, typed).status_code == client.post(url, typed).status_code == 302
    assert IssueEvent.objects.filter(issue=issue, name="sign_for").count() == 1
    assert "没有重复提交" in client.get(f"/field/issues/{issue.pk}/").content.decode()


def test_a_report_offers_the_camera(client, cast, patch, grid_leader):
    shown = page(client, grid_leader, f"/field/issues/{walk.processing(cast).pk}/moves/report/")
    assert 'accept="image/*"' in shown


def collecting(client, person, address="/field/issues/new/", **typed):
    return entered(client, person).post(
        address, {"client_id": str(uuid4()), "channel": "visit", "urgency": "normal", **typed}
    )


def test_a_matter_of_a_household_needs_no_place_and_no_name(client, patch, member):
    answer = collecting(client, member, f"/field/issues/new/?household={patch.mine.pk}", title="路灯坏了")
    issue = Issue.objects.get()
    assert answer.url == f"/field/issues/{issue.pk}/"
    assert (issue.household, issue.petitioner, issue.grid) == (patch.mine, "黄耀荣", patch.cast.cell)
    assert "路灯坏了" in page(client, member, "/field/issues/?list=reported")


def test_a_matter_seen_on_the_way_is_taken_down_at_the_only_place_a_member_has(client, patch, member):
    shown = page(client, member, "/field/issues/new/")
    assert f'<option value="{patch.cast.cell.pk}" selected>' in shown
    assert collecting(client, member, title="桥栏断了", grid=patch.cast.cell.pk).status_code == 302
    assert Issue.objects.get().grid == patch.cast.cell


def test_a_place_out_of_reach_cannot_be_slipped_in(client, patch, member):
    answer = collecting(client, member, title="桥栏断了", grid=patch.cast.grids["990001101202"].pk)
    assert answer.status_code == 422
    assert 'value="桥栏断了"' in answer.content.decode()
    assert not Issue.objects.exists()


def test_a_matter_of_anothers_household_is_not_found(client, patch, member):
    address = f"/field/issues/new/?household={patch.others.pk}"
    assert entered(client, member).get(address).status_code == 404
    assert collecting(client, member, address, title="路灯坏了").status_code == 404


def test_a_new_matter_sent_twice_is_taken_down_once(client, patch, member):
    typed = {"client_id": str(uuid4()), "title": "路灯坏了", "grid": patch.cast.cell.pk}
    assert collecting(client, member, **typed).url == collecting(client, member, **typed).url
    assert Issue.objects.count() == 1


def test_a_member_has_the_lists_that_are_their_own(client, patch, member, secretary):
    tabs = re.findall(r'<a href="\?list=(\w+)"', page(client, member, "/field/issues/"))
    assert tabs == ["mine", "reported"]
    tabs = re.findall(r'<a href="\?list=(\w+)"', page(client, secretary, "/field/issues/"))
    assert tabs == ["mine", "triage", "assign", "verify", "reported", "area"]
