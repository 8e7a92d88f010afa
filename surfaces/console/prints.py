"""Papers of pairing: what to print, of where, as of which day. Made in the background and kept with the exports."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.privacy import Mask, mask
from accounts.roles import Permission
from exchange.actions import start_print
from exchange.models import Job
from exchange.prints.asked import PARTS
from households.models import Household
from members.models import Member
from surfaces.console.places import PlaceField
from surfaces.doors import Visitor, address, needs
from surfaces.tasks import Task, TaskForm, date_input, go, run, sent
from workdays.now import now, today

KINDS = [(kind.value, kind.label.removeprefix("打印")) for kind in Job.PRINTS]
OF_ONE = [Job.Kind.CARDS_PRINT, Job.Kind.NOTEBOOK_PRINT, Job.Kind.ROSTER_PRINT]
"""What can be printed of one member; of one household only its card."""
HINT = "户主姓名按脱敏显示，走访本除外；谁打印了什么会记入日志，文件保留七天。"


class PrintForm(TaskForm):
    kind = forms.ChoiceField(label="打印什么", choices=KINDS, widget=forms.RadioSelect)
    place = PlaceField("哪里的")
    parted = forms.ChoiceField(
        label="怎样分开", choices=list(PARTS.items()), initial="village", help_text="多份时装在一个压缩包里"
    )
    on = forms.DateField(label="截至哪天", widget=date_input())

    def __init__(self, request: Visitor, **sent: Any) -> None:
        known = {"on": today(), "kind": request.GET.get("kind"), "place": request.GET.get("place")}
        super().__init__(initial=known, **sent)
        field = self.fields["place"]
        assert isinstance(field, PlaceField)
        field.open_for(request.user, request.POST.get("place") or request.GET.get("place"))

    def only(self, kinds: list[Job.Kind]) -> None:
        """For one member or household, whose place is known."""
        choice = self.fields["kind"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [entry for entry in KINDS if entry[0] in kinds]
        self.initial["kind"] = self.initial["kind"] or kinds[0]
        for name in ("place", "parted"):
            del self.fields[name]


@require_http_methods(["GET", "POST"])
@needs(Permission.PAIRING_EDIT)
def start(request: Visitor) -> HttpResponse:
    """`?member=` and `?household=` narrow the print to one; `?kind=` and `?place=` are chosen beforehand."""
    form = PrintForm(request, **sent(request))
    one, facts = _of_one(request, form)
    made: list[Job] = []

    def do(given: dict[str, Any]) -> str:
        place = given.get("place")
        asked = {**one, "on": given["on"].isoformat(), "parted": given.get("parted", "village")}
        asked |= {"place": place.pk} if place else {}
        made.append(start_print(kind=given["kind"], asked=asked, by=request.user, at=now(), address=address(request)))
        return "已开始打印，做好后可以在这里下载。"

    back = reverse("console:exports")
    task = Task("打印", back, hint=HINT, facts=facts, crumbs=[("导出和打印", back)])
    response = run(request, task, form, do)
    return go(request, reverse("console:export", args=[made[0].pk])) if made else response


def _of_one(request: Visitor, form: PrintForm) -> tuple[dict[str, int], list[str]]:
    """What the address narrows the print to. 404 for what the person does not see."""
    if member := _number(request, "member"):
        found = get_object_or_404(Member.objects.visible_to(request.user), pk=member)
        form.only(OF_ONE)
        return {"member": found.pk}, [f"只打印{found.name}联系的。"]
    if household := _number(request, "household"):
        home = get_object_or_404(Household.objects.visible_to(request.user), pk=household)
        form.only([Job.Kind.CARDS_PRINT])
        return {"household": home.pk}, [f"只打印{mask(home.head_name, Mask.NAME)}户（{home.number}）的。"]
    return {}, []


def _number(request: Visitor, name: str) -> int:
    value = request.GET.get(name, "")
    return int(value) if value.isdigit() and len(value) < 19 else 0
