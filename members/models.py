"""Party organisations, departments, and the members who look after households."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import Grid, tracked
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet


class PartyOrg(Scoped):
    """A party organisation; its own tree, beside the grids."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee", "党委"
        GENERAL_BRANCH = "general_branch", "党总支"
        BRANCH = "branch", "党支部"
        TEMP_BRANCH = "temp_branch", "临时党支部"
        GROUP = "group", "党小组"

    SEEN_WITH = Permission.GRID_VIEW
    IN_FORCE = InForce(Q(), "党组织{}个")
    PLAIN = "id name kind parent"

    name = models.CharField("名称", max_length=60)
    kind = models.CharField("类型", max_length=15, choices=Kind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["county_id", "name"], name="partyorg_county_name")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["county_id", "name"], name="partyorg_once")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(models.QuerySet["Unit"]):
    def visible_to(self, user: object) -> "UnitQuerySet":
        """Departments of the counties in which the person holds any post."""
        counties = {posting.county_id for posting in Scope.of(user).postings}
        return self.filter(county__in=counties)


class Unit(models.Model):
    """A county department (部门) that takes dispatched issues, e.g. 水利局."""

    PLAIN = "id county name landline"

    county = models.ForeignKey(Grid, models.PROTECT, related_name="units")
    name = models.CharField("名称", max_length=40)
    landline = models.CharField("办公电话", max_length=20, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "name"], name="unit_once")]

    def __str__(self) -> str:
        return self.name


class UnitStaff(models.Model):
    """A person who handles issues for a department, from `since` up to but not including `until`."""

    PLAIN = "id unit user since until"

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="staff")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="unit_staff")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "user"], condition=Q(until=None), name="unitstaff_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.user}"


class MemberQuerySet(ScopedQuerySet["Member"]):
    def visible_to(self, user: object) -> "MemberQuerySet":
        scope = Scope.of(user)
        return self.seen_or_own(scope, Q(user=scope.person))

    def available(self, on: object) -> "MemberQuerySet":
        """Members who can look after households on a day: in the branch and not exempt."""
        return self.filter(left_on=None).filter(Q(exempt_reason="") | Q(exempt_until__lte=on) | Q(exempt_since__gt=on))


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class Ability(models.TextChoices):
    POLICY = "policy", "政策"
    FARMING = "farming", "农技"
    MEDICAL = "medical", "医疗"
    MEDIATION = "mediation", "调解"
    EMPLOYMENT = "employment", "就业"
    SCHOOLING = "schooling", "助学"
    ERRANDS = "errands", "代办"


@tracked
class Member(Scoped):
    """A party member. `grid` is where they live or are stationed, `branch` their home branch (组织关系)."""

    class Cadre(models.TextChoices):
        VILLAGE_MEMBER = "village_member", "农村党员"
        VILLAGE_CADRE = "village_cadre", "村干部"
        TOWN_CADRE = "town_cadre", "乡镇干部"
        DEPARTMENT_STAFF = "department_staff", "部门干部"
        LEADER = "leader", "县级领导"
        DELEGATE = "delegate", "两代表一委员"
        HEART_LINK = "heart_link", "党群连心户"

    class Exemption(models.TextChoices):
        NONE = "", "不免"
        AGE = "age", "年满70周岁"
        ILL = "ill", "患病"
        AWAY = "away", "外出"
        OTHER = "other", "其他"

    SEEN_WITH = Permission.MEMBER_VIEW
    IN_FORCE = InForce(Q(left_on=None), "党员{}名")
    PERSONAL: ClassVar = {
        "name": Mask.NAME,
        "initials": Mask.KEYED,
        "phone": Mask.PHONE,
        "phone_index": Mask.KEYED,
        "phone_tail": Mask.KEYED,
        "birth_year": Mask.TEXT,
        "lat": Mask.PLACE,
        "lng": Mask.PLACE,
    }
    PLAIN = (
        "id number user branch unit sex cadre abilities capacity_min capacity_max "
        "exempt_reason exempt_since exempt_until joined_on left_on demo"
    )

    number = models.CharField("党员编号", max_length=20)
    name = models.CharField("姓名", max_length=30)
    initials = models.CharField(max_length=30, blank=True)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_year = models.SmallIntegerField("出生年份", null=True, blank=True)
    phone = EncryptedField("电话", blank=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    phone_tail = models.CharField(max_length=4, blank=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="member")
    branch = models.ForeignKey(PartyOrg, models.PROTECT, related_name="members", verbose_name="所在党支部")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="members")
    cadre = models.CharField("类型", max_length=20, choices=Cadre.choices, default=Cadre.VILLAGE_MEMBER)
    abilities = ArrayField(models.CharField(max_length=12, choices=Ability.choices), verbose_name="能力", default=list)
    capacity_min = models.SmallIntegerField("联户下限", default=5)
    capacity_max = models.SmallIntegerField("联户上限", default=12)
    exempt_reason = models.CharField("免联事由", max_length=10, choices=Exemption.choices, blank=True)
    exempt_since = models.DateField(null=True, blank=True)
    exempt_until = models.DateField("免联至", null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lng = models.FloatField(null=True, blank=True)
    joined_on = models.DateField("入党日期", null=True, blank=True)
    left_on = models.DateField("转出日期", null=True, blank=True)
    demo = models.BooleanField("演示", default=False)

    objects = MemberQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "name"], name="member_county_name"),
            models.Index(fields=["town_id", "id"], name="member_town"),
            models.Index(fields=["village_id", "id"], name="member_village"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county_id", "number"], name="member_number"),
            models.CheckConstraint(
                condition=Q(capacity_min__gte=0, capacity_max__gte=F("capacity_min")), name="member_capacity"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CommunityReport(Scoped):
    """报到: a member reports to a community other than the home branch; both sides confirm."""

    SEEN_WITH = Permission.MEMBER_VIEW
    IN_FORCE = InForce(Q(until=None), "报到{}人", along="member")
    PLAIN = "id member since until home_confirmed community_confirmed"

    member = models.ForeignKey(Member, models.CASCADE, related_name="reports")
    since = models.DateField("报到日期")
    until = models.DateField(null=True, blank=True)
    home_confirmed = models.DateField("单位确认", null=True, blank=True)
    community_confirmed = models.DateField("社区确认", null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "grid"], condition=Q(until=None), name="communityreport_once")
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.since}"
