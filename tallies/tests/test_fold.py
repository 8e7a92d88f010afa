from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tallies.fold import Place, around, fold

DAY = date(2026, 11, 21)
COUNTY, TOWN, VILLAGE, CELL, SUB_CELL = 1, 20, 300, 4000, 50000


def test_a_sub_cell_counts_in_itself_and_in_every_level_above():
    assert around(Place(COUNTY, TOWN, VILLAGE, CELL, SUB_CELL)) == {
        Place(COUNTY, 0, 0, 0, COUNTY),
        Place(COUNTY, TOWN, 0, 0, TOWN),
        Place(COUNTY, TOWN, VILLAGE, 0, VILLAGE),
        Place(COUNTY, TOWN, VILLAGE, CELL, CELL),
        Place(COUNTY, TOWN, VILLAGE, CELL, SUB_CELL),
    }


def test_a_matter_at_the_town_itself_counts_in_the_town_once_and_in_the_county():
    assert around(Place(COUNTY, TOWN, 0, 0, TOWN)) == {Place(COUNTY, 0, 0, 0, COUNTY), Place(COUNTY, TOWN, 0, 0, TOWN)}


def test_a_village_right_under_a_county_counts_without_a_town():
    assert around(Place(COUNTY, 0, VILLAGE, 0, VILLAGE)) == {
        Place(COUNTY, 0, 0, 0, COUNTY),
        Place(COUNTY, 0, VILLAGE, 0, VILLAGE),
    }


@st.composite
def places(draw) -> Place:
    """Any place of a tree in which every id names one place only."""
    county = draw(st.integers(1, 2))
    path = [draw(st.integers(0, 3)) for _ in range(draw(st.integers(0, 4)))]
    if 0 in path:
        path = path[: path.index(0)]
    ids = [county]
    for step in path:
        ids.append(ids[-1] * 10 + step)
    levels = [*ids[:4], 0, 0, 0][:4]
    return Place._make([*levels, ids[-1]])


leaves = st.lists(
    st.tuples(places(), st.dates(DAY, date(2026, 11, 23)), st.sampled_from(["visits", "closed"]), st.integers(1, 9)),
    max_size=40,
)


@given(leaves)
def test_each_place_holds_what_lies_in_it(rows):
    brute: Counter = Counter()
    for place, day, measure, count in rows:
        for grid in {*place} - {0}:
            brute[grid, day, measure] += count
    folded = {
        (place.grid_id, day, measure): count
        for (place, day), counts in fold(rows).items()
        for measure, count in counts.items()
    }
    assert folded == dict(brute)


@given(leaves, st.randoms(use_true_random=False))
def test_order_and_grouping_make_no_difference(rows, random):
    apart = [(*row[:3], 1) for row in rows for _ in range(row[3])]
    random.shuffle(apart)
    assert fold(apart) == fold(rows)
