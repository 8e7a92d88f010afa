"""走访提示: unlikely visits, for whoever leads the village or town. What both surfaces do with them."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from surfaces.doors import Visitor
from surfaces.tasks import TaskForm
from visits.hints import sentence, settle_hint
from visits.models import VisitHint
from workdays.now import now

GENTLE = (
    "系统看到有些走访记录不太常见，多半有正当的原因（集中补录、院坝会上一起见的）。请先当面了解，帮他把记录补准；"
    "这里不作考核依据，县里看不到，本人也不扣什么。"
)


class HintForm(TaskForm):
    note = forms.CharField(
        label="了解到的情况",
        max_length=200,
        error_messages={"required": "请简单写一句了解到的情况，比如：集中补录。"},
    )


def rows(request: Visitor, *, settled: bool = False) -> QuerySet[VisitHint]:
    seen = VisitHint.objects.visible_to(request.user).select_related("member__grid", "settled_by")
    return seen.exclude(settled_at=None) if settled else seen.waiting()


def said(hints: Any) -> list[tuple[VisitHint, str]]:
    return [(hint, sentence(hint)) for hint in hints]


def found(request: Visitor, pk: int) -> VisitHint:
    return get_object_or_404(rows(request), pk=pk)


def settle(request: Visitor, hint: VisitHint, given: dict[str, Any]) -> str:
    settle_hint(hint=hint, note=given["note"], at=now(), by=request.user)
    return "已了解，这条提示不再出现。"
