"""暂停走访 on the phone, by whoever the visit rule names."""

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission
from surfaces import pausing
from surfaces.doors import Visitor, needs
from surfaces.field.arrivals import settles
from surfaces.field.households import found
from surfaces.field.tasks import FieldTask
from surfaces.tasks import TaskForm, run, sent

P = Permission


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def pause(request: Visitor, pk: int) -> HttpResponse:
    one = found(request, pk)
    pairing = pausing.pairing_to_pause(request, one)
    task = FieldTask("暂停走访", reverse("field:household", args=[pk]), pausing.HINT)
    return run(request, task, pausing.pause_form(request), lambda given: pausing.pause(request, pairing, given))


@require_http_methods(["GET", "POST"])
@needs(P.VISIT_RECORD)
@settles
def end(request: Visitor, pk: int, pause_pk: int) -> HttpResponse:
    one = found(request, pk)
    lasting = pausing.pause_to_end(request, one, pause_pk)
    hint = f"本来暂停到{lasting.until}。恢复后今天就该走访。"
    task = FieldTask("恢复走访", reverse("field:household", args=[pk]), hint)
    return run(request, task, TaskForm(**sent(request)), lambda given: pausing.end(request, lasting))
