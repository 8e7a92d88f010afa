"""Two at once, on two connections."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from accounts.errors import Refused
from accounts.models import User
from issues.tests.cast import MONDAY, TOWN, people_a_county
from notices.models import Notice
from rosters.actions import agree, ask_swap, open_rota, vacate, withdraw
from rosters.generating import generate
from rosters.holes import tell_holes
from rosters.models import DutyShift, Swap
from rosters.tests.conftest import NIGHT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rota():
    cast = people_a_county()
    people = [cast.clerk, cast.second_clerk]
    known = {"kind": "after_hours", "place": "值班室", "people": people, "by": cast.clerk, "at": MONDAY}
    return open_rota(grid=cast.grids[TOWN], **known, **NIGHT)


def at_once(*deeds):
    def done(deed):
        try:
            return deed()
        except Refused as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(done, deeds))


def test_two_workers_generate_the_same_rows_once(rota):
    later = MONDAY + timedelta(days=14)
    made = at_once(*[lambda: generate(at=later)] * 4)
    assert sorted(made) == [0, 0, 0, 14]
    assert DutyShift.objects.count() == 28


def test_two_workers_tell_of_a_hole_once(rota):
    vacate(shift=rota.shifts.order_by("day")[3], by=None, at=MONDAY)
    assert sum(at_once(*[lambda: tell_holes(at=MONDAY)] * 4)) == 2
    assert Notice.objects.filter(kind="duty_hole").count() == 2


def test_agreeing_and_withdrawing_at_once_leave_one_end(rota):
    asker, colleague = User.objects.get(name="叶经办"), User.objects.get(name="陈经办")
    ahead = rota.shifts.filter(starts_at__gt=MONDAY + timedelta(days=1)).order_by("day")
    mine, theirs = ahead.filter(user=asker)[0], ahead.filter(user=colleague)[0]
    swap = ask_swap(shift=mine, in_return=theirs, asked_of=colleague, by=asker, at=MONDAY)
    answers = at_once(
        lambda: agree(swap=Swap.objects.get(pk=swap.pk), by=colleague, at=MONDAY),
        lambda: withdraw(swap=Swap.objects.get(pk=swap.pk), by=asker, at=MONDAY),
        lambda: agree(swap=Swap.objects.get(pk=swap.pk), by=colleague, at=MONDAY),
    )
    assert sum(answer is None for answer in answers) == 1
    swap.refresh_from_db()
    mine.refresh_from_db()
    theirs.refresh_from_db()
    changed = (mine.user, theirs.user) == (colleague, asker)
    assert changed == (swap.state == "agreed")
