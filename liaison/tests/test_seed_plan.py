"""The plan of a demo county: pure, the same for the same seed, and adding up."""

import csv
from datetime import date
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import normal
from accounts.errors import Refused
from households.models import Tag
from liaison.seeding import people
from liaison.seeding.county import Village, plan_county, share_out
from liaison.seeding.ground import numeral
from liaison.seeding.history import visits_of
from liaison.seeding.matters import MATTERS, WAYS
from liaison.seeding.register import Story
from liaison.seeding.shapes import DIVISIONS, SHAPES, apportion, shape_of
from liaison.seeding.staff import plan_staff
from liaison.seeding.units import UNITS
from visits.models import Visit
from visits.rules import next_due

DAY = date(2026, 11, 20)
PUBLISHED = sorted(SHAPES)


def villages(name: str) -> list[Village]:
    with (DIVISIONS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [Village(row["code"], row["name"]) for row in rows if not row["code"].endswith("000")]


def shared(name: str) -> list[Village]:
    return share_out(villages(name), SHAPES[name], seed=1)


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_villages_share_out_the_published_totals_exactly(name):
    shape = SHAPES[name]
    for total in ("cells", "households", "members", "paired"):
        assert sum(getattr(village, total) for village in shared(name)) == getattr(shape, total)
    assert shape.showcase in {village.code for village in shared(name)}


@pytest.mark.parametrize("name", PUBLISHED)
def test_everybody_is_covered_within_the_members_limits(name):
    for village in shared(name):
        assert village.households >= 5 * village.paired
        assert -(-village.households // village.paired) <= SHAPES[name].capacity_max
        assert 1 <= village.cells <= 999


def test_the_same_seed_gives_the_same_county_and_another_seed_another():
    def some(seed: int) -> list[object]:
        return list(islice(plan_county(shared("jiangle"), seed=seed, on=DAY), 3))

    assert some(1) == some(1)
    assert some(1) != some(2)


def test_the_same_seed_gives_the_same_visits_and_staff():
    assert visits_of(Random(5), interval=14, on=DAY) == visits_of(Random(5), interval=14, on=DAY)
    codes = ("350428000000", ["350428100000"], ["350428100201"])
    assert plan_staff(*codes, seed=1, on=DAY) == plan_staff(*codes, seed=1, on=DAY)


def test_each_pairing_names_one_member_and_each_household_one_pairing():
    for plan in islice(plan_county(shared("jiangle"), seed=1, on=DAY), 20):
        loads = [0] * plan.village.paired
        for pairing in plan.pairings:
            loads[pairing.member] += 1
        assert sorted(pairing.household for pairing in plan.pairings) == list(range(plan.village.households))
        assert min(loads) >= 5
        assert all(not member.exempt_reason for member in plan.members[: plan.village.paired])


def test_a_grid_leader_leads_one_cell_and_lives_there():
    for plan in plan_county(shared("jiangle"), seed=1, on=DAY):
        filled = [(cell, leader) for cell, leader in enumerate(plan.leaders) if leader is not None]
        assert all(plan.members[leader].cell == cell for cell, leader in filled)
        assert len({leader for _, leader in filled}) == len(filled)
        assert 0 not in {leader for _, leader in filled}


def test_every_generated_id_number_is_valid_and_of_no_real_place():
    plan = next(plan_county(shared("jiangle"), seed=1, on=DAY))
    everybody = [person for household in plan.households for person in household.people]
    for person in everybody:
        assert normal.id_fault(person.id_number) is None
        assert person.id_number.startswith("990000")
        assert person.id_number[6:14] == f"{person.born:%Y%m%d}"
        assert int(person.id_number[16]) % 2 == int(person.sex) % 2
    assert len({person.id_number for person in everybody}) > 0.99 * len(everybody)


def test_phones_are_well_formed_and_of_no_operator():
    for phone in (people.phone(0, 1), people.phone(99, 999_999)):
        assert normal.phone_fault(phone) is None
        assert phone.startswith("160")
    assert people.staff_phone(0, 1) == "19900000001"


def test_a_household_has_two_to_five_people_but_the_old_alone():
    plan = next(plan_county(shared("jiangle"), seed=1, on=DAY))
    for household in plan.households:
        alone = Tag.OLD_ALONE in household.tags
        assert len(household.people) == 1 if alone else 2 <= len(household.people) <= 5
        assert household.address.startswith("演示·")
        assert household.number.startswith("YS")


def test_the_history_of_visits_ends_in_the_due_date_it_states():
    for seed in range(50):
        visits, due = visits_of(Random(seed), interval=14, on=DAY)
        reached = [next_due(visit.at.date(), visit.outcome, 14) for visit in visits]
        assert due == max(reached)
        assert visits[0].outcome == Visit.Outcome.MET
        assert all(visit.at.date() < DAY for visit in visits)
        assert [visit.at for visit in visits] == sorted(visit.at for visit in visits)


def test_every_matter_has_a_department_and_every_way_only_moves_that_exist():
    assert {matter.unit for matter in MATTERS} <= set(UNITS)
    steps = {step for way in WAYS for step in way.steps.split()}
    assert [step for step in steps if not hasattr(Story, f"_{step}")] == []


@given(
    st.lists(st.tuples(st.floats(0.01, 100), st.integers(0, 5), st.integers(0, 20)), min_size=1, max_size=30),
    st.floats(0, 1),
)
def test_shares_add_up_within_their_bounds_whatever_the_weights(rows, fill):
    weights = [weight for weight, _, _ in rows]
    least = [low for _, low, _ in rows]
    most = [low + room for _, low, room in rows]
    total = sum(least) + round(fill * (sum(most) - sum(least)))
    shares = apportion(total, weights, least=least, most=most)
    assert sum(shares) == total
    assert all(low <= share <= high for low, share, high in zip(least, shares, most, strict=True))


def test_a_total_that_cannot_be_shared_out_is_refused():
    with pytest.raises(Refused, match="10无法分到2个村（至少2，至多4）"):
        apportion(10, [1, 1], least=[1, 1], most=[2, 2])


@pytest.mark.parametrize(
    ("households", "members", "sentence"),
    [(39, 20, "4个村至少要40户"), (400, 3, "4个村至少要4名党员")],
)
def test_totals_too_small_for_the_villages_are_refused(households, members, sentence):
    with pytest.raises(Refused, match=sentence):
        shape_of(households=households, members=members, villages=4, profile="jiangle")


@pytest.mark.parametrize(
    ("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (121, "121")]
)
def test_cells_are_numbered_as_people_say_it(number, said):
    assert numeral(number) == said
