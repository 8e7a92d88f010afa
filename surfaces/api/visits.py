"""Visits: read, and recorded once however often they are sent."""

from typing import Any

from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import Forbidden
from accounts.roles import Permission
from grids.scope import Scope
from households.models import Pairing
from members.models import Member
from surfaces.api.filters import VisitFilter
from surfaces.api.resources import PLACE
from surfaces.api.shapes import shape
from surfaces.api.views import Resource, documented
from visits.actions import Answers, record_visit
from visits.actions.visit import LONGEST_ANSWER
from visits.models import Visit
from workdays.now import now

_VISIT = ("id", "client_id", "at", "recorded_at", "outcome", "trigger", "demo")
_QUESTIONS = tuple(Answers.__dataclass_fields__)
_OF_VISIT = PLACE | {
    "pairing": "pairing_id",
    "household": "household_id",
    "household_number": "household__number",
    "head_name": "household__head_name",
    "done_by": "done_by_id",
    "done_by_name": "done_by__name",
}


def _answer(question: str) -> serializers.CharField:
    label = str(getattr(Visit._meta.get_field(question), "verbose_name", question))
    return serializers.CharField(label=label, max_length=LONGEST_ANSWER, required=False, allow_blank=True)


class NewVisit(serializers.Serializer[Any]):
    """`client_id` is made by the sender; the same one again answers with what was saved first."""

    client_id = serializers.UUIDField()
    pairing = serializers.PrimaryKeyRelatedField(queryset=Pairing.objects.none())
    visited_at = serializers.DateTimeField(label="走访时间")
    outcome = serializers.ChoiceField(Visit.Outcome.choices)
    trigger = serializers.ChoiceField(Visit.Trigger.choices, default=Visit.Trigger.REGULAR)
    done_by = serializers.PrimaryKeyRelatedField(queryset=Member.objects.none(), required=False, allow_null=True)
    witness = serializers.CharField(max_length=30, required=False, allow_blank=True)
    unsigned = serializers.CharField(max_length=60, required=False, allow_blank=True)
    answers = inline_serializer("Answers", {name: _answer(name) for name in _QUESTIONS}, required=False)

    def get_fields(self) -> dict[str, Any]:
        """Only pairings and members that the person may see exist."""
        fields: dict[str, Any] = super().get_fields()
        user = self.context["request"].user
        if user.is_authenticated:
            fields["pairing"].queryset = Pairing.objects.visible_to(user).select_related("member")
            fields["done_by"].queryset = Member.objects.visible_to(user)
        return fields


@documented
class VisitResource(Resource):
    rights = {"GET": Permission.VISIT_VIEW, "POST": Permission.VISIT_RECORD}
    order = ("-at", "-id")
    filterset_class = VisitFilter
    brief = shape("Visit", Visit, *_VISIT, **_OF_VISIT)
    full = shape("VisitDetail", Visit, *_VISIT, *_QUESTIONS, "witness", "unsigned", **_OF_VISIT)

    @extend_schema(request=NewVisit, responses={201: full.serializer, 200: full.serializer})
    def create(self, request: Request) -> Response:
        form = NewVisit(data=request.data, context={"request": request})
        form.is_valid(raise_exception=True)
        given = dict(form.validated_data)
        self._check_right(given["pairing"])
        answers = Answers(**given.pop("answers", {}))
        given["outcome"], given["trigger"] = Visit.Outcome(given["outcome"]), Visit.Trigger(given["trigger"])
        saved = record_visit(answers=answers, at=now(), by=self.user, **given)
        code = status.HTTP_201_CREATED if saved.first else status.HTTP_200_OK
        return Response(self.one(saved.visit.pk), status=code)

    def _check_right(self, pairing: Pairing) -> None:
        own = pairing.member.user_id == self.user.pk
        if not own and not Scope.of(self.user).covers(Permission.VISIT_RECORD, pairing):
            raise Forbidden("您不能为这一户记走访：既不是联户党员本人，也不在您的工作范围。")
