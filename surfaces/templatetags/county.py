"""Numbers of the dashboards."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from surfaces.county.boards import Number

register = template.Library()


@register.filter
def behind(number: Number) -> SafeString | str:
    """A count that opens the list behind it, where there is one."""
    shown = f"{number.value:,}"
    return format_html('<a class="behind" href="{}">{}</a>', number.href, shown) if number.href else shown
