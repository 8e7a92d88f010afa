"""The forms of a request's moves: those of the register, over another table and other verbs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.datastructures import MultiValueDict

from accounts.errors import Forbidden, Refused
from accounts.models import User
from issues.fields import Field
from issues.models import RequestRating, ServiceRequest
from issues.requests import actions, pool
from issues.requests.fields import ADDRESSEE, MEANS
from issues.requests.workflow import MOVES, Move
from surfaces.collecting import CollectForm
from surfaces.doors import show
from surfaces.moves import ManyFiles, MoveForm


class PlaceForm(CollectForm):
    """点单 by a member or at the desk."""

    BEGINS = MOVES["place"]
    VERB = staticmethod(actions.place)
    FIRST = ("kind", "title", "text", "grid")


class RequestForm(MoveForm):
    def __init__(
        self,
        move: Move,
        request: ServiceRequest,
        user: User,
        *,
        at: datetime,
        data: Mapping[str, Any] | None = None,
        files: MultiValueDict[str, Any] | None = None,
    ) -> None:
        self.request = request
        row: Any = request
        table: Any = move
        super().__init__(table, row, user, at=at, data=data, files=files)
        for field in self.fields.values():
            if isinstance(field.widget, ManyFiles):
                field.widget.attrs["accept"] = "image/*"

    def make(self) -> bool:
        """Makes the move. False when a rule said no; the form then shows its sentence."""
        seen = self.cleaned_data.get("seen")
        try:
            actions.perform(self.move.name, request=self.request, by=self.user, at=self.at, seen=seen, **self.inputs)
        except Forbidden:
            raise
        except Refused as refused:
            show(refused, self)
            return False
        return True

    def _options(self, field: Field) -> list[tuple[str, str]]:
        return options(self.request, field, self.at)


def options(request: ServiceRequest, field: Field, at: datetime) -> list[tuple[str, str]]:
    """(value, label) pairs: the people of the village's pool, or the choices that stand in the table.

    The household itself answers by its code; everybody else takes it down.
    """
    if field == ADDRESSEE:
        return [(str(user.pk), user.name) for user in pool.people(request, at.date())]
    return [choice for choice in field.choices if (field, choice[0]) != (MEANS, RequestRating.Means.QR)]
