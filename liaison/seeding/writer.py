"""Writes the plan of a county, one village after the other, by COPY."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from accounts import crypto
from accounts.models import User
from accounts.pinyin import initials
from accounts.roles import Role
from grids.models import Posting
from households.actions import LIAISON
from households.models import Household, HouseholdTag, Pairing, Resident, public_code
from liaison.seeding import people
from liaison.seeding.copying import Table, next_ids
from liaison.seeding.county import HouseholdPlan, MemberPlan, PairingPlan, VillagePlan
from liaison.seeding.history import WINDOW, WORDS, VisitPlan, visits_of
from liaison.seeding.shapes import LEAST_LOAD
from liaison.seeding.staff import StaffPlan
from members.models import Member, UnitStaff
from visits.models import Visit
from visits.rules import Interval, interval_for

STAFF_PHONES, HOUSEHOLD_PHONES = 100_000, 200_000
"""Members have the serial numbers below."""
IN_OFFICE = timedelta(days=560)
IN_THE_BOOKS = WINDOW + timedelta(days=16)
"""Longer than the earliest visit is ago."""
ENTERED_AFTER, KEYED_IN_AFTER = timedelta(minutes=2), timedelta(hours=26)
Place = Mapping[str, Any]
"""The five scope columns of a grid."""


@dataclass(frozen=True)
class Setting:
    """What every row of the county shares."""

    programme_id: int
    rules: Sequence[Interval]
    capacity_max: int
    block: int
    seed: int
    on: date
    at: datetime


@dataclass(frozen=True)
class Ground:
    """The stored grids a village plan is laid on."""

    village: Place
    cells: Sequence[Place]
    branch_id: int


@dataclass(frozen=True)
class Keys:
    """The ids of a village's people and households, in the order of its plan."""

    users: list[int]
    members: list[int]
    households: list[int]


class Writer:
    """Holds the tables of one county; `finish` stores what still waits and tells how many rows each got."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.users = Table(User)
        self.postings = Table(Posting)
        self.unit_staff = Table(UnitStaff)
        self.members = Table(Member)
        self.households = Table(Household)
        self.tags = Table(HouseholdTag)
        self.residents = Table(Resident)
        self.pairings = Table(Pairing)
        self.visits = Table(Visit)

    def write_staff(self, staff: Sequence[StaffPlan], places: Mapping[str, Place], units: Mapping[str, int]) -> None:
        for plan, user_id in zip(staff, next_ids(User, len(staff)), strict=True):
            self._user(user_id, plan.name, self._phone(STAFF_PHONES + plan.serial))
            self._post(places[plan.code], user_id, plan.role, plan.since)
            if plan.unit:
                self.unit_staff.add(unit_id=units[plan.unit], user_id=user_id, since=plan.since)

    def write_village(self, plan: VillagePlan, ground: Ground) -> None:
        keys = Keys(
            next_ids(User, plan.village.paired),
            next_ids(Member, len(plan.members)),
            next_ids(Household, len(plan.households)),
        )
        for place, member in enumerate(plan.members):
            user_id = keys.users[place] if place < len(keys.users) else None
            self._member(keys.members[place], member, user_id, ground)
        for household_id, household in zip(keys.households, plan.households, strict=True):
            self._household(household_id, household, ground.cells[household.cell])
        self._posts(plan, ground, keys)
        dice = Random(f"{self.setting.seed}/{plan.village.code}/visits")
        for pairing_id, pairing in zip(next_ids(Pairing, len(plan.pairings)), plan.pairings, strict=True):
            household = plan.households[pairing.household]
            self._pairing(pairing_id, pairing, household, ground.cells[household.cell], keys, dice)

    def finish(self) -> dict[type[Model], int]:
        tables = [table for table in vars(self).values() if isinstance(table, Table)]
        for table in tables:
            table.flush()
        return {table.model: table.copied for table in tables}

    def _phone(self, serial: int) -> dict[str, str]:
        """A number as the three columns that keep it."""
        number = people.phone(self.setting.block, serial)
        return {"phone": number, "phone_index": crypto.blind_index(number), "phone_tail": number[-4:]}

    def _user(self, user_id: int, name: str, phone: Mapping[str, str]) -> None:
        """Nobody can log in until a password is set: hashing thousands would take minutes."""
        self.users.add(
            id=user_id,
            name=name,
            initials=initials(name),
            **phone,
            password=make_password(None),
            is_active=True,
            must_change=False,
            demo=True,
            created_at=self.setting.at,
        )

    def _post(self, place: Place, user_id: int, role: Role, since: date) -> None:
        self.postings.add(**place, user_id=user_id, role=role, since=since)

    def _posts(self, plan: VillagePlan, ground: Ground, keys: Keys) -> None:
        since = self.setting.on - IN_OFFICE
        for role in (Role.BRANCH_SECRETARY, Role.CHIEF_GRID_LEADER):
            self._post(ground.village, keys.users[0], role, since)
        for user_id, member in zip(keys.users, plan.members, strict=False):
            self._post(ground.cells[member.cell], user_id, Role.LIAISON_MEMBER, since)
        for cell, leader in zip(ground.cells, plan.leaders, strict=True):
            if leader is not None:
                self._post(cell, keys.users[leader], Role.GRID_LEADER, since)

    def _member(self, member_id: int, plan: MemberPlan, user_id: int | None, ground: Ground) -> None:
        phone = self._phone(plan.serial)
        if user_id:
            self._user(user_id, plan.who.name, phone)
        self.members.add(
            id=member_id,
            **ground.cells[plan.cell],
            number=f"YS{plan.serial:06d}",
            name=plan.who.name,
            initials=initials(plan.who.name),
            sex=plan.who.sex,
            birth_year=plan.who.born.year,
            **phone,
            user_id=user_id,
            branch_id=ground.branch_id,
            cadre=plan.cadre,
            abilities=plan.abilities,
            capacity_min=LEAST_LOAD,
            capacity_max=self.setting.capacity_max,
            exempt_reason=plan.exempt_reason,
            exempt_since=plan.exempt_since,
            exempt_until=plan.exempt_until,
            joined_on=plan.joined_on,
            demo=True,
        )

    def _household(self, household_id: int, plan: HouseholdPlan, place: Place) -> None:
        head = plan.people[0]
        phone = self._phone(HOUSEHOLD_PHONES + plan.serial)
        self.households.add(
            id=household_id,
            **place,
            number=plan.number,
            kind=Household.Kind.FAMILY,
            head_name=head.name,
            initials=initials(head.name),
            **phone,
            address=plan.address,
            public_code=public_code(),
            created_at=self.setting.at - IN_THE_BOOKS,
            demo=True,
        )
        for tag, since in plan.tags.items():
            self.tags.add(household_id=household_id, tag=tag, since=since)
        for person in plan.people:
            self._resident(household_id, person, phone["phone"] if person is head else "")

    def _resident(self, household_id: int, person: people.Person, phone: str) -> None:
        self.residents.add(
            household_id=household_id,
            name=person.name,
            relation=person.relation,
            sex=person.sex,
            id_number=person.id_number,
            id_index=crypto.blind_index(person.id_number),
            id_tail=person.id_number[-4:],
            phone=phone,
            registered_here=person.registered_here,
            demo=True,
        )

    def _pairing(
        self, pairing_id: int, plan: PairingPlan, household: HouseholdPlan, place: Place, keys: Keys, dice: Random
    ) -> None:
        rule = interval_for(self.setting.rules, household.tags)
        visits, due = visits_of(dice, interval=rule.days, on=self.setting.on) if rule else ([], None)
        who = {"member_id": keys.members[plan.member], "household_id": keys.households[plan.household]}
        self.pairings.add(
            id=pairing_id,
            **place,
            **who,
            person_name="",
            programme_id=self.setting.programme_id,
            contact_type=LIAISON,
            since=plan.since,
            reason=plan.reason,
            end_reason="",
            origin=plan.origin,
            next_due_on=due,
            grace_until=due + timedelta(days=rule.grace) if rule and rule.grace and due else None,
            demo=True,
        )
        for visit in visits:
            self.visits.add(
                **place,
                **_visit_row(visit, keys.users[plan.member], keys.users[0]),
                pairing_id=pairing_id,
                household_id=who["household_id"],
                done_by_id=who["member_id"],
            )


def _visit_row(plan: VisitPlan, visitor: int, secretary: int) -> dict[str, Any]:
    """Some visits are told to the secretary, who types them in the next day."""
    late = plan.keyed_in_late
    return {
        "client_id": uuid4(),
        "entered_by_id": secretary if late else visitor,
        "at": plan.at,
        "recorded_at": plan.at + (KEYED_IN_AFTER if late else ENTERED_AFTER),
        "outcome": plan.outcome,
        "trigger": Visit.Trigger.REGULAR,
        **{question: plan.answers.get(question, "") for question in WORDS},
        "witness": "",
        "unsigned": "",
        "demo": True,
    }
