"""The treemap: areas speak true, tiles fill the picture without overlapping, names stand where they fit."""

from itertools import combinations

import pytest

from surfaces.county.treemap import HEIGHT, WIDTH, Plot, treemap


def plots(*open_ones: int) -> list[Plot]:
    return [Plot(f"第{number}镇", "/", value, 0) for number, value in enumerate(open_ones)]


@pytest.mark.parametrize("values", [(5,), (3, 3), (9, 4, 2, 1), (40, 12, 12, 7, 5, 3, 1, 1, 1, 1, 1, 1, 1)])
def test_areas_are_as_the_numbers_and_fill_the_picture(values):
    tiles = treemap(plots(*values))
    whole = sum(values)
    for tile in tiles:
        assert tile.width * tile.height == pytest.approx(tile.plot.open / whole * WIDTH * HEIGHT)
        assert -1e-6 <= tile.x <= tile.x + tile.width <= WIDTH + 1e-6
        assert -1e-6 <= tile.y <= tile.y + tile.height <= HEIGHT + 1e-6
    for one, other in combinations(tiles, 2):
        across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
        down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
        assert across <= 1e-6 or down <= 1e-6


def test_tiles_are_nearly_square_where_numbers_are_alike():
    for tile in treemap(plots(*[7] * 13)):
        assert 1 / 2.5 < tile.width / tile.height < 2.5


def test_places_with_nothing_open_are_left_out():
    assert [tile.plot.open for tile in treemap(plots(0, 4, 0, 2))] == [4, 2]
    assert treemap(plots(0, 0)) == []


@pytest.mark.parametrize(("late", "tone"), [(0, "none"), (1, "some"), (2, "some"), (3, "much"), (10, "much")])
def test_the_tone_says_how_much_is_late(late, tone):
    assert treemap([Plot("镇", "/", 10, late)])[0].tone == tone


def test_a_small_tile_has_no_words_and_a_large_one_has_both():
    large, small = treemap(plots(200, 1))
    assert (large.names, large.counts, small.names, small.counts) == (True, True, False, False)
