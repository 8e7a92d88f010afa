"""A missing contact is filled by hand, handed over, or ended; always with a reason."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission
from grids.models import Grid
from households import actions
from households.models import ContactType, Household, Pairing
from members.models import Member
from surfaces.console.contacts import choices
from surfaces.console.contacts.reach import Reach, Target, found
from surfaces.console.household_forms import EndPairingForm
from surfaces.doors import Visitor, must_cover, needs
from surfaces.tasks import Task, TaskForm, date_input, reason_input, run, sent
from visits.actions import begin_contact
from workdays.now import today

P = Permission
CHOOSING = "console/contacts/choose.html"


class ContactForm(TaskForm):
    """`choice` comes from the list on the page; a person who is no household is written."""

    on = forms.DateField(label="自哪天起", widget=date_input())
    reason = forms.CharField(
        label="理由", max_length=200, widget=reason_input(), error_messages={"required": "请写明为什么这样安排。"}
    )

    def __init__(self, rows: Any, label: str, **sent: Any) -> None:
        """`rows` None: the name of a person is asked for."""
        super().__init__(initial={"on": today()}, **sent)
        self.fields["choice"] = _name() if rows is None else _chosen(rows, label)


def _name() -> forms.Field:
    return forms.CharField(label="联系对象姓名", max_length=30, error_messages={"required": "请填写联系对象的姓名。"})


def _chosen(rows: Any, label: str) -> forms.Field:
    says = {
        "required": f"请在名单里选{label}。",
        "invalid_choice": f"选的{label}不在您的辖区，或刚才已有人联系，请重新选。",
    }
    return forms.ModelChoiceField(rows, label=label, error_messages=says)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def new(request: Visitor, pk: int) -> HttpResponse:
    """A member for the target that the address names, or a target for the member it names."""
    reach = Reach(request.user, today())
    kind: ContactType = found(reach.kinds, pk)
    if "member" in request.GET:
        return _for_member(request, kind, reach)
    if "household" in request.GET or "group" in request.GET:
        return _for_target(request, kind, reach)
    return redirect("console:contact", kind.pk)


def _for_target(request: Visitor, kind: ContactType, reach: Reach) -> HttpResponse:
    target = _target(request)
    must_cover(request, P.PAIRING_EDIT, target)
    named = {"group" if isinstance(target, Grid) else "household": target}

    def do(given: dict[str, Any]) -> str:
        made = _begin(kind, request, member=given["choice"], on=given["on"], reason=given["reason"], **named)
        return f"已由{made.member.name}担任“{kind}”。"

    where = target.full_name if isinstance(target, Grid) else target.grid.full_name
    form = ContactForm(Member.objects.visible_to(request.user), "党员", **sent(request))
    text = request.GET.get("q", "").strip()
    listed = choices.members(kind, target, request.user, reach, text)
    return _choose(request, _task(f"指定{kind}", kind, f"给{where}指定“{kind}”。"), form, do, listed, text)


def _for_member(request: Visitor, kind: ContactType, reach: Reach) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=_number(request.GET["member"]))
    must_cover(request, P.PAIRING_EDIT, member)
    person = kind.target == Target.PERSON

    def do(given: dict[str, Any]) -> str:
        named = {NAMED[Target(kind.target)]: given["choice"]}
        if not person:
            must_cover(request, P.PAIRING_EDIT, given["choice"])
        _begin(kind, request, member=member, on=given["on"], reason=given["reason"], **named)
        return f"已给{member.name}配好“{kind}”。"

    text = request.GET.get("q", "").strip()
    form = ContactForm(None if person else reach.free(kind), str(kind.get_target_display()), **sent(request))
    listed = [] if person else choices.targets(kind, member, reach, text)
    task = _task(f"配{kind}", kind, f"给{member.name}（{member.get_cadre_display()}）配“{kind}”。")
    return _choose(request, task, form, do, listed, text)


NAMED = {
    Target.FAMILY: "household",
    Target.ENTERPRISE: "household",
    Target.GROUP: "group",
    Target.PERSON: "person_name",
}


def _begin(kind: ContactType, request: Visitor, **given: Any) -> Pairing:
    return begin_contact(programme=kind.programme, contact_type=kind.code, by=request.user, **given)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def hand_over(request: Visitor, pk: int) -> HttpResponse:
    pairing, kind, reach = _standing(request, pk)

    def do(given: dict[str, Any]) -> str:
        made = actions.hand_over_contact(pairing=pairing, to_member=given.pop("choice"), by=request.user, **given)
        return f"已移交给{made.member.name}。"

    text = request.GET.get("q", "").strip()
    form = ContactForm(Member.objects.visible_to(request.user), "党员", **sent(request))
    listed = choices.members(kind, pairing, request.user, reach, text)
    listed = [one for one in listed if one.pk != pairing.member_id]
    task = _task(f"移交{kind}", kind, f"现在由{pairing.member.name}担任，自{pairing.since}起。")
    return _choose(request, task, form, do, listed, text)


@require_http_methods(["GET", "POST"])
@needs(P.PAIRING_EDIT)
def end(request: Visitor, pk: int) -> HttpResponse:
    pairing, kind, _ = _standing(request, pk)

    def do(given: dict[str, Any]) -> str:
        actions.end_pairing(pairing=pairing, by=request.user, **given)
        return "已结束，历史里可查。"

    hint = f"{pairing.member.name}自{pairing.since}起担任“{kind}”。换人请用“移交”。"
    task = Task("结束联系", _page(kind), hint, danger=True, crumbs=_crumbs(kind))
    return run(request, task, EndPairingForm(initial={"on": today()}, **sent(request)), do)


def _standing(request: Visitor, pk: int) -> tuple[Pairing, ContactType, Reach]:
    rows = Pairing.objects.visible_to(request.user).typed().select_related("member", "programme")
    pairing = get_object_or_404(rows, pk=pk)
    must_cover(request, P.PAIRING_EDIT, pairing)
    reach = Reach(request.user, today())
    kind = get_object_or_404(reach.kinds, programme=pairing.programme_id, code=pairing.contact_type)
    return pairing, kind, reach


def _target(request: Visitor) -> Household | Grid:
    """The household or group of the address. 404 unless this person may see it."""
    if "group" in request.GET:
        return get_object_or_404(Grid.objects.visible_to(request.user), pk=_number(request.GET["group"]))
    rows = Household.objects.visible_to(request.user).select_related("grid")
    return get_object_or_404(rows, pk=_number(request.GET["household"]))


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 19 else 0


def _choose(request: Visitor, task: Task, form: ContactForm, do: Any, listed: Any, text: str) -> HttpResponse:
    asked = [(name, value) for name, value in request.GET.items() if name != "q"]
    written = not isinstance(form.fields["choice"], forms.ModelChoiceField)
    known = {"choices": listed, "q": text, "picked": form["choice"].value(), "asked": asked, "written": written}
    return run(request, task, form, do, **known)


def _task(title: str, kind: ContactType, hint: str) -> Task:
    return Task(title, _page(kind), hint, template=CHOOSING, crumbs=_crumbs(kind))


def _page(kind: ContactType) -> str:
    return reverse("console:contact", args=[kind.pk])


def _crumbs(kind: ContactType) -> list[tuple[str, str]]:
    return [("分类联系", reverse("console:contacts")), (str(kind), _page(kind))]
