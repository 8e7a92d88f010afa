"""Requests brought to where a test begins, by the verbs people use."""

import io
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from issues.models import RatingValue, RequestStatus
from issues.requests import actions
from issues.tests.cast import MONDAY, Cast
from issues.tests.walk import hours


def picture(name: str = "result.jpg") -> SimpleUploadedFile:
    """A photo that the cleaner can open."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue())


def requested(cast: Cast, **other: Any):
    """By the liaison member, for the household of the cast."""
    given = {"kind": "errand", "title": "帮忙把化肥拉到田头", "text": "腿脚不便，三包", "household": cast.household}
    return actions.place(**{"by": cast.member, "at": MONDAY, **given, **other})


def dispatched(cast: Cast, **other: Any):
    """To the village's pool."""
    request = requested(cast, **other)
    actions.dispatch(request=request, by=cast.secretary, at=hours(1))
    return request


def named(cast: Cast):
    request = requested(cast)
    actions.dispatch(request=request, by=cast.secretary, at=hours(1), addressee=cast.grid_leader)
    return request


def taken(cast: Cast, **other: Any):
    request = dispatched(cast, **other)
    actions.take(request=request, by=cast.grid_leader, at=hours(2))
    return request


def done(cast: Cast, **other: Any):
    request = taken(cast, **other)
    actions.done(request=request, by=cast.grid_leader, at=hours(3), result="三包化肥已送到")
    return request


def rated(cast: Cast):
    request = done(cast)
    actions.rate(request=request, by=None, at=hours(4), value=RatingValue.SATISFIED)
    return request


def declined(cast: Cast):
    request = requested(cast)
    actions.decline(request=request, by=cast.secretary, at=hours(1), reason="村里没有车，请联系镇农机站")
    return request


def converted(cast: Cast):
    request = requested(cast)
    actions.raise_issue(request=request, by=cast.secretary, at=hours(1), category="infrastructure")
    return request


TO: dict[RequestStatus, Callable[[Cast], Any]] = {
    RequestStatus.REQUESTED: requested,
    RequestStatus.DISPATCHED: dispatched,
    RequestStatus.TAKEN: taken,
    RequestStatus.DONE: done,
    RequestStatus.RATED: rated,
    RequestStatus.DECLINED: declined,
    RequestStatus.CONVERTED: converted,
}
