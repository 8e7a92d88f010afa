"""The map of the cockpit: outlines where they are loaded, the treemap where not, the same numbers behind both."""

import re
from itertools import pairwise

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.roles import Role
from grids.boundaries import load_boundaries
from grids.models import Boundary
from grids.tests import squares
from surfaces.county.outlines import MARGIN, patches
from surfaces.county.treemap import HEIGHT, WIDTH, Plot
from surfaces.tests.test_county import filled, numbers, shown_rows
from tallies.tests import cast
from workdays.now import now

PLOT = Plot("水南镇", "/", 5, 1)


@pytest.fixture
def county(db) -> cast.County:
    return filled(cast.build())


@pytest.fixture
def officer(client, county):
    client.force_login(county.user("画图", Role.COUNTY_CLERK, "county"))
    return client


def drawn(path: str) -> list[list[tuple[float, float]]]:
    rings = [ring for ring in path.split("M") if ring]
    return [[(float(x), float(y)) for x, y in re.findall(r"([\d.-]+) ([\d.-]+)", ring)] for ring in rings]


def test_outlines_fit_the_picture_north_up_and_in_proportion():
    rings = [[[squares.square(place)]] for place in range(8)]
    found = patches([(PLOT, ring) for ring in rings])
    points = [point for patch in found for ring in drawn(patch.path) for point in ring]
    assert min(x for x, _ in points) >= MARGIN - 0.1
    assert max(x for x, _ in points) <= WIDTH - MARGIN + 0.1
    assert min(y for _, y in points) >= MARGIN - 0.1
    assert max(y for _, y in points) <= HEIGHT - MARGIN + 0.1
    assert found[0].middle[0] < found[1].middle[0]
    assert found[0].middle[1] < found[4].middle[1]
    across, down = found[1].middle[0] - found[0].middle[0], found[4].middle[1] - found[0].middle[1]
    assert across / down == pytest.approx(0.893, abs=0.03)  # cos 26.8°


def test_a_name_stands_in_the_middle_of_the_largest_part():
    small = [[[110, 30], [111, 30], [111, 31], [110, 30]]]
    large = [[[112, 30], [116, 30], [116, 34], [112, 34], [112, 30]]]
    (patch,) = patches([(PLOT, [small, large])])
    (_, ring) = drawn(patch.path)
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    assert patch.middle == pytest.approx(((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2), abs=0.2)


def test_nothing_and_a_line_draw_without_harm():
    assert patches([]) == []
    (patch,) = patches([(PLOT, [[[[117, 26], [117, 27], [117, 26], [117, 26]]]])])
    assert not patch.names


def test_the_cockpit_draws_what_is_loaded_and_counts_the_rest(officer, county):
    assert "<rect data-late" in officer.get("/county/cockpit/").content.decode()
    load_boundaries(content=squares.of([county.town.code]), by=None, at=now())
    html = officer.get("/county/cockpit/").content.decode()
    assert "<path data-late" in html
    assert "<rect data-late" not in html
    assert "还有1个地方没有边界" in html
    label = re.search(r'aria-label="水南镇(\d+)件 · 逾期(\d+)"', html)
    table = html.partition("各地未销号与逾期</caption>")[2].partition("</table>")[0]
    assert label
    assert [shown for _, shown in numbers(table)][:2] == [int(label[1]), int(label[2])]
    assert "高唐镇" in table
    for href, shown in numbers(table):
        assert shown_rows(officer, href) == shown
    below = officer.get(f"/county/cockpit/?grid={county.town.pk}").content.decode()
    assert "<rect data-late" in below


def test_a_county_brings_in_its_boundaries_on_the_page_and_takes_them_away(officer, county):
    assert "没有导入，驾驶舱用矩形树图" in officer.get("/console/boundaries/").content.decode()
    assert 'href="/console/boundaries/"' in officer.get("/console/").content.decode()
    bad = SimpleUploadedFile("a.geojson", squares.of([county.town.code, "350428999000"]))
    answer = officer.post("/console/boundaries/", {"file": bad})
    assert answer.status_code == 422
    assert "区划代码350428999000在网格树里没有" in answer.content.decode()
    good = SimpleUploadedFile("a.geojson", squares.of([county.town.code, county.other_town.code]))
    html = officer.post("/console/boundaries/", {"file": good}, follow=True).content.decode()
    assert "已导入边界：乡镇（街道）2个。" in html
    assert Boundary.objects.count() == 2
    html = officer.post("/console/boundaries/drop/", follow=True).content.decode()
    assert "已撤下2个边界" in html
    assert "没有导入过边界" in officer.post("/console/boundaries/drop/").content.decode()


def test_neighbours_share_their_edge():
    one, other = squares.square(0), squares.square(1)
    assert {tuple(point) for point in one} & {tuple(point) for point in other}
    assert all(first != last for first, last in pairwise(one))
