"""Verbs on swaps: ask, agree, decline, withdraw. Nothing changes before the colleague agrees; then both at once."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.errors import Forbidden, Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from rosters.actions.shifts import must_be_free, put, said, tell
from rosters.models import DutyShift, Swap
from rosters.people import colleagues

ASKED = Swap.State.ASKED


@verb
def ask_swap(
    *,
    shift: DutyShift,
    asked_of: User,
    by: User,
    at: datetime,
    in_return: DutyShift | None = None,
    reason: str = "",
) -> Swap:
    """Asks a colleague of the same rota to take a shift of mine, in return for one of theirs or for nothing."""
    _must_be_mine(shift, by, "这一班不是您的，不能提出换班。")
    _must_not_have_begun(shift, at)
    if not colleagues(shift.rota, by).filter(pk=asked_of.pk).exists():
        raise Refused(f"{asked_of.name}不参加这个值班，请换一个人。", field="asked_of")
    if in_return:
        _must_be_theirs(in_return, shift, asked_of, at)
    _must_fit(shift, in_return, by, asked_of)
    try:
        with transaction.atomic():
            known = {"shift": shift, "in_return": in_return, "asked_by": by, "asked_of": asked_of}
            swap = Swap.objects.create(reason=reason.strip()[:60], asked_at=at, **known)
    except IntegrityError as error:
        raise Refused("这一班已经提出过换班，等对方答复，或先撤回。") from error
    back = f"，换您的{said(in_return)}" if in_return else ""
    tell(asked_of, f"{by.name}请您替班：{said(shift)}{back}。请同意或不同意。", f"swap:{swap.pk}", at)
    return swap


@verb
def agree(*, swap: Swap, by: User, at: datetime) -> None:
    """Both shifts change hands at once. Refused when either has changed since it was asked for."""
    _must_be_asked(swap, by)
    keys = [swap.shift_id, *([swap.in_return_id] if swap.in_return_id else [])]
    rows = DutyShift.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    held = {row.pk: row for row in rows.select_related("grid", "user", "member", "rota")}
    shift, back = held[swap.shift_id], held.get(swap.in_return_id or 0)
    _end(swap, Swap.State.AGREED, at)
    _must_be_mine(shift, swap.asked_by, f"这一班已经不是{swap.asked_by.name}的了，不能再换。")
    _must_not_have_begun(shift, at)
    if back:
        _must_be_mine(back, by, "您用来换的那一班已经不是您的了，不能再换。")
        _must_not_have_begun(back, at)
    _must_fit(shift, back, swap.asked_by, by)
    put(shift, by)
    if back:
        put(back, swap.asked_by)
    tell(swap.asked_by, f"{by.name}同意换班：{said(shift)}。", f"swap-yes:{swap.pk}", at)


@verb
def decline(*, swap: Swap, by: User, at: datetime) -> None:
    """No reason is asked for."""
    _must_be_asked(swap, by)
    _end(swap, Swap.State.DECLINED, at)
    tell(swap.asked_by, f"{by.name}不同意换班：{said(swap.shift)}，还是您值班。", f"swap-no:{swap.pk}", at)


@verb
def withdraw(*, swap: Swap, by: User, at: datetime) -> None:
    if swap.asked_by_id != by.pk:
        raise Forbidden("只有提出换班的人可以撤回。")
    _end(swap, Swap.State.WITHDRAWN, at)
    tell(swap.asked_of, f"{by.name}撤回了换班：{said(swap.shift)}。", f"swap-back:{swap.pk}", at)


def _end(swap: Swap, state: str, at: datetime) -> None:
    """Compare and set: one answer counts."""
    if not Swap.objects.open().filter(pk=swap.pk).update(state=state, ended_at=at):
        raise Outrun("这次换班刚刚已经有了结果，请刷新后再看。")
    swap.refresh_from_db()


def _must_be_asked(swap: Swap, by: User) -> None:
    if swap.asked_of_id != by.pk:
        raise Forbidden("只有被请的人可以答复换班。")


def _must_be_mine(shift: DutyShift, person: User, sentence: str) -> None:
    if shift.state != DutyShift.State.PLANNED or shift.user_id != person.pk:
        raise Refused(sentence)


def _must_not_have_begun(shift: DutyShift, at: datetime) -> None:
    if shift.starts_at <= at:
        raise Refused(f"{said(shift)}已经开始，不能再换。")


def _must_be_theirs(back: DutyShift, shift: DutyShift, person: User, at: datetime) -> None:
    if back.rota_id != shift.rota_id or back.user_id != person.pk or back.starts_at <= at:
        raise Refused(f"请选一班{person.name}自己的、还没有开始的。", field="in_return")


def _must_fit(shift: DutyShift, back: DutyShift | None, asker: User, colleague: User) -> None:
    given = [shift.pk, *([back.pk] if back else [])]
    must_be_free(colleague, shift, besides=given)
    if back:
        must_be_free(asker, back, besides=given)
