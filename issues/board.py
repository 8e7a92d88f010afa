"""公示栏: the public notice of an issue's round, written from its masked projection."""

from datetime import date, datetime

from accounts.errors import Refused
from grids.models import Grid
from households.models import Household, Resident
from issues import publicity, telling
from issues.models import Issue, Objection, PublicNotice, Verdict
from issues.publicity import LONGEST_TEXT, Matter
from workdays.arithmetic import ZONE

OF_AGE = 18
OUTCOMES = {
    Verdict.Value.SATISFIED: "已解决，满意",
    Verdict.Value.SOLVED: "已解决",
    Verdict.Value.UNCONFIRMED: "联系不上反映人，由村里见证",
}


def publish(issue: Issue, *, until: date, at: datetime) -> PublicNotice:
    """Hangs the notice of the present round on the board until the end of a day."""
    shown = publicity.projection(matter_of(issue, at.astimezone(ZONE).date()))
    return PublicNotice.objects.create(
        issue=issue, round=issue.round, heading=shown.heading, text=shown.text, published_at=at, until=until
    )


def standing(issue: Issue) -> PublicNotice | None:
    """The notice of the present round, unless withdrawn."""
    return PublicNotice.objects.standing().filter(issue=issue, round=issue.round).first()


def withdraw(issue: Issue, *, at: datetime) -> None:
    PublicNotice.objects.standing().filter(issue=issue).update(withdrawn_at=at)


def waiting(issue: Issue) -> list[Objection]:
    """Objections to the present round that nobody answered yet, the oldest first."""
    return list(Objection.objects.waiting().filter(notice__issue=issue, notice__round=issue.round))


def checked(issue: Issue, text: str, field: str, at: datetime) -> str:
    """A text of staff for the board, once it may hang there."""
    said = text.strip()
    if len(said) > LONGEST_TEXT:
        raise Refused(f"最多{LONGEST_TEXT}个字，现有{len(said)}个字。", field=field)
    fault = publicity.fault(said, matter_of(issue, at.astimezone(ZONE).date())) if said else "请写明公示内容。"
    if fault:
        raise Refused(fault, field=field)
    return said


def matter_of(issue: Issue, on: date) -> Matter:
    family = telling.family(issue)
    verdict = Verdict.objects.filter(issue=issue, round=issue.round).first()
    homes = Household.objects.filter(pk__in=[one.household_id for one in family if one.household_id])
    residents = list(Resident.objects.filter(household__in=homes))
    return Matter(
        category=issue.get_category_display(),
        village=Grid.objects.get(pk=issue.village_id).full_name,
        petitioner=issue.petitioner,
        title=issue.title,
        result=issue.result or "",
        outcome=OUTCOMES[Verdict.Value(verdict.value)] if verdict else "",
        names=(
            *(one.petitioner for one in family),
            *(home.head_name for home in homes),
            *(one.name for one in residents),
        ),
        minors=tuple(one.name for one in residents if _is_minor(one, on)),
        sensitive=any(one.sensitive for one in family),
        cannot_be_done=issue.cannot_be_done,
    )


def _is_minor(resident: Resident, on: date) -> bool:
    """By the birthday in the ID number; without one nobody knows."""
    birthday = (resident.id_number or "")[6:14]
    return birthday.isdecimal() and int(f"{on:%Y%m%d}") - int(birthday) < OF_AGE * 10_000
