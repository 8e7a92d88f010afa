"""分类联系 at the desk: what is missing is listed per target and member, filled by hand with a reason, and kept."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from grids.actions import appoint
from grids.tests.trees import START, person
from households.actions import add_tag
from households.models import Pairing, Quota, Tag
from households.tests.cast import CELL, NOON, TODAY
from households.tests.test_typed_contacts import Cadre, Wanzhou
from members.tests.cast import OTHER_CELL
from surfaces.tests.browsing import said
from visits.models import VisitRule

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def here() -> Wanzhou:
    return Wanzhou()


@pytest.fixture
def clerk(here):
    user = person("经办", "13700010009")
    appoint(user=user, grid=here["甲镇"], role=Role.TOWN_CLERK, on=START, by=None)
    return user


def kind_url(kind, show: str = "") -> str:
    return reverse("console:contact", args=[kind.pk]) + (f"?show={show}" if show else "")


def new_url(kind, **asked) -> str:
    [(name, row)] = asked.items()
    return reverse("console:contact_new", args=[kind.pk]) + f"?{name}={row.pk}"


def test_the_desk_sees_what_each_kind_lacks_and_every_number_opens_its_list(visit, here, clerk):
    firm = here.household("竹制品厂", kind="enterprise")
    shown = visit(clerk, reverse("console:contacts"))
    for words in ("镇级联系人", "乡镇干部", "驻企干部", "特困户", "致富能手"):
        assert words in shown
    assert f"{kind_url(here.firm)}?show=missing" in shown
    listed = visit(clerk, kind_url(here.firm, "missing"))
    assert firm.number in listed
    assert "竹制品厂" not in listed
    assert here[OTHER_CELL].full_name in visit(clerk, kind_url(here.town, "missing"))
    assert "镇干部" in visit(clerk, kind_url(here.star, "short"))


def test_a_group_gets_its_contact_by_hand_with_a_reason(visit, here, clerk):
    url = new_url(here.town, group=here[CELL])
    here.member("农民")
    page = visit(clerk, url)
    assert "镇干部" in page
    assert "农民" not in page
    bare = visit.post(clerk, url, {"choice": here.cadre.pk, "on": TODAY, "reason": ""})
    assert (bare.status_code, "请写明为什么这样安排" in said(bare)) == (422, True)
    answer = visit.post(clerk, url, {"choice": here.cadre.pk, "on": TODAY, "reason": "包片"})
    assert answer.url == kind_url(here.town)
    made = Pairing.objects.get()
    assert (made.group, made.member, made.reason, made.made_by) == (here[CELL], here.cadre, "包片", clerk)
    assert "包片" in visit(clerk, kind_url(here.town, "standing"))
    again = visit.post(clerk, url, {"choice": here.cadre.pk, "on": TODAY, "reason": "包片"})
    assert "已有镇干部担任" in said(again)


def test_a_firm_gets_its_cadre_and_is_due_where_its_programme_has_a_rule(visit, here, clerk):
    VisitRule.objects.create(programme=here.programme, tag="", interval_days=30)
    firm = here.household("竹制品厂", kind="enterprise")
    visit.post(clerk, new_url(here.firm, household=firm), {"choice": here.cadre.pk, "on": TODAY, "reason": "熟悉行业"})
    made = Pairing.objects.get()
    assert (made.household, made.next_due_on is not None) == (firm, True)
    assert "驻企干部" in visit(clerk, reverse("console:household", args=[firm.pk]))
    assert "驻企干部" in visit(clerk, reverse("console:member", args=[here.cadre.pk]))


def test_a_cadre_gets_a_person_by_name_or_a_household_with_the_tag(visit, here, clerk):
    poor, other = here.household("贫户甲"), here.household("普通户")
    add_tag(household=poor, tag=Tag.DESTITUTE, on=TODAY, by=None)
    url = new_url(here.destitute, member=here.cadre)
    page = visit(clerk, url)
    assert poor.number in page
    assert other.number not in page
    wrong = visit.post(clerk, url, {"choice": other.pk, "on": TODAY, "reason": "帮扶"})
    assert "不在您的辖区，或刚才已有人联系" in said(wrong)
    visit.post(clerk, url, {"choice": poor.pk, "on": TODAY, "reason": "帮扶"})
    visit.post(clerk, new_url(here.star, member=here.cadre), {"choice": "王能手", "on": TODAY, "reason": "带动"})
    assert set(Pairing.objects.values_list("household", "person_name")) == {(poor.pk, ""), (None, "王能手")}
    assert "王*手" in visit(clerk, kind_url(here.star, "standing"))
    full = visit.post(clerk, new_url(here.star, member=here.cadre), {"choice": "李能", "on": TODAY, "reason": "带动"})
    assert "达到上限1个" in said(full)


def test_a_contact_is_handed_over_or_ended_and_the_history_stays(visit, here, clerk):
    other = here.member("另一镇干部", cadre=Cadre.TOWN_CADRE)
    first = here.contact(here.town, group=here[CELL])
    url = reverse("console:contact_hand_over", args=[first.pk])
    assert "现在由镇干部担任" in visit(clerk, url)
    assert "由乡镇干部担任" in said(
        visit.post(clerk, url, {"choice": here.member("农民").pk, "on": TODAY, "reason": "调离"})
    )
    visit.post(clerk, url, {"choice": other.pk, "on": TODAY, "reason": "调离"})
    second = Pairing.objects.get(until=None)
    assert (second.member, second.group, second.follows) == (other, here[CELL], first)
    visit.post(clerk, reverse("console:contact_end", args=[second.pk]), {"on": TODAY, "reason": "撤并"})
    history = visit(clerk, kind_url(here.town, "former"))
    for words in ("镇干部", "另一镇干部", "调离", "撤并"):
        assert words in history
    assert here[CELL].full_name in visit(clerk, kind_url(here.town, "missing"))


def test_a_cadre_sees_on_the_phone_whom_they_are_a_contact_of(visit, here, clerk):
    user = person("镇干部", "13700010007")
    appoint(user=user, grid=here[CELL], role=Role.LIAISON_MEMBER, on=START, by=None)
    type(here.cadre).objects.filter(pk=here.cadre.pk).update(user=user)
    assert "分类联系" not in visit(user, reverse("field:me"))
    here.contact(here.town, group=here[CELL])
    here.contact(here.star, person_name="王能手")
    shown = visit(user, reverse("field:me"))
    for words in ("镇级联系人", here[CELL].name, "王能手", "致富能手"):
        assert words in shown
    assert "王能手" not in visit(clerk, reverse("field:me"))


def test_quotas_by_cadre_show_who_has_too_few_and_too_many(visit, here, clerk):
    quota = Quota.objects.create(programme=here.programme, cadre=Cadre.TOWN_CADRE, least=2, target=30, most=38)
    shown = said(visit.get(clerk, reverse("console:contacts")))
    assert "乡镇干部" in shown
    assert "38" in shown
    url = reverse("console:quota", args=[quota.pk])
    assert "镇干部" in visit(clerk, url + "?show=under")
    assert here.cadre.number not in visit(clerk, url + "?show=over")


def test_another_town_sees_the_kinds_and_none_of_these_rows(visit, here, clerk):
    neighbour = person("邻镇", "13700010008")
    appoint(user=neighbour, grid=here["乙镇"], role=Role.TOWN_CLERK, on=START, by=None)
    made = here.contact(here.town, group=here[CELL], reason="包片")
    assert "包片" not in visit(neighbour, kind_url(here.town, "standing"))
    for name in ("contact_hand_over", "contact_end"):
        assert visit.get(neighbour, reverse(f"console:{name}", args=[made.pk])).status_code == 404
    assert visit.get(neighbour, new_url(here.town, group=here[OTHER_CELL])).status_code == 404
