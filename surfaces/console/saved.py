"""筛选 that a person keeps under a name and finds again above the list."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.actions import drop_filter, keep_filter
from accounts.models import SavedFilter, User
from accounts.roles import Permission
from surfaces.console.filters import Filter
from surfaces.doors import Visitor, needs
from surfaces.tasks import TaskForm
from workdays.now import now

PAGES = {"issues": Permission.ISSUE_VIEW, "households": Permission.HOUSEHOLD_VIEW}
"""Lists whose filters can be kept, by the name of their URL."""


class KeepForm(TaskForm):
    name = forms.CharField(label="名称", max_length=20, error_messages={"required": "请给这个筛选起个名字。"})
    query = forms.CharField(required=False, widget=forms.HiddenInput)


class Shelf:
    """What a list shows of kept filters: the links, which of them is on, and the form that keeps the present one."""

    def __init__(self, page: str, user: User, asked: Filter) -> None:
        self.page = page
        self.now = _plain(asked.query())
        self.rows = list(SavedFilter.objects.filter(user=user, page=page).order_by("name"))
        self.may_keep = bool(self.now) and all(row.query != self.now for row in self.rows)

    @property
    def form(self) -> KeepForm:
        return KeepForm(initial={"query": self.now}, auto_id="keep_%s")


def _plain(query: str) -> str:
    """The same choices always give the same text: empty ones left out, in order."""
    asked = QueryDict(query)
    chosen = QueryDict(mutable=True)
    for name in sorted(asked):
        values = [value for value in asked.getlist(name) if value]
        if values:
            chosen.setlist(name, values)
    return chosen.urlencode()


@require_POST
@needs(*PAGES.values())
def keep(request: Visitor, page: str) -> HttpResponse:
    if page not in PAGES:
        raise Http404
    form = KeepForm(request.POST)
    back = reverse(f"console:{page}")
    if not form.is_valid():
        messages.error(request, "".join(str(fault) for faults in form.errors.values() for fault in faults))
        return redirect(back)
    query = _plain(form.cleaned_data["query"])
    kept = keep_filter(page=page, name=form.cleaned_data["name"], query=query, by=request.user, at=now())
    messages.success(request, f"已保存筛选“{kept.name}”。")
    return redirect(f"{back}?{query}")


@require_POST
@needs(*PAGES.values())
def drop(request: Visitor, pk: int) -> HttpResponse:
    kept = get_object_or_404(SavedFilter, pk=pk, user=request.user)
    drop_filter(kept=kept, by=request.user)
    messages.success(request, f"已删去筛选“{kept.name}”。")
    return redirect(f"console:{kept.page}")
