"""督办单: one matter one sheet, issued to whoever is responsible, copied one rung up, to be answered."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.privacy import Mask
from accounts.roles import Permission
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from issues.models.choices import Colour
from issues.models.issue import Issue
from issues.models.records import Clock


class OrderSeries(models.Model):
    """The last number issued in a year. Numbers are never reused: 督2026-000123."""

    PLAIN = "year last"

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"督{self.year}-{self.last:06d}"


UNANSWERED = Q(answered_at=None, lapsed_at=None)


class SupervisionOrderQuerySet(ScopedQuerySet["SupervisionOrder"]):
    def visible_to(self, user: Any) -> "SupervisionOrderQuerySet":
        """Orders of my area, and those I must answer, was copied on or issued, wherever they lie."""
        scope = Scope.of(user)
        had_a_part = Q(addressee__in=scope.people) | Q(copied_to__in=scope.people) | Q(issued_by=scope.person)
        return self.seen_or_own(scope, had_a_part | Q(issue__handler__in=scope.people))

    def unanswered(self) -> "SupervisionOrderQuerySet":
        """Still waiting: neither answered nor overtaken by the end of the matter."""
        return self.filter(UNANSWERED)

    def waiting_for(self, people: Any) -> "SupervisionOrderQuerySet":
        """Those that these people must answer: addressed to them, or to the former handler of a matter that is theirs
        now at the same level and round."""
        theirs_now = Q(issue__handler__in=people, level=F("issue__level"), round=F("issue__round"))
        return self.unanswered().filter(Q(addressee__in=people) | theirs_now)


ISSUED = (
    "number",
    "issue",
    "colour",
    "cause",
    "reason",
    "level",
    "round",
    "clock",
    "issued_at",
    "issued_by",
    "addressee",
    "copied_to",
    "answer_due_at",
)
"""What stands on the sheet when it goes out, and never changes."""


class SupervisionOrder(Scoped):
    """Issued by the sweep (`issued_by` null) or by hand with a reason.

    `clock` is the running clock it belongs to: of each colour the sweep issues one per clock. `addressee` is who was
    responsible then, `copied_to` who stood one rung above (null: nobody does). Unanswered when the matter ended, it
    has lapsed. The place follows the matter while that is open. Written only by issues.supervision.
    """

    class Cause(models.TextChoices):
        WARNED = "warned", "临近时限"
        OVERDUE = "overdue", "已经逾期"
        LATE = "late", "逾期满三个工作日"
        UNANSWERED = "unanswered", "督办单到期未回复"
        HAND = "hand", "领导督办"

    SEEN_WITH = Permission.ISSUE_VIEW
    IN_FORCE = InForce(Q(issue__live_grid__isnull=False), "未办结事项的督办单{}张", along="issue")
    PERSONAL: ClassVar = {"reason": Mask.TEXT, "answer": Mask.TEXT}
    PLAIN = (
        "id number issue colour cause level round clock issued_at issued_by addressee copied_to answer_due_at "
        "answered_at answered_by lapsed_at"
    )

    number = models.CharField("督办单号", max_length=12, unique=True)
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="orders")
    colour = models.CharField("督办单", max_length=6, choices=Colour.choices)
    cause = models.CharField("事由", max_length=10, choices=Cause.choices)
    reason = models.CharField("督办要求", max_length=500, blank=True)
    level = models.PositiveSmallIntegerField("层级")
    round = models.PositiveSmallIntegerField("轮次")
    clock = models.ForeignKey(Clock, models.PROTECT, null=True, related_name="orders")
    issued_at = models.DateTimeField("发出时间")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="orders_to_answer", verbose_name="责任人"
    )
    copied_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="抄送"
    )
    answer_due_at = models.DateTimeField("回复时限")
    answered_at = models.DateTimeField("回复时间", null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answer = models.CharField("回复", max_length=1000, blank=True)
    lapsed_at = models.DateTimeField("失效时间", null=True)

    objects = SupervisionOrderQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "-issued_at", "-id"], name="order_county"),
            models.Index(fields=["town_id", "-issued_at", "-id"], name="order_town"),
            models.Index(fields=["answer_due_at", "id"], name="order_waits", condition=UNANSWERED),
            models.Index(fields=["addressee", "answer_due_at", "id"], name="order_waits_for", condition=UNANSWERED),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clock", "colour"], name="order_once", condition=~Q(cause="hand")),
        ]
        triggers: ClassVar = [
            pgtrigger.Protect(name="order_stays", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="order_issued_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(*ISSUED),
            ),
            pgtrigger.Protect(
                name="order_answer_stays",
                operation=pgtrigger.UpdateOf("answered_at", "answered_by_id", "answer"),
                condition=pgtrigger.Condition("OLD.answered_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.number
