"""One account per role that somebody can log in with, and the sentence that says what to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import Count, Q

from accounts.crypto import blind_index
from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.models import Household
from issues.models import OPEN
from liaison.seeding.people import BLOCKS, staff_phone
from members.models import Member, UnitStaff

PASSWORD = "liaison-demo-2026"  # noqa: S105  printed on the start page, guards invented people only


@dataclass(frozen=True)
class Account:
    """`level` says in which grid of the showcase village's ancestors the post is held."""

    role: Role
    level: str
    look_at: str
    unit: str = ""


ACCOUNTS = (
    Account(Role.COUNTY_CLERK, "county", "县级驾驶舱：覆盖率、走访、挂号督办销号漏斗，点数字看名单"),
    Account(Role.COUNTY_LEADER, "county", "县级驾驶舱，到了县一级的事项"),
    Account(Role.TOWN_CLERK, "town", "乡镇工作台：待梳理、待交办、待核查、导入、结对"),
    Account(Role.BRANCH_SECRETARY, "village", "本村总网格长：梳理、挂号、交办、核查"),
    Account(Role.GRID_LEADER, "village", "手机端：本网格住户和手上的事项"),
    Account(Role.LIAISON_MEMBER, "village", "手机端：今天要走访的户，记走访、提事项"),
    Account(Role.UNIT_HANDLER, "county", "转到水利局的事项：签收、报结", unit="水利局"),
    Account(Role.AUDITOR, "county", "谁做了什么，谁看了谁的信息"),
    Account(Role.TOWN_LEADER, "town", "乡镇领导：裁定退回和超期"),
    Account(Role.RESIDENT_TEAM, "village", "住村工作队：上报到村以上的事项"),
    Account(Role.FIRST_SECRETARY, "village", "驻村第一书记：本村全部事项"),
    Account(Role.COMMAND_CENTRE, "county", "指挥中心：全县事项，裁定归属"),
    Account(Role.SYSTEM_ADMIN, "county", "系统设置"),
    Account(Role.SECURITY_ADMIN, "county", "账号和岗位"),
)


def open_accounts(county: Grid, showcase: Grid, *, block: int, on: date) -> list[User]:
    """Gives one generated person per role a known phone and the demo password."""
    refuse_real_county(county)
    password = make_password(PASSWORD)
    opened: list[User] = []
    for serial, account in enumerate(ACCOUNTS, 1):
        user = _holder(account, showcase, on)
        user.set_phone(staff_phone(block, serial))
        user.password = password
        user.save(update_fields=["phone", "phone_index", "phone_tail", "password"])
        Member.objects.filter(user=user).update(
            phone=user.phone, phone_index=user.phone_index, phone_tail=user.phone_tail
        )
        opened.append(user)
    return opened


def _holder(account: Account, showcase: Grid, on: date) -> User:
    """Somebody with this post and work waiting; the liaison member holds no other."""
    posts = Posting.objects.filter(role=account.role, user__demo=True, until=None)
    posts = posts.filter(**{f"{account.level}_id": getattr(showcase, f"{account.level}_id")})
    if account.unit:
        posts = posts.filter(user__in=UnitStaff.objects.filter(unit__name=account.unit).values("user"))
    if account.role == Role.LIAISON_MEMBER:
        posts = posts.exclude(user__in=Posting.objects.exclude(role=Role.LIAISON_MEMBER).values("user"))
    late = Count("user__member__pairings", filter=Q(user__member__pairings__next_due_on__lt=on), distinct=True)
    held = Count("user__issues_in_hand", filter=Q(user__issues_in_hand__status__in=OPEN), distinct=True)
    post = posts.select_related("user").annotate(waiting=late + held).order_by("-waiting", "cell_id", "pk").first()
    if post is None:
        raise Refused(f"{showcase.full_name}没有{account.role.label}，请换一个演示村。")
    return post.user


def refuse_real_county(county: Grid) -> None:
    """A known password belongs to no county with people in it."""
    if Household.objects.filter(county_id=county.pk, demo=False).exists():
        raise Refused(f"{county}有真实住户，不能设置演示账号。")
    if Member.objects.filter(county_id=county.pk, demo=False).exists():
        raise Refused(f"{county}有真实党员，不能设置演示账号。")


def listed() -> list[str]:
    """One line per demo account of every demo county: role, place, name, phone, password, what to look at."""
    numbers = {
        blind_index(staff_phone(block, serial)): (staff_phone(block, serial), account)
        for block in range(BLOCKS)
        for serial, account in enumerate(ACCOUNTS, 1)
    }
    users = User.objects.filter(demo=True, phone_index__in=list(numbers))
    by_index = {user.phone_index: user for user in users}
    places = _places(users.values_list("pk", flat=True))
    return [
        _line(by_index[index], phone, account, places.get((by_index[index].pk, account.role), ""))
        for index, (phone, account) in numbers.items()
        if index in by_index
    ]


def _places(users: Iterable[int]) -> dict[tuple[int, str], str]:
    posts = Posting.objects.filter(user__in=users, until=None).select_related("grid")
    counties = Grid.objects.in_bulk({post.county_id for post in posts})
    return {(post.user_id, post.role): _place(post.grid, counties[post.county_id]) for post in posts}


def _place(grid: Grid, county: Grid) -> str:
    return county.name if grid == county else f"{county.name}{grid.full_name}"


@cache
def _still_opens(stored: str) -> bool:
    """The accounts of a county are opened with one hash, and checking it is slow by design."""
    return check_password(PASSWORD, stored)


def _line(user: User, phone: str, account: Account, place: str) -> str:
    said = f"密码 {PASSWORD}" if _still_opens(user.password) else "密码已改"
    return f"{phone}  {said}  {place}{account.unit}{account.role.label} {user.name}：{account.look_at}"
