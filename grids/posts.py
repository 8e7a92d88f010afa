"""Who acts in a post on a day: the holder, or the substitute of whoever is away, followed to the end."""

from datetime import date
from typing import Any

from accounts.roles import AUDIT_ALONE
from grids.models import Absence, Posting


def substitutes(on: date) -> dict[int, int | None]:
    """Everybody away on the day → who stands in for them (None: nobody)."""
    return dict(Absence.objects.active(on).order_by("pk").values_list("user_id", "substitute_id"))


def acting(user_id: int, away: dict[int, int | None]) -> int | None:
    """The person who acts for `user_id`; None when the chain of substitutes ends in nobody or in a circle."""
    seen: set[int] = set()
    person: int | None = user_id
    while person is not None and person in away:
        if person in seen:
            return None
        seen.add(person)
        person = away[person]
    return person


def stood_in_for(user_id: int, away: dict[int, int | None]) -> list[int]:
    """The people this person acts for, themselves first."""
    return [user_id, *(person for person in away if person != user_id and acting(person, away) == user_id)]


def postings_of(user: Any, on: date) -> list[Posting]:
    """The postings a person acts in on a day: their own, and those of people they stand in for.

    Audit is never mixed with other posts, not even by standing in: what the person holds themselves decides.
    """
    people = stood_in_for(user.pk, substitutes(on))
    postings = list(Posting.objects.active(on).filter(user__in=people).select_related("grid"))
    own = [posting for posting in postings if posting.user_id == user.pk]
    audits = all(posting.role in AUDIT_ALONE for posting in own or postings)
    return [posting for posting in postings if (posting.role in AUDIT_ALONE) == audits]
