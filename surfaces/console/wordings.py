"""告知模板: what the county's notices say, tried out on an example before anybody gets them."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from grids.models import Grid, Kind
from grids.scope import Scope
from issues import wording
from issues.models import RegisterRules
from issues.rules import CountyRules
from issues.wording import LETTERS, LONGEST_SMS, Letter, Wordings, back_to_default, reword
from surfaces.doors import Visitor, needs, show
from surfaces.tasks import Task, TaskForm, reason_input, run, sent
from workdays.now import now

P = Permission
WordingEvent = apps.get_model("issues", "WordingEvent")
"""The history pghistory keeps of Wording."""


def county_of(request: Visitor) -> Grid:
    """The county whose notices this person edits; with more than one, the one asked for."""
    mine = Scope.of(request.user).grid_q(P.NOTICE_EDIT)
    counties = list(Grid.objects.in_force().filter(mine, kind=Kind.COUNTY).order_by("code"))
    if not counties:
        raise PermissionDenied
    asked = request.GET.get("county", "")
    return next((county for county in counties if str(county.pk) == asked), counties[0])


@dataclass(frozen=True)
class Sample:
    """A text as its reader would get it, and whether it may be used."""

    words: str
    refusal: str | None
    by_sms: bool

    @property
    def length(self) -> int:
        return len(self.words)

    @property
    def segments(self) -> int:
        return wording.segments(self.words)


def sample(letter: Letter, text: str, switches: RegisterRules) -> Sample:
    head = wording.signature(switches) if letter.by_sms else ""
    values = wording.samples()
    if letter.by_sms:
        values = wording.fitted(text, values, LONGEST_SMS - len(head))
    words = head + wording.filled(text, values)
    return Sample(words, wording.refusal(letter, text, switches) if text else None, letter.by_sms)


@require_GET
@needs(P.NOTICE_EDIT)
def wordings(request: Visitor) -> HttpResponse:
    county = county_of(request)
    switches = CountyRules(county.pk).switches
    words = Wordings(switches)
    rows = [
        {"letter": letter, "own": words.own(letter), "sample": sample(letter, words.text(letter), switches)}
        for letter in LETTERS.values()
    ]
    return render(request, "console/notices/wordings.html", {"county": county, "rows": rows, "rules": switches})


class WordingForm(forms.Form):
    text = forms.CharField(label="内容", max_length=200, widget=reason_input())
    template_code = forms.CharField(
        label="短信平台模板编号",
        max_length=40,
        required=False,
        help_text="用阿里云等须报备模板的短信平台时填写；内容与报备的一致才发得出去。",
    )

    def __init__(self, letter: Letter, **given: Any) -> None:
        super().__init__(**given)
        self.fields["text"].help_text = "能用的占位：" + "；".join(
            f"{{{gap.name}}} {gap.meaning}" for gap in letter.gaps
        )
        if not letter.by_sms:
            del self.fields["template_code"]


@require_http_methods(["GET", "POST"])
@needs(P.NOTICE_EDIT)
def wording_edit(request: Visitor, about: str, recipient: str) -> HttpResponse:
    letter, county = _letter(about, recipient), county_of(request)
    words = Wordings(CountyRules(county.pk).switches)
    own = words.own(letter)
    initial = {"text": words.text(letter), "template_code": own.template_code if own else ""}
    form = WordingForm(letter, initial=initial, **_posted(request))
    if form.is_bound and form.is_valid() and _saved(form, letter, words.switches, county, request.user):
        return redirect(f"{reverse('console:wordings')}?county={county.pk}")
    known = {
        "letter": letter,
        "county": county,
        "form": form,
        "own": own,
        "sample": sample(letter, str(form["text"].value() or ""), words.switches),
        "history": _history(county, letter),
    }
    return render(request, "console/notices/wording.html", known, status=422 if form.errors else 200)


def _saved(form: WordingForm, letter: Letter, switches: RegisterRules, county: Grid, by: User) -> bool:
    given = {"template_code": "", **form.cleaned_data}
    try:
        reword(county=county, letter=letter, by=by, at=now(), switches=switches, **given)
    except Refused as refused:
        show(refused, form)
        return False
    return True


@require_POST
@needs(P.NOTICE_EDIT)
def wording_sample(request: Visitor, about: str, recipient: str) -> HttpResponse:
    """The example while somebody types (htmx)."""
    letter, switches = _letter(about, recipient), CountyRules(county_of(request).pk).switches
    text = request.POST.get("text", "").strip()[:400]
    return render(request, "console/notices/sample.html", {"sample": sample(letter, text, switches)})


@require_http_methods(["GET", "POST"])
@needs(P.NOTICE_EDIT)
def wording_default(request: Visitor, about: str, recipient: str) -> HttpResponse:
    letter, county = _letter(about, recipient), county_of(request)

    def do(given: dict[str, Any]) -> str:
        back_to_default(county=county, letter=letter, by=request.user, at=now())
        return "已恢复默认的内容。"

    back = f"{reverse('console:wordings')}?county={county.pk}"
    task = Task("恢复默认", back, "本县自己的写法留在历史里。", [letter.text], crumbs=[("告知模板", back)])
    return run(request, task, TaskForm(**sent(request)), do)


def _posted(request: Visitor) -> dict[str, Any]:
    return {"data": request.POST} if request.method == "POST" else {}


def _letter(about: str, recipient: str) -> Letter:
    found = next((one for key, one in LETTERS.items() if key == (about, recipient)), None)
    if found is None:
        raise Http404
    return found


def _history(county: Grid, letter: Letter) -> list[dict[str, Any]]:
    """Every text there was, newest first, and when it was dropped for the default."""
    asked = {"county": county, "kind": letter.kind, "recipient": letter.recipient}
    events = WordingEvent.objects.filter(**asked).select_related("changed_by").order_by("pgh_id")
    told: list[dict[str, Any]] = []
    for event in events:
        dropped = event.pgh_label == "delete"
        said = {"what": "恢复默认" if dropped else event.text, "why": event.template_code}
        if not told or said.items() - told[-1].items():
            told.append({"at": event.changed_at, "who": event.changed_by.name, **said})
    return told[::-1]
