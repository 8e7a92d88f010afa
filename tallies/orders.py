"""Supervision orders behind the figures: what was issued in the period, and whose answer waits now."""

from django.db.models import QuerySet

from issues.models import SupervisionOrder
from tallies.area import Area
from tallies.standing import happened, unanswered

Orders = QuerySet[SupervisionOrder]


def issued(area: Area) -> Orders:
    found: Orders = area.rows(SupervisionOrder).filter(area.period.holds("issued_at"))
    return found


def answered(area: Area) -> Orders:
    return issued(area).filter(happened(area, "answered_at"))


def waiting(area: Area) -> Orders:
    found: Orders = unanswered(area)
    return found


def late(area: Area) -> Orders:
    return waiting(area).filter(answer_due_at__lt=area.at)
