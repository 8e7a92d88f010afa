"""并案: several opinions of the triage inbox that are one and the same matter, merged in one go."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from issues.actions import merge_all
from issues.fields import NOTE, PARENT
from issues.inputs import options
from issues.models import Issue
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now

MOST = 50


class MergeForm(TaskForm):
    """The matter under which they all go on: one of those chosen, or one that is there already."""

    parent = forms.ChoiceField(
        label=PARENT.label,
        help_text="其余的随它办理，反映人都收到它的告知",
        error_messages={"required": "请选择并入哪一件。", "invalid_choice": "请重新选择并入哪一件。"},
    )
    note = forms.CharField(
        label=NOTE.label, required=False, max_length=NOTE.longest, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, chosen: Sequence[Issue], user: User, **known: Any) -> None:
        super().__init__(**known)
        mine = [(str(one.pk), f"{one.number or '未挂号'} {one.title}") for one in chosen]
        others = options(chosen[0], PARENT, on=now().date(), by=user)
        field = self.fields["parent"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            ("", "请选择…"),
            ("所选的诉求", mine),
            ("已有的事项", [other for other in others if other not in mine]),
        ]
        field.widget.attrs["data-narrow"] = ""


@require_http_methods(["GET", "POST"])
@needs(Permission.ISSUE_TRIAGE)
def merge(request: Visitor) -> HttpResponse:
    """`?issue=` names each opinion chosen in the inbox."""
    back = reverse("console:opinions")
    chosen = _chosen(request)
    if not chosen:
        messages.info(request, "请先在列表里勾选要并案的诉求。")
        return redirect(back)
    task = Task(
        "并案",
        back,
        hint="同一回事的诉求并成一件办理，反映人都收到告知。",
        facts=[f"{one.title}（{one.grid.full_name}）" for one in chosen],
        crumbs=[("待梳理", back)],
    )
    form = MergeForm(chosen, request.user, **sent(request))
    return run(request, task, form, lambda given: _merged(request.user, chosen, given))


def _chosen(request: Visitor) -> list[Issue]:
    ids = {int(pk) for pk in request.GET.getlist("issue") if pk.isdecimal()}
    if len(ids) > MOST:
        raise Refused(f"一次最多并{MOST}件，请分几次办。")
    found = list(Issue.objects.visible_to(request.user).filter(pk__in=ids).select_related("grid").order_by("pk"))
    if len(found) < len(ids):
        raise Http404
    return found


def _merged(user: User, chosen: Sequence[Issue], given: dict[str, Any]) -> str:
    parent = Issue.objects.visible_to(user).get(pk=given["parent"])
    children = [one for one in chosen if one.pk != parent.pk]
    if not children:
        raise Refused("只选了一件，请再选一件并入它，或并入已有的事项。", field="parent")
    merge_all(issues=children, by=user, at=now(), parent=parent, note=given["note"])
    return f"{len(children)}件诉求已并入“{parent.title}”。"
