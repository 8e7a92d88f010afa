"""When the next visit is due, as a chip."""

from datetime import datetime
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from surfaces import words
from surfaces.templatetags.liaison import due

register = template.Library()


@register.filter
def visit_due(pairing: Any, now: datetime) -> SafeString | str:
    """`{{ pairing|visit_due:now }}`: overdue counts from the end of the grace, and the days of grace say so."""
    day, last = pairing.next_due_on, pairing.grace_until
    on = words.local_date(now)
    if day is None or day >= on or last is None:
        return due(day, now)
    if last < on:
        return due(last, now)
    return format_html(
        '<time class="due" data-due="today" datetime="{}" title="应在{}走访">宽限到{}月{}日</time>',
        last.isoformat(),
        words.day(day),
        last.month,
        last.day,
    )
