"""Supervision on the screen."""

from typing import Any

from django import template
from django.template.context import Context
from django.utils.safestring import SafeString

from surfaces.colours import Colours
from surfaces.templatetags.liaison import badge

register = template.Library()


@register.simple_tag(takes_context=True)
def supervised(context: Context, row: Any) -> SafeString | str:
    """`{% supervised issue %}`, `{% supervised order %}`: the colour as its county calls it; nothing without one."""
    colour = getattr(row, "colour", None) or row.supervision
    if colour == "none":
        return ""
    request = context["request"]
    colours: Colours = getattr(request, "colours", None) or Colours()
    request.colours = colours
    return badge(colour, colours.label(row.county_id, colour))
