"""How dates, deadlines and shares are said in Chinese. Pure: the caller gives the time."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.utils import timezone

_WEEKDAYS = "一二三四五六日"
SOON_DAYS = 2
NO_FIGURE = "—"

Tone = Literal["overdue", "today", "soon", "later"]


@dataclass(frozen=True)
class Due:
    """A deadline in words, with the tone its chip takes."""

    words: str
    tone: Tone


def local_date(value: date) -> date:
    """The calendar day in the business zone; a plain date is its own day."""
    return timezone.localtime(value).date() if isinstance(value, datetime) else value


def day(value: date) -> str:
    """11月21日（周六）."""
    local = local_date(value)
    return f"{local.month}月{local.day}日（周{_WEEKDAYS[local.weekday()]}）"


def moment(value: datetime) -> str:
    """11月21日 18:00."""
    local = timezone.localtime(value)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def due(deadline: date, now: datetime) -> Due:
    """今天到期 / 逾期3天 / 还剩2天, counted in calendar days; hours once the day itself has come."""
    days = (local_date(deadline) - local_date(now)).days
    if days > 0:
        return Due(f"还剩{days}天", "soon" if days <= SOON_DAYS else "later")
    if days < 0:
        return Due(f"逾期{-days}天", "overdue")
    if not isinstance(deadline, datetime):
        return Due("今天到期", "today")
    if deadline <= now:
        return Due("今天已逾期", "overdue")
    return Due(f"今天{timezone.localtime(deadline):%H:%M}到期", "today")


def share(part: int | None, whole: int | None) -> str:
    """83.2 %, or a dash where there is nothing to divide by."""
    if part is None or not whole:
        return NO_FIGURE
    return f"{100 * part / whole:.1f}%"


def counted(number: int, cap: int) -> str:
    """12,345, or 10,000+ when counting stopped at the cap."""
    return f"{cap:,}+" if number > cap else f"{number:,}"
