"""Choice rounds (双向互选): how each stands and, once it is published, who looks after whom. To be read only."""

from dataclasses import asdict
from typing import Any

from django.db.models import Q
from django.http import Http404
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import Refused
from accounts.roles import Permission
from grids.scope import Scope
from households.models import READABLE_ROUNDS, ChoiceRound, Household, ProposedPair
from households.rounds.standing import Answered, answered
from surfaces.api.filters import RoundFilter
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import ONE, PAGED, Resource, documented, page_of, paged

_ROUND = (
    "id", "name", "reach", "status", "wishes_from", "wishes_until", "most_wishes", "opened_at", "adopted_on",
    "published_at", "in_force_from", "demo",
)  # fmt: skip
_MORE = ("version", "status_since", "in_force_at")
_OF_ROUND = PLACE | {"programme": "programme_id", "branch": "branch_id", "branch_name": "branch__name"}
_COUNTS = (*Answered.__dataclass_fields__, "pairs")
_PAIR = shape(
    "RoundPair",
    ProposedPair,
    "id",
    "by_ruling",
    household="household_id",
    household_number="household__number",
    head_name="household__head_name",
    member="member_id",
    member_name="member__name",
)


_FULL = shape("RoundDetail", ChoiceRound, *_ROUND, *_MORE, **_OF_ROUND, batch="batch_id")


class Counted(_FULL.serializer):  # type: ignore[name-defined]
    """A round with how many of each side have answered, out of how many, and how many households have a member."""

    counts = inline_serializer("RoundCounts", {name: serializers.IntegerField() for name in _COUNTS})


@documented
class RoundResource(Resource):
    rights = {"GET": Permission.HOUSEHOLD_VIEW}
    order = ("-id",)
    filterset_class = RoundFilter
    brief = shape("Round", ChoiceRound, *_ROUND, **_OF_ROUND)
    full = _FULL

    @extend_schema(responses=Counted, parameters=ONE)
    def retrieve(self, request: Request, pk: str) -> Response:
        told = self.one(pk)
        return Response(told | {"counts": self._counts(self._found(pk))})

    @extend_schema(responses=page_of(_PAIR), parameters=[*ONE, *PAGED], filters=False)
    @action(detail=True, filter_backends=[])
    def pairs(self, request: Request, pk: str) -> Response:
        """Of a published round: the households I may see and, if I take part, those that are to be mine."""
        round = self._found(pk)
        if round.status not in READABLE_ROUNDS:
            raise Refused("本轮还没有公示，公示以后才能读取结对名单。")
        mine = Q(member__user__in=Scope.of(self.user).people)
        seen = Q(household__in=Household.objects.visible_to(self.user).values("pk"))
        rows = ProposedPair.objects.filter(seen | mine, round=round, member__isnull=False)
        return paged(request, rows, _PAIR, ("id",))

    def _found(self, pk: str) -> ChoiceRound:
        found: ChoiceRound | None = self.get_queryset().filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _counts(self, round: ChoiceRound) -> dict[str, Any]:
        pairs = ProposedPair.objects.filter(round=round, member__isnull=False).count()
        return asdict(answered(round)) | {"pairs": pairs}
