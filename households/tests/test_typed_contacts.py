"""Typed contacts: villager groups with two, cadres with one of each kind, firms, named persons."""

from functools import partial

import pytest

from accounts.errors import Refused
from grids.tests.trees import at_once
from households.actions import add_tag, end_pairing, pair_contact
from households.missing_contacts import short_of_contacts, without_contact
from households.models import ContactType, Pairing, Quota, Tag
from households.tests.cast import CELL, TODAY, Village
from members.models import Member
from members.tests.cast import OTHER_CELL

pytestmark = pytest.mark.django_db
Cadre, Target = Member.Cadre, ContactType.Target


class Wanzhou(Village):
    def __init__(self, number: int = 1) -> None:
        super().__init__(number)
        kind = partial(ContactType.objects.create, programme=self.programme)
        self.town = kind(
            code="town_contact", name="镇级联系人", target=Target.GROUP, cadres=[Cadre.TOWN_CADRE], required=True
        )
        self.destitute = kind(code="destitute", name="特困户", target=Target.FAMILY, tag=Tag.DESTITUTE, required=True)
        self.firm = kind(code="firm", name="驻企干部", target=Target.ENTERPRISE, required=True)
        self.star = kind(code="star", name="致富能手", target=Target.PERSON)
        for code in ("destitute", "star"):
            Quota.objects.create(
                programme=self.programme, cadre=Cadre.TOWN_CADRE, contact_type=code, least=1, target=1, most=1
            )
        self.cadre = self.member("镇干部", cadre=Cadre.TOWN_CADRE)

    def contact(self, kind: ContactType, **more) -> Pairing:
        given = {"member": self.cadre, "programme": self.programme, "on": TODAY, "by": None}
        return pair_contact(contact_type=kind.code, **{**given, **more})


@pytest.fixture
def here() -> Wanzhou:
    return Wanzhou()


def test_a_villager_group_has_one_contact_of_a_level(here):
    pairing = here.contact(here.town, group=here[CELL])
    assert (pairing.group, pairing.household, pairing.cell_id) == (here[CELL], None, here[CELL].pk)
    other = here.member("另一镇干部", cadre=Cadre.TOWN_CADRE)
    with pytest.raises(Refused, match="已有镇干部担任“镇级联系人”（自2026-11-20起），要换人请用“移交”"):
        here.contact(here.town, group=here[CELL], member=other)
    end_pairing(pairing=pairing, on=TODAY, reason="调离", by=None)
    here.contact(here.town, group=here[CELL], member=other)


def test_households_firms_and_persons_are_contacts_too(here):
    home, firm = here.household(), here.household("竹制品厂", kind="enterprise")
    add_tag(household=home, tag=Tag.DESTITUTE, on=TODAY, by=None)
    assert here.contact(here.destitute, household=home).household == home
    assert here.contact(here.firm, household=firm).household == firm
    person = here.contact(here.star, person_name=" 王能手 ")
    assert (person.person_name, person.cell_id) == ("王能手", here[CELL].pk)


def test_a_contact_that_cannot_be_is_refused(here):
    home, firm, villager = here.household(), here.household("厂", kind="enterprise"), here.member("农民")
    for kind, given, sentence in (
        (here.town, {"group": here[CELL], "member": villager}, "“镇级联系人”由乡镇干部担任，农民是农村党员"),
        (here.town, {"group": here["甲镇"]}, "请选择一个村民小组"),
        (here.town, {"group": Village(2)[CELL]}, "不在本县"),
        (here.destitute, {"household": home}, r"联系有“特困”标签的户，李\*根户（H1）没有"),
        (here.destitute, {"household": firm}, "请选择一户家庭"),
        (here.firm, {"household": home}, "请选择一家企业"),
        (here.star, {"person_name": " "}, "请填写联系对象的姓名"),
        (ContactType(code="luck"), {}, "没有“luck”这种联系类型"),
    ):
        with pytest.raises(Refused, match=sentence):
            here.contact(kind, **given)
    assert not Pairing.objects.exists()


def test_each_cadre_has_so_many_of_a_kind_and_no_more(here):
    here.contact(here.star, person_name="王能手")
    with pytest.raises(Refused, match="镇干部的“致富能手”已有1个，达到上限1个"):
        here.contact(here.star, person_name="李能手")


def test_what_is_missing_is_listed(here):
    poor, firm = here.household("贫"), here.household("厂", kind="enterprise")
    add_tag(household=poor, tag=Tag.DESTITUTE, on=TODAY, by=None)
    here.contact(here.town, group=here[CELL])
    groups = set(without_contact(here.town, TODAY))
    assert here[OTHER_CELL] in groups
    assert here[CELL] not in groups
    assert list(without_contact(here.destitute, TODAY)) == [poor]
    assert list(without_contact(here.firm, TODAY)) == [firm]
    assert not without_contact(here.star, TODAY).exists()
    assert [(one, one.load, one.least) for one in short_of_contacts(here.star, TODAY)] == [(here.cadre, 0, 1)]
    here.contact(here.star, person_name="王能手")
    assert not short_of_contacts(here.star, TODAY).exists()


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_give_a_group_one_contact(here):
    cadres = [here.member(f"干部{number}", cadre=Cadre.TOWN_CADRE) for number in range(3)]

    def take(member: Member) -> object:
        try:
            return here.contact(here.town, group=here[CELL], member=member)
        except Refused as refused:
            return refused.sentence

    outcomes = at_once([partial(take, member) for member in cadres])
    assert sum(isinstance(outcome, Pairing) for outcome in outcomes) == 1
