"""What I was told, newest first: the same on every surface, each in its own dress (`<surface>/inbox.html`)."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from notices.actions import mark_read
from notices.digests import choose
from notices.models import Notice, Preference
from notices.robots import HELP
from surfaces import paging
from surfaces.doors import Visitor, needs
from surfaces.tasks import Task, TaskForm, run, sent
from workdays.now import now


@require_GET
@needs()
def inbox(request: Visitor) -> HttpResponse:
    mine = Notice.objects.visible_to(request.user)
    page = paging.page(request, mine, order=("-created_at", "-id"))
    return render(request, f"{_surface(request)}/inbox.html", {"page": page, "unread": mine.unread().exists()})


@require_POST
@needs()
def open_notice(request: Visitor, pk: int) -> HttpResponse:
    """Marks one notice read and goes where it points."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    mark_read(by=request.user, at=now(), pk=notice.pk)
    ours = url_has_allowed_host_and_scheme(notice.link, {request.get_host()})
    return redirect(notice.link if ours else f"{_surface(request)}:inbox")


@require_POST
@needs()
def read_all(request: Visitor) -> HttpResponse:
    mark_read(by=request.user, at=now())
    return redirect(f"{_surface(request)}:inbox")


class ChoiceForm(TaskForm):
    """Nothing chosen: only here, in the inbox."""

    channel = forms.ChoiceField(
        label="另外怎样提醒我", required=False, choices=[("", "不另外提醒"), *Preference.Channel.choices]
    )
    address = forms.CharField(label="机器人地址", max_length=500, required=False, help_text=f"选群机器人时填写。{HELP}")


@require_http_methods(["GET", "POST"])
@needs()
def choice(request: Visitor) -> HttpResponse:
    """Whether, and how, I am told outside the house of what waits in my inbox."""
    chosen = Preference.objects.filter(user=request.user).first()

    def do(given: dict[str, Any]) -> str:
        choose(by=request.user, at=now(), **given)
        return "提醒方式已改。"

    surface = _surface(request)
    hint = "选了以后，每天早上8点半把没看的消息合成一条发给您；紧急事项随时发，不等到早上。"
    task = Task("消息提醒", reverse(f"{surface}:inbox"), hint, frame=f"{surface}/task.html", crumbs=[])
    form = ChoiceForm(initial={"channel": chosen.channel if chosen else ""}, **sent(request))
    return run(request, task, form, do)


def _surface(request: Visitor) -> str:
    assert request.resolver_match
    return request.resolver_match.namespace
