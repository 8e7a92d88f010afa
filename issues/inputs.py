"""From what a form sends to what a verb takes, and what its lists may offer. The other half of issues.fields."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.files import File
from django.db.models import Q

from accounts.errors import Refused
from accounts.models import User
from grids.models import Posting
from issues import board, channels
from issues.chain import Chain
from issues.fields import CHANNEL, COLOUR, LEVEL, MILESTONE, OBJECTION, Field
from issues.models import ENDED, Issue, Milestone
from issues.rules import CountyRules
from issues.workflow import Move
from members.models import Unit, UnitStaff
from workdays.arithmetic import spell

MOST_OPTIONS = 200


def parse(
    issue: Issue | None,
    move: Move,
    data: Mapping[str, Any],
    files: Mapping[str, Sequence[File]] | None = None,
    *,
    by: User | None,
) -> dict[str, Any]:
    """The keyword arguments of the move's verb. `data` holds text (lists for `users`), as forms and JSON send it.

    Refused with the field's name when one is missing or names nothing that exists. Empty optional inputs are left out.
    """
    inputs = {}
    for field in move.fields:
        value = _value(field, data, files or {}, issue, by)
        if value in (None, "", []):
            if field.required:
                raise Refused(f"请填写“{field.label}”。", field=field.name)
            continue
        inputs[field.name] = value
    return inputs


def options(issue: Issue, field: Field, *, on: date, by: User, query: str = "") -> list[tuple[str, str]]:
    """(value, label) pairs a `user`, `users`, `unit`, `issue` or `choice` field offers; `query` narrows by name."""
    if field == COLOUR:
        label = CountyRules(issue.county_id).switches.order_label
        return [(value, label(value)) for value, _ in field.choices]
    if field.choices:
        return list(field.choices)
    if field.kind == "choice":
        return OPEN_CHOICES[field.name](issue)
    if field.kind in ("user", "users"):
        return _people(issue, on, query)
    if field.kind == "unit":
        units = Unit.objects.filter(county=issue.county_id, name__contains=query).order_by("name")
        return [(str(unit.pk), unit.name) for unit in units[:MOST_OPTIONS]]
    if field.kind == "issue":
        return _others(issue, by, query)
    return []


def _rungs(issue: Issue) -> list[tuple[str, str]]:
    return [(str(rung.order), rung.name) for rung in Chain.of(issue.county_id).rungs]


def _milestones(issue: Issue) -> list[tuple[str, str]]:
    left = Milestone.objects.left().filter(issue=issue)
    return [(str(one.pk), f"{spell(one.due_on)} {one.text}") for one in left]


def _objections(issue: Issue) -> list[tuple[str, str]]:
    return [(str(one.pk), one.text[:40]) for one in board.waiting(issue)]


OPEN_CHOICES = {LEVEL.name: _rungs, MILESTONE.name: _milestones, OBJECTION.name: _objections}
"""Choices that depend on the issue; each value is a whole number."""


def _people(issue: Issue, on: date, query: str) -> list[tuple[str, str]]:
    """Holders of posts over the issue's place, nearest first, then the staff of the county's departments."""
    above = Q(grid__in=[issue.grid_id, issue.cell_id, issue.village_id, issue.town_id, issue.county_id])
    posts = Posting.objects.active(on).filter(above, user__is_active=True, user__name__contains=query)
    staff = UnitStaff.objects.filter(unit__county=issue.county_id, until=None, user__name__contains=query)
    found: dict[str, str] = {}
    for post in posts.select_related("user", "grid").order_by("-grid__depth", "role", "id")[:MOST_OPTIONS]:
        found.setdefault(str(post.user_id), f"{post.user.name} {post.grid.name}{post.get_role_display()}")
    for row in staff.select_related("user", "unit").order_by("unit__name", "id")[:MOST_OPTIONS]:
        found.setdefault(str(row.user_id), f"{row.user.name} {row.unit.name}")
    return list(found.items())


def _others(issue: Issue, by: User, query: str) -> list[tuple[str, str]]:
    """Matters this one may be merged into: of the same town, not ended, newest first."""
    others = Issue.objects.visible_to(by).filter(county_id=issue.county_id, town_id=issue.town_id)
    others = others.exclude(status__in=ENDED).exclude(pk=issue.pk)
    named = others.filter(Q(title__contains=query) | Q(number__contains=query)) if query else others
    rows = named.order_by("-collected_at", "-id").only("number", "title")[:MOST_OPTIONS]
    return [(str(one.pk), f"{one.number or '未挂号'} {one.title}") for one in rows]


def _value(
    field: Field, data: Mapping[str, Any], files: Mapping[str, Sequence[File]], issue: Issue | None, by: User | None
) -> Any:
    if field.kind == "files":
        return list(files.get(field.name, ()))
    raw = data.get(field.name)
    if field.kind == "checkbox":
        return raw is True or str(raw).lower() in ("on", "true", "1", "yes")
    if raw in (None, "", []):
        return None
    return _read(field, raw, issue, by)


def _read(field: Field, raw: Any, issue: Issue | None, by: User | None) -> Any:
    match field.kind:
        case "user":
            return _found(User.objects.filter(is_active=True), raw, field)
        case "users":
            return [_found(User.objects.filter(is_active=True), one, field) for one in raw]
        case "unit":
            return _found(Unit.objects.filter(county=issue.county_id if issue else None), raw, field)
        case "issue":
            return _found(Issue.objects.visible_to(by), raw, field)
        case "date":
            return _day(field, str(raw))
        case "choice":
            return _choice(_as_offered(field, by), str(raw))
    text = str(raw).replace("\0", "").strip()  # PostgreSQL keeps no NUL
    if len(text) > field.longest:
        raise Refused(f"“{field.label}”最多{field.longest}个字，现有{len(text)}个字。", field=field.name)
    return text


def _found(rows: Any, raw: Any, field: Field) -> Any:
    row = rows.filter(pk=int(raw)).first() if str(raw).isdecimal() else None
    if row is None:
        raise Refused(f"“{field.label}”没有这一项，请重新选择。", field=field.name)
    return row


def _day(field: Field, raw: str) -> date:
    try:
        return date.fromisoformat(raw)
    except ValueError:
        raise Refused(f"“{field.label}”应是日期，如 2026-12-01。", field=field.name) from None


def _as_offered(field: Field, by: User | None) -> Field:
    """Staff choose among their county's channels; a resident's page knows its own."""
    return replace(field, choices=tuple(channels.offered(by))) if by and field.name == CHANNEL.name else field


def _choice(field: Field, raw: str) -> str | int:
    if not field.choices and raw.isdecimal():
        return int(raw)
    if raw not in dict(field.choices):
        raise Refused(f"“{field.label}”没有“{raw}”这一选项，请重新选择。", field=field.name)
    return raw
