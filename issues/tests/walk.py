"""Issues brought to where a test begins, by the verbs people use."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from issues import actions
from issues.models import Category, Channel, Issue, RegisterRules, Status, Urgency, Verdict
from issues.tests.cast import MONDAY, Cast


def _picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 6), "green").save(out, "JPEG")
    return out.getvalue()


PICTURE = _picture()


def photo(name: str = "canal.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PICTURE)


def hours(number: float) -> datetime:
    return MONDAY + timedelta(hours=number)


def collected(cast: Cast, **other: Any):
    given = {"title": "水圳堵塞，田里进不了水", "channel": Channel.VISIT, "household": cast.household}
    return actions.collect(**{"by": cast.member, "at": MONDAY, **given, **other})


def registered(cast: Cast, **other: Any):
    issue = collected(cast)
    given = {"category": Category.INFRASTRUCTURE, "urgency": Urgency.NORMAL}
    actions.register(**{"issue": issue, "by": cast.secretary, "at": hours(1), **given, **other})
    return issue


def assigned(cast: Cast, **other: Any):
    """To the grid leader, by the village secretary."""
    issue = registered(cast, **other)
    actions.assign(issue=issue, by=cast.secretary, at=hours(2), handler=cast.grid_leader)
    return issue


def processing(cast: Cast, **other: Any):
    issue = assigned(cast, **other)
    actions.sign_for(issue=issue, by=cast.grid_leader, at=hours(3))
    return issue


def on_hold(cast: Cast):
    issue = processing(cast)
    plan = {"reason": "要等枯水期", "plan": "冬修水利时重建", "milestones": "12月1日 完成设计"}
    until = (MONDAY + timedelta(days=30)).date()
    actions.ask_hold(issue=issue, by=cast.grid_leader, at=hours(4), until=until, **plan)
    actions.hold(issue=issue, by=cast.clerk, at=hours(5))
    return issue


def reported(cast: Cast, **other: Any):
    issue = processing(cast)
    given = {"result": "已清淤300米，水到田头", "files": [photo()]}
    actions.report(**{"issue": issue, "by": cast.grid_leader, "at": hours(4), **given, **other})
    return issue


def confirming(cast: Cast):
    issue = reported(cast)
    actions.verify(issue=issue, by=cast.clerk, at=hours(5))
    return issue


def on_to_confirming(cast: Cast, issue: Issue):
    """From the number given to the household being asked."""
    actions.assign(issue=issue, by=cast.secretary, at=hours(3), handler=cast.grid_leader)
    actions.sign_for(issue=issue, by=cast.grid_leader, at=hours(4))
    actions.report(issue=issue, by=cast.grid_leader, at=hours(5), result="已清淤300米，水到田头", files=[photo()])
    actions.verify(issue=issue, by=cast.clerk, at=hours(6))


def publicizing(cast: Cast):
    RegisterRules.objects.update(publicity=True)
    return _accepted(cast)


def closed(cast: Cast):
    return _accepted(cast)


def _accepted(cast: Cast):
    issue = confirming(cast)
    actions.give_verdict(issue=issue, by=None, at=hours(6), value=Verdict.Value.SATISFIED)
    return issue


def solved_on_spot(cast: Cast):
    issue = collected(cast)
    actions.solve_on_spot(issue=issue, by=cast.member, at=hours(1), result="当场疏通")
    return issue


def merged(cast: Cast):
    main, issue = registered(cast), collected(cast)
    actions.merge(issue=issue, by=cast.secretary, at=hours(2), parent=main)
    return issue


def declined(cast: Cast):
    issue = collected(cast)
    actions.decline(issue=issue, by=cast.secretary, at=hours(1), reason="已进入诉讼程序")
    return issue


def transferred(cast: Cast):
    issue = collected(cast)
    actions.transfer(issue=issue, by=cast.secretary, at=hours(1), transferred_to="连平县", reason="地块在连平县")
    return issue


def voided(cast: Cast):
    issue = collected(cast)
    actions.ask_void(issue=issue, by=cast.secretary, at=hours(1), reason="重复录入了")
    actions.void(issue=issue, by=cast.clerk, at=hours(2))
    return issue


TO: dict[Status, Callable[[Cast], Any]] = {
    Status.COLLECTED: collected,
    Status.SOLVED_ON_SPOT: solved_on_spot,
    Status.MERGED: merged,
    Status.REGISTERED: registered,
    Status.ASSIGNED: assigned,
    Status.PROCESSING: processing,
    Status.ON_HOLD: on_hold,
    Status.REPORTED: reported,
    Status.CONFIRMING: confirming,
    Status.PUBLICIZING: publicizing,
    Status.CLOSED: closed,
    Status.DECLINED: declined,
    Status.TRANSFERRED: transferred,
    Status.VOIDED: voided,
}
