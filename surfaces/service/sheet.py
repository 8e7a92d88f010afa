"""The printed sheet of a session, the same address on every surface."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from accounts.roles import Permission
from exchange.papers.session import SessionSheet, session_paper
from surfaces.doors import Visitor, needs
from surfaces.service.page import SessionPage, sessions_of
from surfaces.words import day, moment
from workdays.now import now


@require_GET
@needs(Permission.VISIT_VIEW)
def sheet(request: Visitor, pk: int) -> HttpResponseBase:
    one, at = get_object_or_404(sessions_of(request.user), pk=pk), now()
    page = SessionPage(one, request.user, at)
    made = session_paper(_sheet(page, f"{one.grid.full_name} · {moment(at)}由{request.user.name}打印"))
    answer = HttpResponse(made, content_type="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="service-{one.day}-{one.pk}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _sheet(page: SessionPage, foot: str) -> SessionSheet:
    one, found = page.session, page.figures
    return SessionSheet(
        title=f"{one.grid.name}{day(one.day)}服务日记录",
        facts=[
            ("村（社区）", one.grid.full_name),
            ("项目", one.programme.name),
            ("集中地点", one.place or "—"),
            ("组织人", one.organiser.name if one.organiser else "—"),
            ("进度", page.state[1]),
            *([("说明", one.reason)] if one.reason else []),
        ],
        figures=[
            ("参加", f"{found.people}人"),
            ("走访", f"{found.households}户"),
            ("诉求", f"{found.raised}条"),
            ("当场办结", f"{found.solved}条"),
        ],
        steps=[
            (
                row.step.label,
                moment(row.record.at) if row.record else "",
                row.record.by.name if row.record else "",
                row.record.what if row.record else "",
            )
            for row in page.rows
        ],
        people="、".join(each.member.name for each in page.people) or "还没有报到。",
        foot=foot,
    )
