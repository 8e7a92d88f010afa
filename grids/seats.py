"""Postings when the tree's shape changes: which go along, which end, and how they come back. Run under tree_write()."""

from datetime import date
from typing import Any

from django.db.models import Q

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from grids.rules import mixes_audit

NAMED = 5
"""So many whose post ends are told by name."""

Seats = dict[str, list[Any]]
"""`ended` and `moved`: ids of postings; `dropped`: postings that had not begun and were deleted, field by field."""


def end_postings(postings: Any, on: date) -> Seats:
    """Ends postings on a day. One that would end before it began is deleted; the history keeps it."""
    unbegun = postings.filter(since__gte=on)
    dropped = [
        {"user": user, "role": role, "since": since.isoformat(), "grid": grid}
        for user, role, since, grid in unbegun.values_list("user", "role", "since", "grid")
    ]
    unbegun.delete()
    ended = list(postings.values_list("pk", flat=True))
    Posting.objects.filter(pk__in=ended).update(until=on)
    return {"ended": ended, "dropped": dropped, "moved": []}


def pour_postings(source: Grid, into: Grid, on: date) -> Seats:
    """Posts go along, but one leader leads the merged grid and nobody holds one post twice: those of `source` end."""
    held = set(Posting.objects.filter(grid=into, until=None).values_list("user_id", "role"))
    led = any(role == Role.GRID_LEADER for _, role in held)
    ending = [
        posting.pk
        for posting in Posting.objects.filter(grid=source, until=None)
        if (posting.user_id, posting.role) in held or (led and posting.role == Role.GRID_LEADER)
    ]
    seats = end_postings(Posting.objects.filter(pk__in=ending), on)
    staying = Posting.objects.filter(grid=source, until=None)
    moved = list(staying.values_list("pk", flat=True))
    staying.update(**into.scope())
    return seats | {"moved": moved}


def give_back_postings(seats: Seats, source: Grid, into: Grid | None, on: date) -> int:
    """The way back: who still sits in `into` returns to `source`, what ended goes on. Returns how many hold again."""
    back = Posting.objects.filter(pk__in=seats["moved"], grid=into, until=None).update(**source.scope())
    ended = Posting.objects.filter(pk__in=seats["ended"]).exclude(until=None).select_related("user")
    for posting in ended:
        check_roles(posting.user, {Role(posting.role)}, on)
    back += ended.update(until=None)
    for kept in seats["dropped"]:
        _create_again(kept, on)
    return back + len(seats["dropped"])


def _create_again(kept: dict[str, Any], on: date) -> None:
    user, grid = User.objects.get(pk=kept["user"]), Grid.objects.get(pk=kept["grid"])
    check_roles(user, {Role(kept["role"])}, on)
    Posting.objects.create(user=user, role=kept["role"], since=date.fromisoformat(kept["since"]), **grid.scope())


def spoken_endings(seats: Seats) -> list[str]:
    """Whose posts end: ["张三的网格长岗位结束"]; a handful by name."""
    ended = Posting.objects.filter(pk__in=seats["ended"]).select_related("user").order_by("pk")
    named = [f"{posting.user}的{posting.get_role_display()}岗位结束" for posting in ended[:NAMED]]
    dropped = len(seats["dropped"])
    more = len(seats["ended"]) - len(named)
    return [
        *named,
        *([f"另有{more}个岗位结束"] if more else []),
        *([f"{dropped}个还没开始的岗位取消"] if dropped else []),
    ]


def roles_of(user: User, on: date) -> set[Role]:
    """The roles held on a day or to be held after it."""
    lasting = Posting.objects.filter(user=user).filter(Q(until=None) | Q(until__gt=on))
    return {Role(role) for role in lasting.values_list("role", flat=True)}


def check_roles(user: User, more: set[Role], on: date, *, standing_in: bool = False) -> None:
    if mixes_audit(roles_of(user, on) | more):
        doing = "代理" if standing_in else "兼任"
        raise Refused(f"审计员不能{doing}其他岗位，其他人员也不能{doing}审计员。")
