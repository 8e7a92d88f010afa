"""我的: my posts, who stands in for me, large text, and a word against needless burden (domain.md §9, 减负)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions import choose_text_size
from accounts.errors import Refused
from accounts.models import User
from accounts.roles import Permission
from grids.actions import set_absence
from grids.models import Absence, Grid
from grids.scope import Scope
from households.models import Pairing
from issues.actions import collect
from issues.models import Category, Channel
from members.models import Member
from surfaces.doors import Visitor, needs
from surfaces.field import work
from surfaces.field.arrivals import settles
from surfaces.field.forms import AbsenceForm, SuggestionForm
from surfaces.field.tasks import FieldTask
from surfaces.tasks import run, sent
from surfaces.words import day
from visits.models import Pledge, VisitHint
from workdays.now import now, today


@require_GET
@needs()
def me(request: Visitor) -> HttpResponse:
    user, on = request.user, today()
    postings = Scope.of(user).postings
    known = {
        "own": [posting for posting in postings if posting.user_id == user.pk],
        "stood_in": _with_holder([posting for posting in postings if posting.user_id != user.pk]),
        "member": Member.objects.filter(user=user).select_related("branch").first(),
        "homes": work.mine(user).count(),
        "typed": Pairing.objects.filter(member__user=user)
        .typed()
        .current(on)
        .select_related("household", "group", "grid")
        .order_by("contact_type", "since", "id"),
        "absences": Absence.objects.filter(user=user, until__gt=on).select_related("substitute").order_by("since"),
        "goes_out": Scope.of(user).may(Permission.VISIT_RECORD),
        "pledges": Pledge.objects.mine(user).open().count(),
        "sizes": User.TextSize.choices,
        "may_suggest": _place(user) is not None,
        "may_hint": Scope.of(user).may(Permission.VISIT_HINT),
        "hints": VisitHint.objects.visible_to(user).waiting().count(),
    }
    return render(request, "field/me.html", known)


def _with_holder(postings: list[Any]) -> list[tuple[str, Any]]:
    names = dict(User.objects.filter(pk__in=[posting.user_id for posting in postings]).values_list("pk", "name"))
    return [(names[posting.user_id], posting) for posting in postings]


@require_http_methods(["GET", "POST"])
@needs()
@settles
def absence(request: Visitor) -> HttpResponse:
    """I am away, and somebody acts in all my posts."""

    def do(given: dict[str, Any]) -> str:
        last = given.pop("last")
        made = set_absence(user=request.user, until=last + timedelta(days=1), by=request.user, **given)
        return f"{day(made.since)}至{day(last)}由{made.substitute}代您办理。"

    task = FieldTask("登记不在岗", reverse("field:me"), "这几天您的岗位由代理人办理，新的事项会交给代理人。")
    return run(request, task, AbsenceForm(request.user, now(), **sent(request)), do)


@require_http_methods(["GET", "POST"])
@needs()
@settles
def suggestion(request: Visitor) -> HttpResponse:
    """A complaint or suggestion goes the way of every matter: into the register of my own place, as 意见建议 heard
    from cadres (社情民意), under my own name, with a number and a deadline. The page says who will read it."""
    place = _place(request.user)
    if place is None:
        raise Refused("您现在没有岗位，请向乡镇经办反映。")

    def do(given: dict[str, Any]) -> str:
        user = request.user
        collect(
            by=user,
            at=now(),
            grid=place,
            channel=Channel.SENTIMENT,
            category=Category.OPINION,
            petitioner=user.name,
            phone=user.phone,
            **given,
        )
        return "意见已登记，在“诉求—我收集的”里可以看到办理进度。"

    hint = f"会署您的姓名，按“意见建议”登记在{place.full_name}，由村、镇和县里有权的人看到并答复，办理有时限。"
    return run(request, FieldTask("提意见建议", reverse("field:me"), hint), SuggestionForm(**sent(request)), do)


def _place(user: User) -> Grid | None:
    """Where my first post is."""
    own = [posting for posting in Scope.of(user).postings if posting.user_id == user.pk]
    return own[0].grid if own else None


@require_POST
@needs()
def text_size(request: Visitor) -> HttpResponse:
    """适老化: how large the text is, kept with the person."""
    choose_text_size(user=request.user, size=request.POST.get("size", ""))
    return redirect("field:me")
