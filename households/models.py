"""Households, the people in them, and the pairings that give each one its member."""

from datetime import date
from secrets import token_urlsafe
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields import TextField

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import Grid, tracked
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from members.models import Member, Sex


def public_code() -> str:
    """22 URL-safe characters (128 bits): what a QR code carries; not to be guessed."""
    return token_urlsafe(16)


class Characters(Func):
    """Every character of a text as an array: the form that the name index holds (../shared/scale.md, Lists)."""

    function = "string_to_array"
    template = "%(function)s(%(expressions)s, NULL)"

    def __init__(self, expression: object) -> None:
        from django.contrib.postgres.fields import ArrayField

        super().__init__(expression, output_field=ArrayField(TextField()))


class HouseholdQuerySet(ScopedQuerySet["Household"]):
    def visible_to(self, user: Any) -> "HouseholdQuerySet":
        """Households of my area, and those I am paired with."""
        scope = Scope.of(user)
        mine = Q(pk__in=Pairing.objects.current(scope.on).filter(member__user__in=scope.people).values("household"))
        return self.seen_or_own(scope, mine)

    def living(self) -> "HouseholdQuerySet":
        return self.filter(closed_on=None)

    def named_like(self, text: str) -> "HouseholdQuerySet":
        """Heads whose name contains the text: the character index finds, LIKE rechecks."""
        letters = Func(Value(text), Value(None), function="string_to_array")
        return self.alias(letters=Characters("head_name")).filter(letters__contains=letters, head_name__contains=text)

    def uncovered(self, on: date) -> "HouseholdQuerySet":
        """Living households without a pairing in force on the day: the gap list."""
        covered = Pairing.objects.current(on).filter(household=models.OuterRef("pk"))
        return self.living().filter(~models.Exists(covered))


@tracked
class Household(Scoped):
    """One household or enterprise; it sits in exactly one leaf of the grid tree."""

    class Kind(models.TextChoices):
        FAMILY = "family", "家庭户"
        ENTERPRISE = "enterprise", "企业"

    SEEN_WITH = Permission.HOUSEHOLD_VIEW
    IN_FORCE = InForce(Q(closed_on=None), "住户{}户")
    PERSONAL: ClassVar = {
        "head_name": Mask.NAME,
        "initials": Mask.KEYED,
        "phone": Mask.PHONE,
        "phone_index": Mask.KEYED,
        "phone_tail": Mask.KEYED,
        "address": Mask.ADDRESS,
        "lat": Mask.PLACE,
        "lng": Mask.PLACE,
        "public_code": Mask.KEYED,
    }
    PLAIN = "id number kind closed_on created_at demo"

    number = models.CharField("户编号", max_length=20)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices, default=Kind.FAMILY)
    head_name = models.CharField("户主", max_length=60)
    initials = models.CharField(max_length=60, blank=True)
    phone = EncryptedField("电话", blank=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    phone_tail = models.CharField(max_length=4, blank=True)
    address = models.CharField("地址", max_length=120, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    public_code = models.CharField(max_length=22, unique=True, default=public_code)
    closed_on = models.DateField("销户日期", null=True, blank=True)
    created_at = models.DateTimeField()
    demo = models.BooleanField("演示", default=False)

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "number"], name="household_county"),
            models.Index(fields=["town_id", "number"], name="household_town"),
            models.Index(fields=["village_id", "number"], name="household_village"),
            models.Index(fields=["cell_id", "number"], name="household_cell"),
            models.Index(fields=["county_id", "initials"], name="household_initials"),
            models.Index(fields=["county_id", "phone_tail"], name="household_phone_tail"),
            GinIndex(Characters(F("head_name")), name="household_name_chars"),
        ]
        constraints: ClassVar = [models.UniqueConstraint(fields=["county_id", "number"], name="household_number")]

    def __str__(self) -> str:
        return self.head_name


class Tag(models.TextChoices):
    LOW_INCOME = "low_income", "低保"
    DESTITUTE = "destitute", "特困"
    MONITORED = "monitored", "监测"
    DISABLED = "disabled", "残疾"
    LEFT_BEHIND = "left_behind", "留守"
    OLD_ALONE = "old_alone", "独居老人"
    OLD_MEMBER = "old_member", "老党员"
    VETERAN = "veteran", "退役军人"
    PROSPEROUS = "prosperous", "致富能手"


HARDSHIP_TAGS = (Tag.LOW_INCOME, Tag.DESTITUTE, Tag.MONITORED, Tag.DISABLED)


class HouseholdTagQuerySet(models.QuerySet["HouseholdTag"]):
    def borne(self, on: date) -> "HouseholdTagQuerySet":
        return self.filter(since__lte=on).filter(Q(until=None) | Q(until__gt=on))


class HouseholdTag(models.Model):
    """A household bears a tag from `since` up to but not including `until`."""

    PERSONAL: ClassVar = {"tag": Mask.TEXT}
    PLAIN = "id household since until"

    household = models.ForeignKey(Household, models.CASCADE, related_name="tags")
    tag = models.CharField("标签", max_length=15, choices=Tag.choices)
    since = models.DateField("自")
    until = models.DateField("至", null=True, blank=True)

    objects = HouseholdTagQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tag", "household"], name="householdtag_tag")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["household", "tag"], condition=Q(until=None), name="householdtag_once")
        ]

    def __str__(self) -> str:
        return self.get_tag_display()


@tracked
class Resident(models.Model):
    """A person of a household. Seen only through the household."""

    class Relation(models.TextChoices):
        """GB/T 4761, one-digit classes."""

        HEAD = "0", "本人或户主"
        SPOUSE = "1", "配偶"
        SON = "2", "子"
        DAUGHTER = "3", "女"
        GRANDCHILD = "4", "孙子女或外孙子女"
        PARENT = "5", "父母"
        GRANDPARENT = "6", "祖父母或外祖父母"
        SIBLING = "7", "兄弟姐妹"
        OTHER = "8", "其他"

    PERSONAL: ClassVar = {
        "name": Mask.NAME,
        "id_number": Mask.ID_NUMBER,
        "id_index": Mask.KEYED,
        "id_tail": Mask.KEYED,
        "phone": Mask.PHONE,
    }
    PLAIN = "id household relation sex registered_here left_on demo"

    household = models.ForeignKey(Household, models.CASCADE, related_name="residents")
    name = models.CharField("姓名", max_length=30)
    relation = models.CharField("与户主关系", max_length=1, choices=Relation.choices)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    id_number = EncryptedField("身份证号", blank=True)
    id_index = models.CharField(max_length=32, blank=True, db_index=True)
    id_tail = models.CharField(max_length=4, blank=True)
    phone = EncryptedField("电话", blank=True)
    registered_here = models.BooleanField("人户一致", default=True)
    left_on = models.DateField("离开日期", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return self.name


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


class Quota(models.Model):
    """How many households one member of a cadre type looks after: 诸城 town cadre ≈ 30, staff ≈ 10, leader ≈ 8."""

    PLAIN = "id programme cadre least target most"

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="quotas")
    cadre = models.CharField("党员类型", max_length=20, choices=Member.Cadre.choices)
    least = models.SmallIntegerField("下限")
    target = models.SmallIntegerField("目标")
    most = models.SmallIntegerField("上限")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["programme", "cadre"], name="quota_once"),
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

    def due(self, on: date) -> "PairingQuerySet":
        """Pairings whose next visit is due on the day or before, oldest first."""
        return self.current(on).filter(next_due_on__lte=on).order_by("next_due_on", "id")


@tracked
class Pairing(Scoped):
    """A member looks after a household (or a villager group, or a named person) from `since` until before `until`.

    History is kept: a hand-over ends one pairing and begins the next, which names the one it follows.
    `next_due_on` is set in the visit's transaction and only moves forward there.
    """

    class Origin(models.TextChoices):
        HAND = "hand", "手工结对"
        IMPORT = "import", "批量导入"
        CHOICE = "choice", "双向互选"
        DUTY = "duty", "兜底包联"
        HAND_OVER = "hand_over", "移交"

    SEEN_WITH = Permission.HOUSEHOLD_VIEW
    IN_FORCE = InForce(Q(until=None), "结对{}对")
    PERSONAL: ClassVar = {"person_name": Mask.NAME}
    PLAIN = (
        "id member household group programme contact_type since until reason end_reason origin follows made_by "
        "next_due_on demo"
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
    contact_type = models.CharField("联系类型", max_length=20, default="liaison")
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
