"""Makes one bulletin and keeps the file with its job. It holds no personal data and does not expire."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from tempfile import NamedTemporaryFile
from typing import IO

from django.core.files import File

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from exchange.bulletin.book import bulletin_book
from exchange.bulletin.content import SECTIONS, Bulletin, Writer, month_of, spelt
from exchange.models import Job
from exchange.papers.bulletin import bulletin_paper
from exchange.progress import end, note
from grids.models import Grid, Kind
from grids.scope import Scope
from tallies.standing import began
from workdays.arithmetic import ZONE

BROKEN = "通报程序出错，没有生成文件。请稍后重新做一份；仍不行请联系系统管理员。"
OF = (Kind.COUNTY, Kind.TOWN, Kind.VILLAGE)


def _pdf(bulletin: Bulletin, foot: str, file: IO[bytes]) -> None:
    file.write(bulletin_paper(bulletin, foot))


def _xlsx(bulletin: Bulletin, foot: str, file: IO[bytes]) -> None:
    bulletin_book(bulletin, file)


FORMS: Mapping[str, Callable[[Bulletin, str, IO[bytes]], None]] = {"pdf": _pdf, "xlsx": _xlsx}


def place_of(job: Job) -> Grid:
    """Where the bulletin is of. Refused when the person's dashboards do not (or no longer) reach there."""
    place = Grid.objects.filter(pk=job.asked.get("place")).first()
    if place is None or not may_make(job.user, place):
        raise Refused("您没有这个地方的数据看板，不能做它的通报。", field="place")
    return place


def may_make(user: User, place: Grid) -> bool:
    return place.kind in OF and Scope.of(user).covers(Permission.DASHBOARD_VIEW, place)


def check_month(place: Grid, month: date, at: datetime) -> None:
    """Raises Refused for a month that has not begun, or that ended before the data began."""
    if month > at.astimezone(ZONE).date():
        raise Refused("这个月还没有开始，请选本月或以前的月份。", field="month")
    first = began(place.county_id)
    if first is None:
        raise Refused("这里还没有数据，导入住户、开始走访以后才能做通报。", field="month")
    if month < first.replace(day=1):
        raise Refused(
            f"系统里的数据从{first.year}年{first.month}月{first.day}日开始，请选那个月或以后。", field="month"
        )


def make(job: Job, at: datetime) -> None:
    place, month, form = place_of(job), date.fromisoformat(job.asked["month"]), str(job.asked["form"])
    check_month(place, month, at)
    note(job, total=len(SECTIONS))
    bulletin = Writer(job.user, place, month, at).bulletin(partial(_show, job))
    foot = f"{job.user.name} {at.astimezone(ZONE):%Y-%m-%d %H:%M} 生成"
    with NamedTemporaryFile(suffix=f".{form}") as file:
        FORMS[form](bulletin, foot, file)
        file.seek(0)
        job.result.save(f"{job.kind}-{job.pk}.{form}", File(file), save=False)
    area = month_of(place, month, job.user, at)
    until = "" if area.past else f"（到{area.on.month}月{area.on.day}日为止）"
    end(job, Job.State.DONE, at, f"{place.name}{spelt(month)}通报{until}做好了。", result=job.result.name)


def _show(job: Job, done: int) -> None:
    note(job, done=done)
