"""One move for many issues of the desk, and their sheets on paper.

Each issue is moved by itself: what a rule refuses for one does not stop the others, and is told with its number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from issues.fields import CATEGORY, HANDLER, NOTE, REASON, TRANSFERRED_TO, UNIT, URGENCY
from issues.inputs import options
from issues.models import Issue
from issues.workflow import MOVES, Move, refusal
from surfaces.doors import Visitor, needs
from surfaces.issue_page import IssuePage
from surfaces.moves import MoveForm, sent_twice
from workdays.now import now

MOST = 50


@dataclass(frozen=True)
class Bulk:
    """A move that makes sense for many at once: who is offered it, and the inputs asked once for all.

    What is not asked is what each issue has already.
    """

    right: Permission
    asks: tuple[str, ...] = ()
    hint: str = ""


BULKS = {
    "register": Bulk(
        Permission.ISSUE_TRIAGE,
        (CATEGORY.name, URGENCY.name),
        "类别、紧急程度不选的，用各件已登记的；缺反映人或电话的会列出来，逐件补上。",
    ),
    "assign": Bulk(Permission.ISSUE_ASSIGN, (HANDLER.name, UNIT.name, NOTE.name)),
    "sign_for": Bulk(Permission.ISSUE_HANDLE),
    "transfer": Bulk(Permission.ISSUE_TRIAGE, (TRANSFERRED_TO.name, REASON.name)),
    "decline": Bulk(Permission.ISSUE_TRIAGE, (REASON.name,)),
}


class BulkForm(forms.Form):
    """What is asked once, with the choices that every chosen issue offers, and the versions that were shown."""

    use_required_attribute = False

    def __init__(self, move: Move, chosen: Sequence[Issue], user: User, at: datetime, **known: Any) -> None:
        super().__init__(**known, auto_id=f"{move.name}_%s")
        single = MoveForm(move, chosen[0], user, at=at)
        for name in BULKS[move.name].asks:
            self.fields[name] = single.fields[name]
            self.fields[name].required = self.fields[name].required and move.name != "register"
            self._only_common(name, move, chosen, user, at)

    def _only_common(self, name: str, move: Move, chosen: Sequence[Issue], user: User, at: datetime) -> None:
        asked = next(one for one in move.fields if one.name == name)
        if asked.kind not in ("user", "unit"):
            return
        places = {one.grid_id: one for one in chosen}.values()
        common = set.intersection(
            *({value for value, _ in options(one, asked, on=at.date(), by=user)} for one in places)
        )
        widget = self.fields[name].widget
        assert isinstance(widget, forms.Select)
        widget.choices = [choice for choice in widget.choices if choice[0] in common or not choice[0]]


@dataclass
class Outcome:
    """What came of it: issues that were moved, and those that were not with the sentence why."""

    done: list[Issue] = field(default_factory=list)
    refused: list[tuple[Issue, str]] = field(default_factory=list)


@require_http_methods(["GET", "POST"])
@needs(*{bulk.right for bulk in BULKS.values()})
def bulk(request: Visitor, name: str) -> HttpResponse:
    """`?issue=` names each issue that was ticked."""
    if name not in BULKS:
        raise Http404
    move, at = MOVES[name], now()
    chosen = ticked(request)
    if not chosen:
        messages.info(request, f"请先在列表里勾选要{move.label}的事项。")
        return redirect("console:issues")
    form = BulkForm(move, chosen, request.user, at, data=request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        outcome = make(move, chosen, request.POST, by=request.user, at=at)
        if not outcome.refused:
            messages.success(request, f"已{move.label}{len(outcome.done)}件。")
            return redirect("console:issues")
        return render(request, "console/issues/bulk_done.html", {"move": move, "outcome": outcome})
    known = {"move": move, "form": form, "chosen": chosen, "hint": BULKS[name].hint or move.hint}
    known["refused"] = [(one, said) for one in chosen if (said := refusal(one, move, request.user))]
    return render(request, "console/issues/bulk.html", known, status=422 if form.errors else 200)


def make(move: Move, chosen: Iterable[Issue], typed: Mapping[str, Any], *, by: User, at: datetime) -> Outcome:
    """Moves each. `typed` holds the posted values and, per issue, `seen_<pk>`: a form sent twice acts once."""
    outcome = Outcome()
    shared = {name: typed.get(name, "") for name in BULKS[move.name].asks}
    for one in chosen:
        seen = str(typed.get(f"seen_{one.pk}", ""))
        said = None if sent_twice(one, move, by, seen) else _moved(move, one, shared, seen, by, at)
        if said is None:
            outcome.done.append(one)
        else:
            outcome.refused.append((one, said))
    return outcome


def _moved(move: Move, issue: Issue, shared: Mapping[str, str], seen: str, by: User, at: datetime) -> str | None:
    """None when it was moved, else why not."""
    known = {name: value or "" for name, value in MoveForm(move, issue, by, at=at).initial.items()}
    given = {**known, **{name: value for name, value in shared.items() if value}}
    form = MoveForm(move, issue, by, at=at, data={**given, "seen": seen})
    try:
        if form.is_valid() and form.make():
            return None
    except Refused as refused:
        return refused.sentence
    return "".join(str(fault) for faults in form.errors.values() for fault in faults)


@require_GET
@needs(Permission.ISSUE_VIEW)
def sheets(request: Visitor) -> HttpResponse:
    """The ticked issues on paper, one sheet each."""
    chosen = ticked(request)
    if not chosen:
        messages.info(request, "请先在列表里勾选要打印的事项。")
        return redirect("console:issues")
    pages = [IssuePage(one, request.user, now()) for one in chosen]
    return render(request, "console/issues/sheets.html", {"pages": pages})


def ticked(request: Visitor) -> list[Issue]:
    """The issues named by `?issue=`, all of them within my sight, in the order of their numbers."""
    ids = {int(pk) for pk in request.GET.getlist("issue") if pk.isdecimal()}
    if len(ids) > MOST:
        raise Refused(f"一次最多办{MOST}件，请分几次办。")
    rows: QuerySet[Issue] = Issue.objects.visible_to(request.user).filter(pk__in=ids)
    found = list(rows.select_related("grid", "handler", "unit", "reporter", "household", "parent").order_by("pk"))
    if len(found) < len(ids):
        raise Http404
    return found


def offered(user: User, statuses: Iterable[str]) -> list[Move]:
    """The moves to offer under a list that shows these statuses."""
    standing, scope = set(statuses), Scope.of(user)
    return [MOVES[name] for name, one in BULKS.items() if standing & set(MOVES[name].sources) and scope.may(one.right)]
