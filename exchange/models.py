"""Jobs: long work that a person asked for, with progress and a result to fetch."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.fields.json import KT

from accounts.privacy import Mask
from grids.models import Grid

KEPT_FOR = timedelta(days=7)
"""How long uploaded workbooks, error lists and exports stay on disk: they hold names, phones and ID numbers."""


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: object) -> "JobQuerySet":
        return self.filter(user=user)

    def imports(self) -> "JobQuerySet":
        return self.filter(kind__in=Job.IMPORTS)

    def bulletins_of(self, places: "models.QuerySet[Grid]") -> "JobQuerySet":
        """Bulletins of these grids, whoever made them: whoever has a place's dashboard may read them."""
        keys = [str(pk) for pk in places.values_list("pk", flat=True)]
        return self.filter(kind=Job.Kind.BULLETIN).annotate(place=KT("asked__place")).filter(place__in=keys)

    def taken_away(self) -> "JobQuerySet":
        """Exports and prints."""
        return self.filter(kind__in=(*Job.EXPORTS, *Job.PRINTS))


class Job(models.Model):
    """One import, export or print. The row is the truth; the task only works on it, and may be run again.

    `asked` says what an export or print was asked for: the query of its list and the form of its file.
    """

    class Kind(models.TextChoices):
        HOUSEHOLDS_IN = "households_in", "导入住户"
        MEMBERS_IN = "members_in", "导入党员"
        WISHES_IN = "wishes_in", "导入志愿"
        LEDGER_OUT = "ledger_out", "导出台账"
        HOUSEHOLDS_OUT = "households_out", "导出住户"
        MEMBERS_OUT = "members_out", "导出党员"
        PAIRINGS_OUT = "pairings_out", "导出结对"
        ROSTER_PRINT = "roster_print", "打印结对名册"
        CARDS_PRINT = "cards_print", "打印联系服务卡"
        GAPS_PRINT = "gaps_print", "打印缺口名单"
        LOADS_PRINT = "loads_print", "打印联户数偏少偏多名单"
        NOTEBOOK_PRINT = "notebook_print", "打印走访本"
        BULLETIN = "bulletin", "月度通报"

    class State(models.TextChoices):
        WAITING = "waiting", "排队中"
        RUNNING = "running", "处理中"
        CHECKED = "checked", "试运行通过"
        REJECTED = "rejected", "有错误，未导入"
        DONE = "done", "已完成"
        FAILED = "failed", "未能完成"

    IMPORTS = (Kind.HOUSEHOLDS_IN, Kind.MEMBERS_IN, Kind.WISHES_IN)
    EXPORTS = (Kind.LEDGER_OUT, Kind.HOUSEHOLDS_OUT, Kind.MEMBERS_OUT, Kind.PAIRINGS_OUT)
    PRINTS = (Kind.ROSTER_PRINT, Kind.CARDS_PRINT, Kind.GAPS_PRINT, Kind.LOADS_PRINT, Kind.NOTEBOOK_PRINT)
    OPEN = (State.WAITING, State.RUNNING)
    """Not ended: a sweep runs these until they are."""
    PERSONAL: ClassVar = {"source": Mask.FILE, "result": Mask.FILE, "asked": Mask.TEXT}
    PLAIN = (
        "id kind state user county dry_run created_at started_at ended_at attempts "
        "total done created updated faults message"
    )

    kind = models.CharField("类型", max_length=15, choices=Kind.choices)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.WAITING)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs")
    county = models.ForeignKey(Grid, models.PROTECT, related_name="+")
    dry_run = models.BooleanField("仅试运行", default=False)
    source = models.FileField("上传文件", upload_to="imports/%Y/%m/", blank=True)
    asked = models.JSONField(default=dict)
    result = models.FileField("结果文件", upload_to="results/%Y/%m/", blank=True)
    created_at = models.DateTimeField("提交时间")
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveIntegerField("总行数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    created = models.PositiveIntegerField("新增", default=0)
    updated = models.PositiveIntegerField("更新", default=0)
    faults = models.PositiveIntegerField("错误", default=0)
    message = models.CharField("说明", max_length=300, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="job_user")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def kept_until(self) -> datetime | None:
        """When its files go; None while it runs, and for bulletins, which stay."""
        return self.ended_at + KEPT_FOR if self.ended_at and self.kind != self.Kind.BULLETIN else None
