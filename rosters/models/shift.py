"""班次: one person at one place from one time to another, and how two people change places."""

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import tracked
from grids.scope import Scope, Scoped, ScopedQuerySet
from rosters.models.rota import DutyRota, DutyTurn, Kind, Somebody, from_to
from workdays.arithmetic import ZONE


class ShiftQuerySet(ScopedQuerySet["DutyShift"]):
    def visible_to(self, user: Any) -> "ShiftQuerySet":
        """Shifts of my area, of the offices over it (a group's leader asks who is on duty in the village and the town),
        and those I am on wherever they are."""
        scope = Scope.of(user)
        over = {pk for post in scope.postings for pk in (post.village_id, post.town_id, post.county_id) if pk}
        mine = Q(user__in=scope.people) if scope.people - {0} else Q(pk__in=[])
        return self.filter(scope.q(self.model.SEEN_WITH) | Q(grid__in=over) | mine)

    def standing(self) -> "ShiftQuerySet":
        return self.exclude(state=DutyShift.State.CANCELLED)

    def running(self, at: datetime) -> "ShiftQuerySet":
        return self.standing().filter(starts_at__lte=at, ends_at__gt=at)

    def told(self) -> "ShiftQuerySet":
        """With what a line about a shift says."""
        return self.select_related("rota", "grid", "user", "member")


@tracked
class DutyShift(Scoped, Somebody):
    """One shift, of the day on which it starts. It keeps the place as of then.

    `turn` is whose turn it was when it was generated; `user` or `member` who is on duty now, after assignments and
    swaps (`by_hand`); neither: nobody, the slot is empty. `told_at`: when the town was told that it is.
    """

    class State(models.TextChoices):
        PLANNED = "planned", "已排班"
        VACANT = "vacant", "空岗"
        CANCELLED = "cancelled", "已取消"

    SEEN_WITH = Permission.GRID_VIEW
    PLAIN = "id rota kind place day starts_at ends_at turn state by_hand note told_at version demo"

    rota = models.ForeignKey(DutyRota, models.PROTECT, related_name="shifts")
    kind = models.CharField("值班类型", max_length=12, choices=Kind.choices)
    place = models.CharField("值班地点", max_length=40)
    day = models.DateField("哪天")
    starts_at = models.DateTimeField("开始")
    ends_at = models.DateTimeField("结束")
    turn = models.ForeignKey(DutyTurn, models.SET_NULL, null=True, related_name="+")
    state = models.CharField("状态", max_length=9, choices=State.choices)
    by_hand = models.BooleanField("人工调整", default=False)
    note = models.CharField("说明", max_length=60, blank=True)
    told_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    demo = models.BooleanField("演示", default=False)

    objects = ShiftQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "ends_at"], name="shift_county"),
            models.Index(fields=["town_id", "ends_at"], name="shift_town"),
            models.Index(fields=["village_id", "ends_at"], name="shift_village"),
            models.Index(fields=["user", "ends_at"], name="shift_user"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rota", "day"], name="shift_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_times"),
            models.CheckConstraint(condition=Q(user=None) | Q(member=None), name="shift_one_person"),
            models.CheckConstraint(
                condition=Q(state="cancelled")
                | Q(state="vacant", user=None, member=None)
                | (Q(state="planned") & (Q(user__isnull=False) | Q(member__isnull=False))),
                name="shift_vacant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rota} {self.day}"

    @property
    def title(self) -> str:
        """上陵镇值班"""
        return Kind(self.kind).at(self.grid.name)

    @property
    def hours(self) -> str:
        """17:30至次日08:00"""
        starts, ends = self.starts_at.astimezone(ZONE), self.ends_at.astimezone(ZONE)
        return from_to(starts.time(), ends.time(), overnight=ends.date() > starts.date())


class SwapQuerySet(models.QuerySet["Swap"]):
    def open(self) -> "SwapQuerySet":
        return self.filter(state=Swap.State.ASKED)

    def told(self) -> "SwapQuerySet":
        return self.select_related("shift__rota__grid", "in_return", "asked_by", "asked_of")


@tracked
class Swap(models.Model):
    """Somebody asks a colleague to take a shift, perhaps in return for one of theirs. Nothing changes before the
    colleague agrees; then both shifts change at once."""

    class State(models.TextChoices):
        ASKED = "asked", "等对方答复"
        AGREED = "agreed", "已换班"
        DECLINED = "declined", "对方不同意"
        WITHDRAWN = "withdrawn", "已撤回"
        LAPSED = "lapsed", "已失效"

    PLAIN = "id shift in_return asked_by asked_of reason state asked_at ended_at"

    shift = models.ForeignKey(DutyShift, models.CASCADE, related_name="swaps")
    in_return = models.ForeignKey(DutyShift, models.CASCADE, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField("换班原因", max_length=60, blank=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.ASKED)
    asked_at = models.DateTimeField("提出时间")
    ended_at = models.DateTimeField("答复时间", null=True)

    objects = SwapQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["asked_of"], name="swap_asked_of", condition=Q(state="asked"))]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shift"], condition=Q(state="asked"), name="swap_one_open"),
            models.CheckConstraint(condition=~Q(asked_by=F("asked_of")), name="swap_other_person"),
        ]

    def __str__(self) -> str:
        return f"{self.shift} {self.get_state_display()}"


@tracked
class Portrait(Somebody):
    """A photo for the public board; never compulsory, and nothing is shown without the person's consent."""

    PERSONAL: ClassVar = {"file": Mask.FILE}
    PLAIN = "id added_by added_at"

    file = models.FileField(upload_to="portraits/%Y/")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField("本人同意公开的时间")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user"], name="portrait_user"),
            models.UniqueConstraint(fields=["member"], name="portrait_member"),
        ]

    def __str__(self) -> str:
        return f"{self.user or self.member}"
