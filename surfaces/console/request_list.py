"""Which requests a list shows: one filter for the list, its tabs, and the figures of the home page."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from issues.models import LIVE, RequestKind, RequestStatus, ServiceRequest
from surfaces import find
from surfaces.console.filters import Filter, pick, search_box
from surfaces.console.places import PlaceField, inside
from surfaces.requests.lists import LAST

S = RequestStatus
STANDING: dict[str, tuple[str, Q]] = {
    "live": ("未完成", Q(status__in=LIVE)),
    "untaken": ("没人接退回的", Q(status=S.REQUESTED, attempt__gt=1)),
    "ended": ("已结束", Q(status__in=(S.RATED, S.DECLINED, S.CONVERTED))),
    "all": ("全部", Q()),
    **{status.value: (status.label, Q(status=status)) for status in S},
}
"""What the choice of a status narrows to; beside each status some groups."""
DEFAULT = "live"
NEWEST_FIRST = ("ended", "all", S.RATED, S.DECLINED, S.CONVERTED)
TABS = ("live", S.REQUESTED, "untaken", S.DISPATCHED, S.TAKEN, S.DONE, "late", "unrated", "ended", "all")
UNCOUNTED = ("ended", "all")


class RequestFilter(Filter):
    q = search_box("编号、需要什么、点单人")
    status = forms.ChoiceField(
        label="状态", required=False, choices=[(name, label) for name, (label, _) in STANDING.items()]
    )
    kind = pick("类型", RequestKind.choices)
    place = PlaceField()
    overdue = forms.BooleanField(label="只看超过时限", required=False)

    @property
    def too_short(self) -> bool:
        return "q" in self.chosen and not find.long_enough(self.chosen["q"])

    @property
    def status_chosen(self) -> str:
        return str(self.chosen.get("status", DEFAULT))

    def rows(self) -> QuerySet[ServiceRequest]:
        return self.narrowed().filter(standing(self.status_chosen, "overdue" in self.chosen, self.at))

    def ordered(self) -> tuple[QuerySet[ServiceRequest], tuple[str, ...]]:
        """The nearest deadline first while something is to be done, else the newest first."""
        if self.status_chosen in NEWEST_FIRST:
            return self.rows(), ("-requested_at", "-id")
        return self.rows().annotate(due_or_never=Coalesce("due_at", LAST)), ("due_or_never", "id")

    def narrowed(self) -> QuerySet[ServiceRequest]:
        """By everything but status and lateness, which the tabs choose."""
        chosen = self.chosen
        rows = ServiceRequest.objects.visible_to(self.user)
        if "q" in chosen:
            rows = find.requests(rows, chosen["q"])
        if "place" in chosen:
            rows = rows.filter(inside(chosen["place"]))
        return rows.filter(kind=chosen["kind"]) if "kind" in chosen else rows

    def tabs(self) -> list[dict[str, Any]]:
        asked = {name: _asked(name) for name in TABS}
        counts = self.narrowed().aggregate(
            **{
                f"tab_{name}": Count("pk", filter=standing(status, late, self.at))
                for name, (_, status, late) in asked.items()
                if name not in UNCOUNTED
            }
        )
        now = (self.status_chosen, "overdue" in self.chosen)
        return [
            {
                "label": label,
                "url": f"?{self.query(status=status, overdue='on' if late else None)}",
                "count": counts.get(f"tab_{name}"),
                "current": (status, late) == now,
            }
            for name, (label, status, late) in asked.items()
        ]


def _asked(tab: str) -> tuple[str, str, bool]:
    """Label, status and lateness of a tab."""
    if tab == "late":
        return "超过时限", "live", True
    if tab == "unrated":
        return "逾期未评", S.DONE.value, True
    return STANDING[tab][0], str(tab), False


def standing(status: str, late: bool, at: datetime) -> Q:
    """Requests in a status (or group of them), only those past their deadline when `late`."""
    return STANDING[status][1] & Q(due_at__lt=at) if late else STANDING[status][1]
