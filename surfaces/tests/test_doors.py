"""The doors, on a surface of their own."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path

from accounts.errors import Forbidden, Refused
from accounts.models import AccessLog, User
from accounts.roles import Permission, Role
from grids.models import Grid, Kind, Posting
from surfaces.doors import must_cover, needs, reveal
from tallies.tests.cast import grid

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@needs(Permission.GRID_VIEW)
def _grid(request, pk):
    found = get_object_or_404(Grid.objects.visible_to(request.user), pk=pk)
    return HttpResponse(found.name)


@needs(Permission.GRID_VIEW)
def _edit(request, pk):
    must_cover(request, Permission.GRID_EDIT, get_object_or_404(Grid.objects.visible_to(request.user), pk=pk))
    return HttpResponse("edited")


@needs()
def _refusing(request):
    raise Refused("这一步现在不能做，请先签收。")


@needs()
def _forbidding(request):
    raise Forbidden("您没有“核查”的权限。")


@needs(Permission.GRID_VIEW)
def _reveal(request, pk):
    return reveal(request, User.objects.get(pk=pk), "phone")


urlpatterns = [
    path("", lambda request: HttpResponse(), name="home"),
    path("login/", lambda request: HttpResponse(), name="login"),
    path("grids/<int:pk>/", _grid),
    path("grids/<int:pk>/edit/", _edit),
    path("refusing/", _refusing),
    path("forbidding/", _forbidding),
    path("reveal/<int:pk>/", _reveal),
]


@pytest.fixture
def towns():
    county = grid(None, Kind.COUNTY, "350428000000", "将乐县")
    return grid(county, Kind.TOWN, "350428100000", "水南镇"), grid(county, Kind.TOWN, "350428101000", "高唐镇")


def person(phone, role=None, place=None):
    user = User.objects.create_user(phone, "陈秀英")
    if role:
        Posting.objects.create(user=user, role=role, since=date(2026, 1, 1), **place.scope())
    return user


@pytest.fixture
def clerk(client, towns):
    user = person("13800000001", Role.TOWN_CLERK, towns[0])
    client.force_login(user)
    return user


def test_a_stranger_is_sent_to_the_sign_in_page_and_back(client, towns):
    response = client.get(f"/grids/{towns[0].pk}/?q=1")
    assert response.status_code == 302
    assert response.url == f"/login/?next=/grids/{towns[0].pk}/%3Fq%3D1"


def test_an_account_without_a_post_may_open_nothing(client, towns):
    client.force_login(person("13800000002"))
    assert client.get(f"/grids/{towns[0].pk}/").status_code == 403
    assert client.get("/refusing/").status_code == 403


def test_what_lies_outside_the_scope_does_not_exist(client, clerk, towns):
    assert client.get(f"/grids/{towns[0].pk}/").content.decode() == "水南镇"
    assert client.get(f"/grids/{towns[1].pk}/").status_code == 404


def test_seeing_is_not_editing(client, towns):
    client.force_login(person("13800000003", Role.POLICE, towns[0]))
    assert client.get(f"/grids/{towns[0].pk}/").status_code == 200
    assert client.get(f"/grids/{towns[0].pk}/edit/").status_code == 403


def test_a_refusal_is_a_page_with_its_sentence_and_a_way_back(client, clerk):
    response = client.get("/refusing/", headers={"Referer": "http://testserver/grids/"})
    assert response.status_code == 409
    assert "这一步现在不能做，请先签收。" in response.content.decode()
    assert 'href="/grids/"' in response.content.decode()


def test_a_verb_that_misses_the_right_answers_403_with_its_sentence(client, clerk):
    response = client.get("/forbidding/")
    assert response.status_code == 403
    assert "您没有“核查”的权限。" in response.content.decode()


def test_the_way_back_never_leaves_the_house(client, clerk):
    page = client.get("/refusing/", headers={"Referer": "https://evil.example/"}).content.decode()
    assert "evil.example" not in page


def test_htmx_gets_the_refusal_as_a_fragment(client, clerk):
    page = client.get("/refusing/", headers={"HX-Request": "true"}).content.decode()
    assert "请先签收" in page
    assert "<html" not in page


def test_a_full_value_is_shown_with_a_reason_and_logged(client, clerk):
    response = client.post(f"/reveal/{clerk.pk}/", {"reason": "上门走访联系"})
    assert "13800000001" in response.content.decode()
    log = AccessLog.objects.get()
    assert (log.user, log.field, log.reason, log.address) == (clerk, "phone", "上门走访联系", "127.0.0.1")


def test_a_full_value_without_a_reason_stays_hidden(client, clerk):
    response = client.post(f"/reveal/{clerk.pk}/", {"reason": " "})
    assert response.status_code == 409
    assert "13800000001" not in response.content.decode()
    assert not AccessLog.objects.exists()
