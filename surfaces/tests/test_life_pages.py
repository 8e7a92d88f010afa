"""Life after pairing at the desk: a household splits, somebody leaves, a member's households pass on together."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from households.actions import pair
from households.models import Household, Pairing
from households.tests.round_cast import NOON, TODAY, Hamlet
from households.tests.test_life import family
from surfaces.tests.browsing import said

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def here() -> Hamlet:
    return Hamlet()


@pytest.fixture
def clerk(here):
    return here.posted("经办", 9, "甲镇", Role.TOWN_CLERK)


def test_a_household_splits_and_its_member_looks_after_both(visit, here, clerk):
    home = here.homes[0]
    father, son = family(home, "李水根", "李小明")
    pair(member=here.huang, household=home, programme=here.programme, on=TODAY, by=None)
    url = reverse("console:household_split", args=[home.pk])
    shown = visit(clerk, url)
    assert "李*明" in shown
    assert "李小明" not in shown
    given = {"residents": [son.pk], "head": son.pk, "number": "H99", "on": TODAY}
    wrong = visit.post(clerk, url, {**given, "head": father.pk})
    assert "不在分出去的人里" in said(wrong)
    assert visit.post(clerk, url, given).status_code == 302
    new = Household.objects.get(number="H99")
    assert (new.head_name, new.grid) == ("李小明", home.grid)
    assert Pairing.objects.get(household=new).member == here.huang
    assert "分户" in visit(clerk, reverse("console:household", args=[home.pk]))


def test_the_last_who_leaves_closes_the_household(visit, here, clerk):
    home = here.homes[0]
    father, son = family(home, "李水根", "李小明")
    for person, sentence in ((son, "已登记离开"), (father, "这一户没有人了，已销户")):
        url = reverse("console:resident_left", args=[home.pk, person.pk])
        assert url in visit(clerk, reverse("console:household", args=[home.pk]))
        answer = visit.post(clerk, url, {"on": TODAY, "reason": "迁出"})
        assert sentence in said(visit.get(clerk, answer.url))
    home.refresh_from_db()
    assert home.closed_on == TODAY
    assert visit.get(clerk, reverse("console:resident_left", args=[home.pk, son.pk])).status_code == 404


def test_several_households_pass_to_another_member_or_none_does(visit, here, clerk):
    for home in here.homes[:3]:
        pair(member=here.huang, household=home, programme=here.programme, on=TODAY, by=None)
    url = reverse("console:member_hand_over", args=[here.huang.pk])
    shown = visit(clerk, url)
    assert url in visit(clerk, reverse("console:member", args=[here.huang.pk]))
    assert shown.count('name="pairings"') == 3
    assert "林国强" in shown
    chosen = list(Pairing.objects.order_by("pk").values_list("pk", flat=True))[:2]
    given = {"pairings": chosen, "member": here.lin.pk, "on": TODAY, "reason": "外出务工"}
    type(here.lin).objects.filter(pk=here.lin.pk).update(capacity_min=0, capacity_max=1)
    full = visit.post(clerk, url, given)
    assert "还有1个名额，要移交2户" in said(full)
    assert full.content.decode().count("checked") == 3, "two households and the member stay ticked"
    assert not Pairing.objects.filter(member=here.lin).exists()
    type(here.lin).objects.filter(pk=here.lin.pk).update(capacity_max=4)
    assert visit.post(clerk, url, given).status_code == 302
    assert Pairing.objects.filter(member=here.lin, reason="外出务工").count() == 2
    assert Pairing.objects.filter(member=here.huang, until=None).count() == 1


def test_who_may_not_is_refused(visit, here, clerk):
    home, user = here.homes[0], here.with_account(here.huang, 7)
    (person,) = family(home, "李水根")
    addresses = [
        reverse("console:household_split", args=[home.pk]),
        reverse("console:resident_left", args=[home.pk, person.pk]),
        reverse("console:member_hand_over", args=[here.huang.pk]),
    ]
    for address in addresses:
        assert visit.get(user, address).status_code == 403
        assert visit.get(here.neighbour, address).status_code == 404
