"""Many people edit the tree at once and nobody ends up in the wrong place (../shared/scale.md).

Measured by hand with a tree_write that takes no lock, same operations: 123–156 of 182 grids wrong and 2–5 of 200
operations broken by deadlocks or InvalidMove (docs/adr/0005-one-tree-writer.md). With the lock: none, in every run.
"""

import random
import threading
from functools import partial

import pytest
from django.db import IntegrityError, OperationalError

from accounts.errors import Refused
from accounts.roles import Role
from grids.actions import add_grid, appoint, close_grid, merge_grids, move_grid, rename_grid
from grids.check import check_grids
from grids.models import Grid, Kind, Posting
from grids.tests.trees import DAY, START, County, at_once, person
from households.models import Household
from workdays.now import now

WRITERS, OPERATIONS, READERS = 8, 25, 2


def one_operation(dice: random.Random, county_id: int) -> None:
    """A random verb on random grids of the county, as they were a moment ago: the verb must read again itself."""
    grids = list(Grid.objects.in_force().filter(county_id=county_id).order_by("pk"))
    cells = [grid for grid in grids if grid.kind == Kind.CELL]
    villages = [grid for grid in grids if grid.kind == Kind.VILLAGE]
    towns = [grid for grid in grids if grid.kind == Kind.TOWN]
    name = f"{dice.getrandbits(48):012x}"
    dice.choice(
        [
            lambda: add_grid(parent=dice.choice(villages), kind=Kind.CELL, name=name, by=None, on=DAY),
            lambda: add_grid(parent=dice.choice(cells), kind=Kind.SUB_CELL, name=name, by=None, on=DAY),
            lambda: rename_grid(grid=dice.choice(villages + cells + towns), name=name, by=None, on=DAY),
            lambda: move_grid(grid=dice.choice(cells), to=dice.choice(villages), by=None, on=DAY),
            lambda: move_grid(grid=dice.choice(villages), to=dice.choice(towns), by=None, on=DAY),
            lambda: merge_grids(source=dice.choice(cells), into=dice.choice(cells), by=None, on=DAY),
            lambda: close_grid(grid=dice.choice(cells), by=None, on=DAY),
        ]
    )()


def write_much(county_id: int, seed: int) -> dict[str, int]:
    dice, count = random.Random(seed), {"done": 0, "refused": 0, "broken": 0}
    for _ in range(OPERATIONS):
        try:
            one_operation(dice, county_id)
            count["done"] += 1
        except Refused:
            count["refused"] += 1
        except (OperationalError, IntegrityError):
            count["broken"] += 1
    return count


def read_until(over: threading.Event) -> list[str]:
    """What was ever wrong with a tree as a reader saw it, while the writers were at work."""
    wrong: list[str] = []
    while not over.wait(0.05):
        wrong += [str(one) for one in check_grids()[1]]
    return wrong


@pytest.mark.django_db(transaction=True)
def test_eight_writers_and_two_readers_leave_and_see_no_wrong_row():
    counties = [County(1, towns=4, villages=5, cells=4)[""].pk, County(2, towns=2, villages=3, cells=3)[""].pk]
    over, left = threading.Event(), threading.Semaphore(0)

    def writer(number: int):
        try:
            return write_much(counties[number % 2], seed=number)
        finally:
            left.release()

    def bell():
        for _ in range(WRITERS):
            left.acquire()
        over.set()

    jobs = [partial(writer, number) for number in range(WRITERS)] + [partial(read_until, over)] * READERS + [bell]
    results = at_once(jobs)

    counts, seen = results[:WRITERS], results[WRITERS:-1]
    assert sum(count["broken"] for count in counts) == 0
    assert sum(count["done"] for count in counts) > WRITERS * OPERATIONS / 2
    assert seen == [[], []]
    assert check_grids()[1] == []


@pytest.mark.django_db(transaction=True)
def test_households_and_postings_put_into_a_village_on_the_move_arrive_with_it():
    county = County()
    village, leader = county["甲镇/1村"], person()
    cells = [county["甲镇/1村/一格"], county["甲镇/1村/二格"]]

    def move_back_and_forth():
        for turn in range(12):
            move_grid(grid=village, to=county["乙镇" if turn % 2 == 0 else "甲镇"], by=None, on=DAY)

    def add_households(first: int):
        for number in range(first, first + 40):
            insert_household(cells[number % 2].pk, f"H{number:04d}")

    def appoint_and_dismiss():
        for _ in range(10):
            appoint(user=leader, grid=cells[0], role=Role.GRID_LEADER, on=START, by=None).delete()
        appoint(user=leader, grid=cells[0], role=Role.GRID_LEADER, on=START, by=None)

    at_once([move_back_and_forth, partial(add_households, 0), partial(add_households, 1000), appoint_and_dismiss])

    assert Household.objects.count() == 80
    for model in (Household, Posting):
        assert [row.pk for row in model.objects.select_related("grid") if not stands_in_its_grid(row)] == []
    assert check_grids()[1] == []


def insert_household(grid_id: int, number: str) -> None:
    """As households.actions would: read the grid, insert; when the grid moved in between, the key refuses: again."""
    while True:
        place = Grid.objects.get(pk=grid_id).scope()
        try:
            Household.objects.create(number=number, head_name="演示户", created_at=now(), **place)
        except IntegrityError:
            continue
        return


def stands_in_its_grid(row) -> bool:
    return all(getattr(row, column) == value for column, value in row.grid.scope().items())
