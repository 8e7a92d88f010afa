"""A small deed with a form: one template, as a page of its own or inside the dialog, for every verb that needs no more.

task = Task("改名", back=url, hint="下级的全称会一起改")
return run(request, task, RenameForm(...), lambda given: rename_grid(grid=grid, by=…, on=…, **given) and "已改名。")
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.errors import Forbidden, Refused
from surfaces.doors import Visitor, show

CHOSEN = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)
"""What is chosen, not filled in."""


@dataclass(frozen=True)
class Task:
    """`title` is the heading and the button; `facts` say what the deed touches before it is done; `leave` is the way
    out without doing it."""

    title: str
    back: str
    hint: str = ""
    facts: Sequence[str] = ()
    danger: bool = False
    crumbs: Sequence[tuple[str, str]] = ()
    template: str = "console/task_body.html"
    frame: str = "console/task.html"
    leave: str = "取消"


class TaskForm(forms.Form):
    """Empty for deeds that only ask: are you sure?"""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                verb = "选择" if isinstance(field, CHOSEN) else "填写"
                field.error_messages["required"] = f"请{verb}“{field.label}”。"


def run(
    request: Visitor, task: Task, form: forms.Form, do: Callable[[dict[str, Any]], str], **known: Any
) -> HttpResponse:
    """Shows the form; when it was sent, does the deed and goes back. `do` returns the sentence to say."""
    if form.is_bound and form.is_valid():
        try:
            said = do(form.cleaned_data)
        except Forbidden:
            raise
        except Refused as refused:
            show(refused, form)
        else:
            messages.success(request, said)
            return go(request, task.back)
    return draw(request, task, form, **known)


def draw(request: Visitor, task: Task, form: forms.Form, **known: Any) -> HttpResponse:
    template = task.template if request.htmx else task.frame
    status = 422 if form.errors else 200
    return render(
        request, template, {"task": task, "form": form, "action": request.get_full_path(), **known}, status=status
    )


def go(request: Visitor, url: str) -> HttpResponse:
    """On to another page, from a dialog as well."""
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def sent(request: Visitor) -> dict[str, Any]:
    """Data and files of a posted form, as keyword arguments; nothing for a form that is only shown."""
    return {"data": request.POST, "files": request.FILES} if request.method == "POST" else {}


def date_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def reason_input() -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3})
