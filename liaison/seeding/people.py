"""Invented people with valid but impossible numbers: an area code and phone ranges that nobody is given."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from accounts.normal import id_check_digit
from households.models import Resident
from liaison.seeding import names
from members.models import Sex

UNASSIGNED_AREA = "990000"
"""GB/T 2260 gives no province the digits 99."""
OLDEST, GROWN = 92, 24
BLOCKS = 100
"""Demo counties in one installation, each with its own phone numbers."""
Relation = Resident.Relation


@dataclass(frozen=True)
class Person:
    name: str
    sex: str
    born: date
    relation: str = Relation.HEAD
    id_number: str = ""
    registered_here: bool = True


def phone(block: int, serial: int) -> str:
    """160 is no operator's prefix. `block` numbers the demo counties of an installation, `serial` its people."""
    return f"160{block:02d}{serial:06d}"


def staff_phone(block: int, serial: int) -> str:
    """The demo accounts: 199 0000 0001 and on."""
    return f"1990000{block:02d}{serial:02d}"


def id_number(born: date, serial: int, *, male: bool) -> str:
    """18 digits with a true check digit; the 17th is odd for men."""
    order = (serial % 500) * 2 + (1 if male else 0)
    first17 = f"{UNASSIGNED_AREA}{born:%Y%m%d}{order:03d}"
    return first17 + id_check_digit(first17)


def birthday(dice: Random, on: date, youngest: int, oldest: int) -> date:
    return on - timedelta(days=dice.randint(youngest * 365 + 10, oldest * 365))


def person(dice: Random, on: date, *, youngest: int, oldest: int, male: bool, family_name: str = "") -> Person:
    born = birthday(dice, on, youngest, oldest)
    name = (family_name or names.surname(dice)) + names.given(dice, male=male, born=born)
    return Person(name, Sex.MALE if male else Sex.FEMALE, born)


def family(dice: Random, on: date, serial: int, *, alone: bool) -> list[Person]:
    """A household: the head, then spouse, children, parents, grandchildren. Two to five people, or an old one alone."""
    size = 1 if alone else dice.choices((2, 3, 4, 5), (25, 30, 27, 18))[0]
    head_male = dice.random() < 0.82
    head = person(dice, on, youngest=70 if alone else 30, oldest=OLDEST if alone else 78, male=head_male)
    people = [head, *(_relative(dice, on, head, place) for place in range(1, size))]
    return [_numbered(dice, one, serial * 5 + place) for place, one in enumerate(people)]


def _relative(dice: Random, on: date, head: Person, place: int) -> Person:
    age = (on - head.born).days // 365
    male = dice.random() < 0.5
    if place == 1:
        male = head.sex == Sex.FEMALE
        spouse = person(dice, on, youngest=max(GROWN, age - 6), oldest=age + 4, male=male)
        return _related(spouse, Relation.SPOUSE)
    surname = head.name[0] if head.sex == Sex.MALE else names.surname(dice)
    if age > 62 and place > 2:
        child = person(dice, on, youngest=2, oldest=age - 46, male=male, family_name=surname)
        return _related(child, Relation.GRANDCHILD)
    if age < 58 and place == 4:
        old = person(dice, on, youngest=age + 21, oldest=min(OLDEST, age + 34), male=male, family_name=surname)
        return _related(old, Relation.PARENT)
    child = person(dice, on, youngest=max(1, age - 36), oldest=max(3, age - 22), male=male, family_name=surname)
    return _related(child, Relation.SON if male else Relation.DAUGHTER)


def _related(one: Person, relation: str) -> Person:
    return Person(one.name, one.sex, one.born, relation)


def _numbered(dice: Random, one: Person, serial: int) -> Person:
    number = id_number(one.born, serial, male=one.sex == Sex.MALE)
    return Person(one.name, one.sex, one.born, one.relation, number, dice.random() < 0.95)
