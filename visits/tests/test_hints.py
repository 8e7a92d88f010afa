"""Unlikely visits are hinted at: by rule, once, in private, and what explains itself is left out."""

from datetime import timedelta

import pytest
import time_machine

from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.tests.cast import CELL
from members.models import Member
from visits.actions import Answers
from visits.hints import look_back, sentence, settle_hint
from visits.models import VisitHint
from visits.tests.cast import SINCE, Round, day

pytestmark = pytest.mark.django_db
COPIED = Answers(family="家中一切都好，没有别的困难")


class Watched(Round):
    def __init__(self) -> None:
        super().__init__()
        self.visitor = User.objects.create_user("13900000096", "勤走访")
        self.doer = self.member()
        Member.objects.filter(pk=self.doer.pk).update(user=self.visitor, capacity_max=50)
        self.doer.refresh_from_db()
        self.pairings = [self.begun(self.household(), member=self.doer) for _ in range(6)]

    def go(self, number: int, at, *, recorded=None, by=None, **more) -> None:
        for pairing in self.pairings[:number]:
            self.visit(pairing, at, at=recorded or at, by=by or self.visitor, **more)

    def posted(self, phone: str, role: Role, grid: Grid) -> User:
        user = User.objects.create_user(phone, role.label)
        Posting.objects.create(user=user, role=role, since=SINCE, **grid.scope())
        return user


@pytest.fixture
def here() -> Watched:
    return Watched()


def hints() -> list[str]:
    return [sentence(hint) for hint in VisitHint.objects.order_by("rule")]


def test_four_households_in_one_minute_are_hinted_at_once(here):
    here.go(4, day(10))
    assert look_back(day(11, 2)) == 1
    assert look_back(day(11, 2)) == 0
    assert hints() == ["有4户的走访时间在同一分钟"]


def test_three_are_not_and_neither_are_four_apart(here):
    here.go(3, day(10))
    for number, pairing in enumerate(here.pairings[:4]):
        here.visit(pairing, day(12) + timedelta(minutes=number), at=day(12, 18), by=here.visitor)
    look_back(day(13, 2))
    assert hints() == []


def test_what_a_clerk_keyed_in_from_paper_has_no_minute(here):
    here.go(5, day(10), by=here.clerk_user)
    look_back(day(11, 2))
    assert hints() == []


def test_the_same_words_for_four_households_are_hinted_at_whoever_typed_them(here):
    here.go(4, day(10), by=here.clerk_user, answers=COPIED)
    look_back(day(11, 2))
    assert hints() == ["有4户写的话完全一样"]


def test_short_words_are_alike_everywhere(here):
    here.go(6, day(10), by=here.clerk_user, answers=Answers(family="一切正常"))
    look_back(day(11, 2))
    assert hints() == []


def test_many_old_visits_on_the_last_days_of_a_month(here):
    for number, pairing in enumerate(here.pairings):
        here.visit(pairing, day(5 + number), at=day(29), by=here.visitor)
    look_back(day(30, 2))
    assert hints() == ["月底一天补记了6户五天以前的走访"]


def test_the_same_in_the_middle_of_a_month_is_only_catching_up(here):
    for number, pairing in enumerate(here.pairings):
        here.visit(pairing, day(2 + number), at=day(20), by=here.visitor)
    look_back(day(21, 2))
    assert hints() == []


def test_a_night_without_a_run_loses_nothing(here):
    here.go(4, day(10))
    assert look_back(day(13, 2)) == 1


def test_the_village_and_the_town_see_it_and_nobody_else_not_even_the_county(here):
    here.go(4, day(10))
    look_back(day(11, 2))
    village = Grid.objects.get(pk=here[CELL].village_id)
    town, county = (Grid.objects.get(pk=pk) for pk in (village.town_id, village.county_id))
    with time_machine.travel(day(11), tick=False):
        seen = {
            role: VisitHint.objects.visible_to(here.posted(f"1390000020{number}", role, grid)).count()
            for number, (role, grid) in enumerate(
                [
                    (Role.CHIEF_GRID_LEADER, village),
                    (Role.TOWN_CLERK, town),
                    (Role.COUNTY_CLERK, county),
                    (Role.COUNTY_LEADER, county),
                    (Role.GRID_LEADER, here[CELL]),
                ]
            )
        }
        assert list(seen.values()) == [1, 1, 0, 0, 0]
        Posting.objects.create(user=here.visitor, role=Role.CHIEF_GRID_LEADER, since=SINCE, **village.scope())
        assert VisitHint.objects.visible_to(here.visitor).count() == 0, "never about oneself"


def test_a_word_was_had_and_noted_and_it_does_not_come_back(here):
    here.go(4, day(10))
    look_back(day(11, 2))
    hint = VisitHint.objects.get()
    with pytest.raises(Refused, match="了解到的情况"):
        settle_hint(hint=hint, note=" ", at=day(11), by=here.clerk_user)
    settle_hint(hint=hint, note="院坝会上一起见的", at=day(11), by=here.clerk_user)
    with pytest.raises(Outrun):
        settle_hint(hint=hint, note="再看", at=day(11), by=here.clerk_user)
    look_back(day(12, 2))
    assert VisitHint.objects.waiting().count() == 0
