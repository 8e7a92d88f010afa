"""一户一档: what the page of one household tells beside the household itself: tags of once, pledges, who changed its
entries and who looked at them in full."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Q

from accounts.models import AccessLog, User
from households.models import Household, HouseholdTag, Resident
from visits.models import Pledge

SHOWN = 20
VERBS = {
    "correct_household": "更正电话、地址",
    "move_household": "移到别的网格",
    "close_household": "销户",
    "resident_left": "最后一人离开，销户",
    "import": "导入时更新",
    **dict.fromkeys(("move_grid", "merge_grids", "split_grid", "undo_change"), "随网格调整"),
}
HouseholdEvent: Any = Household._meta.get_field("events").related_model


def tags_of_once(household: Household, on: date) -> list[HouseholdTag]:
    rows = HouseholdTag.objects.filter(household=household).exclude(pk__in=HouseholdTag.objects.borne(on).values("pk"))
    return list(rows.order_by("-since", "-pk"))


def pledges(user: User, household: Household, members: Iterable[int]) -> list[Pledge]:
    """This year's and former pledges of the members who look after it, and those the household witnessed."""
    rows = Pledge.objects.visible_to(user).exclude(status=Pledge.Status.DRAFT)
    concerned = rows.filter(Q(member__in=list(members)) | Q(witness_household=household))
    return list(concerned.select_related("member").order_by("-year", "due_on", "pk")[:SHOWN])


def looks(household: Household) -> list[dict[str, Any]]:
    """Who read something of this household or of its people in full, the latest first."""
    people = Resident.objects.filter(household=household).values("pk")
    itself = Q(target=Household._meta.label, target_id=household.pk)
    here = itself | Q(target=Resident._meta.label, target_id__in=people)
    rows = AccessLog.objects.filter(here, action=AccessLog.Action.REVEAL).select_related("user").order_by("-at", "-pk")
    return [
        {"at": row.at, "who": row.user.name, "what": f"查看{_field(row)}", "why": row.reason} for row in rows[:SHOWN]
    ]


def _field(row: AccessLog) -> str:
    model = apps.get_model(row.target)
    whose = "" if model is Household else "家庭成员的"
    return f"{whose}{model._meta.get_field(row.field).verbose_name}"


def corrections(household: Household) -> list[dict[str, Any]]:
    """Who changed its entries and how, the latest first. Values are personal and are not told."""
    rows = HouseholdEvent.objects.filter(pgh_obj=household.pk, pgh_context__metadata__verb__in=list(VERBS))
    events = list(rows.select_related("pgh_context").order_by("-pgh_id")[:SHOWN])
    people = User.objects.in_bulk({by for event in events if (by := _known(event, "by"))})
    return [
        {
            "at": event.pgh_created_at,
            "who": people[by].name if (by := _known(event, "by")) else "系统",
            "what": VERBS[_known(event, "verb")],
        }
        for event in events
    ]


def _known(event: Any, name: str) -> Any:
    """What the verb noted beside the row's history: `verb`, `by`."""
    return event.pgh_context.metadata.get(name)
