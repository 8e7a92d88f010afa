"""Asking for a proposal, for one round or a whole batch, and reminding those who have not answered."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max

from accounts.errors import Refused
from accounts.models import User
from accounts.verbs import verb
from households.models import ChoiceRound, ProposalRun, RoundBatch, RoundStatus
from households.rounds.step import Step
from households.rounds.telling import ask_households, tell_closing
from households.rounds.weights import check_evening_out, checked_weights, places_in
from households.rounds.workflow import refusal
from households.tasks import send_proposal
from notices.letterhead import Letterhead
from workdays.arithmetic import ZONE


@verb
def propose(*, round: ChoiceRound, by: User | None, at: datetime) -> ProposalRun:
    """Queues the computation. Asked again later, it keeps present pairs unless something weighs more."""
    step = Step(round, "propose", by=by, at=at)
    last = ProposalRun.objects.filter(round=round).aggregate(last=Max("number"))["last"] or 0
    step.facts = {"run": last + 1}
    step.finish(RoundStatus.PROPOSING)
    run = ProposalRun.objects.create(round=round, number=last + 1, asked_by=by, asked_at=at)
    transaction.on_commit(partial(send_proposal, run.pk))
    return run


def propose_all(*, batch: RoundBatch, by: User | None, at: datetime) -> tuple[list[ProposalRun], dict[int, str]]:
    """A run for every round of the batch that may have one; the others with the reason why not, by round."""
    runs, refused = [], {}
    for round in batch.rounds.select_related("branch", "grid").order_by("pk"):
        try:
            runs.append(propose(round=round, by=by, at=at))
        except Refused as refusal_:
            refused[round.pk] = refusal_.sentence
    return runs, refused


@verb
def set_weights(*, round: ChoiceRound, weights: Mapping[str, object], by: User | None, at: datetime) -> None:
    """Other numbers than the usual, as the branch thinks right; 1 point is 1 metre."""
    step = Step(round, "set_weights", by=by, at=at)
    kept = checked_weights(weights)
    check_evening_out(kept, places_in(round))
    step.facts = {"was": round.weights, "now": kept}
    step.set(weights=kept)
    step.finish()


@verb
def remind(*, round: ChoiceRound, by: User | None, at: datetime, letter: Letterhead | None = None) -> int:
    """Tells members who have not answered; with `letter` also households, by SMS under that letterhead. Nobody twice.
    Returns how many."""
    sentence = refusal(round, "set_window", by, at.astimezone(ZONE).date())
    if sentence:
        raise Refused(sentence)
    if not round.takes_wishes(at.astimezone(ZONE).date()):
        raise Refused(f"志愿征集是{round.wishes_from}至{round.wishes_until}，现在不用催。")
    told = tell_closing(round, at)
    return told + (ask_households(round, letter, at) if letter else 0)
