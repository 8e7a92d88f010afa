"""How big a demo county is, and how its totals are shared out among its villages."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from accounts.errors import Refused

DIVISIONS = Path(__file__).parent / "divisions"
LEAST_HOUSEHOLDS = 10
"""Per village: two members with the five households that 将乐 asks of each."""
LEAST_LOAD = 5
USUAL_LOAD = 12
HOUSEHOLDS_PER_CELL = 32


@dataclass(frozen=True)
class Shape:
    """The totals of a county. `showcase` is the code of the village the demo accounts live in."""

    households: int
    members: int
    paired: int
    cells: int
    branches: int | None = None
    profile: str = "jiangle"
    showcase: str = ""

    @property
    def capacity_max(self) -> int:
        """So many households a member may look after that everybody is covered with room to spare."""
        return max(USUAL_LOAD, -(-self.households // self.paired) + 4)


SHAPES = {
    "jiangle": Shape(24_300, 5_989, 3_600, 758, branches=152, profile="jiangle", showcase="350428102202"),
    "heping": Shape(100_000, 8_600, 8_600, 1_900, profile="heping", showcase="441624100201"),
    "zhucheng": Shape(320_000, 14_000, 14_000, 14_000, profile="zhucheng", showcase="370782001200"),
}
"""The published sizes of three counties (../shared/domain.md §10)."""


def shape_of(*, households: int, members: int, villages: int, profile: str) -> Shape:
    """The shape of any other county, from two totals. Refused with a sentence when the totals do not fit."""
    if households < villages * LEAST_HOUSEHOLDS:
        raise Refused(
            f"{villages}个村至少要{villages * LEAST_HOUSEHOLDS}户（每村{LEAST_HOUSEHOLDS}户），请把 --households 加大。"
        )
    if members < villages:
        raise Refused(f"{villages}个村至少要{villages}名党员，请把 --members 加大。")
    wanted = max(round(members * 0.6), -(-households // USUAL_LOAD), villages)
    paired = min(wanted, members, (households - villages * (LEAST_LOAD - 1)) // LEAST_LOAD)
    return Shape(households, members, paired, max(villages, households // HOUSEHOLDS_PER_CELL), profile=profile)


def apportion(total: int, weights: Sequence[float], *, least: Sequence[int], most: Sequence[int]) -> list[int]:
    """Whole shares of a total in proportion to weights, each between its own least and most (largest remainders).

    Raises Refused when the bounds cannot hold the total.
    """
    if not sum(least) <= total <= sum(most):
        raise Refused(f"{total}无法分到{len(weights)}个村（至少{sum(least)}，至多{sum(most)}），请调整户数或党员数。")
    unit = total / sum(weights)
    exact = [weight * unit for weight in weights]
    shares = [min(max(int(e), low), high) for e, low, high in zip(exact, least, most, strict=True)]
    step = 1 if sum(shares) < total else -1
    while sum(shares) != total:
        open_ones = [i for i in range(len(shares)) if least[i] <= shares[i] + step <= most[i]]
        open_ones.sort(key=lambda i: (step * (shares[i] - exact[i]), i))
        for i in open_ones[: abs(total - sum(shares))]:
            shares[i] += step
    return shares
