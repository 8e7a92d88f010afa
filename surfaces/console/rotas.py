"""值班安排 on the console: the rule, who takes part in which order, and photos for the public board."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Forbidden, Refused
from accounts.roles import Permission
from rosters.actions import change_rota, close_rota, drop_portrait, open_rota, set_turns, show_portrait
from rosters.models import DutyRota, DutyTurn, Portrait
from rosters.people import Person, as_columns, candidates, staffed, taking_part
from surfaces.doors import Visitor, must_cover, needs, show
from surfaces.duty.forms import NewRotaForm, PersonForm, PortraitForm, RotaForm
from surfaces.tasks import Task, TaskForm, draw, go, run, sent
from workdays.now import now

P = Permission
SHIFTS_SHOWN = 14


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def rota_add(request: Visitor) -> HttpResponse:
    form = NewRotaForm(request.user, **sent(request))
    if form.is_bound and form.is_valid():
        try:
            made = open_rota(by=request.user, at=now(), **form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refused:
            show(refused, form)
        else:
            messages.success(request, "已建立。请加上参加值班的人，排好先后。")
            return go(request, reverse("console:rota", args=[made.pk]))
    list_url = reverse("console:duty")
    task = Task("建立值班安排", list_url, "保存后自动生成14天的班次，以后每天续排。", crumbs=[("值班", list_url)])
    return draw(request, task, form)


@require_GET
@needs(P.ROTA_EDIT)
def rota(request: Visitor, pk: int) -> HttpResponse:
    found = _found(request, pk)
    turns = taking_part(found)
    photos = {(row.user_id, row.member_id) for row in Portrait.objects.filter(_of(turns))}
    ahead = found.shifts.standing().filter(ends_at__gt=now()).told().order_by("starts_at")[:SHIFTS_SHOWN]
    known = {
        "rota": found,
        "turns": [(turn, (turn.user_id, turn.member_id) in photos) for turn in turns],
        "form": PersonForm(_newcomers(found, turns)),
        "shifts": staffed(ahead),
        "may_edit": found.until is None,
    }
    return render(request, "console/duty/rota.html", known)


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def rota_edit(request: Visitor, pk: int) -> HttpResponse:
    found = _found(request, pk)

    def do(given: dict[str, Any]) -> str:
        change_rota(rota=found, by=request.user, at=now(), **given)
        return "已修改。还没有开始的班次已按新的安排重排，人工调整过的保留。"

    hint = "还没有开始的班次按新的安排重排；人工调整、换过班的保留原来的人。"
    return run(request, _task(found, "修改安排", hint), RotaForm(found, **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def rota_close(request: Visitor, pk: int) -> HttpResponse:
    found = _found(request, pk)

    def do(given: dict[str, Any]) -> str:
        close_rota(rota=found, by=request.user, at=now())
        return "已停用，不再生成班次；以前的班次和日志都在。"

    hint = "还没有开始的班次会撤掉；以前的班次和日志都保留。"
    return run(request, _task(found, "停用这个安排", hint, danger=True), TaskForm(**sent(request)), do)


@require_POST
@needs(P.ROTA_EDIT)
def turn_add(request: Visitor, pk: int) -> HttpResponse:
    found = _found(request, pk)
    turns = taking_part(found)
    form = PersonForm(_newcomers(found, turns), data=request.POST)
    if not form.is_valid():
        raise Refused("请选择要加上的人。")
    set_turns(rota=found, people=[*_people(turns), form.cleaned_data["person"]], by=request.user, at=now())
    messages.success(request, f"已加上{form.cleaned_data['person'].name}，排在最后。")
    return redirect("console:rota", pk)


@require_POST
@needs(P.ROTA_EDIT)
def turn_up(request: Visitor, pk: int, turn_pk: int) -> HttpResponse:
    """One place forward."""
    found, turns, place = _turn(request, pk, turn_pk)
    people = _people(turns)
    if place:
        people[place - 1 : place + 1] = reversed(people[place - 1 : place + 1])
    set_turns(rota=found, people=people, by=request.user, at=now())
    return redirect("console:rota", pk)


@require_POST
@needs(P.ROTA_EDIT)
def turn_drop(request: Visitor, pk: int, turn_pk: int) -> HttpResponse:
    found, turns, place = _turn(request, pk, turn_pk)
    people = _people(turns)
    gone = people.pop(place)
    set_turns(rota=found, people=people, by=request.user, at=now())
    messages.success(request, f"{gone.name}不再参加，还没有开始的班次已重排。")
    return redirect("console:rota", pk)


@require_http_methods(["GET", "POST"])
@needs(P.ROTA_EDIT)
def portrait(request: Visitor, pk: int, turn_pk: int) -> HttpResponse:
    found, turns, place = _turn(request, pk, turn_pk)
    person = _people(turns)[place]

    def do(given: dict[str, Any]) -> str:
        show_portrait(person=person, by=request.user, at=now(), **given)
        return f"{person.name}的照片会显示在公示牌上，随时可以撤下。"

    hint = f"给{person.name}加一张公示牌上的照片。不是必须的；本人不同意的不能上传。"
    return run(request, _task(found, "上传照片", hint), PortraitForm(**sent(request)), do)


@require_POST
@needs(P.ROTA_EDIT)
def portrait_drop(request: Visitor, pk: int, turn_pk: int) -> HttpResponse:
    _, turns, place = _turn(request, pk, turn_pk)
    row = get_object_or_404(Portrait, **as_columns(_people(turns)[place]))
    drop_portrait(portrait=row, by=request.user, at=now())
    messages.success(request, "照片已撤下并删除。")
    return redirect("console:rota", pk)


def _found(request: Visitor, pk: int) -> DutyRota:
    found = get_object_or_404(DutyRota.objects.visible_to(request.user).select_related("grid"), pk=pk)
    must_cover(request, P.ROTA_EDIT, found)
    return found


def _turn(request: Visitor, pk: int, turn_pk: int) -> tuple[DutyRota, list[DutyTurn], int]:
    found = _found(request, pk)
    turns = list(taking_part(found))
    turn = get_object_or_404(found.turns.filter(out=False), pk=turn_pk)
    return found, turns, turns.index(turn)


def _people(turns: Any) -> list[Person]:
    return [turn.user or turn.member for turn in turns]


def _newcomers(rota: DutyRota, turns: Any) -> list[Person]:
    there = _people(turns)
    return [one for one in candidates(rota.grid, rota.kind, now().date()) if one not in there]


def _of(turns: Any) -> Q:
    users = [turn.user_id for turn in turns if turn.user_id]
    members = [turn.member_id for turn in turns if turn.member_id]
    return Q(user__in=users) | Q(member__in=members)


def _task(rota: DutyRota, title: str, hint: str, *, danger: bool = False) -> Task:
    back = reverse("console:rota", args=[rota.pk])
    return Task(title, back, hint, danger=danger, crumbs=[("值班", reverse("console:duty")), (str(rota), back)])
