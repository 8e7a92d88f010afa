"""The numbers of a round's cost, as data: a branch may dispute each and set another. 1 point is 1 metre."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from accounts.errors import Refused
from households.matching import Weights
from households.models import ChoiceRound

STICKY = (200, 5000)
MOST_POINTS = 1_000_000
USUAL: dict[str, object] = {field.name: field.default for field in fields(Weights)}


def weights_of(round: ChoiceRound) -> Weights:
    """The usual weights with what the round has of its own."""
    own: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in round.weights.items()
    }
    return Weights(**own)


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
