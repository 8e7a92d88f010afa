"""走访本 for members who carry paper.

Its holder looks after the households in it: heads and addresses stand in full, or the door would not be found. Phones
stay masked, and of the tags only those that shame nobody are named: whoever finds a lost notebook must not read who is
poor, ill or alone.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from itertools import groupby
from typing import IO, Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from accounts.privacy import Mask, mask
from exchange.models import Job
from exchange.papers import page
from exchange.papers.notebook import Home, Notebook, pages
from exchange.prints.asked import Asked, Document, Print, none_found
from households.models import HouseholdTag, Pairing, Tag
from visits.models import Visit
from workdays.arithmetic import ZONE

TITLE = "走访本"
NAMED = (Tag.OLD_MEMBER, Tag.VETERAN, Tag.PROSPEROUS)
OFTEN = "重点走访户"


def notebooks(job: Job, at: datetime) -> Print:
    asked = Asked(job, at)
    rows = asked.pairings().filter(household__isnull=False, household__closed_on=None)
    parts = asked.parts(rows, "member__branch_id")
    if not parts:
        raise none_found("这里没有联着住户的党员")
    documents = [Document(name, partial(_write, asked, name, rows.filter(which))) for name, which, _ in parts]
    return Print(TITLE, asked.about, sum(number for _, _, number in parts), documents)


def _write(asked: Asked, name: str, rows: QuerySet[Pairing], file: IO[bytes]) -> int:
    books = list(_books(_known(rows, asked.on), asked))
    file.write(page.paper(pages(books), title=f"{name}{TITLE}", foot=asked.foot))
    return sum(len(book.homes) for book in books)


def _known(rows: QuerySet[Pairing], on: date) -> QuerySet[Any]:
    """With the tags of the day and the last visit that counted."""
    visits = Visit.objects.completed().filter(household=OuterRef("household")).order_by("-at")
    tags = Prefetch("household__tags", HouseholdTag.objects.borne(on), to_attr="borne")
    known = rows.select_related("member__branch", "household", "grid").prefetch_related(tags)
    return known.annotate(last_at=Subquery(visits.values("at")[:1])).order_by(
        "member__name", "member_id", "next_due_on", "household__number"
    )


def _books(rows: QuerySet[Any], asked: Asked) -> Iterator[Notebook]:
    for member, theirs in groupby(rows, lambda pairing: pairing.member):
        homes = [_home(pairing) for pairing in theirs]
        about = f"{member.branch.name}，{asked.about}联系{len(homes)}户。丢失请立即告诉村里；写过的页请锁好。"
        yield Notebook(member.name, about, homes)


def _home(pairing: Any) -> Home:
    home = pairing.household
    return Home(
        heading=f"{home.number}　{home.head_name}户　{mask(home.phone, Mask.PHONE)}",
        place=f"{pairing.grid.full_name} {home.address}".strip(),
        marks=_marks(home.borne),
        last=f"{pairing.last_at.astimezone(ZONE):%Y-%m-%d}" if pairing.last_at else "还没有",
        next=pairing.next_due_on.isoformat() if pairing.next_due_on else "未定",
    )


def _marks(tags: Sequence[HouseholdTag]) -> str:
    named = [Tag(one.tag).label for one in tags if one.tag in NAMED]
    return "、".join([*named, *([OFTEN] if len(named) < len(tags) else [])])
