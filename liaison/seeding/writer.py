"""Writes the plan of a county, one village after the other, by COPY."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple
from uuid import uuid4

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from accounts import crypto
from accounts.models import User
from accounts.roles import Role
from grids.models import Grid, Posting
from households.models import Household, HouseholdTag, Pairing, Resident, public_code
from liaison.seeding import people
from liaison.seeding.copying import Table, next_ids
from liaison.seeding.county import HouseholdPlan, MemberPlan, VillagePlan
from liaison.seeding.history import visits_of
from liaison.seeding.shapes import LEAST_LOAD
from liaison.seeding.staff import StaffPlan
from members.models import Member, UnitStaff
from members.pinyin import initials
from visits.models import Visit
from visits.rules import Interval, interval_for

SCOPE = "grid county_id town_id village_id cell_id"
STAFF_PHONES, HOUSEHOLD_PHONES = 100_000, 200_000
"""Members have the serial numbers below."""


class Place(NamedTuple):
    grid_id: int
    county_id: int
    town_id: int
    village_id: int
    cell_id: int

    @classmethod
    def of(cls, grid: Grid) -> "Place":
        return cls(grid.pk, grid.county_id, grid.town_id, grid.village_id, grid.cell_id)


class Phone(NamedTuple):
    """A number as the three columns that keep it."""

    number: str
    blind: str
    tail: str

    @classmethod
    def of(cls, number: str) -> "Phone":
        return cls(number, crypto.blind_index(number), number[-4:])


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


class Writer:
    """Holds the tables of one county; `finish` stores what still waits and tells how many rows each got."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.users = Table(User, "id name phone phone_index phone_tail password is_active must_change demo created_at")
        self.postings = Table(Posting, f"{SCOPE} user role since")
        self.unit_staff = Table(UnitStaff, "unit user since")
        self.members = Table(
            Member,
            f"id {SCOPE} number name initials sex birth_year phone phone_index phone_tail user branch cadre abilities "
            "capacity_min capacity_max exempt_reason exempt_since exempt_until joined_on demo",
        )
        self.households = Table(
            Household,
            f"id {SCOPE} number kind head_name initials phone phone_index phone_tail address public_code created_at "
            "demo",
        )
        self.tags = Table(HouseholdTag, "household tag since")
        self.residents = Table(
            Resident, "household name relation sex id_number id_index id_tail phone registered_here demo"
        )
        self.pairings = Table(
            Pairing,
            f"id {SCOPE} member household person_name programme contact_type since reason end_reason origin "
            "next_due_on demo",
        )
        self.visits = Table(
            Visit,
            f"{SCOPE} client_id pairing household done_by entered_by at recorded_at outcome trigger "
            "family difficulty prosper dispute opinion witness demo",
        )

    def write_staff(self, staff: Sequence[StaffPlan], places: Mapping[str, Place], units: Mapping[str, int]) -> None:
        for plan, user_id in zip(staff, next_ids(User, len(staff)), strict=True):
            self._user(user_id, plan.name, Phone.of(people.phone(self.setting.block, STAFF_PHONES + plan.serial)))
            self.postings.add(*places[plan.code], user_id, plan.role, plan.since)
            if plan.unit:
                self.unit_staff.add(units[plan.unit], user_id, plan.since)

    def write_village(self, plan: VillagePlan, ground: Ground) -> None:
        user_ids = next_ids(User, plan.village.paired)
        member_ids = next_ids(Member, len(plan.members))
        household_ids = next_ids(Household, len(plan.households))
        for place, (member, member_id) in enumerate(zip(plan.members, member_ids, strict=True)):
            user_id = user_ids[place] if place < len(user_ids) else None
            self._member(member, member_id, user_id, ground)
        for household, household_id in zip(plan.households, household_ids, strict=True):
            self._household(household, household_id, ground.cells[household.cell])
        self._posts(plan, ground, user_ids)
        self._pairings(plan, ground, member_ids, household_ids, user_ids)

    def finish(self) -> dict[type[Model], int]:
        tables = [table for table in vars(self).values() if isinstance(table, Table)]
        for table in tables:
            table.flush()
        return {table.model: table.copied for table in tables}

    def _user(self, user_id: int, name: str, phone: Phone) -> None:
        """Nobody can log in until a password is set: hashing thousands would take minutes."""
        self.users.add(user_id, name, *phone, make_password(None), True, False, True, self.setting.at)

    def _member(self, plan: MemberPlan, member_id: int, user_id: int | None, ground: Ground) -> None:
        phone = Phone.of(people.phone(self.setting.block, plan.serial))
        if user_id:
            self._user(user_id, plan.who.name, phone)
        self.members.add(
            member_id,
            *ground.cells[plan.cell],
            f"YS{plan.serial:06d}",
            plan.who.name,
            initials(plan.who.name),
            plan.who.sex,
            plan.who.born.year,
            *phone,
            user_id,
            ground.branch_id,
            plan.cadre,
            plan.abilities,
            LEAST_LOAD,
            self.setting.capacity_max,
            plan.exempt_reason,
            plan.exempt_since,
            plan.exempt_until,
            plan.joined_on,
            True,
        )

    def _household(self, plan: HouseholdPlan, household_id: int, place: Place) -> None:
        head = plan.people[0]
        phone = Phone.of(people.phone(self.setting.block, HOUSEHOLD_PHONES + plan.serial))
        self.households.add(
            household_id,
            *place,
            plan.number,
            Household.Kind.FAMILY,
            head.name,
            initials(head.name),
            *phone,
            plan.address,
            public_code(),
            self.setting.at,
            True,
        )
        self.tags.add_all((household_id, tag, since) for tag, since in plan.tags.items())
        for person in plan.people:
            self.residents.add(
                household_id,
                person.name,
                person.relation,
                person.sex,
                person.id_number,
                crypto.blind_index(person.id_number),
                person.id_number[-4:],
                phone.number if person is head else "",
                person.registered_here,
                True,
            )

    def _posts(self, plan: VillagePlan, ground: Ground, user_ids: Sequence[int]) -> None:
        since = self.setting.on - timedelta(days=560)
        for role in (Role.BRANCH_SECRETARY, Role.CHIEF_GRID_LEADER):
            self.postings.add(*ground.village, user_ids[0], role, since)
        for member, user_id in zip(plan.members, user_ids, strict=False):
            self.postings.add(*ground.cells[member.cell], user_id, Role.LIAISON_MEMBER, since)
        for cell, leader in zip(ground.cells, plan.leaders, strict=True):
            if leader is not None:
                self.postings.add(*cell, user_ids[leader], Role.GRID_LEADER, since)

    def _pairings(
        self,
        plan: VillagePlan,
        ground: Ground,
        member_ids: Sequence[int],
        household_ids: Sequence[int],
        user_ids: Sequence[int],
    ) -> None:
        dice = Random(f"{self.setting.seed}/{plan.village.code}/visits")
        for pairing, pairing_id in zip(plan.pairings, next_ids(Pairing, len(plan.pairings)), strict=True):
            household = plan.households[pairing.household]
            place = ground.cells[household.cell]
            household_id, member_id = household_ids[pairing.household], member_ids[pairing.member]
            interval = interval_for(self.setting.rules, household.tags)
            visits, due = visits_of(dice, interval=interval, on=self.setting.on) if interval else ([], None)
            self.pairings.add(
                pairing_id,
                *place,
                member_id,
                household_id,
                "",
                self.setting.programme_id,
                "liaison",
                pairing.since,
                pairing.reason,
                "",
                pairing.origin,
                due,
                True,
            )
            for visit in visits:
                self.visits.add(
                    *place,
                    uuid4(),
                    pairing_id,
                    household_id,
                    member_id,
                    user_ids[0] if visit.keyed_in_late else user_ids[pairing.member],
                    visit.at,
                    visit.at + timedelta(hours=26 if visit.keyed_in_late else 0, minutes=2),
                    visit.outcome,
                    Visit.Trigger.REGULAR,
                    *(visit.answers.get(question, "") for question in ANSWERS),
                    "",
                    True,
                )


ANSWERS = ("family", "difficulty", "prosper", "dispute", "opinion")
