"""值班安排: when somebody is on duty where, and who takes part in which order."""

from datetime import time
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.roles import Permission
from grids.models import Grid, tracked
from grids.scope import InForce, Scoped, ScopedQuerySet
from members.models import Member


class Kind(models.TextChoices):
    AFTER_HOURS = "after_hours", "乡镇值班"
    VILLAGE = "village", "村干部轮值"
    COUNSEL = "counsel", "轮值参事"
    MARKET = "market", "赶场日坐班"

    def at(self, place: str) -> str:
        """With the place before it, whose name says already that it is a township or a village: 上陵镇值班."""
        return place + {Kind.AFTER_HOURS: "值班", Kind.VILLAGE: "干部轮值"}.get(self, self.label)


class Days(models.TextChoices):
    DAILY = "daily", "每天"
    WORKDAY = "workday", "工作日"
    OFF = "off", "周末和节假日"
    WEEKLY = "weekly", "每周固定几天"
    MARKET = "market", "公历逢几"
    LUNAR = "lunar", "农历逢几"


class Pace(models.TextChoices):
    SHIFT = "shift", "每班换人"
    WEEK = "week", "每周换人"


@tracked
class RosterRules(models.Model):
    """A county's rules for duty, loaded from its profile. `mobiles`: a mobile may be a duty phone and stand on the
    public board; without it only landlines."""

    PLAIN = "id county mobiles"

    county = models.OneToOneField(Grid, models.CASCADE, related_name="roster_rules")
    mobiles = models.BooleanField("值班电话可以是手机", default=False)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county}"


def from_to(starts: time, ends: time, *, overnight: bool) -> str:
    return f"{starts:%H:%M}至{'次日' if overnight else ''}{ends:%H:%M}"


class RotaQuerySet(ScopedQuerySet["DutyRota"]):
    def in_force(self) -> "RotaQuerySet":
        return self.filter(until=None)


@tracked
class DutyRota(Scoped):
    """The rule as data: on which days, from when to when, at which place. `numbers` are weekdays (1 = Monday) for
    `weekly`, last digits of the day of the month for market days (逢三、八 → 3, 8). A shift that ends at or before the
    time it starts ends the next day. In force from `since` up to but not including `until`."""

    SEEN_WITH = Permission.GRID_VIEW
    IN_FORCE = InForce(Q(until=None), "值班安排{}个")
    PLAIN = "id kind place phone days numbers starts ends pace since until demo"

    kind = models.CharField("值班类型", max_length=12, choices=Kind.choices)
    place = models.CharField("值班地点", max_length=40)
    phone = models.CharField("值班电话", max_length=20, blank=True)
    days = models.CharField("哪些天", max_length=8, choices=Days.choices, default=Days.DAILY)
    numbers = ArrayField(models.PositiveSmallIntegerField(), verbose_name="星期几或逢几", default=list, blank=True)
    starts = models.TimeField("几点开始")
    ends = models.TimeField("几点结束")
    pace = models.CharField("多久换人", max_length=5, choices=Pace.choices, default=Pace.SHIFT)
    since = models.DateField("从哪天起")
    until = models.DateField("停用日期", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = RotaQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["town_id", "kind"], name="rota_town"),
            models.Index(fields=["village_id", "kind"], name="rota_village"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="rota_dates")
        ]

    def __str__(self) -> str:
        return Kind(self.kind).at(self.grid.name)

    @property
    def hours(self) -> str:
        """17:30至次日08:00"""
        return from_to(self.starts, self.ends, overnight=self.ends <= self.starts)

    @property
    def rule(self) -> str:
        """每周固定几天：1、5"""
        numbers = "、".join(
            "一二三四五六日"[number - 1] if self.days == Days.WEEKLY else str(number) for number in self.numbers
        )
        return f"{self.get_days_display()}{f'：{numbers}' if numbers else ''}"


class Somebody(models.Model):
    """A person on duty: somebody with an account, or a member without one (轮值参事)."""

    PLAIN = "user member"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="值班人"
    )
    member = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="值班党员")

    class Meta:
        abstract = True


@tracked
class DutyTurn(Somebody):
    """A person's place in the order of a rota. Who no longer takes part stays as `out`, so that the order goes on
    from where it was."""

    PLAIN = "id rota order out"

    rota = models.ForeignKey(DutyRota, models.CASCADE, related_name="turns")
    order = models.PositiveSmallIntegerField("第几个")
    out = models.BooleanField("不再参加", default=False)

    class Meta:
        indexes: ClassVar = []
        ordering: ClassVar = ["order", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rota", "user"], name="dutyturn_user"),
            models.UniqueConstraint(fields=["rota", "member"], name="dutyturn_member"),
            models.CheckConstraint(
                condition=Q(user=None, member__isnull=False) | Q(user__isnull=False, member=None),
                name="dutyturn_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.user or self.member}"
