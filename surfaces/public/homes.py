"""The household behind a code, and what a page may say of it."""

from typing import Any

from django.shortcuts import get_object_or_404

from accounts.privacy import Mask, mask
from grids.models import Grid
from households.models import Household


def living_home(code: str) -> Household:
    """404 for a code nobody gave out, and for a household that moved away."""
    return get_object_or_404(Household.objects.living().select_related("grid"), public_code=code)


def place_of(row: Any) -> dict[str, str]:
    """The village, for the head of the page; `row` is anything with scope columns."""
    village = Grid.objects.filter(pk=row.village_id).first()
    return {"place": village.full_name if village else ""}


def shown(home: Household) -> str:
    suffix = "户" if home.kind == Household.Kind.FAMILY else ""
    return f"{mask(home.head_name, Mask.NAME)}{suffix}"
