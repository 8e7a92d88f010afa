"""Papers of pairing as staff ask for them: from the lists, from a member, from a household."""

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from exchange.models import Job
from exchange.run import run
from exchange.tests.cast import NOON, Office
from grids.actions import appoint
from grids.tests.trees import START, person
from surfaces.tests.browsing import said

NEW = reverse("console:print_new")
TODAY = NOON.date().isoformat()


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


class Hall(Office):
    """With a pairing and the secretary of its village."""

    def __init__(self) -> None:
        super().__init__()
        self.pairing = self.paired(self.member("罗德胜"), self.household("李水根"))
        self.secretary = person("村书记", "13700007777")
        appoint(user=self.secretary, role=Role.CHIEF_GRID_LEADER, grid=self["甲镇/1村"], by=None, on=START)


@pytest.fixture
def office(db) -> Hall:
    return Hall()


def test_every_list_of_pairing_leads_to_its_paper_for_the_place_looked_at(visit, office):
    village = office["甲镇/1村"].pk
    for name, kind in (("pairings", "roster"), ("pairings", "cards"), ("gaps", "gaps"), ("members", "loads")):
        page = visit(office.secretary, reverse(f"console:{name}") + f"?place={village}")
        assert f"{NEW}?kind={kind}_print&amp;place={village}" in page
    form = visit(office.secretary, f"{NEW}?kind=gaps_print&place={village}")
    assert f'value="{village}" selected' in form
    assert 'value="gaps_print"' in form.split("checked")[0].rsplit("<input", 1)[1]


def test_a_secretary_prints_and_fetches_the_file(visit, office):
    given = {"kind": "cards_print", "place": "", "parted": "village", "on": TODAY}
    answer = visit.post(office.secretary, NEW, given)
    job = Job.objects.get()
    assert answer.url == reverse("console:export", args=[job.pk])
    run(job.pk, at=NOON)
    assert "共1条" in visit(office.secretary, answer.url)
    assert "打印联系服务卡" in visit(office.secretary, reverse("console:exports"))
    assert "导出名单" not in visit(office.secretary, reverse("console:exports"))
    file = visit.get(office.secretary, reverse("console:export_file", args=[job.pk]))
    assert file["Content-Type"] == "application/pdf"
    assert b"".join(file.streaming_content).startswith(b"%PDF-")


@pytest.mark.parametrize("whose", ["member", "household"])
def test_one_member_or_household_has_a_button_of_its_own(visit, office, whose):
    row = getattr(office.pairing, whose)
    link = f"{NEW}?{whose}={row.pk}"
    assert link in visit(office.secretary, reverse(f"console:{whose}", args=[row.pk]))
    form = visit(office.secretary, link)
    assert "只打印" in form
    assert "李水根" not in form
    assert 'name="place"' not in form
    visit.post(office.secretary, link, {"kind": "cards_print", "on": TODAY})
    assert Job.objects.get().asked == {whose: row.pk, "on": TODAY, "parted": "village"}


def test_what_one_does_not_see_cannot_be_printed(visit, office):
    for whose in ("member", "household"):
        link = f"{NEW}?{whose}={getattr(office.pairing, whose).pk}"
        assert visit.get(office.other_clerk, link).status_code == 404
    assert visit.get(office.other_clerk, f"{NEW}?member=x").status_code == 200


def test_nothing_to_print_is_said_at_the_place(visit, office):
    given = {"kind": "gaps_print", "place": "", "parted": "village", "on": TODAY}
    answer = visit.post(office.secretary, NEW, given)
    assert answer.status_code == 422
    assert "这里每一户都有党员联系，没有可以打印的，请换一个地方或日期。" in said(answer)
    assert not Job.objects.exists()
