"""Who sees what: every role at its place, and nobody anything else."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from accounts.roles import GRANTS, Permission, Role
from grids.actions import add_grid
from grids.models import Absence, Grid, Kind, Posting
from grids.rules import ROLE_KINDS
from grids.scope import Scope, Scoped
from grids.tests.trees import DAY, START, County, person
from households.models import Household, Pairing, Programme
from members.models import Member, PartyOrg
from workdays.now import now

pytestmark = pytest.mark.django_db

PLACES = {
    Kind.COUNTY: "",
    Kind.TOWN: "甲镇",
    Kind.VILLAGE: "甲镇/1村",
    Kind.CELL: "甲镇/1村/一格",
}
HOMES = ("甲镇/1村/一格", "甲镇/1村/二格", "甲镇/2村/一格", "乙镇/1村/一格", "邻县")
SEEN = {
    Kind.COUNTY: {"甲镇/1村/一格", "甲镇/1村/二格", "甲镇/2村/一格", "乙镇/1村/一格", "子格"},
    Kind.TOWN: {"甲镇/1村/一格", "甲镇/1村/二格", "甲镇/2村/一格", "子格"},
    Kind.VILLAGE: {"甲镇/1村/一格", "甲镇/1村/二格", "子格"},
    Kind.CELL: {"甲镇/1村/一格", "子格"},
    Kind.SUB_CELL: {"子格"},
}
"""Whose households a post at each level reaches, when its role may look at households at all."""
LOOKS_AT_HOUSEHOLDS = {
    Role.GRID_LEADER,
    Role.CHIEF_GRID_LEADER,
    Role.FIRST_SECRETARY,
    Role.BRANCH_SECRETARY,
    Role.RESIDENT_TEAM,
    Role.TOWN_CLERK,
    Role.TOWN_LEADER,
    Role.COUNTY_CLERK,
    Role.COUNTY_LEADER,
    Role.COMMAND_CENTRE,
}
SEES_NO_GRIDS = {Role.UNIT_HANDLER}


@pytest.fixture
def county():
    return County()


@pytest.fixture
def sub_cell(county):
    return add_grid(parent=county["甲镇/1村/一格"], kind=Kind.SUB_CELL, name="渠头", by=None, on=START)


@pytest.fixture
def homes(county, sub_cell):
    places = {path: county[path] for path in HOMES[:-1]} | {"子格": sub_cell, "邻县": County(2)["甲镇/1村/一格"]}
    for path, grid in places.items():
        Household.objects.create(number=path, head_name="演示户", created_at=now(), **grid.scope())


def holder(role, grid, phone="13800000000"):
    user = person("某某", phone)
    Posting.objects.create(user=user, role=role, since=START, **grid.scope())
    return user


@pytest.mark.parametrize(("role", "kind"), [(role, kind) for role, kinds in ROLE_KINDS.items() for kind in kinds])
def test_each_role_at_each_level_sees_its_area_and_no_more(county, sub_cell, homes, role, kind):
    place = sub_cell if kind == Kind.SUB_CELL else county[PLACES[kind]]
    user = holder(role, place)
    reached = SEEN[kind] if role in LOOKS_AT_HOUSEHOLDS else set()
    assert set(Household.objects.visible_to(user).values_list("number", flat=True)) == reached
    for home in Household.objects.all():
        assert Scope.of(user).covers(Permission.HOUSEHOLD_VIEW, home) == (home.number in reached)
    grids = set() if role in SEES_NO_GRIDS else set(Grid.objects.under(place))
    assert set(Grid.objects.visible_to(user)) == grids
    assert set(Posting.objects.visible_to(user)) == ({user.postings.get()} if grids else set())


def test_the_table_above_speaks_of_every_role():
    gives_households = {role for role, grant in GRANTS.items() if Permission.HOUSEHOLD_VIEW in grant.area}
    assert gives_households == LOOKS_AT_HOUSEHOLDS
    assert {role for role, grant in GRANTS.items() if Permission.GRID_VIEW not in grant.area} == SEES_NO_GRIDS


SCOPED = [model for model in apps.get_models() if issubclass(model, Scoped)]


@pytest.mark.parametrize("model", [Grid, *SCOPED], ids=lambda model: model._meta.label)
def test_a_visitor_without_an_account_gets_nothing(county, homes, model):
    """Not even members and pairings without a user: a visitor's id is None, and so is theirs."""
    village = county["甲镇/1村"].scope()
    branch = PartyOrg.objects.create(name="1村党支部", kind="branch", **village)
    member = Member.objects.create(number="M1", name="陈秀英", branch=branch, **village)
    programme = Programme.objects.create(county=county[""], code="lh", name="党员联户")
    home = Household.objects.get(number="甲镇/1村/一格")
    given = {"member": member, "household": home, "programme": programme, "origin": "hand", "since": START}
    Pairing.objects.create(**given, **home.grid.scope())
    assert not model.objects.visible_to(AnonymousUser()).exists()


def test_a_visitor_may_do_nothing():
    nobody = AnonymousUser()
    assert not any(Scope.of(nobody).may(permission) for permission in Permission)


def test_an_account_without_a_post_gets_nothing(homes):
    assert not Household.objects.visible_to(person()).exists()


def test_two_posts_add_up(county, homes):
    user = holder(Role.GRID_LEADER, county["甲镇/1村/二格"])
    Posting.objects.create(user=user, role=Role.CHIEF_GRID_LEADER, since=START, **county["甲镇/2村"].scope())
    seen = set(Household.objects.visible_to(user).values_list("number", flat=True))
    assert seen == {"甲镇/1村/二格", "甲镇/2村/一格"}


@pytest.mark.parametrize(("since", "until"), [(START, DAY), (DAY.replace(year=2099), None)])
def test_a_post_that_ended_or_has_not_begun_gives_nothing(county, homes, since, until):
    user = person()
    Posting.objects.create(user=user, role=Role.TOWN_CLERK, since=since, until=until, **county["甲镇"].scope())
    scope = Scope(user, on=DAY)
    assert scope.postings == []
    assert not scope.may(Permission.HOUSEHOLD_VIEW)


def test_who_stands_in_sees_what_the_absent_would(county, homes):
    holder(Role.TOWN_CLERK, county["甲镇"])
    absent, substitute = Posting.objects.get().user, person("代理", "13800000009")
    Absence.objects.create(user=absent, substitute=substitute, since=DAY, until=DAY.replace(day=30))
    scope = Scope(substitute, on=DAY)
    assert scope.roles == {Role.TOWN_CLERK}
    assert Household.objects.filter(scope.q(Permission.HOUSEHOLD_VIEW)).count() == len(SEEN[Kind.TOWN])


def test_a_right_is_not_lent_from_one_area_to_another(county, homes):
    """A town clerk here who leads a cell there edits households here only."""
    user = holder(Role.TOWN_CLERK, county["甲镇"])
    Posting.objects.create(user=user, role=Role.GRID_LEADER, since=START, **county["乙镇/1村/一格"].scope())
    here, there = (Household.objects.get(number=path) for path in ("甲镇/1村/一格", "乙镇/1村/一格"))
    scope = Scope.of(user)
    assert scope.covers(Permission.HOUSEHOLD_EDIT, here)
    assert scope.covers(Permission.HOUSEHOLD_VIEW, there)
    assert not scope.covers(Permission.HOUSEHOLD_EDIT, there)


def test_the_scope_follows_a_village_that_moves(county, homes):
    from grids.actions import move_grid

    user = holder(Role.TOWN_CLERK, county["乙镇"])
    move_grid(grid=county["甲镇/1村"], to=county["乙镇"], by=None, on=DAY)
    seen = set(Household.objects.visible_to(user).values_list("number", flat=True))
    assert seen == {"乙镇/1村/一格", "甲镇/1村/一格", "甲镇/1村/二格", "子格"}


def test_scope_is_worked_out_once_per_request_however_many_lists_ask(county, homes, django_assert_num_queries):
    user = holder(Role.TOWN_CLERK, county["甲镇"])
    with django_assert_num_queries(2):
        for _ in range(5):
            Scope.of(user).q(Permission.HOUSEHOLD_VIEW)
