"""服务承诺: what a member or a branch promises for the year, in public, and whether a household saw it kept."""

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import tracked
from grids.scope import Scope, Scoped, ScopedQuerySet
from households.models import Household
from members.models import Member, PartyOrg
from workdays.arithmetic import ZONE


class PledgeQuerySet(ScopedQuerySet["Pledge"]):
    def visible_to(self, user: Any) -> "PledgeQuerySet":
        """The pledges of my area, and my own."""
        scope = Scope.of(user)
        found: PledgeQuerySet = self.seen_or_own(scope, Q(member__in=Member.objects.filter(user__in=scope.people)))
        return found

    def mine(self, user: Any) -> "PledgeQuerySet":
        """My own, and today those of whom I stand in for."""
        return self.filter(member__user__in=Scope.of(user).people)

    def made_public(self, on: date) -> "PledgeQuerySet":
        """Published by the evening of the day."""
        return self.filter(published_at__lt=_evening(on))

    def kept(self, on: date) -> "PledgeQuerySet":
        return self.made_public(on).filter(status=Pledge.Status.KEPT, closed_at__lt=_evening(on))

    def not_kept(self, on: date) -> "PledgeQuerySet":
        return self.made_public(on).filter(status=Pledge.Status.NOT_KEPT, closed_at__lt=_evening(on))

    def overdue(self, on: date) -> "PledgeQuerySet":
        """Due before the day, and by its evening neither seen kept nor given up."""
        return self.made_public(on).filter(Q(closed_at=None) | Q(closed_at__gte=_evening(on)), due_on__lt=on)

    def open(self) -> "PledgeQuerySet":
        return self.filter(status__in=(Pledge.Status.PUBLISHED, Pledge.Status.REPORTED))


def _evening(on: date) -> datetime:
    return datetime.combine(on + timedelta(days=1), time(), ZONE)


@tracked
class Pledge(Scoped):
    """One promise of a year by a member, or by a branch. It is kept when a household says so."""

    class Status(models.TextChoices):
        DRAFT = "draft", "待公开"
        PUBLISHED = "published", "已公开"
        REPORTED = "reported", "待见证"
        KEPT = "kept", "已兑现"
        NOT_KEPT = "not_kept", "未兑现"

    class Kind(models.TextChoices):
        VISIT = "visit", "走访联系"
        HELP = "help", "帮办实事"
        POLICY = "policy", "政策宣讲"
        PROSPER = "prosper", "产业就业"
        MEDIATION = "mediation", "化解纠纷"
        PLACE = "place", "环境整治"
        OTHER = "other", "其他"

    class Means(models.TextChoices):
        NONE = "", "没有"
        QR = "qr", "住户扫码确认"
        KEYED = "keyed", "代录见证人"

    SEEN_WITH = Permission.VISIT_VIEW
    PERSONAL: ClassVar = {"witness": Mask.NAME, "result": Mask.TEXT, "evidence": Mask.FILE}
    PLAIN = (
        "id member branch year kind text due_on status made_by made_at published_by published_at reported_by "
        "reported_at witness_household means closed_by closed_at denied demo"
    )

    member = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="承诺人"
    )
    branch = models.ForeignKey(
        PartyOrg, models.PROTECT, null=True, blank=True, related_name="pledges", verbose_name="承诺的党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    text = models.CharField("承诺内容", max_length=200)
    due_on = models.DateField("兑现期限")
    status = models.CharField("状态", max_length=10, choices=Status.choices, default=Status.DRAFT)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    made_at = models.DateTimeField("录入时间")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="公开人"
    )
    published_at = models.DateTimeField("公开时间", null=True, blank=True)
    result = models.CharField("兑现情况", max_length=300, blank=True)
    evidence = models.FileField("佐证", upload_to="pledges/%Y/", blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="报告人"
    )
    reported_at = models.DateTimeField("报告时间", null=True, blank=True)
    witness_household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="witnessed_pledges", verbose_name="见证户"
    )
    witness = models.CharField("见证人", max_length=30, blank=True)
    means = models.CharField("见证方式", max_length=5, choices=Means.choices, blank=True)
    denied = models.BooleanField("见证户说没有兑现", default=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="确认人"
    )
    closed_at = models.DateTimeField("确认时间", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = PledgeQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "due_on", "id"], name="pledge_county_due"),
            models.Index(fields=["town_id", "due_on", "id"], name="pledge_town_due"),
            models.Index(fields=["village_id", "due_on", "id"], name="pledge_village_due"),
            models.Index(fields=["member", "due_on", "id"], name="pledge_member_due"),
            models.Index(fields=["witness_household"], name="pledge_to_witness", condition=Q(status="reported")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(member=None, branch__isnull=False) | Q(member__isnull=False, branch=None),
                name="pledge_by_one",
            ),
            models.CheckConstraint(condition=Q(due_on__year=F("year")), name="pledge_due_in_year"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def by_whom(self) -> str:
        return self.member.name if self.member else str(self.branch)
