"""The hours of the night in which nothing rings."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from workdays.arithmetic import ZONE


@dataclass(frozen=True)
class Quiet:
    """Nothing leaves from `start` o'clock until `end` o'clock, over midnight when start is the later hour."""

    start: int
    end: int

    def holds(self, at: datetime) -> bool:
        hour = at.astimezone(ZONE).hour
        if self.start <= self.end:
            return self.start <= hour < self.end
        return hour >= self.start or hour < self.end

    def over_at(self, at: datetime) -> datetime | None:
        """When the night that holds `at` is over; None by day."""
        if not self.holds(at):
            return None
        morning = at.astimezone(ZONE).replace(hour=self.end, minute=0, second=0, microsecond=0)
        return morning if morning > at else morning + timedelta(days=1)
