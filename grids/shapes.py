"""Outlines of grids out of a GeoJSON file: read, checked, made simple. Pure; every fault is a sentence.

Each feature names its grid by the official code (`properties.code`, or the feature's `id`): 12 digits, 3 more for each
level below the village. Coordinates are WGS 84 degrees, longitude first.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from accounts.errors import Refused

Point = tuple[float, float]
Ring = list[Point]
Polygon = list[Ring]

MOST_FAULTS = 20
LNG, LAT = (73.0, 136.0), (3.0, 54.0)
"""Where China lies, roughly: what is outside was given in another order or another system of coordinates."""
FINE = 300
"""An outline keeps what is larger than this part of its extent."""
DIGITS = 5
"""Of a degree: about a metre."""


class Most(NamedTuple):
    """How large a file may be."""

    bytes: int = 30 * 2**20
    shapes: int = 20_000
    points: int = 2_000_000


MOST = Most()


@dataclass(frozen=True)
class Shape:
    code: str
    polygons: list[Polygon]


def read_shapes(content: bytes, most: Most = MOST) -> list[Shape]:
    """The outlines of a file. Raises Refused with one line for each of the first faults."""
    if len(content) > most.bytes:
        raise _too_large(f"文件有{len(content) >> 20} MB，最多{most.bytes >> 20} MB")
    features = _features(content)
    if len(features) > most.shapes:
        raise _too_large(f"文件里有{len(features)}个图形，最多{most.shapes}个")
    shapes, faults = [], []
    for number, feature in enumerate(features, 1):
        try:
            shapes.append(_shape(feature))
        except Refused as refused:
            faults.append(f"第{number}个图形：{refused.sentence}")
    refuse_all([*faults, *(f"区划代码{code}有{times}个图形，只能有一个。" for code, times in _repeated(shapes))])
    points = sum(len(ring) for shape in shapes for polygon in shape.polygons for ring in polygon)
    if points > most.points:
        raise _too_large(f"一共有{points}个点，最多{most.points}个")
    return [Shape(shape.code, [simple(polygon) for polygon in shape.polygons]) for shape in shapes]


def _too_large(told: str) -> Refused:
    return Refused(f"{told}；请先简化边界，或按乡镇分几次导入。", field="file")


def refuse_all(faults: Sequence[str]) -> None:
    if faults:
        more = [f"还有{len(faults) - MOST_FAULTS}处。"] if len(faults) > MOST_FAULTS else []
        raise Refused("\n".join([*faults[:MOST_FAULTS], *more, "一个图形也没有导入，请改正后重新上传。"]), field="file")


def _features(content: bytes) -> list[Any]:
    try:
        told = json.loads(content)
    except UnicodeDecodeError as error:
        raise Refused("文件不是 UTF-8 编码的 GeoJSON，请另存为 UTF-8。", field="file") from error
    except RecursionError as error:
        raise Refused("文件层次太深，不是 GeoJSON。", field="file") from error
    except json.JSONDecodeError as error:
        where = f"第{error.lineno}行第{error.colno}个字符"
        raise Refused(f"文件不是完整的 JSON，{where}读不下去；请重新导出 GeoJSON。", field="file") from error
    features = told.get("features") if isinstance(told, dict) and told.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        raise Refused("文件不是 GeoJSON 图形集（FeatureCollection）；请在地图软件里导出为 GeoJSON。", field="file")
    if not features:
        raise Refused("文件里没有图形。", field="file")
    return features


def _shape(feature: Any) -> Shape:
    known = feature if isinstance(feature, dict) else {}
    code = _code(known)
    told = known.get("geometry")
    geometry = told if isinstance(told, dict) else {}
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise Refused(f"{code}不是面（Polygon 或 MultiPolygon），点和线不能作网格边界。")
    given = geometry.get("coordinates")
    polygons = [given] if kind == "Polygon" else given
    if not isinstance(polygons, list) or not polygons:
        raise Refused(f"{code}没有坐标。")
    return Shape(code, [_polygon(code, polygon) for polygon in polygons])


def _code(feature: dict[str, Any]) -> str:
    properties = feature.get("properties")
    told = properties.get("code") if isinstance(properties, dict) else None
    code = str(told if told is not None else feature.get("id", ""))
    if not (code.isascii() and code.isdigit() and len(code) >= 12 and len(code) % 3 == 0):
        raise Refused("没有12位区划代码；请填在属性 code 里，村以下每级加3位。")
    return code


def _polygon(code: str, polygon: Any) -> Polygon:
    if not isinstance(polygon, list) or not polygon:
        raise Refused(f"{code}没有坐标。")
    return [_ring(code, ring) for ring in polygon]


def _ring(code: str, ring: Any) -> Ring:
    if not isinstance(ring, list):
        raise Refused(f"{code}的坐标不成列。")
    points = [_point(code, point) for point in ring]
    if len(points) < 4 or points[0] != points[-1]:
        raise Refused(f"{code}的边界没有闭合（至少四个点，首尾相同）。")
    return points


def _point(code: str, point: Any) -> Point:
    if not isinstance(point, list) or len(point) < 2 or not all(_is_number(value) for value in point[:2]):
        raise Refused(f"{code}的坐标不是数字。")
    lng, lat = float(point[0]), float(point[1])
    if not (LNG[0] <= lng <= LNG[1] and LAT[0] <= lat <= LAT[1]):
        raise Refused(f"{code}的坐标（{lng:g}，{lat:g}）超出范围；应为经度在前、纬度在后的度数（WGS 84）。")
    return lng, lat


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _repeated(shapes: Sequence[Shape]) -> Iterator[tuple[str, int]]:
    yield from ((code, times) for code, times in Counter(shape.code for shape in shapes).items() if times > 1)


def simple(polygon: Polygon) -> Polygon:
    """The outline with its holes, without what nobody sees at the scale of a county; holes that small are left out."""
    outer = polygon[0]
    least = _extent(outer) / FINE
    kept = [ring for ring in polygon[1:] if _extent(ring) > least]
    return [_thinned(ring, least) for ring in (outer, *kept)]


def _extent(ring: Ring) -> float:
    lngs, lats = zip(*ring, strict=True)
    return max(max(lngs) - min(lngs), max(lats) - min(lats))


def _thinned(ring: Ring, least: float) -> Ring:
    """Douglas and Peucker (1973), from the two points farthest apart in the list, so that a ring stays a ring."""
    middle = max(range(len(ring)), key=lambda place: _apart(ring[0], ring[place]))
    keep = {0, middle, len(ring) - 1}
    spans = [(0, middle), (middle, len(ring) - 1)]
    while spans:
        first, last = spans.pop()
        far, most = first, least
        for place in range(first + 1, last):
            off = _off(ring[place], ring[first], ring[last])
            if off > most:
                far, most = place, off
        if far != first:
            keep.add(far)
            spans += [(first, far), (far, last)]
    found = [ring[place] for place in sorted(keep)]
    return [(round(lng, DIGITS), round(lat, DIGITS)) for lng, lat in (found if len(found) >= 4 else ring)]


def _apart(one: Point, other: Point) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2


def _off(point: Point, first: Point, last: Point) -> float:
    """How far a point lies off the line between two others."""
    across, up = last[0] - first[0], last[1] - first[1]
    long = across * across + up * up
    if not long:
        return float(_apart(point, first) ** 0.5)
    share = max(0.0, min(1.0, ((point[0] - first[0]) * across + (point[1] - first[1]) * up) / long))
    return float(_apart(point, (first[0] + share * across, first[1] + share * up)) ** 0.5)
