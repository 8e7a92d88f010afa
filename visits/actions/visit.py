"""Verbs on a visit: it is made, photographed, or becomes due at once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.files.base import ContentFile
from django.db.models import Value
from django.db.models.functions import Greatest

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from households.models import Household, HouseholdTag, Pairing
from members.models import Member
from visits.actions.checking import follow_up
from visits.actions.ruling import policy_of
from visits.due import restate_each, rules_of
from visits.models import Visit, VisitPause, VisitPhoto, VisitSignature, VisitTrigger
from visits.photos import cleaned
from visits.rules import interval_for, next_due
from visits.service.gathering import under_way
from visits.signatures import redrawn
from workdays.arithmetic import ZONE, spell

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far a phone's clock may run ahead of ours."""
MOST_PHOTOS = 9
LONGEST_ANSWER = 2000
TRIGGERS = (Visit.Trigger.HARDSHIP, Visit.Trigger.ACCIDENT, Visit.Trigger.DISPUTE)
"""三必访."""


class Recorded(NamedTuple):
    """The visit, and whether this call saved it: a form sent twice saves once and gives back the first."""

    visit: Visit
    first: bool


@dataclass(frozen=True)
class Answers:
    """五必问. All optional: nobody is made to fill in a form to have been there."""

    family: str = ""
    difficulty: str = ""
    prosper: str = ""
    dispute: str = ""
    opinion: str = ""


NOTHING_SAID = Answers()


@verb
def record_visit(
    *,
    pairing: Pairing,
    client_id: UUID,
    outcome: Visit.Outcome,
    visited_at: datetime,
    at: datetime,
    by: User,
    answers: Answers = NOTHING_SAID,
    done_by: Member | None = None,
    trigger: Visit.Trigger = Visit.Trigger.REGULAR,
    witness: str = "",
    unsigned: str = "",
    signature: bytes = b"",
) -> Recorded:
    """One visit, made at `visited_at` by `done_by` (else the paired member), entered at `at` by `by`.

    A kept visit answers the household's open triggers and moves the pairing's due date by the visit rule; any other
    outcome leads to a next attempt in three days. Dates only move forward, so a visit entered late harms nothing.
    While the village's service day is under way the visit belongs to it: nobody is asked.
    `signature` is a picture; where the county asks for proof, a meeting bears it, a `witness` or why it is `unsigned`.
    """
    pairing = _locked(pairing)
    saved = Visit.objects.filter(client_id=client_id).first()
    if saved:
        if saved.pairing_id != pairing.pk:
            raise Refused("这份走访记录的编号已用在另一户，请重新打开表单再填。")
        return Recorded(saved, first=False)
    visited_at = _believable(visited_at, at)
    day = visited_at.astimezone(ZONE).date()
    household = _visitable(pairing, day)
    _check_done_by(done_by, pairing)
    session = under_way(pairing, day)
    proof = {"witness": witness.strip()[:30], "unsigned": unsigned.strip()[:60]}
    _check_proof(pairing, outcome, [*proof.values(), signature])
    visit = Visit.objects.create(
        client_id=client_id,
        pairing=pairing,
        household=household,
        done_by=done_by or pairing.member,
        entered_by=by,
        at=visited_at,
        recorded_at=at,
        outcome=outcome,
        trigger=Visit.Trigger.SERVICE_DAY if session and trigger == Visit.Trigger.REGULAR else trigger,
        session=session,
        **proof,
        demo=pairing.demo,
        **_said(answers),
        **pairing.scope(),
    )
    if signature:
        _sign(visit, signature, at)
    if outcome in Visit.COMPLETING:
        VisitTrigger.objects.filter(household=household, answered_by=None, reported_at__lte=visited_at).update(
            answered_by=visit
        )
    _move_due(pairing, household, next_after=(day, outcome), on=at.astimezone(ZONE).date())
    follow_up(visit, at, by)
    return Recorded(visit, first=True)


def _locked(pairing: Pairing) -> Pairing:
    """One visit at a time for a pairing: the second of two equal sends finds the first."""
    locked = Pairing.objects.select_for_update(of=("self",), no_key=True)
    return locked.select_related("household", "programme", "member").get(pk=pairing.pk)


def _believable(visited_at: datetime, at: datetime) -> datetime:
    if visited_at > at + CLOCKS_DIFFER:
        raise Refused(
            f"走访时间{spell(visited_at.astimezone(ZONE).date())}{visited_at.astimezone(ZONE):%H:%M}还没有到，"
            "请核对手机时间。",
            field="visited_at",
        )
    return min(visited_at, at)


def _visitable(pairing: Pairing, day: date) -> Household:
    if pairing.household is None:
        raise Refused("这条结对联系的不是住户，不能记入户走访。")
    if day < pairing.since:
        raise Refused(f"走访时间早于结对日期{pairing.since}，请核对。", field="visited_at")
    if pairing.until and day >= pairing.until:
        raise Refused(f"这段结对已于{pairing.until}结束，之后的走访请由新的联户党员记。", field="visited_at")
    if pairing.household.closed_on and day >= pairing.household.closed_on:
        raise Refused(f"{pairing.household.called}已于{pairing.household.closed_on}销户。")
    return pairing.household


def _check_done_by(done_by: Member | None, pairing: Pairing) -> None:
    if done_by and done_by.county_id != pairing.county_id:
        raise Refused(f"{done_by.name}不是本县党员。", field="done_by")


def _check_proof(pairing: Pairing, outcome: str, given: list[str | bytes]) -> None:
    if outcome == Visit.Outcome.MET and policy_of(pairing.county_id).proof and not any(given):
        raise Refused("本县要求见面走访留一样凭据：请住户签名，或写见证人，或写明都没有的原因。", field="witness")


def _sign(visit: Visit, drawn: bytes, at: datetime) -> None:
    signature = VisitSignature(visit=visit, added_at=at)
    signature.file.save(f"{visit.client_id}.png", ContentFile(redrawn(drawn)), save=True)


def _said(answers: Answers) -> dict[str, str]:
    said = {question: text.strip() for question, text in vars(answers).items()}
    for question, text in said.items():
        if len(text) > LONGEST_ANSWER:
            raise Refused(f"五必问每项最多{LONGEST_ANSWER}个字，请写得简短些。", field=question)
    return said


def _move_due(pairing: Pairing, household: Household, *, next_after: tuple[date, str], on: date) -> None:
    """Forward only. The date belongs to whoever looks after the household now, should the visitor have handed over.
    While a trigger waits that this visit did not answer, or a pause lasts, the dates are told from the source."""
    pairings = Pairing.objects.filter(
        household=household, programme=pairing.programme, contact_type=pairing.contact_type
    ).lasting(on)
    if _bound_otherwise(household, next_after[0]):
        restate_each(pairings, on)
        return
    tags = set(HouseholdTag.objects.filter(household=household).borne(on).values_list("tag", flat=True))
    rule = interval_for(rules_of(pairing.programme), tags)
    if rule is not None:
        due = next_due(*next_after, rule.days)
        forward = {"next_due_on": Greatest("next_due_on", Value(due))}
        if rule.grace:
            forward["grace_until"] = Greatest("grace_until", Value(due + timedelta(days=rule.grace)))
        pairings.update(**forward)


def _bound_otherwise(household: Household, day: date) -> bool:
    """Does an open trigger or a pause that outlasts the day decide when the next visit is due?"""
    triggers = VisitTrigger.objects.filter(household=household, answered_by=None)
    return triggers.exists() or VisitPause.objects.filter(household=household, until__gt=day).exists()


@verb
def add_photo(*, visit: Visit, content: bytes, at: datetime, by: User) -> VisitPhoto:
    """A photo, never compulsory: turned upright, at most 1,600 pixels wide and high, place and device data removed."""
    if VisitPhoto.objects.filter(visit=visit).count() >= MOST_PHOTOS:
        raise Refused(f"一次走访最多放{MOST_PHOTOS}张照片。", field="photo")
    photo = VisitPhoto(visit=visit, added_at=at)
    photo.file.save(f"{visit.client_id}.jpg", ContentFile(cleaned(content)), save=True)
    return photo


@verb
def trigger_visit(*, household: Household, kind: Visit.Trigger, at: datetime, by: User, note: str = "") -> VisitTrigger:
    """三必访: every pairing of the household is due at once, until a kept visit made after `at` answers."""
    if kind not in TRIGGERS:
        raise Refused("请选择必访事由：有困难、有突发事件、有矛盾纠纷。", field="kind")
    if household.closed_on:
        raise Refused(f"{household.called}已于{household.closed_on}销户。")
    made = VisitTrigger.objects.create(
        household=household, kind=kind, note=note.strip(), reported_at=at, reported_by=by
    )
    restate_each(Pairing.objects.filter(household=household), at.astimezone(ZONE).date())
    return made
