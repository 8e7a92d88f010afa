"""The one clock. Entry points (views, API, tasks, commands) ask it once and pass the time down.

On a demo installation settings.CLOCK_FILE names a file that holds a number of seconds; while it exists every
process sees the time that much later. Production leaves the setting empty.
"""

import os
from contextlib import suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.errors import Refused
from workdays.arithmetic import ZONE

FARTHEST = timedelta(days=3650)


def now() -> datetime:
    """The present moment, aware, in Asia/Shanghai."""
    return (timezone.now() + offset()).astimezone(ZONE)


def real_now() -> datetime:
    """The present moment, whatever a demo clock says: for sessions, and for codes that a phone shows as well."""
    return timezone.now().astimezone(ZONE)


def today() -> date:
    """The present day in Asia/Shanghai."""
    return now().date()


def offset() -> timedelta:
    """How far the demo clock runs ahead; zero without one."""
    if not settings.CLOCK_FILE:
        return timedelta(0)
    path = Path(settings.CLOCK_FILE)
    try:
        written = path.read_text(encoding="ascii")
    except FileNotFoundError:
        return timedelta(0)
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(_unreadable(path)) from error
    return _seconds(written, path)


def advance(seconds: float) -> timedelta:
    """Move the demo clock forward for every process. Returns the new offset."""
    path = clock_file()
    if seconds <= 0:
        raise Refused("演示时钟只能往前拨；要回到真实时间请用 --reset。")
    ahead = offset() + timedelta(seconds=seconds)
    if ahead > FARTHEST:
        raise Refused("演示时钟最多拨快 3650 天；要回到真实时间请用 --reset。")
    _write(path, f"{ahead.total_seconds():.0f}\n")
    return ahead


def reset() -> None:
    """Back to the real time for every process."""
    with suppress(FileNotFoundError):
        clock_file().unlink()


def clock_file() -> Path:
    """Where the offset is kept. Refused on an installation without a demo clock."""
    if not settings.CLOCK_FILE:
        raise Refused("没有启用演示时钟：请先用环境变量 LIAISON_CLOCK 指定时钟文件再启动（正式环境不要设置）。")
    return Path(settings.CLOCK_FILE)


def _seconds(written: str, path: Path) -> timedelta:
    try:
        ahead = timedelta(seconds=float(written))
    except (ValueError, OverflowError) as error:
        raise ImproperlyConfigured(_unreadable(path)) from error
    if abs(ahead) > FARTHEST:
        raise ImproperlyConfigured(_unreadable(path))
    return ahead


def _unreadable(path: Path) -> str:
    return f"演示时钟文件 {path} 读不出秒数：请运行 manage.py demo_clock --reset，或删除该文件。"


def _write(path: Path, text: str) -> None:
    """Readers see the old number or the new one, never half of either."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=path.name, delete=False, encoding="ascii") as file:
        file.write(text)
    Path(file.name).chmod(0o644)
    os.replace(file.name, path)
