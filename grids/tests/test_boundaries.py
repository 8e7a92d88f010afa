"""Outlines of grids: what a file may hold, what is kept of it, and whose it may be."""

from datetime import datetime
from io import StringIO
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command

from accounts.errors import Forbidden, Refused
from accounts.roles import Role
from grids import shapes
from grids.boundaries import drop_boundaries, load_boundaries
from grids.models import Boundary, Posting
from grids.shapes import Most, Shape, read_shapes, simple
from grids.tests import squares
from grids.tests.trees import START, County, person
from workdays.arithmetic import ZONE

AT = datetime(2026, 11, 21, 9, 0, tzinfo=ZONE)
CODE = "990001100000"
RING = squares.square(0)


@pytest.fixture
def county(db) -> County:
    return County()


def officer(county: County, path: str = "", role: Role = Role.COUNTY_CLERK):
    user = person("组工" + path, f"139{len(path):08d}")
    Posting.objects.create(user=user, role=role, since=START, **county[path].scope())
    return user


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件不是完整的 JSON，第1行第1个字符读不下去"),
        (b'{"type": "FeatureCollection", "features": [', "文件不是完整的 JSON"),
        ('{"type": "面"}'.encode("gb18030"), "不是 UTF-8 编码"),
        (b"[" * 100_000, "层次太深"),
        (b'{"type": "Feature"}', "不是 GeoJSON 图形集"),
        (b'{"type": "FeatureCollection", "features": {}}', "不是 GeoJSON 图形集"),
        (squares.collection(), "文件里没有图形"),
        (squares.collection({"type": "Feature"}), "第1个图形：没有12位区划代码"),
        (squares.collection(squares.feature("35042810000", RING)), "没有12位区划代码"),
        (squares.collection(squares.feature("３５０４２８１０００００", RING)), "没有12位区划代码"),
        (squares.collection(squares.feature(CODE, [117.1, 26.9], "Point")), f"{CODE}不是面"),
        (squares.collection({**squares.feature(CODE, RING), "geometry": None}), f"{CODE}不是面"),
        (squares.collection(squares.feature(CODE, RING[:-1])), f"{CODE}的边界没有闭合"),
        (squares.collection(squares.feature(CODE, [*RING[:2], RING[0]])), "没有闭合"),
        (squares.collection(squares.feature(CODE, [["117.1", 26.9]] * 4)), "坐标不是数字"),
        (squares.collection(squares.feature(CODE, [[True, 26.9]] * 4)), "坐标不是数字"),
        (squares.collection(squares.feature(CODE, [[26.9, 117.1]] * 4)), "（26.9，117.1）超出范围；应为经度在前"),
        (squares.collection(squares.feature(CODE, [[13050000.0, 3100000.0]] * 4)), "超出范围"),
        (squares.collection(squares.feature(CODE, 7)), "坐标不成列"),
        (squares.collection(squares.feature(CODE, RING), squares.feature(CODE, RING)), f"{CODE}有2个图形"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content, said):
    with pytest.raises(Refused, match=said):
        read_shapes(content)


def test_many_faults_are_told_as_the_first_and_how_many_more():
    bad = [squares.feature("x", RING)] * 25
    with pytest.raises(Refused) as refused:
        read_shapes(squares.collection(*bad, squares.feature(CODE, RING)))
    lines = refused.value.sentence.splitlines()
    assert len(lines) == 22
    assert lines[20:] == ["还有5处。", "一个图形也没有导入，请改正后重新上传。"]


@pytest.mark.parametrize(
    ("most", "said"), [(Most(bytes=10), "最多0 MB"), (Most(shapes=1), "2个图形"), (Most(points=300), "322个点")]
)
def test_what_is_too_large_is_refused(most, said):
    with pytest.raises(Refused, match=said):
        read_shapes(squares.of(["990001100000", "990001101000"]), most)


def test_an_outline_is_made_simple_and_stays_closed_and_true():
    ring = [(lng, lat) for lng, lat in RING]
    (kept,) = simple([ring])
    assert kept[0] == kept[-1]
    assert 4 <= len(kept) < len(ring) / 2
    least = squares.SIDE / shapes.FINE
    for point in ring:
        assert min(shapes._off(point, *side) for side in pairwise(kept)) < 2 * least


def test_holes_are_kept_unless_nobody_could_see_them():
    outer = [(117.0, 26.0), (118.0, 26.0), (118.0, 27.0), (117.0, 27.0), (117.0, 26.0)]
    lake = [(117.2, 26.2), (117.4, 26.2), (117.4, 26.4), (117.2, 26.2)]
    pond = [(117.5, 26.5), (117.501, 26.5), (117.501, 26.501), (117.5, 26.5)]
    assert len(simple([outer, lake, pond])) == 2


def test_a_feature_may_name_its_grid_by_its_id_and_be_many_polygons():
    known = squares.feature(CODE, RING, "MultiPolygon")
    del known["properties"]
    (shape,) = read_shapes(squares.collection({**known, "id": int(CODE)}))
    assert isinstance(shape, Shape)
    assert shape.code == CODE
    assert len(shape.polygons) == 1


def test_outlines_are_kept_for_grids_in_force_and_replaced_by_later_ones(county):
    codes = [county[path].code for path in ("甲镇", "乙镇", "甲镇/1村", "甲镇/1村/一格")]
    facts = load_boundaries(content=squares.of(codes), by=officer(county), at=AT)
    assert facts == ["乡镇（街道）2个", "村（社区）1个", "网格1个"]
    assert set(Boundary.objects.values_list("grid__code", flat=True)) == set(codes)
    before = Boundary.objects.get(grid=county["乙镇"]).polygons
    load_boundaries(content=squares.of([codes[1]]), by=None, at=AT)
    assert Boundary.objects.get(grid=county["乙镇"]).polygons != before
    assert Boundary.objects.count() == 4


def test_a_code_nobody_knows_keeps_the_whole_file_out(county):
    with pytest.raises(Refused, match="区划代码990001999000在网格树里没有"):
        load_boundaries(content=squares.of([county["甲镇"].code, "990001999000"]), by=None, at=AT)
    assert not Boundary.objects.exists()


def test_a_town_brings_in_its_own_outlines_only(county):
    clerk = officer(county, "甲镇", Role.TOWN_CLERK)
    load_boundaries(content=squares.of([county["甲镇/2村"].code]), by=clerk, at=AT)
    with pytest.raises(Forbidden, match="1个网格不归您管，例如乙镇"):
        load_boundaries(content=squares.of([county["甲镇"].code, county["乙镇"].code]), by=clerk, at=AT)
    with pytest.raises(Forbidden, match="不能撤下"):
        drop_boundaries(county=county[""], by=clerk)
    assert drop_boundaries(county=county[""], by=officer(county)) == 1
    assert not Boundary.objects.exists()


def test_the_command_brings_in_a_file_or_says_why_not(county, tmp_path):
    file, said = tmp_path / "towns.geojson", StringIO()
    file.write_bytes(squares.of([county["甲镇"].code]))
    call_command("import_boundaries", file, stdout=said)
    assert said.getvalue().strip() == "已导入边界：乡镇（街道）1个。"
    file.write_bytes(b"{")
    with pytest.raises(CommandError, match="不是完整的 JSON"):
        call_command("import_boundaries", file)
    with pytest.raises(CommandError, match="读不了文件"):
        call_command("import_boundaries", tmp_path / "none")
