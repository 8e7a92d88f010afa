"""The menu, on addresses of its own: what is offered follows the person's rights and the pages that exist."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import include, path, resolve

from accounts.models import User
from accounts.roles import Permission, Role
from grids.models import Posting
from notices.actions import Message, mark_read, post_all
from surfaces.context import surface
from surfaces.navigation import NAVIGATION, SWITCHES
from tallies.tests.cast import grid

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def _page(request, **kept):
    return HttpResponse()


def _pages(name, *pages):
    named = [path(f"{page}/" if page != "home" else "", _page, name=page) for page in pages]
    return include(([*named, path("issues/<int:pk>/", _page), path("help/", _page)], name))


urlpatterns = [
    path("console/", _pages("console", "home", "issues", "opinions", "imports", "audit")),
    path("county/", _pages("county", "home", "coverage")),
    path("field/", _pages("field", "home", "issues", "inbox")),
    path("login/", _page),
]


@pytest.fixture
def county():
    return grid(None, "county", "350428000000", "将乐县")


def person(role, place):
    user = User.objects.create_user("13900000001", "陈秀英")
    Posting.objects.create(user=user, role=role, since=date(2026, 1, 1), **place.scope())
    return user


def known(user, address):
    request = RequestFactory().get(address)
    request.user, request.resolver_match = user, resolve(request.path)
    return surface(request)


def labels(menus):
    return [item.label for menu in menus for item in menu.items]


def current(menus):
    return [item.label for menu in menus for item in menu.items if item.current]


def test_a_clerk_is_offered_the_pages_that_exist_and_that_are_theirs(county):
    clerk = person(Role.TOWN_CLERK, grid(county, "town", "350428100000", "水南镇"))
    assert labels(known(clerk, "/console/")["nav"]) == ["待我处理", "待梳理", "诉求办理", "导入"]


def test_an_auditor_is_offered_no_work(county):
    assert labels(known(person(Role.AUDITOR, county), "/console/")["nav"]) == ["待我处理", "操作日志"]


def test_a_group_without_an_entry_is_not_shown(county):
    menus = known(person(Role.AUDITOR, county), "/console/")["nav"]
    assert [menu.label for menu in menus] == ["工作台", "数据"]


def test_only_the_nearest_entry_is_the_current_one(county):
    clerk = person(Role.TOWN_CLERK, county)
    assert current(known(clerk, "/console/issues/7/")["nav"]) == ["诉求办理"]
    assert current(known(clerk, "/console/issues/")["nav"]) == ["诉求办理"]
    assert current(known(clerk, "/console/")["nav"]) == ["待我处理"]
    assert current(known(clerk, "/console/help/")["nav"]) == []


def test_other_surfaces_are_offered_but_not_the_one_in_front(county):
    officer = person(Role.COUNTY_CLERK, county)
    assert [item.label for item in known(officer, "/county/")["switches"]] == ["工作台", "手机端"]


def test_the_head_says_where_and_as_what_one_works(county):
    assert known(person(Role.COUNTY_CLERK, county), "/county/")["place"] == "将乐县 县委组织部经办"


def test_the_menu_counts_unread_messages(county):
    member = person(Role.GRID_LEADER, county)

    def waiting():
        return [item.count for menu in known(member, "/field/")["nav"] for item in menu.items if item.label == "消息"]

    assert waiting() == [""]
    at = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    post_all([Message(kind="assigned", key=f"k{n}", text="有新交办", user=member) for n in range(101)], at=at)
    assert waiting() == ["99+"]
    mark_read(by=member, at=at)
    assert waiting() == [""]


def test_without_an_account_there_is_no_menu():
    found = known(AnonymousUser(), "/login/")
    assert (found["surface"], found["nav"], found["switches"], found["place"]) == ("public", [], [], "")


def test_every_permission_the_menu_asks_for_is_one_a_role_can_hold():
    entries = [entry for groups in NAVIGATION.values() for group in groups for entry in group.entries]
    assert {entry.permission for entry in [*entries, *SWITCHES]} <= {None, *Permission}
