"""The issue itself, and who had a part in it."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import Grid
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from households.models import Household, public_code
from issues.models.choices import ENDED, IN_HAND, OPEN, STAGES, Category, Channel, Grade, Ledger, Status, Urgency
from members.models import Unit, UnitStaff
from visits.models import Visit


class NumberSeries(models.Model):
    """The last number issued on a day. Numbers are never reused: 260428-000123."""

    PLAIN = "day last"

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.day:%y%m%d}-{self.last:06d}"


class IssueQuerySet(ScopedQuerySet["Issue"]):
    def visible_to(self, user: Any) -> "IssueQuerySet":
        """Issues of my area, and those I reported, hold, held or was passed over my head on, or my unit holds."""
        scope = Scope.of(user)
        my_units = UnitStaff.objects.filter(user=scope.person, until=None).values("unit")
        had_a_part = Involvement.objects.filter(user=scope.person).values("issue")
        of_my_unit = self.model._base_manager.filter(unit__in=my_units).values("pk")
        return self.seen_or_own(scope, Q(pk__in=had_a_part.union(of_my_unit)))

    def open(self) -> "IssueQuerySet":
        return self.filter(status__in=OPEN)

    def with_late_milestone(self, on: date) -> "IssueQuerySet":
        """On hold, and a step of the plan is late."""
        late = self.model._base_manager.filter(milestones__done_at=None, milestones__due_on__lt=on)
        return self.filter(status=Status.ON_HOLD, pk__in=late.values("pk"))

    def objected(self) -> "IssueQuerySet":
        """Somebody who read the notice waits for an answer."""
        waiting = self.model._base_manager.filter(
            public_notices__withdrawn_at=None,
            public_notices__objections__isnull=False,
            public_notices__objections__answered_at=None,
        )
        return self.filter(status=Status.PUBLICIZING, pk__in=waiting.values("pk"))

    def overdue(self, at: object) -> "IssueQuerySet":
        return self.open().filter(due_at__lt=at)


class Issue(Scoped):
    """One matter, from the opinion heard to the number struck off.

    `live_grid` equals `grid` until the issue ends and carries the composite foreign key: open issues follow their
    grid when it moves, ended ones keep the place as of then. `due_at` and `warn_at` copy the running clock for lists.
    Written only by issues.actions and the sweep; every change appends an IssueEvent that replays it, and `version`
    is the number of the last one. `client_id` is made on the phone, so that a double send saves once.
    """

    class Supervision(models.TextChoices):
        NONE = "none", "无"
        BLUE = "blue", "蓝"
        ORANGE = "orange", "橙"
        RED = "red", "红"

    SEEN_WITH = Permission.ISSUE_VIEW
    IN_FORCE = InForce(Q(live_grid__isnull=False), "未办结事项{}件", along="household")
    PERSONAL: ClassVar = {
        "text": Mask.TEXT,
        "petitioner": Mask.NAME,
        "phone": Mask.PHONE,
        "phone_index": Mask.KEYED,
        "code": Mask.KEYED,
        "result": Mask.TEXT,
    }
    PLAIN = (
        "id number title live_grid household visit channel category urgency grade level ledger supervision round "
        "sensitive status status_since handler co_handlers unit parent reporter collected_at registered_at closed_at "
        "due_at due_sentence warn_at escalate_at sent_back unconfirmed cannot_be_done forced demo version client_id"
    )

    code = models.CharField("查询码", max_length=22, unique=True, default=public_code)
    number = models.CharField("编号", max_length=13, unique=True, null=True, blank=True)
    title = models.CharField("事项", max_length=60)
    text = EncryptedField("具体情况", blank=True)
    live_grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="open_issues", db_constraint=False)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="issues")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, blank=True, related_name="issues")
    petitioner = models.CharField("反映人", max_length=30, blank=True)
    phone = EncryptedField("联系电话", blank=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    channel = models.CharField("来源", max_length=10, choices=Channel.choices)
    category = models.CharField("类别", max_length=15, choices=Category.choices, blank=True)
    urgency = models.CharField("紧急程度", max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    grade = models.CharField("事项等级", max_length=7, choices=Grade.choices, default=Grade.GENERAL)
    level = models.PositiveSmallIntegerField("所在层级", default=0)
    ledger = models.CharField("台账", max_length=8, choices=Ledger.choices, default=Ledger.PERSONAL)
    supervision = models.CharField("督办", max_length=6, choices=Supervision.choices, default=Supervision.NONE)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    sensitive = models.BooleanField("敏感", default=False)
    status = models.CharField("状态", max_length=15, choices=Status.choices, default=Status.COLLECTED)
    status_since = models.DateTimeField()
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="issues_in_hand",
        verbose_name="承办人",
    )
    co_handlers = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="issues", verbose_name="承办单位"
    )
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="收集人",
    )
    collected_at = models.DateTimeField("收集时间")
    registered_at = models.DateTimeField("挂号时间", null=True, blank=True)
    closed_at = models.DateTimeField("销号时间", null=True, blank=True)
    due_at = models.DateTimeField("时限", null=True, blank=True)
    due_sentence = models.CharField("时限说明", max_length=300, blank=True)
    warn_at = models.DateTimeField("临期时间", null=True, blank=True)
    escalate_at = models.DateTimeField("自动上报时间", null=True, blank=True)
    result = EncryptedField("办理结果", blank=True)
    sent_back = models.PositiveSmallIntegerField("本级退回次数", default=0)
    unconfirmed = models.BooleanField("未经群众确认", default=False)
    cannot_be_done = models.BooleanField("解释说明类", default=False)
    forced = models.BooleanField("强制销号", default=False)
    demo = models.BooleanField("演示", default=False)
    version = models.PositiveIntegerField(default=0)
    client_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = IssueQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "status", "due_at", "id"], name="issue_county_status"),
            models.Index(fields=["town_id", "due_at", "id"], name="issue_town_open", condition=Q(status__in=OPEN)),
            models.Index(fields=["town_id", "-collected_at", "-id"], name="issue_town_new"),
            models.Index(fields=["county_id", "-collected_at", "-id"], name="issue_county_new"),
            models.Index(fields=["village_id", "-collected_at", "-id"], name="issue_village_new"),
            models.Index(fields=["cell_id", "-collected_at", "-id"], name="issue_cell_new"),
            models.Index(fields=["handler", "due_at", "id"], name="issue_in_hand", condition=Q(status__in=OPEN)),
            models.Index(
                fields=["escalate_at", "id"], name="issue_to_escalate", condition=Q(escalate_at__isnull=False)
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status__in=ENDED, live_grid=None) | (~Q(status__in=ENDED) & Q(live_grid=models.F("grid"))),
                name="issue_live_grid",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=IN_HAND) | Q(handler__isnull=False), name="issue_one_handler"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[*OPEN, Status.CLOSED]) | Q(number__isnull=False), name="issue_number"
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.title

    @property
    def stage(self) -> str:
        """收集, 挂号, 督办 or 销号; empty for the ends outside the register."""
        return STAGES.get(Status(self.status), "")

    @property
    def public_text(self) -> str:
        """What stands on the board of the present round."""
        notice = self.public_notices.filter(round=self.round, withdrawn_at=None).first()
        return notice.text if notice else ""

    @property
    def leading(self) -> "Issue":
        """The matter under which it goes on: itself, unless it was merged."""
        return self.parent.leading if self.parent else self


class Involvement(models.Model):
    """Who may always read an issue because they had a part in it (invariants I9, I10)."""

    class Part(models.TextChoices):
        REPORTER = "reporter", "收集"
        HANDLER = "handler", "承办"
        ESCALATED = "escalated", "上报"
        CO_HANDLER = "co_handler", "协办"

    PLAIN = "id issue user part since"

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="involved")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices)
    since = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "issue"], name="involvement_user")]
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "user", "part"], name="involvement_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_part_display()} {self.issue}"
