"""Days that come again by a rule of the month: the 15th, the second Saturday, market days. Pure, no clock.

Recurrence(Kind.MARKET, (1, 4, 7), lunar=True)      赶场日: 农历逢1、4、7
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from workdays.lunar import knows, lunar

WEEKDAYS = "一二三四五六日"
NTHS = {1: "第一个", 2: "第二个", 3: "第三个", 4: "第四个", 5: "第五个"}


class Kind(StrEnum):
    MONTHDAY = "monthday"
    WEEKDAY = "weekday"
    MARKET = "market"


MOST = {Kind.MONTHDAY: range(1, 32), Kind.WEEKDAY: range(1, 6), Kind.MARKET: range(10)}
"""Which numbers each kind knows: days of the month, the how-many-th weekday, last digits (0 is 10, 20, 30)."""


@dataclass(frozen=True)
class Recurrence:
    """`numbers` by kind as in MOST; `weekday` 1 (周一) to 7 for Kind.WEEKDAY; `lunar` counts days of lunar months."""

    kind: Kind
    numbers: tuple[int, ...]
    weekday: int = 0
    lunar: bool = False

    def falls_on(self, day: date) -> bool:
        """Past the end of the lunar table nothing falls on any day."""
        if self.kind == Kind.WEEKDAY:
            return day.isoweekday() == self.weekday and (day.day - 1) // 7 + 1 in self.numbers
        if self.lunar and not knows(day):
            return False
        number = lunar(day).day if self.lunar else day.day
        return (number if self.kind == Kind.MONTHDAY else number % 10) in self.numbers

    def between(self, first: date, last: date) -> Iterator[date]:
        """The days from `first` to `last`, both included."""
        for passed in range((last - first).days + 1):
            day = first + timedelta(days=passed)
            if self.falls_on(day):
                yield day

    @property
    def sentence(self) -> str:
        """每月15、16日; 每月第二个周六; 农历逢1、4、7."""
        said = "、".join(map(str, self.numbers))
        if self.kind == Kind.WEEKDAY:
            return f"每月{'、'.join(NTHS[n] for n in self.numbers)}周{WEEKDAYS[self.weekday - 1]}"
        if self.kind == Kind.MARKET:
            return f"{'农历' if self.lunar else '公历'}逢{said}"
        return f"{'农历每月' if self.lunar else '每月'}{said}日"
