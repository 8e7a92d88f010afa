"""The numbers of a round's cost, as data: a branch may dispute each and set another. 1 point is 1 metre."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from typing import Any

from accounts.errors import Refused
from households.matching import Weights
from households.models import ChoiceRound

STICKY = (200, 5000)
MOST_POINTS = 1_000_000
SIDES = {"short": ("少联", "不足下限"), "over": ("多联", "超过上限")}
USUAL: dict[str, object] = {field.name: field.default for field in fields(Weights)}


def weights_of(round: ChoiceRound) -> Weights:
    """The usual weights with what the round has of its own."""
    return _weights(round.weights)


def _weights(kept: Mapping[str, Any]) -> Weights:
    own: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in kept.items()}
    return Weights(**own)


def places_in(round: ChoiceRound) -> list[tuple[int, int, int]]:
    """(least, target, most) of everybody who takes part."""
    return list(round.members.taking_part().order_by("pk").values_list("least", "target", "most"))


def check_evening_out(kept: Mapping[str, Any], places: Iterable[tuple[int, int, int]], field: str = "weights") -> None:
    """Refused where evening out the loads would outweigh a limit."""
    weights = _weights(kept)
    for least, target, most in places:
        outweighed = weights.outweighed(least, target, most)
        if outweighed:
            raise Refused(_unbalanced(weights, *outweighed), field=field)


def _unbalanced(weights: Weights, name: str, gap: int) -> str:
    limit, needed = getattr(weights, name), weights.load * gap
    lower = limit // gap
    mend = f"请把“load”改为{lower}或以下" if lower else "请把“load”改为0"
    if needed <= MOST_POINTS:
        mend += f"，或者把“{name}”改为{needed}或以上"
    side, edge = SIDES[name]
    return (
        f"均衡联户数的权重“load”（{weights.load}）太大：有党员可比目标{side}{gap}户，累计{needed}分，"
        f"盖过了{edge}的权重“{name}”（{limit}），方案算不出来。{mend}。"
    )


def checked_weights(asked: Mapping[str, object]) -> dict[str, object]:
    """What differs from the usual, as the round keeps it. Refused when a name or a number makes no sense."""
    found: dict[str, object] = {}
    for name, value in asked.items():
        if name not in USUAL:
            raise Refused(f"没有“{name}”这项权重。", field="weights")
        numbers = _numbers(value)
        _check(name, value, numbers)
        if numbers != _numbers(USUAL[name]):
            found[name] = numbers if isinstance(value, list | tuple) else numbers[0]
    return found


def _check(name: str, value: object, numbers: list[object]) -> None:
    if isinstance(value, list | tuple) != isinstance(USUAL[name], tuple):
        raise Refused(
            f"权重“{name}”的写法不对：志愿类按第一、第二、第三志愿各写一个数，其余只写一个数。", field="weights"
        )
    whole = [number for number in numbers if isinstance(number, int) and 0 <= number <= MOST_POINTS]
    if not numbers or len(whole) < len(numbers):
        raise Refused(f"权重应为0到{MOST_POINTS}之间的整数（1分=1米）。", field="weights")
    if name == "sticky" and not STICKY[0] <= whole[0] <= STICKY[1]:
        raise Refused(f"“保持现有结对”的权重应在{STICKY[0]}到{STICKY[1]}之间。", field="weights")


def _numbers(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else [value]
