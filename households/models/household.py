"""Households, their tags, and the people in them."""

from datetime import date, datetime
from secrets import token_urlsafe
from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields import TextField

from accounts.fields import EncryptedField
from accounts.privacy import Mask, mask
from accounts.roles import Permission
from grids.models import tracked
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from members.models import Sex
from workdays.arithmetic import ZONE


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


def named_like(rows: Any, field: str, text: str) -> Any:
    letters = Func(Value(text), Value(None), function="string_to_array")
    return rows.alias(letters=Characters(field)).filter(letters__contains=letters, **{f"{field}__contains": text})


class HouseholdQuerySet(ScopedQuerySet["Household"]):
    def visible_to(self, user: Any) -> "HouseholdQuerySet":
        """Households of my area, and those I am paired with."""
        from households.models.pairing import Pairing

        scope = Scope.of(user)
        mine = Q(pk__in=Pairing.objects.current(scope.on).filter(member__user__in=scope.people).values("household"))
        return self.seen_or_own(scope, mine)

    def living(self) -> "HouseholdQuerySet":
        return self.filter(closed_on=None)

    def stood(self, at: datetime) -> "HouseholdQuerySet":
        """Living at the moment: in the books by then, and not closed on that day or before."""
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=at.astimezone(ZONE).date()), created_at__lt=at)

    def named_like(self, text: str) -> "HouseholdQuerySet":
        """Heads whose name contains the text: the character index finds, LIKE rechecks."""
        return named_like(self, "head_name", text)

    def uncovered(self, on: date) -> "HouseholdQuerySet":
        """Living households without a pairing in force on the day: the gap list."""
        from households.models.pairing import Pairing

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

    @property
    def called(self) -> str:
        """As sentences name it, 黄*荣户（LH-0012）: whoever reads a refusal or a reason may only see the mask."""
        return f"{mask(self.head_name, Mask.NAME)}户（{self.number}）"


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


class ResidentQuerySet(models.QuerySet["Resident"]):
    def named_like(self, text: str) -> "ResidentQuerySet":
        """As of households: the character index finds, LIKE rechecks."""
        return named_like(self, "name", text)


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

    objects = ResidentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [GinIndex(Characters(F("name")), name="resident_name_chars")]

    def __str__(self) -> str:
        return self.name
