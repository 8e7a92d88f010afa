"""The cast of these tests, and two rotas: the town's after hours, the village's by its cadres."""

from datetime import time

import pytest

from issues.tests.cast import *  # noqa: F403
from issues.tests.cast import MONDAY, TOWN
from rosters.actions import open_rota
from rosters.models import DutyRota

NIGHT = {"starts": time(17, 30), "ends": time(8)}
DAY = {"starts": time(8), "ends": time(18)}


@pytest.fixture
def town_rota(cast) -> DutyRota:
    """上陵镇: every night, 叶经办, 陈经办, 朱镇长 in turn."""
    people = [cast.clerk, cast.second_clerk, cast.town_leader]
    known = {"kind": "after_hours", "place": "镇政府值班室", "phone": "0762-5631110"}
    return open_rota(grid=cast.grids[TOWN], people=people, by=cast.clerk, at=MONDAY, **known, **NIGHT)


@pytest.fixture
def village_rota(cast) -> DutyRota:
    """水口村: every day, 黄支书 and 罗网格 in turn."""
    people = [cast.secretary, cast.grid_leader]
    known = {"kind": "village", "place": "村部便民室", "phone": "0762-5632001"}
    return open_rota(grid=cast.village, people=people, by=cast.secretary, at=MONDAY, **known, **DAY)
