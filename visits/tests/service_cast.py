"""A village with a service day: its rule, its people, and the homes they go to."""

from datetime import date, datetime, time
from typing import Any

from accounts.models import User
from accounts.roles import Role
from grids.models import Posting
from visits.actions import (
    Wanted,
    add_service_rule,
    check_in,
    finish_home_service,
    give_feedback,
    publish_session,
    sum_up,
)
from visits.models import ServiceDayRule, ServiceSession, Step
from visits.tests.cast import NOON, SINCE, TODAY, Round
from workdays.arithmetic import ZONE
from workdays.recurring import Kind, Recurrence

SATURDAY = date(2026, 11, 21)
FIFTEENTH = Recurrence(Kind.MONTHDAY, (15,))
EACH_20TH = Recurrence(Kind.MONTHDAY, (20,))
"""TODAY is the 20th."""
VILLAGE = "甲镇/1村"


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


class Fair(Round):
    """`ruled` gives a place a rule, `today` is the session of 1村 on the 20th."""

    def __init__(self, number: int = 1) -> None:
        super().__init__(number)
        self.secretary: User = self.posted("支书", Role.CHIEF_GRID_LEADER, VILLAGE)

    def posted(self, name: str, role: Role, path: str) -> User:
        user = User.objects.create_user(f"1370{self.number:03d}{User.objects.count():04d}", name)
        Posting.objects.create(user=user, role=role, since=SINCE, **self[path].scope())
        return user

    def wanted(self, rule: Recurrence = EACH_20TH, path: str = "", **more: Any) -> Wanted:
        return Wanted(self.programme, self[path], rule, **more)

    def ruled(self, rule: Recurrence = EACH_20TH, path: str = "", on: date = TODAY, **more: Any) -> None:
        add_service_rule(wanted=self.wanted(rule, path, **more), on=on, by=self.clerk_user)

    @property
    def rule(self) -> ServiceDayRule:
        return ServiceDayRule.objects.get(county_id=self[""].pk)

    def days(self, path: str = VILLAGE) -> str:
        rows = ServiceSession.objects.standing().filter(grid=self[path]).order_by("day")
        return " ".join(f"{day:%m-%d}" for day in rows.values_list("day", flat=True))

    @property
    def today(self) -> ServiceSession:
        return ServiceSession.objects.get(grid=self[VILLAGE], day=TODAY)

    def take(self, session: ServiceSession, step: Step, when: datetime = NOON, by: User | None = None) -> None:
        """One step, said in the plainest words."""
        known: dict[str, Any] = {"session": session, "at": when, "by": by or self.secretary}
        {
            Step.CHECK_IN: lambda: check_in(members=[self.member()], **known),
            Step.HOME_SERVICE: lambda: finish_home_service(note="下雨", **known),
            Step.FEEDBACK: lambda: give_feedback(heard="无", **known),
            Step.PUBLICITY: lambda: publish_session(text="走访农户，收集意见。", **known),
            Step.SUMMARY: lambda: sum_up(sentence="开展顺利", **known),
        }[step]()
