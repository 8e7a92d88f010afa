"""Which issues a list shows: one filter for the desk, its tabs, and the figures of the home page."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict

from accounts.models import User
from issues.models import ENDED, OPEN, Category, Colour, Issue, IssueQuerySet, Status, Urgency
from members.models import UnitStaff
from surfaces import find
from surfaces.colours import relabel
from surfaces.console.filters import Filter, pick, search_box
from surfaces.console.places import PlaceField, inside
from workdays.arithmetic import ZONE

NEVER = datetime(9999, 1, 1, tzinfo=ZONE)
"""Where issues without a deadline sort: after all others."""
GROUPS: dict[str, tuple[str, tuple[Status, ...]]] = {
    "live": ("未办结", tuple(status for status in Status if status not in ENDED)),
    "open": ("在册", OPEN),
    "doing": ("办理中", (Status.ASSIGNED, Status.PROCESSING, Status.ON_HOLD)),
    "asking": ("待确认", (Status.CONFIRMING, Status.PUBLICIZING)),
    "ended": ("已办结", ENDED),
    "all": ("全部", tuple(Status)),
}
DEFAULT = "live"
NEWEST_FIRST = ("ended", "all", Status.COLLECTED)
TABS: tuple[tuple[str, str, bool, bool], ...] = (
    ("未办结", "live", False, True),
    ("待梳理", Status.COLLECTED, False, True),
    ("待交办", Status.REGISTERED, False, True),
    ("办理中", "doing", False, True),
    ("待核查", Status.REPORTED, False, True),
    ("待确认", "asking", False, True),
    ("逾期", "open", True, True),
    ("已办结", "ended", False, False),
    ("全部", "all", False, False),
)
"""Label, status, only late ones, counted. The past is not counted on every visit."""
WHOSE = [("mine", "我承办的"), ("unit", "我单位承办的"), ("reported", "我收集的")]


def statuses_of(name: str) -> tuple[Status, ...]:
    return GROUPS[name][1] if name in GROUPS else (Status(name),)


class OpinionFilter(Filter):
    """The triage inbox: what was collected and has no number yet."""

    q = search_box("事项、反映人")
    category = pick("类别", Category.choices)
    place = PlaceField()

    @property
    def too_short(self) -> bool:
        return "q" in self.chosen and not find.long_enough(self.chosen["q"])

    def rows(self) -> QuerySet[Issue]:
        """What the list shows."""
        return self.narrowed().filter(status=Status.COLLECTED)

    def ordered(self) -> tuple[QuerySet[Issue], tuple[str, ...]]:
        """The rows and their keyset order."""
        return self.rows(), ("-collected_at", "-id")

    def narrowed(self) -> IssueQuerySet:
        """By everything but status and lateness, which the tabs of the desk choose."""
        chosen = self.chosen
        rows = Issue.objects.visible_to(self.user)
        if "q" in chosen:
            rows = find.issues(rows, chosen["q"])
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        return rows.filter(**{name: chosen[name] for name in ("category", "urgency", "supervision") if name in chosen})


class IssueFilter(OpinionFilter):
    """The desk: everything, by tab."""

    q = search_box("编号、事项、反映人")
    status = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[*((name, label) for name, (label, _) in GROUPS.items()), *Status.choices],
    )
    urgency = pick("紧急程度", Urgency.choices)
    whose = pick("承办", WHOSE)
    supervision = pick("督办", Colour.choices)
    heed = pick("要留意", [("milestone", "挂账节点逾期"), ("objection", "公示有异议待答复")])
    overdue = forms.BooleanField(label="只看逾期", required=False)
    field_order = ("q", "status", "category", "urgency", "place", "whose", "supervision", "heed", "overdue")

    def __init__(self, user: User, asked: QueryDict, at: datetime) -> None:
        super().__init__(user, asked, at)
        relabel(self, "supervision")

    @property
    def status_chosen(self) -> str:
        return str(self.chosen.get("status", DEFAULT))

    def rows(self) -> QuerySet[Issue]:
        return self.narrowed().filter(_standing(self.status_chosen, "overdue" in self.chosen, self.at))

    def ordered(self) -> tuple[QuerySet[Issue], tuple[str, ...]]:
        """The nearest deadline first while work is open, else the newest first."""
        if self.status_chosen in NEWEST_FIRST:
            return self.rows(), ("-collected_at", "-id")
        if "overdue" in self.chosen:
            return self.rows(), ("due_at", "id")
        return self.rows().annotate(due_or_never=Coalesce("due_at", NEVER)), ("due_or_never", "id")

    def narrowed(self) -> IssueQuerySet:
        rows = super().narrowed()
        if "whose" in self.chosen:
            rows = rows.filter(self._whose(self.chosen["whose"]))
        return self._heeded(rows)

    def _heeded(self, rows: IssueQuerySet) -> IssueQuerySet:
        match self.chosen.get("heed"):
            case "milestone":
                return rows.with_late_milestone(self.at.astimezone(ZONE).date())
            case "objection":
                return rows.objected()
        return rows

    def _whose(self, value: str) -> Q:
        if value == "mine":
            return Q(handler=self.user)
        if value == "reported":
            return Q(reporter=self.user)
        return Q(unit__in=UnitStaff.objects.filter(user=self.user, until=None).values("unit"))

    def tabs(self) -> list[dict[str, Any]]:
        counts = self._counts()
        late_now = "overdue" in self.chosen
        return [
            {
                "label": label,
                "url": f"?{self.query(status=status, overdue='on' if late else None)}",
                "count": counts.get(f"tab{place}"),
                "current": status == self.status_chosen and late == late_now,
            }
            for place, (label, status, late, _) in enumerate(TABS)
        ]

    def _counts(self) -> dict[str, int]:
        counts = {
            f"tab{place}": Count("pk", filter=_standing(status, late, self.at))
            for place, (_, status, late, counted) in enumerate(TABS)
            if counted
        }
        return self.narrowed().filter(status__in=statuses_of("live")).aggregate(**counts)


def _standing(status: str, late: bool, at: datetime) -> Q:
    """Issues in a status (or group of them), only those past their deadline when `late`."""
    standing = Q(status__in=statuses_of(status))
    return standing & Q(due_at__lt=at) if late else standing
