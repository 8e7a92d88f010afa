"""What the page of one request tells: facts, history, photos, ratings, and the moves with why not."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.privacy import mask, personal_fields
from accounts.roles import Permission
from grids.scope import Scope
from issues.models import Issue, RatingValue, RequestEvent, RequestRating, RequestStatus, ServiceRequest
from issues.requests.case import Case
from issues.requests.workflow import MOVES, TABLE, Move, refusal_of

S = RequestStatus
FORWARD = {S.REQUESTED: "dispatch", S.DISPATCHED: "take", S.TAKEN: "done", S.DONE: "rate"}
"""The next step of the usual way: the one button that stands out."""
TONES = {"untaken": "red", "give_back": "red", "rate": "green"}
MOVING = [move for move in TABLE if move.name not in ("place", "untaken")]
"""The moves of a request that people make."""


class RequestPage:
    """One request before one person. Each part is asked for once by the template."""

    def __init__(self, request: ServiceRequest, user: User, at: datetime) -> None:
        self.request = request
        self.user = user
        self.at = at
        self.case = Case(request, user, Scope.of(user))

    @property
    def sees_details(self) -> bool:
        return self.case.sees_details

    def facts(self) -> list[tuple[str, Any]]:
        request = self.request
        rows: list[tuple[str, Any]] = [
            ("编号", request.number),
            ("类型", request.get_kind_display()),
            ("地点", request.grid.full_name),
        ]
        if self.sees_details:
            rows += [("点单人", self._personal("petitioner", "姓名")), ("联系电话", self._personal("phone", "电话"))]
        if request.wanted_on:
            rows.append(("希望", f"{request.wanted_on:%Y-%m-%d}前"))
        return [*rows, ("怎么点的", self._brought()), *self._hands()]

    def _brought(self) -> str:
        return f"{self.request.requested_by.name}代为点单" if self.request.requested_by else "群众扫码"

    def _hands(self) -> list[tuple[str, Any]]:
        """Through whose hands it went in the present attempt."""
        request = self.request
        rows: list[tuple[str, Any]] = []
        if request.dispatched_by:
            rows.append(("下单", request.dispatched_by.name))
        if request.status == S.DISPATCHED:
            rows.append(("等谁接", request.addressee.name if request.addressee else "本村党员，先接先得"))
        if request.taker:
            rows.append(("接单", request.taker.name))
        return [*rows, ("第几次", f"第{request.attempt}次")] if request.attempt > 1 else rows

    def _personal(self, field: str, label: str) -> str:
        request = self.request
        url = reverse("reveal", args=["issues.servicerequest", request.pk, field]) if self.may_reveal else ""
        value = mask(getattr(request, field), personal_fields(ServiceRequest)[field])
        return render_to_string("parts/masked.html", {"value": value, "url": url, "label": label})

    @property
    def may_reveal(self) -> bool:
        return self.case.covers(Permission.REVEAL) or self.request.taker_id == self.user.pk

    def history(self) -> list[dict[str, Any]]:
        """Newest first; nothing for the pool, which reads only what is asked."""
        if not self.sees_details:
            return []
        events = list(RequestEvent.objects.filter(request=self.request).select_related("by").order_by("-seq"))
        people = {event.changes.get("addressee_id") for event in events} - {None}
        names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
        return [
            {
                "at": event.at,
                "who": event.by.name if event.by else _nobody(event),
                "what": what(event, names),
                "why": event.note,
                "tone": _tone(event),
            }
            for event in events
        ]

    def photos(self) -> list[dict[str, Any]]:
        if not self.sees_details:
            return []
        return [
            {
                "label": photo.get_kind_display(),
                "url": reverse("request_photo", args=[self.request.pk, photo.pk]),
                "picture": True,
            }
            for photo in self.request.photos.order_by("-added_at", "-id")
        ]

    def ratings(self) -> Iterable[RequestRating]:
        if not self.sees_details:
            return []
        return RequestRating.objects.filter(request=self.request).select_related("taken_by").order_by("-attempt")

    def issue(self) -> Issue | None:
        """The matter it became, if this person may see it."""
        found: Issue | None = Issue.objects.visible_to(self.user).filter(request=self.request).first()
        return found

    def open_moves(self) -> list[Move]:
        """The step of the usual way first, then in the order of the table."""
        found = [move for move in MOVING if refusal_of(self.case, move) is None]
        return sorted(found, key=lambda move: move.name != self.forward)

    @property
    def forward(self) -> str:
        return FORWARD.get(S(self.request.status), "")

    def closed_moves(self) -> list[tuple[str, str]]:
        """The label of every other move, and why it is not open."""
        answers = [(move.label, refusal_of(self.case, move)) for move in MOVING]
        return [(label, sentence) for label, sentence in answers if sentence]


def _tone(event: RequestEvent) -> str:
    if event.facts.get("value") == RatingValue.DISSATISFIED:
        return "red"
    return TONES.get(event.name, "")


def what(event: RequestEvent, names: dict[int, str]) -> str:
    """What happened, in one line."""
    label = MOVES[event.name].label
    if event.name == "dispatch":
        to = names.get(event.changes.get("addressee_id") or 0)
        return f"{label}：指定{to}" if to else f"{label}：本村党员都可以接"
    if event.name == "rate":
        return f"{label}：{RatingValue(event.facts['value']).label}"
    return label


def _nobody(event: RequestEvent) -> str:
    """Who acts where no account does."""
    return "系统自动" if event.name == "untaken" else "群众本人"
