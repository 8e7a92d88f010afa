"""联系服务卡, one for every household that somebody looks after.

A card hangs in the house and names whom to ring in full; of the household it shows no more than its public page does,
so that a card that is lost tells a stranger nothing. Whoever brings it finds the house by number and grid.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import IO

from django.db.models import Exists, OuterRef, Prefetch
from django.db.models.query import QuerySet

from accounts.privacy import Mask, mask
from exchange.models import Job
from exchange.papers.cards import Card, write_cards
from exchange.prints.asked import Asked, Document, Print, none_found
from grids.models import Grid
from households.contacts import Contact, Directory
from households.models import Household, Pairing
from households.public import public_url

TITLE = "联系服务卡"
CHUNK = 500


def cards(job: Job, at: datetime) -> Print:
    asked = Asked(job, at)
    pairings = asked.pairings().exclude(household=None)
    homes = Household.objects.living().filter(Exists(pairings.filter(household=OuterRef("pk"))))
    parts = asked.parts(homes)
    if not parts:
        raise none_found("这里没有已结对的住户")
    directory = Directory(asked.on)
    write = partial(_write, asked, directory)
    documents = [Document(name, partial(write, homes.filter(which), name)) for name, which, _ in parts]
    return Print(TITLE, asked.about, sum(number for _, _, number in parts), documents)


def _write(asked: Asked, directory: Directory, homes: QuerySet[Household], name: str, file: IO[bytes]) -> int:
    standing = Pairing.objects.current(asked.on).select_related("member").order_by("since", "pk")
    rows = homes.select_related("grid").order_by("grid__code", "number", "pk")
    known = rows.prefetch_related(Prefetch("pairings", standing, to_attr="standing"))
    return write_cards(_drawn(known, directory), file, title=f"{name}{TITLE}")


def _drawn(homes: QuerySet[Household], directory: Directory) -> Iterator[Card]:
    places: dict[int, str] = {}
    for home in homes.iterator(chunk_size=CHUNK):
        if home.village_id not in places:
            places[home.village_id] = Grid.objects.get(pk=home.village_id).full_name
        people = directory.of(home, home.standing)  # type: ignore[attr-defined]
        yield Card(
            title=TITLE,
            place=places[home.village_id],
            people=[(one.part, one.name, one.phone) for one in _shown(people)],
            household=f"{home.number}　{mask(home.head_name, Mask.NAME)}户　{home.grid.name}",
            address=public_url(home),
        )


def _shown(people: list[Contact]) -> list[Contact]:
    """Each person once, with all their parts; whoever looks after the household stands first."""
    parts: dict[tuple[str, str], list[str]] = {}
    for one in people:
        parts.setdefault((one.name, one.phone), []).append(one.part)
    return [Contact("、".join(theirs), name, phone) for (name, phone), theirs in parts.items()]
