"""Personal values as a list may show them."""

from django import template
from django.db.models import Model

from accounts.privacy import mask, personal_fields

register = template.Library()


@register.filter
def shown(row: Model | None, field: str) -> str:
    """`{{ household|shown:"head_name" }}`: the value masked as its model declares it. Fails for undeclared fields."""
    return mask(getattr(row, field), personal_fields(type(row))[field]) if row else ""
