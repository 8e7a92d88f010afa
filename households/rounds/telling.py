"""Who hears of a round. Each kind once per round and recipient: the key says so.

Members with an account by their inbox; households by SMS only when the branch asks for it (`remind`), under their
county's letterhead: neutral words of at most 70 characters with the signature, not at night.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Count

from accounts.models import User
from households.models import ChoiceRound, Household, ProposedPair
from households.rounds.standing import silent_households, silent_members
from members.models import Member
from notices.actions import Message, post_all
from notices.letterhead import Letterhead
from notices.quiet import Quiet
from workdays.arithmetic import spell

STAFF_LINK = "/rounds/{pk}/"
"""Leads to the round on the surface of whoever opens it."""
PUBLIC_LINK = "/h/{code}/"
ASKED = "请扫您家联系卡上的二维码，选一选愿意由哪位党员联系您家，{until}截止。"
"""At most 70 characters with a signature of twelve."""


def tell_opened(round: ChoiceRound, at: datetime) -> None:
    """To every member who takes part."""
    text = f"“{round}”开始了：{spell(round.wishes_from)}至{spell(round.wishes_until)}填志愿，选您愿意联系的住户。"
    post_all(list(_to_members(round, "opened", text, silent_members(round))), at=at)


def tell_closing(round: ChoiceRound, at: datetime) -> int:
    """To members who have not answered, and to who opened the round."""
    silent = silent_members(round)
    text = f"“{round}”的志愿{spell(round.wishes_until)}截止，您还没有填；不填的由支部安排。"
    messages = list(_to_members(round, "closing", text, silent))
    waiting, homes = silent.count(), silent_households(round).count()
    if round.opened_by and (waiting or homes):
        said = f"“{round}”{spell(round.wishes_until)}截止：还有党员{waiting}名、住户{homes}户没有填志愿。"
        messages.append(_inbox(round, "closing_branch", said, round.opened_by))
    return len(post_all(messages, at=at))


def tell_published(round: ChoiceRound, at: datetime) -> None:
    """To each member who is to look after somebody: how many, and from when."""
    assert round.in_force_from is not None
    since = spell(round.in_force_from)
    pairs = ProposedPair.objects.filter(round=round, member__user__isnull=False)
    counts = dict(pairs.values_list("member").annotate(Count("pk")))
    messages = [
        _inbox(
            round,
            f"published.{round.version}",
            f"“{round}”已公示，{since}起生效：您联系{counts[member.pk]}户，点开可看名单。",
            member.user,
        )
        for member in Member.objects.filter(pk__in=counts).select_related("user")
        if member.user
    ]
    post_all(messages, at=at)


def ask_households(round: ChoiceRound, letter: Letterhead, at: datetime) -> int:
    """By SMS, households with a phone that have not answered."""
    text = letter.over(ASKED.format(until=spell(round.wishes_until)))
    messages = [_sms(round, home, text, letter.quiet) for home in silent_households(round) if home.phone]
    return len(post_all(messages, at=at))


def tell_branch(round: ChoiceRound, kind: str, text: str, people: Iterable[User | None], at: datetime) -> None:
    """To people inside, once per version of the round."""
    once = {person.pk: person for person in people if person}
    post_all([_inbox(round, f"{kind}.{round.version}", text, person) for person in once.values()], at=at)


def _to_members(round: ChoiceRound, kind: str, text: str, members: Iterable[Member]) -> Iterator[Message]:
    for member in members:
        if member.user:
            yield _inbox(round, kind, text, member.user)


def _inbox(round: ChoiceRound, kind: str, text: str, person: User) -> Message:
    key = f"round.{kind}:{round.pk}:u{person.pk}"
    return Message(key, "round", text, person, link=STAFF_LINK.format(pk=round.pk))


def _sms(round: ChoiceRound, household: Household, text: str, quiet: Quiet | None) -> Message:
    link = PUBLIC_LINK.format(code=household.public_code)
    key = f"round.ask:{round.pk}:h{household.pk}"
    return Message(key, "round", text, phone=household.phone, link=link, quiet=quiet)
