"""The parts every page is made of. Usage lines: docs/parts.md."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, ModelChoiceField, RadioSelect
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.privacy import Mask, mask
from surfaces import words

register = template.Library()

HALF_A_PHONE = 8
"""Letters."""
STAGES = ("收集", "挂号", "督办", "销号")
REVEAL_REASONS = ("上门走访联系", "办理这件诉求", "核对登记信息", "群众来电来访")


@register.filter
def day(value: date | None) -> str:
    return words.day(value) if value else ""


@register.filter
def moment(value: datetime | None) -> str:
    return words.moment(value) if value else ""


@register.filter
def due(deadline: date | None, now: datetime) -> SafeString | str:
    """A chip: the words, the day itself in its title."""
    if not deadline:
        return ""
    said = words.due(deadline, now)
    full = words.moment(deadline) if isinstance(deadline, datetime) else words.day(deadline)
    return format_html(
        '<time class="due" data-due="{}" datetime="{}" title="{}">{}</time>',
        said.tone,
        deadline.isoformat(),
        full,
        said.words,
    )


@register.filter
def percent(numerator: int | None, denominator: int | None) -> str:
    return words.share(numerator, denominator)


@register.filter
def mask_name(value: str | None) -> str:
    return mask(value, Mask.NAME)


@register.filter
def mask_phone(value: str | None) -> str:
    return mask(value, Mask.PHONE)


@register.filter
def thousands(value: int | None) -> str:
    return words.NO_FIGURE if value is None else f"{value:,}"


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" aria-hidden="true"><use href="{}#{}"></use></svg>', static("img/icons.svg"), name
    )


@register.simple_tag
def badge(status: str, label: str) -> SafeString:
    return format_html('<span class="badge" data-status="{}">{}</span>', status, label)


@register.simple_block_tag(end_name="endkeep")
def keep(content: str) -> SafeString:
    """`{% keep as page_title %}{% block title %}…{% endblock %}{% endkeep %}`: a block used in two places."""
    return SafeString(content.strip())


@register.inclusion_tag("parts/crumb.html")
def crumb(label: str, url: str = "") -> dict[str, str]:
    return {"label": label, "url": url}


@register.inclusion_tag("parts/figure.html")
def figure(
    label: str,
    numerator: int | None,
    denominator: int | None = None,
    href: str = "",
    hint: str = "",
    unit: str = "",
    tone: str = "",
) -> dict[str, object]:
    """A number with its denominator and the list behind it."""
    return {
        "label": label,
        "numerator": numerator,
        "denominator": denominator,
        "share": words.share(numerator, denominator) if denominator is not None else "",
        "href": href,
        "hint": hint,
        "unit": unit,
        "tone": tone,
    }


@register.inclusion_tag("parts/bars.html")
def bars(rows: Iterable[Mapping[str, Any]], caption: str, heading: str = "数量") -> dict[str, object]:
    """`rows`: mappings with label, value and, when known, total and href. Bars share one scale."""
    listed = list(rows)
    top = max((row.get("total") or row["value"] for row in listed), default=0)
    return {"rows": listed, "caption": caption, "heading": heading, "top": top or 1}


@register.inclusion_tag("parts/empty.html")
def empty(title: str, text: str = "", href: str = "", action: str = "", icon_name: str = "empty") -> dict[str, str]:
    return {"title": title, "text": text, "href": href, "action": action, "icon_name": icon_name}


@register.inclusion_tag("parts/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """One input with its label, help and error."""
    return {"field": bound, "grouped": bound.use_fieldset, "ticked": is_tick(bound), "long": _long(bound)}


def _long(bound: BoundField) -> bool:
    """Has a choice that takes more than half of a phone's width."""
    widget = bound.field.widget
    if not isinstance(widget, RadioSelect) or isinstance(bound.field, ModelChoiceField):
        return False
    return any(len(str(label)) > HALF_A_PHONE for _, label in widget.choices)


@register.inclusion_tag("parts/fields.html")
def fields(form: BaseForm) -> dict[str, BaseForm]:
    return {"form": form}


@register.inclusion_tag("parts/errors.html")
def errors(form: BaseForm) -> dict[str, BaseForm]:
    """What must be mended, each linked to its input."""
    return {"form": form}


@register.inclusion_tag("parts/filters.html", takes_context=True)
def filters(context: Context, form: BaseForm) -> dict[str, object]:
    """A GET form; `data-auto` sends it on every choice when JavaScript runs."""
    request = context["request"]
    inputs = [(bound, is_tick(bound)) for bound in form.visible_fields()]
    return {"form": form, "inputs": inputs, "path": request.path, "active": any(request.GET.values())}


@register.inclusion_tag("parts/pager.html")
def pager(page: object) -> dict[str, object]:
    return {"page": page}


@register.inclusion_tag("parts/timeline.html")
def timeline(entries: Sequence[Mapping[str, Any]]) -> dict[str, object]:
    """`entries`: mappings with at, who, what and, when there is one, why, tone and evidence [(label, url)]."""
    return {"entries": entries}


@register.inclusion_tag("parts/facts.html")
def facts(rows: Iterable[tuple[str, object]]) -> dict[str, object]:
    return {"rows": rows}


@register.inclusion_tag("parts/tabs.html")
def tabs(entries: Iterable[Mapping[str, Any]], label: str = "分类") -> dict[str, object]:
    """`entries`: mappings with label, url, current and, when counted, count."""
    return {"entries": entries, "label": label}


@register.inclusion_tag("parts/stages.html")
def stages(current: str, ended: bool = False) -> dict[str, object]:
    """The way of an issue. `current` is one of 收集 挂号 督办 销号; `ended` marks it as done, not under way."""
    at = STAGES.index(current) if current in STAGES else -1
    return {"steps": [(name, _step_state(index, at, ended)) for index, name in enumerate(STAGES)]}


@register.inclusion_tag("parts/masked.html")
def masked(value: str, url: str = "", label: str = "完整内容") -> dict[str, str]:
    """A masked value; with `url`, 「查看」 asks for a reason, posts it there and puts the answer in its place."""
    return {"value": value, "url": url, "label": label}


@register.inclusion_tag("parts/reveal_dialog.html")
def reveal_dialog() -> dict[str, object]:
    return {"reasons": REVEAL_REASONS}


@register.inclusion_tag("parts/job.html")
def job(label: str, done: int, total: int | None, url: str, finished: bool, text: str = "") -> dict[str, object]:
    """Progress of a background job; while it is not finished the part asks `url` for itself every second."""
    return {"label": label, "done": done, "total": total, "url": url, "finished": finished, "text": text}


@register.simple_block_tag(end_name="enddialog")
def dialog(content: str, id: str, title: str, open: bool = False) -> SafeString:
    """A <dialog> that `<button data-dialog="id">` opens; with `open`, it opens by itself."""
    known = {"content": content, "id": id, "title": title, "open": open}
    return render_to_string("parts/dialog.html", known)


def is_tick(bound: BoundField) -> bool:
    return getattr(bound.field.widget, "input_type", "") == "checkbox" and not bound.use_fieldset


def _step_state(index: int, at: int, ended: bool) -> str:
    if index < at or (index == at and ended):
        return "done"
    return "current" if index == at else "todo"
