"""The issue register 挂号→督办→销号: issues, their clocks, events, evidence, verdicts, and a county's rules as rows."""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import Permission, Role
from grids.models import Grid, Kind, tracked
from grids.scope import Scope, Scoped, ScopedQuerySet
from households.models import Household, public_code
from members.models import Unit, UnitStaff
from visits.models import Visit


class Status(models.TextChoices):
    COLLECTED = "collected", "待梳理"
    SOLVED_ON_SPOT = "solved_on_spot", "当场办结"
    MERGED = "merged", "并案"
    REGISTERED = "registered", "已挂号"
    ASSIGNED = "assigned", "已交办"
    PROCESSING = "processing", "办理中"
    ON_HOLD = "on_hold", "挂账"
    REPORTED = "reported", "待核查"
    CONFIRMING = "confirming", "待群众确认"
    PUBLICIZING = "publicizing", "公示中"
    CLOSED = "closed", "已销号"
    DECLINED = "declined", "不予受理"
    TRANSFERRED = "transferred", "已转出"
    VOIDED = "voided", "已作废"


ENDED = (
    Status.SOLVED_ON_SPOT,
    Status.MERGED,
    Status.CLOSED,
    Status.DECLINED,
    Status.TRANSFERRED,
    Status.VOIDED,
)
OPEN = (
    Status.REGISTERED,
    Status.ASSIGNED,
    Status.PROCESSING,
    Status.ON_HOLD,
    Status.REPORTED,
    Status.CONFIRMING,
    Status.PUBLICIZING,
)
"""In the register and not ended. `collected` waits before the register."""
IN_HAND = (Status.ASSIGNED, Status.PROCESSING, Status.ON_HOLD, Status.REPORTED, Status.CONFIRMING)
"""Exactly one responsible person (invariant I2)."""


class Category(models.TextChoices):
    LIVELIHOOD = "livelihood", "生活保障"
    EMPLOYMENT = "employment", "劳动就业"
    PRODUCTION = "production", "生产经营"
    INFRASTRUCTURE = "infrastructure", "基础设施"
    DISPUTE = "dispute", "矛盾纠纷"
    OPINION = "opinion", "意见建议"


class Urgency(models.TextChoices):
    CRITICAL = "critical", "紧急"
    URGENT = "urgent", "急"
    NORMAL = "normal", "一般"
    HARD = "hard", "疑难"


class Grade(models.TextChoices):
    GENERAL = "general", "一般事项"
    MAJOR = "major", "重大事项"


class Ledger(models.TextChoices):
    PERSONAL = "personal", "个人台账"
    UNIT = "unit", "单位台账"
    COUNTY = "county", "县级台账"


class Channel(models.TextChoices):
    VISIT = "visit", "入户走访"
    PUBLIC = "public", "群众扫码"
    DUTY = "duty", "值班接待"
    MEETING = "meeting", "会议"
    HOTLINE = "hotline", "热线"
    SERVICE = "service", "服务群众"
    SENTIMENT = "sentiment", "社情民意"
    PETITION = "petition", "信访事务"
    CITIZEN = "citizen", "市民直通车"
    RISK = "risk", "风险评估"
    INSPECTION = "inspection", "督查督办"


class Rung(models.Model):
    """One rung of a county's chain, lowest first. Whoever holds one of `roles` (first filled counts) in the issue's
    ancestor of kind `at` is the rung's person; `column` picks the limits (cell, village, town, county)."""

    PLAIN = "id county order name at roles ledger column"

    county = models.ForeignKey(Grid, models.CASCADE, related_name="rungs")
    order = models.PositiveSmallIntegerField("序")
    name = models.CharField("名称", max_length=20)
    at = models.CharField("层级", max_length=10, choices=Kind.choices)
    roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), verbose_name="岗位")
    ledger = models.CharField("台账", max_length=8, choices=Ledger.choices)
    column = models.CharField("时限列", max_length=7)

    class Meta:
        indexes: ClassVar = []
        ordering: ClassVar = ["county", "order"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["county", "order"], name="rung_once")]

    def __str__(self) -> str:
        return self.name


class ClockKind(models.TextChoices):
    TRIAGE = "triage", "梳理"
    ASSIGN = "assign", "交办"
    FIRST_CONTACT = "first_contact", "首次联系"
    HANDLE = "handle", "办理"
    VERIFY = "verify", "核查"
    CALLBACK = "callback", "回访"
    PUBLICITY = "publicity", "公示"
    REVIEW = "review", "挂账复核"


@tracked
class Limit(models.Model):
    """How long one kind of work may take. For `handle`: category × urgency × column; for the others category is
    empty. `amount` counts natural hours or workdays by `unit`; no row means the level does not take such matters."""

    PLAIN = "id county kind category urgency column amount unit"

    county = models.ForeignKey(Grid, models.CASCADE, related_name="limits")
    kind = models.CharField(max_length=15, choices=ClockKind.choices, default=ClockKind.HANDLE)
    category = models.CharField("类别", max_length=15, choices=Category.choices, blank=True)
    urgency = models.CharField("紧急程度", max_length=8, choices=Urgency.choices)
    column = models.CharField("层级", max_length=7, blank=True)
    amount = models.PositiveSmallIntegerField("时限")
    unit = models.CharField("单位", max_length=7, choices=[("hour", "小时"), ("workday", "工作日")])

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "kind", "category", "urgency", "column"], name="limit_once")
        ]

    def __str__(self) -> str:
        return f"{self.amount}{self.get_unit_display()}"


@tracked
class RegisterRules(models.Model):
    """A county's switches for the register, loaded from its profile."""

    PLAIN = "id county publicity publicity_days escalate_after reopen_days failed_contacts sms_signature"

    county = models.OneToOneField(Grid, models.CASCADE, related_name="register_rules")
    publicity = models.BooleanField("销号前公示", default=False)
    publicity_days = models.PositiveSmallIntegerField("公示工作日", default=5)
    escalate_after = models.JSONField("逾期后几个工作日自动上报", default=dict)
    reopen_days = models.PositiveSmallIntegerField("可复号天数", default=90)
    failed_contacts = models.PositiveSmallIntegerField("联系不上几次后可由村见证", default=3)
    sms_signature = models.CharField("短信签名", max_length=12, default="联户通")

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county}"


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
    def visible_to(self, user: object) -> "IssueQuerySet":
        """Issues of my area, and those I reported, hold, held or was passed over my head on, or my unit holds."""
        scope = Scope.of(user)
        my_units = UnitStaff.objects.filter(user=user, until=None).values("unit")
        return self.filter(
            scope.q(Permission.ISSUE_VIEW)
            | Q(pk__in=Involvement.objects.filter(user=user).values("issue"))
            | Q(unit__in=my_units)
        )

    def open(self) -> "IssueQuerySet":
        return self.filter(status__in=OPEN)

    def overdue(self, at: object) -> "IssueQuerySet":
        return self.open().filter(due_at__lt=at)


class Issue(Scoped):
    """One matter, from the opinion heard to the number struck off.

    `live_grid` equals `grid` until the issue ends and carries the composite foreign key: open issues follow their
    grid when it moves, ended ones keep the place as of then. `due_at` copies the running clock's due for lists.
    Written only by issues.actions and the sweep; every change appends an IssueEvent that replays it.
    """

    class Supervision(models.TextChoices):
        NONE = "none", "无"
        BLUE = "blue", "蓝"
        ORANGE = "orange", "橙"
        RED = "red", "红"

    SEEN_WITH = Permission.ISSUE_VIEW
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
        "due_at due_sentence escalate_at sent_back unconfirmed cannot_be_done demo"
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
    escalate_at = models.DateTimeField("自动上报时间", null=True, blank=True)
    result = EncryptedField("办理结果", blank=True)
    sent_back = models.PositiveSmallIntegerField("本级退回次数", default=0)
    unconfirmed = models.BooleanField("未经群众确认", default=False)
    cannot_be_done = models.BooleanField("解释说明类", default=False)
    demo = models.BooleanField("演示", default=False)

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


class Clock(models.Model):
    """One row per kind, level and round; `turn` counts a ruling's return to the same level. Due is stored and never
    overwritten; while paused no time counts, and the resumed due is moved by the pause."""

    PLAIN = "id issue kind level round turn started_at due_at sentence paused_at stopped_at met"

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="clocks")
    kind = models.CharField(max_length=15, choices=ClockKind.choices)
    level = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField()
    turn = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sentence = models.CharField(max_length=300)
    paused_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    met = models.BooleanField(null=True)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issue", "kind", "level", "round", "turn"], name="clock_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d}"


def event_digest(row: str) -> str:
    """The SQL of an event's hash: SHA-256 over the previous hash and everything the event says."""
    parts = ["prev_hash", "issue_id", "seq", "name", "changes", "facts", "note"]
    said = ", ".join(f"{row}.{part}::text" for part in parts)
    return (
        f"encode(sha256(convert_to(concat_ws('|', {said}, COALESCE({row}.by_id, 0)::text, "
        f"extract(epoch FROM {row}.at)::text), 'UTF8')), 'hex')"
    )


class IssueEvent(models.Model):
    """What happened to an issue: appended, never changed. The database numbers the events of an issue and chains each
    to the one before by SHA-256 (trigger `issueevent_chain`); `changes` replays the row's plain columns."""

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id issue seq at by name changes facts prev_hash hash"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=20)
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "seq"], name="issueevent_seq")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="issueevent_append", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="issueevent_chain",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last", "RECORD")],
                func=f"""
                    SELECT seq, hash INTO last FROM issues_issueevent
                        WHERE issue_id = NEW.issue_id ORDER BY seq DESC LIMIT 1;
                    NEW.seq := COALESCE(last.seq, 0) + 1;
                    NEW.prev_hash := COALESCE(last.hash, repeat('0', 64));
                    NEW.hash := {event_digest("NEW")};
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.seq} {self.name}"


class Evidence(models.Model):
    """A file that proves something about an issue: a photo of the result, minutes, a signature."""

    class Kind(models.TextChoices):
        BEFORE = "before", "现场情况"
        RESULT = "result", "办理结果"
        MINUTES = "minutes", "会议纪要"
        SIGNATURE = "signature", "签字"
        RECORDING = "recording", "通话录音"

    PERSONAL: ClassVar = {"file": Mask.FILE, "caption": Mask.TEXT}
    PLAIN = "id issue kind sha256 round added_at added_by"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    file = models.FileField(upload_to="issues/%Y/%m/")
    caption = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64)
    round = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return self.file.name


class Verdict(models.Model):
    """What the household says of the result in one round; without it nothing closes."""

    class Value(models.TextChoices):
        SATISFIED = "satisfied", "已解决,满意"
        SOLVED = "solved", "已解决"
        UNSOLVED = "unsolved", "未解决"
        DISSATISFIED = "dissatisfied", "不满意"
        UNCONFIRMED = "unconfirmed", "联系不上,村见证"

    class Means(models.TextChoices):
        QR = "qr", "扫码"
        SMS = "sms", "短信"
        SIGNATURE = "signature", "签字"
        CALL = "call", "回访电话"
        WITNESS = "witness", "村见证"

    ACCEPTING = (Value.SATISFIED, Value.SOLVED, Value.UNCONFIRMED)

    PERSONAL: ClassVar = {"note": Mask.TEXT, "witness": Mask.NAME}
    PLAIN = "id issue round value means at taken_by"

    issue = models.ForeignKey(Issue, models.PROTECT, related_name="verdicts")
    round = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=12, choices=Value.choices)
    means = models.CharField(max_length=10, choices=Means.choices)
    note = models.CharField("说明", max_length=200, blank=True)
    witness = models.CharField("见证人", max_length=30, blank=True)
    at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["issue", "round"], name="verdict_once")]

    def __str__(self) -> str:
        return f"{self.issue} {self.get_value_display()}"
