"""The form that takes down an opinion: what the move asks for, and where it happened."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import uuid4

from django import forms
from django.db.models import Q
from django.utils.datastructures import MultiValueDict

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, GridQuerySet, Kind
from grids.scope import Scope
from households.models import Household
from issues.actions import collect
from issues.workflow import MOVES
from surfaces.doors import show
from surfaces.moves import MoveForm

MOST_PLACES = 500
"""A list with more grids than this offers the level above."""


class CollectForm(MoveForm):
    """Of a household the place, name and phone are known. `client_id` lets a form sent twice save once.

    `BEGINS` is the move the form is for and `VERB` what makes it.
    """

    BEGINS: ClassVar[Any] = MOVES["collect"]
    VERB: ClassVar[Callable[..., Any]] = staticmethod(collect)
    FIRST: ClassVar[Sequence[str]] = ("title", "text", "grid")

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    made: Any

    def __init__(
        self,
        household: Household | None,
        user: User,
        *,
        at: datetime,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        super().__init__(self.BEGINS, None, user, at=at, data=data, files=files)
        self.household = household
        self.initial["client_id"] = uuid4()
        if household:
            for name in ("petitioner", "phone"):
                self.fields[name].help_text = "不填就用户主的"
        else:
            self.fields["grid"] = forms.ModelChoiceField(
                Grid.objects.none(), label="发生地点", error_messages={"required": "请选择发生在哪里。"}
            )
            self._offer_places(user, at)
            self.order_fields(self.FIRST)

    def make(self) -> bool:
        if not self.household:
            self.inputs["grid"] = self.cleaned_data["grid"]
        try:
            self.made = self.VERB(
                by=self.user,
                at=self.at,
                household=self.household,
                client_id=self.cleaned_data["client_id"],
                **self.inputs,
            )
        except Forbidden:
            raise
        except Refused as refused:
            show(refused, self)
            return False
        return True

    def _offer_places(self, user: User, at: datetime) -> None:
        mine = Grid.objects.current(at.date()).filter(_reach(user))
        field = self.fields["grid"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = mine
        listed = fine_enough(mine)
        field.choices = [("", "请选择…"), *grouped(listed)]
        field.initial = listed[0].pk if len(listed) == 1 else None
        field.widget.attrs["data-narrow"] = ""


def _reach(user: User) -> Q:
    """Where the verb lets this person collect: in their area, and where they hold any post."""
    scope = Scope.of(user)
    reach = scope.grid_q(Permission.ISSUE_COLLECT)
    for posting in scope.postings if scope.may_own(Permission.ISSUE_COLLECT) else ():
        reach |= Q(pk__in=Grid.objects.under(posting.grid).values("pk"))
    return reach


def fine_enough(grids: GridQuerySet) -> list[Grid]:
    """The smallest grids that still make a list one can choose from, with the levels above them."""
    for kinds in ((Kind.VILLAGE, Kind.CELL, Kind.SUB_CELL), (Kind.VILLAGE, Kind.CELL), (Kind.TOWN, Kind.VILLAGE)):
        rows = grids.filter(kind__in=kinds)
        if rows.count() <= MOST_PLACES:
            break
    return list(rows.order_by("code").select_related("parent")[:MOST_PLACES])


def grouped(grids: list[Grid]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Under the village or, when the list stops there, under the town."""
    groups: dict[str, list[tuple[str, str]]] = {}
    finer = any(grid.kind == Kind.CELL for grid in grids)
    for grid in grids:
        whole = finer and grid.kind == Kind.VILLAGE
        head = grid.full_name if whole else grid.parent.full_name if grid.parent else ""
        label = f"{grid.name}（全村）" if whole else grid.name
        groups.setdefault(head, []).append((str(grid.pk), label))
    return list(groups.items())
