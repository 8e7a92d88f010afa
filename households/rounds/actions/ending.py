"""Adopted at a members' meeting, published, and back to the branch when somebody objects."""

from datetime import date, datetime, timedelta

from django.core.files import File

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from households.actions.checks import given_reason
from households.models import ChoiceRound, ProposedPair, RoundStatus
from households.rounds.step import Step
from households.rounds.telling import tell_published

LONGEST_NOTICE = timedelta(days=60)


@verb
def adopt(
    *,
    round: ChoiceRound,
    met_on: date,
    present: str,
    minutes: str,
    by: User | None,
    at: datetime,
    minutes_file: File | None = None,
) -> None:
    """The members' meeting adopted the pairs: its day, who was there, what it said."""
    step = Step(round, "adopt", by=by, at=at)
    if met_on > step.on:
        raise Refused("会议日期不能晚于今天。", field="met_on")
    if met_on < round.wishes_from:
        raise Refused(f"会议日期不能早于志愿征集的开始日期{round.wishes_from}。", field="met_on")
    for name, text, label, most in (("present", present, "到会情况", 300), ("minutes", minutes, "会议记录", 5000)):
        if not text.strip():
            raise Refused(f"请填写{label}。", field=name)
        if len(text.strip()) > most:
            raise Refused(f"{label}最多{most}个字。", field=name)
    step.set(adopted_on=met_on, present=present.strip(), minutes=minutes.strip())
    if minutes_file is not None:
        round.minutes_file.save(minutes_file.name or "minutes", minutes_file, save=False)
        step.set(minutes_file=round.minutes_file.name)
    step.facts = {"pairs": ProposedPair.objects.filter(round=round, member__isnull=False).count()}
    step.finish(RoundStatus.ADOPTED)


@verb
def publish(*, round: ChoiceRound, in_force_from: date, by: User | None, at: datetime) -> None:
    """Everybody may read who is to look after whom; from `in_force_from` it is so."""
    step = Step(round, "publish", by=by, at=at)
    if in_force_from < step.on:
        raise Refused("生效日期不能早于今天。", field="in_force_from")
    if in_force_from > step.on + LONGEST_NOTICE:
        raise Refused(f"生效日期最晚在{LONGEST_NOTICE.days}天之内。", field="in_force_from")
    step.set(published_at=at, in_force_from=in_force_from)
    step.facts = {"in_force_from": str(in_force_from)}
    step.finish(RoundStatus.PUBLISHED)
    tell_published(round, at)


@verb
def reconsider(*, round: ChoiceRound, reason: str, by: User | None, at: datetime) -> None:
    """Somebody objects, or the meeting was wrong: the branch decides again and adopts again."""
    step = Step(round, "reconsider", by=by, at=at)
    reason = given_reason(reason)
    step.facts = {"adopted_on": str(round.adopted_on), "in_force_from": str(round.in_force_from or "")}
    step.set(adopted_on=None, published_at=None, in_force_from=None)
    step.finish(RoundStatus.DECIDING, note=reason)
