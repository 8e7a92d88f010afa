"""Issues: read, taken down, and moved. Which moves are open, and what each asks for, is told by the API itself."""

from typing import Any, get_args

from django.http import Http404, QueryDict
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import ParseError
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import Permission
from grids.models import Grid
from grids.scope import Scope
from households.models import Household
from issues.actions import collect, perform
from issues.case import Case
from issues.fields import Field, Kind
from issues.inputs import options, parse
from issues.models import Issue
from issues.step import must_hold_right
from issues.workflow import MOVES, Move, open_moves
from surfaces.api.filters import IssueFilter
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import ONE, Resource, documented
from workdays.now import now

_ISSUE = (
    "id", "number", "title", "status", "category", "urgency", "grade", "channel", "level", "ledger", "supervision",
    "round", "collected_at", "registered_at", "closed_at", "due_at", "demo",
)  # fmt: skip
_MORE = (
    "version", "text", "petitioner", "phone", "result", "due_sentence", "status_since", "sensitive", "sent_back",
    "unconfirmed", "cannot_be_done", "forced",
)  # fmt: skip
_OF_ISSUE = PLACE | {"handler": "handler_id", "unit": "unit_id", "household": "household_id"}


class NewIssue(serializers.Serializer[Any]):
    """Where it happened: a household or a grid. The rest is what the move `collect` asks for."""

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


_INPUT = inline_serializer(
    "Input",
    {
        "name": serializers.CharField(),
        "label": serializers.CharField(),
        "kind": serializers.ChoiceField(get_args(Kind)),
        "required": serializers.BooleanField(),
        "longest": serializers.IntegerField(),
        "help": serializers.CharField(),
        "choices": serializers.ListField(child=serializers.ListField(child=serializers.CharField())),
    },
    many=True,
)
OPEN_MOVE = inline_serializer(
    "OpenMove",
    {
        "name": serializers.CharField(),
        "label": serializers.CharField(),
        "hint": serializers.CharField(),
        "targets": serializers.ListField(child=serializers.CharField(), help_text="可能到达的状态；空表示状态不变"),
        "fields": _INPUT,
    },
    many=True,
)


@documented
class IssueResource(Resource):
    rights = {"GET": Permission.ISSUE_VIEW, "POST": Permission.ISSUE_VIEW}
    order = ("-collected_at", "-id")
    filterset_class = IssueFilter
    brief = shape("Issue", Issue, *_ISSUE, **_OF_ISSUE)
    full = shape("IssueDetail", Issue, *_ISSUE, *_MORE, **_OF_ISSUE, reporter="reporter_id", parent="parent_id")
    parser_classes = (JSONParser, MultiPartParser, FormParser)

    @extend_schema(request=NewIssue, responses={201: full.serializer})
    def create(self, request: Request) -> Response:
        form = NewIssue(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        must_hold_right(Case(Issue(), self.user, Scope.of(self.user)), MOVES["collect"])
        inputs = parse(None, MOVES["collect"], typed_in(request, MOVES["collect"]), by=self.user)
        made = collect(by=self.user, at=now(), **form.validated_data, **inputs)
        return Response(self.one(made.pk), status=status.HTTP_201_CREATED)

    @extend_schema(responses=OPEN_MOVE, parameters=ONE, filters=False)
    @action(detail=True, filter_backends=[])
    def moves(self, request: Request, pk: str) -> Response:
        """The moves open to the person who asks, each with the inputs it takes."""
        issue = self._issue(pk)
        return Response([self._told(issue, move) for move in open_moves(issue, self.user, Scope.of(self.user))])

    @extend_schema(
        request={"application/json": OpenApiTypes.OBJECT, "multipart/form-data": OpenApiTypes.OBJECT},
        responses=full.serializer,
        parameters=[
            *ONE,
            OpenApiParameter("name", str, OpenApiParameter.PATH, enum=sorted(MOVES.keys() - {"collect"})),
        ],
    )
    @action(detail=True, methods=["post"], url_path=r"moves/(?P<name>[a-z_]+)", url_name="move")
    def move(self, request: Request, pk: str, name: str) -> Response:
        """Makes a move with the inputs that /moves/ names; `seen` (the issue's version) guards against acting twice.

        Answers with the issue as it now is, or 204 when it has left the person's sight.
        """
        issue = self._issue(pk)
        chosen = MOVES.get(name)
        if chosen is None or not chosen.sources:
            raise Http404
        must_hold_right(Case(issue, self.user, Scope.of(self.user)), chosen)
        typed = typed_in(request, chosen)
        inputs = parse(issue, chosen, typed, dict(request.FILES.lists()), by=self.user)
        perform(name, issue=issue, by=self.user, at=now(), seen=seen_in(typed), **inputs)
        try:
            return Response(self.one(pk))
        except Http404:
            return Response(status=status.HTTP_204_NO_CONTENT)

    def _issue(self, pk: str) -> Issue:
        found: Issue | None = self.get_queryset().select_related("handler", "unit", "grid").filter(pk=pk).first()
        if found is None:
            raise Http404
        return found

    def _told(self, issue: Issue, move: Move) -> dict[str, Any]:
        return {
            "name": move.name,
            "label": move.label,
            "hint": move.hint,
            "targets": list(move.targets),
            "fields": [self._input(issue, field) for field in move.fields],
        }

    def _input(self, issue: Issue, field: Field) -> dict[str, Any]:
        offered = options(issue, field, on=now().date(), by=self.user)
        known = ("name", "label", "kind", "required", "longest", "help")
        return {name: getattr(field, name) for name in known} | {"choices": offered}


def typed_in(request: Request, move: Move) -> dict[str, Any]:
    """Text by name, of several people a list: what `parse` takes, from JSON and from a form alike."""
    data: Any = request.data
    if not isinstance(data, dict):
        raise ParseError("请求体应是一个 JSON 对象。")
    several = {field.name for field in move.fields if field.kind == "users"}
    lists = data if isinstance(data, QueryDict) else None
    typed = {name: lists.getlist(name) if lists and name in several else data[name] for name in data}
    return typed | {name: [typed[name]] for name in several if not isinstance(typed.get(name, []), list)}


def seen_in(typed: dict[str, Any]) -> int | None:
    seen = str(typed.get("seen", ""))
    return int(seen) if seen.isdecimal() else None
