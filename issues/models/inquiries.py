"""年终质询: who is asked at the year's end about what stays registered, what they say, and the verdict."""

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Count, Q

from accounts.privacy import Mask
from accounts.roles import Permission
from grids.models import Grid, Kind, tracked
from grids.scope import Scope
from issues.models.choices import ENDED, Status
from issues.models.issue import Issue


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def visible_to(self, user: Any) -> "InquiryQuerySet":
        """My own, and all of the counties where I put people to the question."""
        scope = Scope.of(user)
        counties = Grid.objects.filter(scope.grid_q(Permission.INQUIRE), kind=Kind.COUNTY)
        return self.filter(Q(county__in=counties) | Q(person=scope.person))

    def counted(self) -> "InquiryQuerySet":
        """With `asked` issues, `late` ones among them, `held` ones apart, and how many of all have `ended` since."""
        held = Q(matters__status=Status.ON_HOLD)
        return self.annotate(
            asked=Count("matters", filter=~held),
            held=Count("matters", filter=held),
            late=Count("matters", filter=~held & Q(matters__overdue=True)),
            ended=Count("matters", filter=Q(matters__issue__status__in=ENDED)),
        )


@tracked
class Inquiry(models.Model):
    """One person of one county asked once for a year. The verdict ends it; `mend_by` is the date of 限期整改."""

    class Verdict(models.TextChoices):
        PASSED = "passed", "通过"
        FAILED = "failed", "不通过"
        MEND = "mend", "限期整改"

    PERSONAL: ClassVar = {"question": Mask.TEXT, "answer": Mask.TEXT, "words": Mask.TEXT}
    PLAIN = "id county year person asked_by asked_at due_on answered_at verdict mend_by judged_by judged_at"

    county = models.ForeignKey(Grid, models.PROTECT, related_name="inquiries")
    year = models.PositiveSmallIntegerField("年度")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="inquiries", verbose_name="被质询人"
    )
    question = models.CharField("质询问题", max_length=500)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("质询时间")
    due_on = models.DateField("答复期限")
    answer = models.TextField("答复", blank=True)
    answered_at = models.DateTimeField("答复时间", null=True)
    verdict = models.CharField("评定", max_length=6, choices=Verdict.choices, blank=True)
    mend_by = models.DateField("整改期限", null=True)
    words = models.CharField("评定意见", max_length=500, blank=True)
    judged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    judged_at = models.DateTimeField("评定时间", null=True)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "answered_at"], name="inquiry_person")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["county", "year", "person"], name="inquiry_once_a_year"),
            models.CheckConstraint(condition=Q(verdict="") | Q(judged_at__isnull=False), name="inquiry_judged"),
            models.CheckConstraint(
                condition=Q(verdict="mend", mend_by__isnull=False) | (~Q(verdict="mend") & Q(mend_by=None)),
                name="inquiry_mend_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.person}"

    def state(self, on: date) -> tuple[str, str]:
        """A badge's word and what it says."""
        if self.verdict:
            return VERDICT_BADGES[self.Verdict(self.verdict)], self.get_verdict_display()
        if self.answered_at:
            return "soon", "待评定"
        return ("overdue", "逾期未答复") if on > self.due_on else ("waiting", "待答复")


VERDICT_BADGES = {Inquiry.Verdict.PASSED: "ok", Inquiry.Verdict.FAILED: "error", Inquiry.Verdict.MEND: "warning"}


class InquiryIssue(models.Model):
    """An issue the inquiry is about, as it stood at that moment; those on hold are listed apart."""

    PLAIN = "id inquiry issue status overdue"

    inquiry = models.ForeignKey(Inquiry, models.CASCADE, related_name="matters")
    issue = models.ForeignKey(Issue, models.PROTECT, related_name="inquiries")
    status = models.CharField("当时状态", max_length=15, choices=Status.choices)
    overdue = models.BooleanField("当时逾期")

    class Meta:
        indexes: ClassVar = []
        constraints: ClassVar = [models.UniqueConstraint(fields=["inquiry", "issue"], name="inquiryissue_once")]

    def __str__(self) -> str:
        return f"{self.inquiry} {self.issue}"
