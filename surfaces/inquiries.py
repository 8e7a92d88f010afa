"""The inquiry before the person asked, on the console and on the phone, and the address its notice carries."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import Forbidden, Refused
from accounts.models import User
from accounts.roles import GRANTS, Surface
from grids.scope import Scope
from issues.inquiries import answer, refusal
from issues.models import Inquiry, InquiryIssue, Status
from surfaces.doors import Visitor, needs, show
from surfaces.field.arrivals import settles
from workdays.now import now, today


class AnswerForm(forms.Form):
    use_required_attribute = False
    answer = forms.CharField(
        label="答复",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "请逐件说明原因和打算。"},
        help_text="逐件写明没有销号的原因、下一步打算和办结时间",
    )


@require_GET
@needs()
def door(request: Visitor, pk: int) -> HttpResponse:
    """To the inquiry on the surface of whoever opens it: the county's page for people who asked it."""
    inquiry = get_object_or_404(Inquiry.objects.visible_to(request.user), pk=pk)
    if inquiry.person_id != request.user.pk:
        return redirect("county:inquiry", pk)
    surfaces = {GRANTS[role].surface for role in Scope.of(request.user).roles}
    return redirect("field:inquiry" if surfaces == {Surface.FIELD} else "console:inquiry", pk)


@require_http_methods(["GET", "POST"])
@needs()
@settles
def mine(request: Visitor, pk: int) -> HttpResponse:
    """What I am asked, about which issues, and my answer."""
    inquiry = get_object_or_404(Inquiry.objects.filter(person=request.user).select_related("asked_by"), pk=pk)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and _answered(request.user, inquiry, form):
        messages.success(request, "答复已提交，请等待评定。")
        return redirect("inquiry", pk)
    on = today()
    known = {
        "inquiry": inquiry,
        "state": inquiry.state(on),
        "form": form,
        "closed": refusal(inquiry, "answer", request.user, on),
        **matters(inquiry),
    }
    template = f"{request.resolver_match.namespace}/inquiry.html" if request.resolver_match else ""
    return render(request, template, known, status=422 if form.errors else 200)


def _answered(user: User, inquiry: Inquiry, form: AnswerForm) -> bool:
    try:
        answer(inquiry=inquiry, by=user, at=now(), answer=form.cleaned_data["answer"])
    except Forbidden:
        raise
    except Refused as refused:
        show(refused, form)
        return False
    return True


def matters(inquiry: Inquiry) -> dict[str, Any]:
    """The issues of an inquiry: those asked about, and the holds on plan apart."""
    rows = InquiryIssue.objects.filter(inquiry=inquiry).select_related("issue__grid").order_by("issue__registered_at")
    found = list(rows)
    return {
        "asked": [row for row in found if row.status != Status.ON_HOLD],
        "held": [row for row in found if row.status == Status.ON_HOLD],
    }


def waiting(user: User) -> QuerySet[Inquiry]:
    """What I have still to answer, for the first page of a surface."""
    rows: QuerySet[Inquiry] = Inquiry.objects.filter(person=user, answered_at=None, verdict="").order_by("due_on")
    return rows
