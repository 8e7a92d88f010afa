"""One session before one person: what was done, what is next, and whether they may do it."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from issues.models import Issue
from members.models import Member
from surfaces.service.figures import Figures, figures, matters_of
from visits.models import LAST_STEP, STEPS, Attendance, ServiceSession, SessionStep, Step
from visits.models.service import ServiceSessionQuerySet
from visits.service.gathering import GOES_ON
from workdays.arithmetic import ZONE

P = Permission
HINTS = {
    Step.CHECK_IN: "谁参加，在哪里集中。由组织人一次记下，不用每人打卡。",
    Step.HOME_SERVICE: "到联系户走访，当天在本村记的走访自动算进来。",
    Step.FEEDBACK: "把听到的情况汇总，登记过的诉求已经列好。",
    Step.PUBLICITY: "写一段脱敏的话，贴到本村的公开页。",
    Step.SUMMARY: "数字自动统计，写一句话就行。",
}


DONE_WORDS = {
    Step.CHECK_IN: "报到",
    Step.HOME_SERVICE: "入户服务做完了",
    Step.FEEDBACK: "反馈情况",
    Step.PUBLICITY: "贴出公示",
    Step.SUMMARY: "总结这一天",
}
"""What the button of a step says."""


def sessions_of(user: User) -> ServiceSessionQuerySet:
    rows: ServiceSessionQuerySet = ServiceSession.objects.visible_to(user).select_related(
        "grid", "programme", "organiser"
    )
    return rows


def heads(user: User, session: ServiceSession) -> bool:
    """Does somebody's area hold the village, so that they may change its service days?"""
    return Scope.of(user).covers(P.PAIRING_EDIT, session)


def leads(user: User, session: ServiceSession) -> bool:
    """The heads of the village and above, whoever organises it, and to begin with anybody who goes to households."""
    scope = Scope.of(user)
    if not scope.may(P.VISIT_RECORD):
        return False
    return heads(user, session) or not session.step or session.organiser_id in scope.people


def open_today(user: User, at: datetime) -> "list[SessionPage]":
    """What goes on in the villages where somebody has a post: today's sessions, and yesterday's not summed up."""
    villages = {posting.village_id for posting in Scope.of(user).postings} - {0}
    on = at.astimezone(ZONE).date()
    rows = sessions_of(user).standing().filter(village_id__in=villages).exclude(step=LAST_STEP)
    going = rows.filter(day=on) | rows.filter(day=on - GOES_ON).exclude(step="")
    return [SessionPage(session, user, at) for session in going.order_by("day", "pk")]


@dataclass(frozen=True)
class Row:
    """A step as the page shows it; `record` is None until it was taken."""

    step: Step
    number: int
    hint: str
    button: str
    record: SessionStep | None
    next: bool


class SessionPage:
    def __init__(self, session: ServiceSession, user: User, at: datetime) -> None:
        self.session = session
        self.user = user
        self.on: date = at.astimezone(ZONE).date()

    @cached_property
    def rows(self) -> list[Row]:
        taken = {record.step: record for record in self.session.steps.select_related("by")}
        turn = self.session.next_step if self.has_come else None
        return [
            Row(step, number, HINTS[step], DONE_WORDS[step], taken.get(step), step == turn)
            for number, step in enumerate(STEPS, start=1)
        ]

    @property
    def state(self) -> tuple[str, str]:
        return self.session.state(self.on)

    @property
    def has_come(self) -> bool:
        return not self.session.called_off and self.session.day <= self.on

    @property
    def turn(self) -> Row | None:
        """The step this person may take now."""
        row = next((row for row in self.rows if row.next), None)
        return row if row and leads(self.user, self.session) else None

    @property
    def may_change(self) -> bool:
        """Shift or call off: only what has not begun."""
        return heads(self.user, self.session) and not self.session.step and not self.session.called_off

    @cached_property
    def figures(self) -> Figures:
        return figures(self.session)

    @cached_property
    def people(self) -> list[Attendance]:
        return list(self.session.attendances.select_related("member").order_by("at", "pk"))

    @property
    def may_join(self) -> Member | None:
        """Me as a member who does not take part yet, while the day is under way."""
        if not self.session.step or self.session.next_step is None or self.session.called_off:
            return None
        me = Member.objects.filter(user=self.user, county_id=self.session.county_id, left_on=None).first()
        return None if me is None or any(one.member_id == me.pk for one in self.people) else me

    @property
    def matters(self) -> QuerySet[Issue]:
        """What was raised, as far as this person may see it."""
        seen: QuerySet[Issue] = Issue.objects.visible_to(self.user).filter(pk__in=matters_of(self.session).values("pk"))
        return seen.select_related("grid", "handler").order_by("pk")
