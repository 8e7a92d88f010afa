"""Supervision orders behind the figures: what was issued in the period, and whose answer waits now."""

from django.db.models import QuerySet

from issues.models import SupervisionOrder
from tallies.area import Area

Orders = QuerySet[SupervisionOrder]


def issued(area: Area) -> Orders:
    found: Orders = area.rows(SupervisionOrder).filter(area.period.holds("issued_at"))
    return found


def answered(area: Area) -> Orders:
    return issued(area).filter(answered_at__isnull=False)


def waiting(area: Area) -> Orders:
    found: Orders = area.rows(SupervisionOrder).unanswered()
    return found


def late(area: Area) -> Orders:
    return waiting(area).filter(answer_due_at__lt=area.at)
