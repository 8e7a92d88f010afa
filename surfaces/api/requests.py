"""Service requests (三单): read, placed, and moved as the API itself tells."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from households.models import Household
from issues.fields import Field
from issues.inputs import parse
from issues.models import ServiceRequest
from issues.requests.actions import perform, place
from issues.requests.case import Case
from issues.requests.step import must_hold_right
from issues.requests.workflow import MOVES, Move, open_moves
from surfaces.api.filters import RequestFilter
from surfaces.api.issues import OPEN_MOVE, seen_in, typed_in
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import ONE, Resource, documented
from surfaces.requests.forms import options
from surfaces.requests.page import MOVING
from workdays.now import now

_REQUEST = (
    "id", "number", "kind", "title", "status", "wanted_on", "requested_at", "taken_at", "done_at", "due_at", "attempt",
    "rating", "demo",
)  # fmt: skip
_MORE = ("version", "due_sentence", "status_since")
"""Who asks, and what else they said, is read on the pages: the village's pool sees requests too."""
_OF_REQUEST = PLACE | {"household": "household_id", "addressee": "addressee_id", "taker": "taker_id"}


class NewRequest(serializers.Serializer[Any]):
    """For whom: a household, or a grid in a village. The rest is what the move `place` asks for."""

    client_id = serializers.UUIDField(required=False, help_text="同一编号重复提交只保存一次")
    household = serializers.PrimaryKeyRelatedField(queryset=Household.objects.none(), required=False, allow_null=True)
    grid = serializers.PrimaryKeyRelatedField(queryset=Grid.objects.none(), required=False, allow_null=True)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = self.context["request"].user
        if user.is_authenticated:
            fields["household"].queryset = Household.objects.visible_to(user).living().select_related("grid")
            fields["grid"].queryset = Grid.objects.visible_to(user).current(now().date())
        return fields


@documented
class RequestResource(Resource):
    rights = {"GET": Permission.ISSUE_VIEW, "POST": Permission.ISSUE_VIEW}
    order = ("-requested_at", "-id")
    filterset_class = RequestFilter
    brief = shape("ServiceRequest", ServiceRequest, *_REQUEST, **_OF_REQUEST)
    full = shape(
        "ServiceRequestDetail",
        ServiceRequest,
        *_REQUEST,
        *_MORE,
        **_OF_REQUEST,
        requested_by="requested_by_id",
        dispatched_by="dispatched_by_id",
        issue="issue_id",
    )
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(request=NewRequest, responses={201: full.serializer})
    def create(self, request: Request) -> Response:
        form = NewRequest(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        must_hold_right(self._case(ServiceRequest()), MOVES["place"])
        chosen: Any = MOVES["place"]
        inputs = parse(None, chosen, typed_in(request, chosen), by=self.user)
        made = place(by=self.user, at=now(), **form.validated_data, **inputs)
        return Response(self.one(made.pk), status=status.HTTP_201_CREATED)

    @extend_schema(responses=OPEN_MOVE, parameters=ONE, filters=False)
    @action(detail=True, filter_backends=[])
    def moves(self, request: Request, pk: str) -> Response:
        """The moves open to the person who asks, each with the inputs it takes."""
        found = self._found(pk)
        return Response([self._told(found, move) for move in open_moves(found, self.user, Scope.of(self.user))])

    @extend_schema(
        request={"application/json": OpenApiTypes.OBJECT, "multipart/form-data": OpenApiTypes.OBJECT},
        responses=full.serializer,
        parameters=[
            *ONE,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=sorted(move.name for move in MOVING)),
        ],
    )
    @action(detail=True, methods=["post"], url_path=r"moves/(?P<name>[a-z_]+)", url_name="move")
    def move(self, request: Request, pk: str, name: str) -> Response:
        """Makes a move with the inputs that /moves/ names; `seen` (the request's version) guards against acting twice.

        Answers with the request as it now is, or 204 when it has left the person's sight.
        """
        found: Any = self._found(pk)
        chosen: Any = next((move for move in MOVING if move.name == name), None)
        if chosen is None:
            raise Http404
        must_hold_right(self._case(found), chosen)
        typed = typed_in(request, chosen)
        inputs = parse(found, chosen, typed, dict(request.FILES.lists()), by=self.user)
        perform(name, request=found, by=self.user, at=now(), seen=seen_in(typed), **inputs)
        try:
            return Response(self.one(pk))
        except Http404:
            return Response(status=status.HTTP_204_NO_CONTENT)

    def _case(self, row: ServiceRequest) -> Case:
        return Case(row, self.user, Scope.of(self.user))

    def _found(self, pk: str) -> ServiceRequest:
        rows = self.get_queryset().select_related("grid", "taker", "addressee", "dispatched_by", "household")
        found: ServiceRequest | None = rows.filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _told(self, row: ServiceRequest, move: Move) -> dict[str, Any]:
        return {
            "name": move.name,
            "label": move.label,
            "hint": move.hint,
            "targets": list(move.targets),
            "fields": [self._input(row, field) for field in move.fields],
        }

    def _input(self, row: ServiceRequest, field: Field) -> dict[str, Any]:
        known = ("name", "label", "kind", "required", "longest", "help")
        return {name: getattr(field, name) for name in known} | {"choices": options(row, field, now())}
