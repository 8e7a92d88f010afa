"""Search: what was typed decides where to look, so that each search walks one index (../shared/scale.md, Lists).

    find.households(Household.objects.visible_to(user), "张红卫")

Rows come in already scoped; nothing found is nothing shown, and a text too short finds nothing.
"""

import re

from django.db.models import Q

from accounts import crypto, normal
from grids.models import GridQuerySet, PostingQuerySet
from households.models import Household, HouseholdQuerySet, Resident
from issues.models import IssueQuerySet, RequestQuerySet
from members.models import MemberQuerySet

SHORTEST = 2
TOO_SHORT = f"至少输入{SHORTEST}个字再查找。"


def cleaned(text: str) -> str:
    return normal.half_width(text)


def long_enough(text: str) -> bool:
    return len(cleaned(text)) >= SHORTEST


def households(rows: HouseholdQuerySet, text: str) -> HouseholdQuerySet:
    """By a name in it, pinyin initials of the head, number, phone or its last four digits, ID number, address."""
    text = cleaned(text)
    if not long_enough(text):
        return rows.none()
    if normal.id_fault(normal.id_number(text)) is None:
        people = Resident.objects.filter(id_index=crypto.blind_index(normal.id_number(text)))
        return rows.filter(pk__in=people.values("household"))
    if text.isdigit():
        return rows.filter(_digits(text))
    if text.isascii():
        return rows.filter(Q(initials__startswith=text.lower()) | Q(number__istartswith=text))
    named = Household.objects.named_like(text).values("pk")
    living_there = Resident.objects.named_like(text).filter(left_on=None).values("household")
    return rows.filter(Q(pk__in=named) | Q(pk__in=living_there) | Q(address__contains=text))


def members(rows: MemberQuerySet, text: str) -> MemberQuerySet:
    """By name, pinyin initials, number, phone or its last four digits."""
    text = cleaned(text)
    if not long_enough(text):
        return rows.none()
    if text.isdigit():
        return rows.filter(_digits(text))
    if text.isascii():
        return rows.filter(Q(initials__startswith=text.lower()) | Q(number__istartswith=text))
    return rows.filter(name__contains=text)


def people(rows: PostingQuerySet, text: str) -> PostingQuerySet:
    """Posts by their holder's name, pinyin initials, phone or its last four digits."""
    text = cleaned(text)
    if not long_enough(text):
        return rows.none()
    if text.isdigit():
        tail = Q(user__phone_tail=text) if len(text) == 4 else Q(pk=None)
        return rows.filter(tail | _phone(text, "user__"))
    if text.isascii():
        return rows.filter(user__initials__startswith=text.lower())
    return rows.filter(user__name__contains=text)


def number_of_a_person(text: str) -> str:
    """Which number of a person this is to look like: id_number, phone, phone_tail, or none."""
    text = cleaned(text)
    if normal.id_fault(normal.id_number(text)) is None:
        return "id_number"
    if not text.isdigit():
        return ""
    return "phone_tail" if len(text) == 4 else "phone" if normal.phone_fault(normal.phone(text)) is None else ""


def issues(rows: IssueQuerySet, text: str) -> IssueQuerySet:
    """By number (its beginning, or its running part), title, petitioner's name or phone."""
    text = cleaned(text)
    if not long_enough(text):
        return rows.none()
    if re.fullmatch(r"[\d-]+", text):
        numbered = Q(number__startswith=text) | Q(number__endswith=text)
        return rows.filter(numbered | _phone(text))
    return rows.filter(Q(title__contains=text) | Q(petitioner__contains=text))


def requests(rows: RequestQuerySet, text: str) -> RequestQuerySet:
    """By number (its beginning, or its running part), what is wanted, the name or phone of who wants it."""
    text = cleaned(text)
    if not long_enough(text):
        return rows.none()
    if re.fullmatch(r"[Dd]?[\d-]+", text):
        numbered = Q(number__startswith=f"D{text.upper().removeprefix('D')}") | Q(number__endswith=text)
        return rows.filter(numbered | _phone(text))
    return rows.filter(Q(title__contains=text) | Q(petitioner__contains=text))


def grids(rows: GridQuerySet, text: str) -> GridQuerySet:
    """By name or by the beginning of the official code."""
    text = cleaned(text)
    if not long_enough(text):
        return rows.none()
    return rows.filter(code__startswith=text) if text.isdigit() else rows.filter(full_name__contains=text)


def _digits(text: str) -> Q:
    """A whole phone, the last four of one, or the beginning of a number."""
    tail = Q(phone_tail=text) if len(text) == 4 else Q()
    return Q(number__startswith=text) | tail | _phone(text)


def _phone(text: str, prefix: str = "") -> Q:
    number = normal.phone(text)
    return Q() if normal.phone_fault(number) else Q(**{f"{prefix}phone_index": crypto.blind_index(number)})
