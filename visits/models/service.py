"""服务日: which days a place serves, and each village's session on such a day with its five steps."""

from datetime import date
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.privacy import Mask
from accounts.roles import GRANTS, Permission, Role
from grids.models import tracked
from grids.scope import Scope, Scoped, ScopedQuerySet
from households.models import Programme
from members.models import Member
from workdays.recurring import Kind, Recurrence


class ServiceDayRuleQuerySet(ScopedQuerySet["ServiceDayRule"]):
    def visible_to(self, user: Any) -> "ServiceDayRuleQuerySet":
        """The rules of my area, and those from above that hold in it."""
        scope = Scope.of(user)
        if not scope.has_area(Permission.GRID_VIEW):
            return self.none()
        above = {pk for posting in scope.postings for pk in (posting.county_id, posting.town_id, posting.village_id)}
        return self.filter(scope.q(Permission.GRID_VIEW) | Q(grid__in=above - {0}))


@tracked
class ServiceDayRule(Scoped):
    """In a programme, the villages of `grid` serve on these days. Where a town or village has rules of its own they
    stand instead of those from above."""

    class Kind(models.TextChoices):
        MONTHDAY = Kind.MONTHDAY.value, "每月固定日期"
        WEEKDAY = Kind.WEEKDAY.value, "每月第几个周几"
        MARKET = Kind.MARKET.value, "赶场日（逢几）"

    class Holidays(models.TextChoices):
        KEEP = "keep", "照常开展"
        NEXT = "next", "顺延到下一个工作日"
        SKIP = "skip", "这次不开展"

    SEEN_WITH = Permission.GRID_VIEW
    PLAIN = "id programme kind numbers weekday lunar holidays"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="service_rules", verbose_name="项目")
    kind = models.CharField("规则", max_length=10, choices=Kind.choices)
    numbers = ArrayField(models.PositiveSmallIntegerField(), verbose_name="几")
    weekday = models.PositiveSmallIntegerField("周几", default=0)
    lunar = models.BooleanField("按农历", default=False)
    holidays = models.CharField("遇法定放假", max_length=5, choices=Holidays.choices, default=Holidays.KEEP)

    objects = ServiceDayRuleQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "grid", "kind", "numbers", "weekday", "lunar"], name="servicedayrule_once"
            )
        ]

    def __str__(self) -> str:
        return self.recurrence.sentence

    @property
    def recurrence(self) -> Recurrence:
        return Recurrence(Kind(self.kind), tuple(self.numbers), self.weekday, self.lunar)


@tracked
class ServiceDayOff(Scoped):
    """A day struck out: no village of `grid` serves on it, whatever the rules say."""

    SEEN_WITH = Permission.GRID_VIEW
    PLAIN = "id day reason made_by"

    day = models.DateField("日期")
    reason = models.CharField("原因", max_length=100)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办人")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["grid", "day"], name="servicedayoff_once")]

    def __str__(self) -> str:
        return f"{self.grid} {self.day}"


class Step(models.TextChoices):
    """The five steps of a service day, in their order."""

    CHECK_IN = "check_in", "报到"
    HOME_SERVICE = "home_service", "入户服务"
    FEEDBACK = "feedback", "情况反馈"
    PUBLICITY = "publicity", "中心公示"
    SUMMARY = "summary", "总结"


STEPS = tuple(Step)
LAST_STEP = Step.SUMMARY


class ServiceSessionQuerySet(ScopedQuerySet["ServiceSession"]):
    def visible_to(self, user: Any) -> "ServiceSessionQuerySet":
        """The sessions of my area, and those of the villages in which I or whom I stand in for go to households."""
        scope = Scope.of(user)
        own = {p.village_id for p in scope.postings if Permission.VISIT_RECORD in GRANTS[Role(p.role)].own}
        found: ServiceSessionQuerySet = self.seen_or_own(scope, Q(village_id__in=own - {0}))
        return found

    def standing(self) -> "ServiceSessionQuerySet":
        return self.filter(called_off=False)

    def missed(self, on: date) -> "ServiceSessionQuerySet":
        """Days that passed and nobody checked in."""
        return self.standing().filter(day__lt=on, step="")

    def unfinished(self, on: date) -> "ServiceSessionQuerySet":
        """Begun on a day that passed, and steps are missing."""
        return self.standing().filter(day__lt=on).exclude(step__in=("", LAST_STEP))

    def published(self) -> "ServiceSessionQuerySet":
        return self.exclude(published_at=None)


@tracked
class ServiceSession(Scoped):
    """One village's service day: planned by a rule (`rule`) or by hand, `step` is the last of the five steps taken.

    `planned_on` is the day of the rule and names the session for ever; `day` is when it is held. `changed_by` added it,
    shifted it or called it off, for this `reason`; planning leaves such a session alone.
    """

    SEEN_WITH = Permission.VISIT_VIEW
    PLAIN = (
        "id programme rule planned_on day place organiser step called_off reason changed_by notice published_at demo"
    )

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="service_sessions", verbose_name="项目")
    rule = models.ForeignKey(ServiceDayRule, models.SET_NULL, null=True, blank=True, related_name="sessions")
    planned_on = models.DateField("规则日期")
    day = models.DateField("服务日")
    place = models.CharField("集中地点", max_length=60, blank=True)
    organiser = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="组织人"
    )
    step = models.CharField("进度", max_length=12, choices=[("", "未开始"), *Step.choices], blank=True)
    called_off = models.BooleanField("取消", default=False)
    reason = models.CharField("变更原因", max_length=100, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="变更人"
    )
    notice = models.TextField("公示内容", blank=True)
    published_at = models.DateTimeField("公示时间", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = ServiceSessionQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "-day", "-id"], name="servicesession_county"),
            models.Index(fields=["town_id", "-day", "-id"], name="servicesession_town"),
            models.Index(fields=["village_id", "-day", "-id"], name="servicesession_village"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["grid", "programme", "planned_on"], name="servicesession_planned"),
            models.UniqueConstraint(
                fields=["grid", "programme", "day"], condition=Q(called_off=False), name="servicesession_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.grid} {self.day}"

    @property
    def next_step(self) -> Step | None:
        """None when all five are taken."""
        taken = STEPS.index(Step(self.step)) + 1 if self.step else 0
        return STEPS[taken] if taken < len(STEPS) else None

    def state(self, on: date) -> tuple[str, str]:
        """What became of it, as the word of a badge and in Chinese."""
        if self.called_off:
            return "cancelled", "已取消"
        if self.step == LAST_STEP:
            return "done", "已完成"
        if self.step:
            return "soon", f"待{STEPS[STEPS.index(Step(self.step)) + 1].label}"
        if self.day < on:
            return "overdue", "没有开展"
        return ("running", "今天") if self.day == on else ("waiting", "未到")


class SessionStep(models.Model):
    """A step was taken: who, when, what. Appended once, never changed."""

    PERSONAL: ClassVar = {"what": Mask.TEXT}
    PLAIN = "id session step at by"

    session = models.ForeignKey(ServiceSession, models.PROTECT, related_name="steps")
    step = models.CharField("步骤", max_length=12, choices=Step.choices)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="记录人")
    what = models.CharField("内容", max_length=1000, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "step"], name="sessionstep_once")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="sessionstep_append", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return self.get_step_display()


class Attendance(models.Model):
    """A member takes part in a session: named by the organiser, or joined on the phone. Never compulsory."""

    PLAIN = "id session member at entered_by"

    session = models.ForeignKey(ServiceSession, models.PROTECT, related_name="attendances")
    member = models.ForeignKey(Member, models.PROTECT, related_name="attendances")
    at = models.DateTimeField("时间")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="录入人")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["session", "member"], name="attendance_once")]

    def __str__(self) -> str:
        return str(self.member)
