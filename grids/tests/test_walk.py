"""The truth about a tree, from parents alone."""

from hypothesis import given
from hypothesis import strategies as st

from grids.models import Kind
from grids.walk import Place, Row, walk


def test_bounds_depth_scope_and_names_follow_from_parents():
    rows = [
        Row(1, None, Kind.COUNTY, "将乐县", 7, 1),
        Row(2, 1, Kind.TOWN, "水南镇", 7, 9),
        Row(3, 1, Kind.TOWN, "高唐镇", 7, 2),
        Row(4, 2, Kind.VILLAGE, "水口村", 7, 0),
        Row(5, 4, Kind.CELL, "第一网格", 7, 0),
        Row(6, 5, Kind.SUB_CELL, "渠头片", 7, 0),
    ]
    assert walk(rows, free_tree=8) == {
        1: Place(7, 1, 12, 0, 1, 0, 0, 0, "将乐县"),
        3: Place(7, 2, 3, 1, 1, 3, 0, 0, "高唐镇"),
        2: Place(7, 4, 11, 1, 1, 2, 0, 0, "水南镇"),
        4: Place(7, 5, 10, 2, 1, 2, 4, 0, "水南镇水口村"),
        5: Place(7, 6, 9, 3, 1, 2, 4, 5, "水南镇水口村第一网格"),
        6: Place(7, 7, 8, 4, 1, 2, 4, 5, "水南镇水口村第一网格渠头片"),
    }


def test_two_roots_never_share_a_tree_number_and_newcomers_get_free_ones():
    roots = [
        Row(1, None, Kind.COUNTY, "甲", 3, 1),
        Row(2, None, Kind.COUNTY, "乙", 3, 1),
        Row(3, None, "county", "丙", 0, 1),
    ]
    assert {key: place.tree_id for key, place in walk(roots, free_tree=9).items()} == {1: 3, 2: 9, 3: 10}


def test_a_circle_of_parents_is_left_out():
    rows = [Row(1, None, Kind.COUNTY, "甲", 1, 1), Row(2, 3, "sub_cell", "乙", 1, 1), Row(3, 2, "sub_cell", "丙", 1, 1)]
    assert set(walk(rows, free_tree=2)) == {1}


@given(st.lists(st.integers(min_value=0), max_size=60))
def test_bounds_nest_exactly_as_the_parents_do(choices):
    """Any tree: row n+2 hangs under an earlier row. a's bounds enclose b's just when a is b's ancestor."""
    parents = {1: None} | {number + 2: choice % (number + 1) + 1 for number, choice in enumerate(choices)}
    places = walk([Row(key, above, Kind.SUB_CELL, "格", 1, 0) for key, above in parents.items()], free_tree=2)

    def ancestors(key):
        while key := parents[key]:
            yield key

    assert sorted(bound for place in places.values() for bound in (place.lft, place.rght)) == list(
        range(1, 2 * len(parents) + 1)
    )
    for key, place in places.items():
        inside = {other for other, outer in places.items() if outer.lft < place.lft and place.rght < outer.rght}
        assert inside == set(ancestors(key))
        assert place.depth == len(inside)
