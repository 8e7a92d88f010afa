"""暂停走访 on the phone and at the desk: by whom the rule names, listed, and ended early."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from issues.tests.cast import MONDAY
from profiles.terms import EXCUSERS
from surfaces.field import work
from surfaces.tests.browsing import said
from surfaces.tests.field_cast import Patch, page
from visits.models import VisitPause, VisitRule
from workdays.now import today

pytestmark = pytest.mark.django_db
LIST = reverse("console:pauses")


@pytest.fixture(autouse=True)
def _monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def patch(cast) -> Patch:
    made = Patch(cast)
    VisitRule.objects.update(excused_by=EXCUSERS)
    made.due_in(made.mine, -3)
    return made


def typed(**more) -> dict:
    return {"reason": "hospital", "until": today() + timedelta(days=20), "note": "县医院", **more}


def at(name: str, patch: Patch, *more) -> str:
    return reverse(name, args=[patch.mine.pk, *more])


@pytest.mark.parametrize("surface", ["field", "console"])
def test_the_secretary_pauses_and_the_household_is_overdue_no_more(patch, visit, cast, surface):
    assert work.overdue(cast.member).count() == 1
    answer = visit.post(cast.secretary, at(f"{surface}:pause", patch), typed())
    assert "走访已暂停，11月22日（周日）恢复" in said(visit.get(cast.secretary, answer.url))
    assert work.overdue(cast.member).count() == 0
    shown = visit(cast.secretary, at(f"{surface}:household", patch))
    for words in ("走访暂停到11月22日（周日）", "住院治疗", "提前恢复走访"):
        assert words in shown


def test_the_member_reads_of_the_pause_and_has_no_button(patch, client, visit, cast):
    visit.post(cast.secretary, at("field:pause", patch), typed())
    shown = page(client, cast.member, at("field:household", patch))
    assert "走访暂停到11月22日" in shown
    assert "提前恢复走访" not in shown
    answer = visit.post(cast.member, at("field:pause", patch), typed())
    assert answer.status_code == 403
    assert "由总网格长、第一书记、支部书记" in answer.content.decode()


def test_the_list_shows_who_waits_until_when_and_never_why(patch, visit, cast):
    visit.post(cast.secretary, at("field:pause", patch), typed())
    shown = visit(cast.clerk, LIST)
    assert "11月22日（周日）" in shown
    assert "住院" not in shown
    assert "没有暂停走访的住户" in visit(cast.clerk, f"{LIST}?standing=past")


def test_ended_early_it_is_due_today_and_the_page_keeps_the_history(patch, visit, cast):
    visit.post(cast.secretary, at("field:pause", patch), typed())
    pause = VisitPause.objects.get()
    with time_machine.travel(MONDAY + timedelta(days=2), tick=False):
        answer = visit.post(cast.clerk, at("console:pause_end", patch, pause.pk), {})
        assert "已恢复走访" in said(visit.get(cast.clerk, answer.url))
        assert work.soon(cast.member).count() == 1
        shown = visit(cast.clerk, at("console:household", patch))
        assert "以前的暂停 1次" in shown
        assert "提前恢复" in shown
        assert visit.post(cast.clerk, at("console:pause_end", patch, pause.pk), {}).status_code == 404


def test_a_pause_without_a_reason_is_sent_back_with_what_was_typed(patch, visit, cast):
    answer = visit.post(cast.secretary, at("field:pause", patch), typed(reason=""))
    assert answer.status_code == 422
    assert "县医院" in answer.content.decode()
