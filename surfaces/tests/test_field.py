"""The field surface: what each person sees of the day, of households and of themselves."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import choose_text_size
from grids.models import Absence
from households.models import Pairing
from issues.models import Issue, IssueEvent
from issues.tests import walk
from notices.models import Notice
from surfaces.tests.field_cast import Patch, entered, page
from visits.models import VisitTrigger
from workdays.now import now, today

pytestmark = pytest.mark.django_db

HOME = "/field/"
FIGURE = re.compile(
    r'<a href="([^"]+)" data-tone="[^"]*">'
    r'<span class="tally-number">([\d,]+)</span><span class="tally-label">(.+?)</span>'
)


@pytest.fixture
def patch(cast):
    return Patch(cast)


def figures(shown):
    """Label → (number, address) of the figures at the head of 今日."""
    return {label: (int(number), url) for url, number, label in FIGURE.findall(shown)}


def current_tab(shown):
    return re.findall(r'aria-current="page">([^<]+)<span class="count">([\d,]+)</span>', shown)[0]


def household_links(shown):
    return re.findall(r'class="cell" href="/field/households/(\d+)/', shown)


def test_the_longest_overdue_visit_stands_on_top_however_old(client, patch, member):
    newer = patch.pair(patch.add_household("丘新逾", patch.cast.cell), patch.member)
    patch.due_in(patch.mine, -400)
    patch.due_in(newer, -2)
    shown = page(client, member, HOME)
    assert shown.index("逾期400天") < shown.index("逾期2天")
    assert figures(shown)["走访逾期"][0] == 2


def test_visits_of_the_next_seven_days_are_listed_and_later_ones_are_not(client, patch, member):
    later = patch.pair(patch.add_household("丘八天", patch.cast.cell), patch.member)
    patch.due_in(patch.mine, 7)
    patch.due_in(later, 8)
    shown = page(client, member, HOME)
    assert household_links(shown) == [str(patch.mine.pk)]
    assert figures(shown)["7天内走访"][0] == 1


def test_a_visit_due_today_is_not_overdue(client, patch, member):
    patch.due_in(patch.mine, 0)
    shown = figures(page(client, member, HOME))
    assert (shown["走访逾期"][0], shown["7天内走访"][0]) == (0, 1)


def test_every_figure_is_as_long_as_the_list_it_opens(client, patch, cast):
    patch.due_in(patch.mine, -3)
    patch.due_in(patch.others, -1)
    walk.collected(cast)
    walk.registered(cast)
    walk.reported(cast)
    for person in (cast.member, cast.grid_leader, cast.secretary):
        for label, (number, url) in figures(page(client, person, HOME)).items():
            shown = page(client, person, url)
            rows = len(re.findall(r'class="cell" href="/field/', shown))
            assert current_tab(shown)[1] == str(number), (person, label)
            assert rows == number, (person, label)


def test_a_secretary_finds_what_waits_for_the_village(client, cast, patch, secretary):
    walk.collected(cast)
    walk.registered(cast)
    walk.reported(cast)
    shown = figures(page(client, secretary, HOME))
    assert [shown[label][0] for label in ("待梳理", "待交办", "待核查")] == [1, 1, 1]


def test_the_handler_finds_what_they_hold_and_the_deputy_finds_it_too(client, cast, patch, grid_leader, neighbour):
    walk.assigned(cast)
    assert figures(page(client, grid_leader, HOME))["我承办的"][0] == 1
    assert figures(page(client, neighbour, HOME))["我承办的"][0] == 0
    Absence.objects.create(user=grid_leader, substitute=neighbour, since=today(), until=today() + timedelta(days=1))
    neighbour = type(neighbour).objects.get(pk=neighbour.pk)
    assert figures(page(client, neighbour, HOME))["我承办的"][0] == 1


def test_late_visits_of_the_village_are_before_those_who_look_after_it(client, patch, secretary, member):
    patch.due_in(patch.others, -4)
    assert household_links(page(client, secretary, HOME)) == [str(patch.others.pk)]
    assert str(patch.others.pk) not in household_links(page(client, member, HOME))


def test_a_longer_list_asks_no_more_of_the_database(client, patch, member, django_assert_num_queries):
    entered(client, member).get(HOME)
    with CaptureQueriesContext(connection) as short:
        client.get(HOME)
    for number in range(6):
        patch.pair(patch.add_household(f"丘{number}", patch.cast.cell), patch.member)
    with django_assert_num_queries(len(short)):
        client.get(HOME)


def test_an_empty_day_says_so(client, patch, member):
    patch.due_in(patch.mine, 30)
    assert "今天没有要办的事" in page(client, member, HOME)


def test_a_person_without_a_role_has_no_field(client, patch, nobody):
    assert entered(client, nobody).get(HOME).status_code == 403
    client.logout()
    assert client.get(HOME).url == "/login/?next=/field/"


def test_a_list_masks_the_name_and_shows_where_my_household_lives(client, patch, member):
    patch.mine.address = "水口村一组塘背路12号"
    patch.mine.save()
    shown = page(client, member, "/field/households/")
    assert "黄*荣" in shown
    assert "黄耀荣" not in shown
    assert "塘背路12号" in shown


def test_a_leader_sees_the_cell_with_masked_names_and_addresses(client, patch, grid_leader):
    shown = page(client, grid_leader, "/field/households/?list=area")
    assert sorted(household_links(shown)) == sorted([str(patch.mine.pk), str(patch.others.pk)])
    assert "塘背路12号" not in shown


def test_a_search_finds_only_what_the_person_may_see(client, patch, member, secretary):
    assert household_links(page(client, member, "/field/households/?q=赖火")) == []
    assert household_links(page(client, secretary, "/field/households/?q=赖火")) == [str(patch.others.pk)]
    assert "没有找到" in page(client, member, "/field/households/?q=赖火")
    assert "再输入一个字" in page(client, member, "/field/households/?q=赖")


@pytest.mark.parametrize("below", ["", "visit/", "trigger/"])
def test_the_household_of_another_is_not_found(client, patch, member, below):
    for household in (patch.others, patch.far):
        assert entered(client, member).get(f"/field/households/{household.pk}/{below}").status_code == 404


def test_the_deputy_of_a_member_has_the_members_households_meanwhile(client, cast, patch, member):
    url = f"/field/households/{patch.mine.pk}/"
    deputy = cast.handler
    assert entered(client, deputy).get(url).status_code in (403, 404)
    Absence.objects.create(user=member, substitute=deputy, since=today(), until=today() + timedelta(days=1))
    patch.due_in(patch.mine, -1)
    assert "赖" not in page(client, deputy, HOME)
    assert figures(page(client, deputy, HOME))["走访逾期"][0] == 1
    assert entered(client, deputy).get(url).status_code == 200
    assert entered(client, deputy).get(f"{url}visit/").status_code == 200


def test_my_household_shows_its_name_its_masked_phone_and_what_to_do(client, patch, member):
    shown = page(client, member, f"/field/households/{patch.mine.pk}/")
    for words in ("黄耀荣户", "138****8000", "记走访", "提诉求", "三必访", "曾党员"):
        assert words in shown
    assert "13812348000" not in shown
    assert f"/reveal/households.household/{patch.mine.pk}/phone/" in shown


def test_a_leader_may_visit_but_not_read_the_phone(client, patch, grid_leader):
    shown = page(client, grid_leader, f"/field/households/{patch.others.pk}/")
    assert "记走访" in shown
    assert "赖*生" in shown
    assert "/reveal/" not in shown


def test_a_dispute_makes_the_visit_due_today(client, patch, member):
    Pairing.objects.filter(household=patch.mine).update(since=today() - timedelta(days=5))
    patch.due_in(patch.mine, 9)
    assert figures(page(client, member, HOME))["7天内走访"][0] == 0
    url = f"/field/households/{patch.mine.pk}/trigger/"
    answer = entered(client, member).post(url, {"kind": "dispute", "note": "与邻居争水"})
    assert answer.url == f"/field/households/{patch.mine.pk}/"
    assert VisitTrigger.objects.get().note == "与邻居争水"
    assert figures(page(client, member, HOME))["7天内走访"][0] == 1
    assert "与邻居争水" in page(client, member, answer.url)


def test_a_trigger_without_a_cause_keeps_what_was_typed(client, patch, member):
    answer = entered(client, member).post(f"/field/households/{patch.mine.pk}/trigger/", {"note": "与邻居争水"})
    assert answer.status_code == 422
    assert "与邻居争水" in answer.content.decode()
    assert not VisitTrigger.objects.exists()


def test_a_notice_is_read_when_it_is_opened_and_leads_to_the_issue(client, cast, patch, grid_leader):
    issue = walk.assigned(cast)
    notice = Notice.objects.filter(user=grid_leader).get()
    assert notice.text in page(client, grid_leader, "/field/inbox/")
    answer = client.post(f"/field/inbox/{notice.pk}/")
    assert answer.url == f"/issues/{issue.pk}/"
    assert client.get(answer.url).url == f"/field/issues/{issue.pk}/"
    notice.refresh_from_db()
    assert notice.read_at


def test_whoever_works_at_a_desk_is_led_to_the_console(client, cast, patch, clerk, other_clerk):
    issue = walk.registered(cast)
    assert entered(client, clerk).get(f"/issues/{issue.pk}/").url == f"/console/issues/{issue.pk}/"
    assert entered(client, other_clerk).get(f"/issues/{issue.pk}/").status_code == 404


def test_the_notice_of_another_is_not_found(client, cast, patch, member):
    walk.assigned(cast)
    notice = Notice.objects.filter(user=cast.grid_leader).get()
    assert entered(client, member).post(f"/field/inbox/{notice.pk}/").status_code == 404


def test_all_notices_can_be_read_at_once(client, cast, patch, grid_leader):
    walk.assigned(cast)
    assert entered(client, grid_leader).post("/field/inbox/read/").url == "/field/inbox/"
    assert not Notice.objects.filter(user=grid_leader, read_at=None).exists()


def test_me_names_my_posts_and_whom_i_stand_in_for(client, patch, secretary, grid_leader):
    Absence.objects.create(user=grid_leader, substitute=secretary, since=today(), until=today() + timedelta(days=1))
    shown = page(client, secretary, "/field/me/")
    for words in ("黄支书", "总网格长", "代罗网格 网格长", "退出登录", "登录与安全"):
        assert words in shown


def test_an_absence_lasts_through_its_last_day(client, patch, grid_leader, secretary):
    last = today() + timedelta(days=2)
    given = {"substitute": secretary.pk, "since": today().isoformat(), "last": last.isoformat(), "reason": "培训"}
    assert entered(client, grid_leader).post("/field/me/absence/", given).url == "/field/me/"
    absence = Absence.objects.get()
    assert (absence.user, absence.substitute, absence.until) == (grid_leader, secretary, last + timedelta(days=1))
    assert "黄支书代理" in page(client, grid_leader, "/field/me/")


def test_an_absence_that_ends_before_it_begins_is_refused_and_kept(client, patch, grid_leader, secretary):
    given = {
        "substitute": secretary.pk,
        "since": today().isoformat(),
        "last": (today() - timedelta(days=1)).isoformat(),
        "reason": "培训",
    }
    answer = entered(client, grid_leader).post("/field/me/absence/", given)
    assert answer.status_code == 422
    assert "结束日期应晚于开始日期" in answer.content.decode()
    assert 'value="培训"' in answer.content.decode()
    assert not Absence.objects.exists()


def test_nobody_far_away_is_offered_as_a_substitute(client, patch, grid_leader):
    shown = page(client, grid_leader, "/field/me/absence/")
    assert "黄支书" in shown
    assert "何支书" not in shown


def test_a_suggestion_goes_into_the_register_under_my_own_name_and_once(client, patch, member):
    shown = page(client, member, "/field/me/suggestion/")
    assert "会署您的姓名" in shown
    client_id = re.findall(r'name="client_id" value="([^"]+)"', shown)[0]
    for _ in range(2):
        client.post("/field/me/suggestion/", {"client_id": client_id, "title": "台账重复填", "text": "两张表一样"})
    issue = Issue.objects.get()
    assert (issue.category, issue.channel, issue.reporter, issue.petitioner) == (
        "opinion",
        "sentiment",
        member,
        "曾党员",
    )
    assert issue.grid == patch.cast.cell
    assert IssueEvent.objects.filter(issue=issue).count() == 1


@pytest.mark.parametrize(("size", "kept"), [("large", "large"), ("", ""), ("huge", "larger")])
def test_the_text_grows_and_stays_large_for_the_person(client, patch, member, size, kept):
    choose_text_size(user=member, size="larger")
    answer = entered(client, member).post("/field/me/text-size/", {"size": size})
    assert answer.status_code == (409 if size == "huge" else 302)
    client.logout()
    shown = page(client, type(member).objects.get(pk=member.pk), HOME)
    assert re.findall(r'data-text="(\w*)"', shown) == ([kept] if kept else [])


def test_the_page_says_what_time_it_is_by_our_clock(client, patch, member):
    assert f"{now().month}月{now().day}日" in page(client, member, HOME)
