"""Verbs on pledges (服务承诺): made, published, reported, and seen kept or not by a household."""

from datetime import date, datetime

from django.core.files import File
from django.core.files.base import ContentFile

from accounts import screening
from accounts.errors import Outrun, Refused
from accounts.models import User
from accounts.verbs import verb
from households.models import Household
from members.models import Member, PartyOrg
from visits.models import Pledge
from visits.photos import cleaned
from workdays.arithmetic import ZONE

LONGEST_TEXT = 200
LONGEST_RESULT = 300
S = Pledge.Status
WHY_NOT = {
    S.DRAFT: "这条承诺还没有公开，请先公开。",
    S.PUBLISHED: "这条承诺已经公开，没有在等见证，可能刚刚已由别人处理。",
    S.REPORTED: "这条承诺已报告兑现，正等见证户确认。",
    S.KEPT: "这条承诺已经确认兑现。",
    S.NOT_KEPT: "这条承诺已记为未兑现。",
}
"""Why a deed does not fit, by where the pledge stands."""


@verb
def make_pledge(
    *,
    text: str,
    kind: Pledge.Kind,
    due_on: date,
    at: datetime,
    by: User | None,
    member: Member | None = None,
    branch: PartyOrg | None = None,
    demo: bool = False,
) -> Pledge:
    """A promise of the year in which it is due, by a member or by a branch. It is public only once published."""
    if (member is None) == (branch is None):
        raise Refused("请选择谁作的承诺：一名党员，或一个党组织。", field="member")
    today = at.astimezone(ZONE).date()
    if not today <= due_on:
        raise Refused("兑现期限已经过去，请选今天或以后的一天。", field="due_on")
    if due_on.year > today.year + 1:
        raise Refused("承诺一年一作，期限请选在今年或明年。", field="due_on")
    said = _promise(text)
    whose = member or branch
    assert whose is not None
    return Pledge.objects.create(
        member=member,
        branch=branch,
        year=due_on.year,
        kind=kind,
        text=said,
        due_on=due_on,
        made_by=by,
        made_at=at,
        demo=demo,
        **whose.scope(),
    )


@verb
def publish_pledge(*, pledge: Pledge, at: datetime, by: User | None) -> None:
    """It hangs on the village's public page, with the member's name in full, as on the service card."""
    _move(pledge, (S.DRAFT,), S.PUBLISHED, published_by=by, published_at=at)


@verb
def drop_pledge(*, pledge: Pledge, by: User) -> None:
    """Only what nobody has read yet."""
    if not Pledge.objects.filter(pk=pledge.pk, status=S.DRAFT).delete()[0]:
        raise Refused("已经公开的承诺不能删除，做不到的请记“未兑现”并写明原因。")


@verb
def report_pledge(
    *, pledge: Pledge, result: str, household: Household, at: datetime, by: User, evidence: File | None = None
) -> None:
    """It is kept, says who promised; the household named is asked on its own page. Evidence is never compulsory."""
    said = _written(result, "result", "请用一句话写明做了什么。")
    if household.county_id != pledge.county_id or household.closed_on:
        raise Refused("请选本县现有的一户作见证。", field="household")
    known = {"result": said, "witness_household": household, "reported_by": by, "reported_at": at, "denied": False}
    _move(pledge, (S.PUBLISHED,), S.REPORTED, **known)
    if evidence:
        _keep(pledge, evidence)


@verb
def witness_pledge(*, pledge: Pledge, kept: bool, at: datetime, by: User | None) -> None:
    """The household answers on its page, from its QR code: kept, or not yet (then it stands open again)."""
    if kept:
        _move(pledge, (S.REPORTED,), S.KEPT, means=Pledge.Means.QR, closed_at=at)
    else:
        _move(pledge, (S.REPORTED,), S.PUBLISHED, denied=True)


@verb
def key_witness(*, pledge: Pledge, kept: bool, witness: str, at: datetime, by: User, result: str = "") -> None:
    """A household said so to somebody else than who promised, who keys in the witness's name."""
    name = witness.strip()
    if not 2 <= len(name) <= 30:
        raise Refused("请填写见证人的姓名。", field="witness")
    if pledge.member and pledge.member.user_id == by.pk:
        raise Refused("自己的承诺不能由自己录见证人，请请见证户扫码确认，或请村里代录。")
    given = (
        {"result": _written(result, "result", "请用一句话写明情况。")} if result.strip() or not pledge.result else {}
    )
    known = {"witness": name, "means": Pledge.Means.KEYED, "closed_by": by, "closed_at": at, **given}
    _move(pledge, (S.PUBLISHED, S.REPORTED), S.KEPT if kept else S.NOT_KEPT, **known)


@verb
def give_up_pledge(*, pledge: Pledge, reason: str, at: datetime, by: User) -> None:
    """未兑现, said by who promised or by the village: no witness is needed for that."""
    said = _written(reason, "reason", "请写明没有兑现的原因。")
    known = {"result": said, "closed_by": by, "closed_at": at}
    _move(pledge, (S.PUBLISHED, S.REPORTED), S.NOT_KEPT, **known)


def _move(pledge: Pledge, sources: tuple[S, ...], target: S, **values: object) -> None:
    """Compare and set."""
    pledge.refresh_from_db()
    if pledge.status not in sources:
        raise Refused(WHY_NOT[S(pledge.status)])
    if not Pledge.objects.filter(pk=pledge.pk, status=pledge.status).update(status=target, **values):
        raise Outrun()
    pledge.refresh_from_db()


def _promise(text: str) -> str:
    said = text.strip()
    if not said:
        raise Refused("请写明承诺什么。", field="text")
    if len(said) > LONGEST_TEXT:
        raise Refused(f"承诺最多{LONGEST_TEXT}个字，请写得简短些。", field="text")
    fault = screening.fault(said, of_a_person=False)
    if fault:
        raise Refused(fault, field="text")
    return said


def _written(text: str, field: str, missing: str) -> str:
    said = text.strip()
    if not said:
        raise Refused(missing, field=field)
    if len(said) > LONGEST_RESULT:
        raise Refused(f"最多{LONGEST_RESULT}个字，请写得简短些。", field=field)
    return said


def _keep(pledge: Pledge, evidence: File) -> None:
    pledge.evidence.save(f"{pledge.pk}.jpg", ContentFile(cleaned(evidence.read())), save=False)
    Pledge.objects.filter(pk=pledge.pk).update(evidence=pledge.evidence.name)
