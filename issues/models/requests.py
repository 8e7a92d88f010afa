"""三单: what a household orders, the branch dispatches and a member takes; its history, ratings and photos."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.fields import EncryptedField
from accounts.privacy import Mask
from accounts.roles import GRANTS, Permission
from grids.models import Grid, tracked
from grids.scope import InForce, Scope, Scoped, ScopedQuerySet
from households.models import Household, public_code
from issues.models.chained import ChainedEvent, event_triggers
from issues.models.issue import Issue
from members.models import CommunityReport, Member


class RequestKind(models.TextChoices):
    REQUEST = "request", "点单"
    ERRAND = "errand", "代办"
    WISH = "wish", "微心愿"


class RequestStatus(models.TextChoices):
    REQUESTED = "requested", "待下单"
    DISPATCHED = "dispatched", "待接单"
    TAKEN = "taken", "已接单"
    DONE = "done", "待评单"
    RATED = "rated", "已评单"
    DECLINED = "declined", "未受理"
    CONVERTED = "converted", "已转诉求"


LIVE = (RequestStatus.REQUESTED, RequestStatus.DISPATCHED, RequestStatus.TAKEN)
"""Somebody still has to do something. A done request only waits for the household's word."""


class RatingValue(models.TextChoices):
    SATISFIED = "satisfied", "满意"
    FAIR = "fair", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class RequestSeries(models.Model):
    """The last number issued on a day, apart from the issues' series. Numbers are never reused: D260428-00012."""

    PLAIN = "day last"

    day = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.day:%y%m%d} {self.last}"


@tracked
class RequestRules(models.Model):
    """A county's rules for 三单, loaded from its profile (`order_flow`). Days are workdays."""

    PLAIN = "id county enabled dispatch_days take_days rate_days"

    county = models.OneToOneField(Grid, models.CASCADE, related_name="request_rules")
    enabled = models.BooleanField("开展三单", default=True)
    dispatch_days = models.PositiveSmallIntegerField("几个工作日内下单", default=1)
    take_days = models.PositiveSmallIntegerField("几个工作日内接单", default=2)
    rate_days = models.PositiveSmallIntegerField("完成几个工作日后算未评", default=7)

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return f"{self.county}"


HANDLING = [role for role, grant in GRANTS.items() if Permission.ISSUE_HANDLE in grant.area | grant.own]
"""Roles whose holders may take a request."""


def villages_of(scope: Scope) -> set[int]:
    """The villages whose pool a person belongs to: by a post there, by home, by branch, or by reporting there (报到).

    None without a post that may handle anything.
    """
    posts = [posting for posting in scope.postings if posting.role in HANDLING]
    if not posts:
        return set()
    found = {posting.village_id for posting in posts}
    members = Member.objects.filter(user__in=scope.people, left_on=None)
    for pair in members.values_list("village_id", "branch__village_id"):
        found.update(pair)
    reports = CommunityReport.objects.filter(member__in=members, until=None)
    return (found | set(reports.values_list("village_id", flat=True))) - {0}


class RequestQuerySet(ScopedQuerySet["ServiceRequest"]):
    def visible_to(self, user: Any) -> "RequestQuerySet":
        """Requests of my area, those I brought in, was named for or took, and what waits in my village's pool."""
        scope = Scope.of(user)
        mine = Q(requested_by=scope.person) | Q(addressee__in=scope.people) | Q(taker__in=scope.people)
        return self.seen_or_own(scope, mine | self.in_pool(villages_of(scope)))

    @staticmethod
    def in_pool(villages: set[int]) -> Q:
        return Q(status=RequestStatus.DISPATCHED, addressee=None, village_id__in=villages)

    def live(self) -> "RequestQuerySet":
        return self.filter(status__in=LIVE)

    def overdue(self, at: object) -> "RequestQuerySet":
        return self.live().filter(due_at__lt=at)


class ServiceRequest(Scoped):
    """One order of a household, from 点单 to 评单.

    `live_grid` as in Issue: equal to `grid` while the request is live, so that it follows its grid. `addressee` None
    while dispatched: everybody in the village's pool may take it. `attempt` counts the ways through the branch: it
    grows whenever a request comes back there. Written only by issues.requests; every change appends a RequestEvent
    that replays it. `rating` copies the last household's word; `issue` is the matter it became.
    """

    SEEN_WITH = Permission.ISSUE_VIEW
    IN_FORCE = InForce(Q(live_grid__isnull=False), "未完成的群众点单{}件", along="household")
    PERSONAL: ClassVar = {
        "text": Mask.TEXT,
        "petitioner": Mask.NAME,
        "phone": Mask.PHONE,
        "phone_index": Mask.KEYED,
        "code": Mask.KEYED,
        "result": Mask.TEXT,
    }
    PLAIN = (
        "id number kind title live_grid household wanted_on status status_since requested_by requested_at "
        "dispatched_by addressee taker taken_at done_at attempt due_at due_sentence rating issue demo version client_id"
    )

    code = models.CharField("查询码", max_length=22, unique=True, default=public_code)
    number = models.CharField("编号", max_length=14, unique=True)
    kind = models.CharField("类型", max_length=7, choices=RequestKind.choices)
    title = models.CharField("需要什么", max_length=60)
    text = EncryptedField("具体情况", blank=True)
    live_grid = models.ForeignKey(Grid, models.PROTECT, null=True, related_name="live_requests", db_constraint=False)
    household = models.ForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="requests")
    petitioner = models.CharField("点单人", max_length=30, blank=True)
    phone = EncryptedField("联系电话", blank=True)
    phone_index = models.CharField(max_length=32, blank=True, db_index=True)
    wanted_on = models.DateField("希望哪天前", null=True, blank=True)
    status = models.CharField("状态", max_length=10, choices=RequestStatus.choices, default=RequestStatus.REQUESTED)
    status_since = models.DateTimeField()
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="代为点单"
    )
    requested_at = models.DateTimeField("点单时间")
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="下单人"
    )
    addressee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="指定党员"
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="接单人"
    )
    taken_at = models.DateTimeField("接单时间", null=True, blank=True)
    done_at = models.DateTimeField("完成时间", null=True, blank=True)
    attempt = models.PositiveSmallIntegerField("第几次", default=1)
    due_at = models.DateTimeField("时限", null=True, blank=True)
    due_sentence = models.CharField("时限说明", max_length=300, blank=True)
    result = EncryptedField("办理结果", blank=True)
    rating = models.CharField("评价", max_length=12, choices=RatingValue.choices, blank=True)
    issue = models.OneToOneField(Issue, models.PROTECT, null=True, blank=True, related_name="request")
    demo = models.BooleanField("演示", default=False)
    version = models.PositiveIntegerField(default=0)
    client_id = models.UUIDField(null=True, unique=True, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["county_id", "-requested_at", "-id"], name="request_county_new"),
            models.Index(fields=["town_id", "-requested_at", "-id"], name="request_town_new"),
            models.Index(fields=["village_id", "-requested_at", "-id"], name="request_village_new"),
            models.Index(fields=["taker", "status"], name="request_taker"),
            models.Index(fields=["due_at", "id"], name="request_untaken", condition=Q(status="dispatched")),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(status__in=LIVE) & Q(live_grid=F("grid"))) | (~Q(status__in=LIVE) & Q(live_grid=None)),
                name="request_live_grid",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["taken", "done", "rated"]) | Q(taker__isnull=False), name="request_taker_known"
            ),
            models.CheckConstraint(
                condition=Q(status="converted", issue__isnull=False) | (~Q(status="converted") & Q(issue=None)),
                name="request_converted",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RequestEvent(ChainedEvent):
    """What happened to a request."""

    PLAIN = "request"

    request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="events")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "seq"], name="requestevent_seq")]
        triggers: ClassVar = event_triggers("requestevent", "request_id")

    def __str__(self) -> str:
        return f"{self.request_id} {self.seq} {self.name}"


class RequestRating(models.Model):
    """What the household says of one attempt, in a word; it may say more."""

    class Means(models.TextChoices):
        QR = "qr", "扫码"
        SIGNATURE = "signature", "签字"
        CALL = "call", "回访电话"

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id request attempt value means at taken_by"

    request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="ratings")
    attempt = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=12, choices=RatingValue.choices)
    means = models.CharField(max_length=10, choices=Means.choices)
    note = EncryptedField("说明", blank=True)
    at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["request", "attempt"], name="requestrating_once")]

    def __str__(self) -> str:
        return f"{self.request} {self.get_value_display()}"


class RequestPhoto(models.Model):
    """A photo of the result, or of a signature under the rating. Never asked for, except to prove a signature."""

    class Kind(models.TextChoices):
        RESULT = "result", "办理结果"
        SIGNATURE = "signature", "签字"

    PERSONAL: ClassVar = {"file": Mask.FILE}
    PLAIN = "id request kind attempt added_at added_by"

    request = models.ForeignKey(ServiceRequest, models.PROTECT, related_name="photos")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    file = models.FileField(upload_to="requests/%Y/%m/")
    attempt = models.PositiveSmallIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = []

    def __str__(self) -> str:
        return str(self.file)
