"""Programmes, how many households each kind of member looks after, and the pairings themselves."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery

from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import Grid, tracked
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from households.models.household import Household, Tag
from members.models import Member


class Programme(models.Model):
    """A county's liaison programme, e.g. 党员联户; pairings and visit rules belong to one."""

    PLAIN = "id county code name"

    county = models.ForeignKey(Grid, models.PROTECT, related_name="programmes")
    code = models.SlugField("代码", max_length=20)
    name = models.CharField("名称", max_length=30)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "code"], name="programme_once")]

    def __str__(self) -> str:
        return self.name


LIAISON = "liaison"
"""The usual contact type: a household and its liaison member."""


class ContactType(models.Model):
    """A kind of contact beside the usual one: 张家口 1 村干部 + 1 老党员 + 1 特困户 + 1 致富能手, 万州 a villager
    group with one town-level and one village-level contact, firms with a cadre each.

    `cadres` empty: any member. `tag`: only households that bear it. `required`: every target needs one, else
    households.missing_contacts lists it.
    """

    class Target(models.TextChoices):
        FAMILY = "family", "家庭户"
        ENTERPRISE = "enterprise", "企业"
        GROUP = "group", "村民小组"
        PERSON = "person", "个人"

    PLAIN = "id programme code name target tag cadres required"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="contact_types")
    code = models.SlugField("代码", max_length=20)
    name = models.CharField("名称", max_length=20)
    target = models.CharField("联系对象", max_length=10, choices=Target.choices, default=Target.FAMILY)
    tag = models.CharField("标签", max_length=15, choices=Tag.choices, blank=True)
    cadres = ArrayField(models.CharField(max_length=20, choices=Member.Cadre.choices), default=list, blank=True)
    required = models.BooleanField("每个对象都要有", default=False)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["programme", "code"], name="contacttype_once")]

    def __str__(self) -> str:
        return self.name


class Quota(models.Model):
    """How many households one member of a cadre type looks after: 诸城 town cadre ≈ 30, staff ≈ 10, leader ≈ 8."""

    PLAIN = "id programme cadre contact_type least target most"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="quotas")
    cadre = models.CharField("党员类型", max_length=20, choices=Member.Cadre.choices)
    contact_type = models.CharField("联系类型", max_length=20, default=LIAISON, db_default=LIAISON)
    least = models.SmallIntegerField("下限")
    target = models.SmallIntegerField("目标")
    most = models.SmallIntegerField("上限")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "cadre", "contact_type"], name="quota_once"),
            models.CheckConstraint(condition=Q(least__lte=F("target"), target__lte=F("most")), name="quota_order"),
        ]

    def __str__(self) -> str:
        return f"{self.get_cadre_display()} {self.least}–{self.most}"


class PairingQuerySet(ScopedQuerySet["Pairing"]):
    def visible_to(self, user: Any) -> "PairingQuerySet":
        scope = Scope.of(user)
        return self.seen_or_own(scope, Q(member__in=Member.objects.filter(user__in=scope.people)))

    def current(self, on: date) -> "PairingQuerySet":
        return self.lasting(on).filter(since__lte=on)

    def lasting(self, on: date) -> "PairingQuerySet":
        """Pairings in force on the day or later: those that take up room and bar others."""
        return self.filter(Q(until=None) | Q(until__gt=on))

    def usual(self) -> "PairingQuerySet":
        """Of a household with its liaison member."""
        return self.filter(contact_type=LIAISON)

    def typed(self) -> "PairingQuerySet":
        """Of a contact type, with its name as `kind_name` (None for a type the county no longer has)."""
        kinds = ContactType.objects.filter(programme=OuterRef("programme"), code=OuterRef("contact_type"))
        return self.exclude(contact_type=LIAISON).annotate(kind_name=Subquery(kinds.values("name")[:1]))

    def late(self, on: date) -> "PairingQuerySet":
        """Pairings whose visit is overdue: the day has passed, and the days of grace as well, if there are any."""
        return self.filter(Q(grace_until=None) | Q(grace_until__lt=on), next_due_on__lt=on)

    def due(self, on: date) -> "PairingQuerySet":
        """Pairings whose next visit is due on the day or before, oldest first."""
        return self.current(on).filter(next_due_on__lte=on).order_by("next_due_on", "id")


@tracked
class Pairing(Scoped):
    """A member looks after a household (or a villager group, or a named person) from `since` until before `until`.

    History is kept: a hand-over ends one pairing and begins the next, which names the one it follows.
    `next_due_on` is set in the visit's transaction and only moves forward there; until `grace_until` it is not late.
    """

    class Origin(models.TextChoices):
        HAND = "hand", "手工结对"
        IMPORT = "import", "批量导入"
        CHOICE = "choice", "双向互选"
        DUTY = "duty", "兜底包联"
        HAND_OVER = "hand_over", "移交"

    SEEN_WITH = Permission.HOUSEHOLD_VIEW
    IN_FORCE = InForce(Q(until=None), "结对{}对", along="household")
    PERSONAL: ClassVar = {"person_name": Mask.NAME}
    PLAIN = (
        "id member household group programme contact_type since until reason end_reason origin follows made_by "
        "next_due_on grace_until demo"
    )

    member = models.ForeignKey(Member, models.PROTECT, related_name="pairings", verbose_name="联户党员")
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, related_name="pairings", verbose_name="住户"
    )
    group = models.ForeignKey(
        Grid, models.PROTECT, null=True, blank=True, related_name="group_pairings", verbose_name="村民小组"
    )
    person_name = models.CharField("联系对象", max_length=30, blank=True)
    programme = models.ForeignKey(Programme, models.PROTECT, related_name="pairings", verbose_name="项目")
    contact_type = models.CharField("联系类型", max_length=20, default=LIAISON)
    since = models.DateField("开始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    reason = models.CharField("结对理由", max_length=200, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True)
    origin = models.CharField("产生方式", max_length=10, choices=Origin.choices)
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="经办人"
    )
    next_due_on = models.DateField("下次走访", null=True, blank=True)
    grace_until = models.DateField("宽限至", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = PairingQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["member", "next_due_on", "id"], name="pairing_my_due", condition=Q(until=None)),
            models.Index(fields=["town_id", "next_due_on", "id"], name="pairing_town_due", condition=Q(until=None)),
            models.Index(fields=["cell_id", "next_due_on", "id"], name="pairing_cell_due", condition=Q(until=None)),
            models.Index(fields=["county_id", "next_due_on", "id"], name="pairing_county_due", condition=Q(until=None)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["household", "programme", "contact_type"],
                condition=Q(until=None, household__isnull=False),
                name="pairing_household_once",
            ),
            models.CheckConstraint(
                condition=Q(household__isnull=False) | Q(group__isnull=False) | ~Q(person_name=""),
                name="pairing_target",
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="pairing_dates"),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.household or self.group or self.person_name}"
