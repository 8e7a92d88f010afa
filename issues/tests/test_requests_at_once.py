"""Many hands and sweeps on the same requests, on a real database: exactly one wins, nothing is lost or doubled."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from accounts.errors import Refused
from grids.tests.trees import at_once
from issues.models import RequestEvent, RequestStatus, ServiceRequest
from issues.requests import actions
from issues.requests.history import REQUESTS
from issues.requests.sweep import return_untaken
from issues.tests import request_walk as walk
from issues.tests.cast import MONDAY, people_a_county
from issues.tests.walk import hours
from notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)
S = RequestStatus
LATE = MONDAY + timedelta(days=3)


@pytest.fixture
def cast(transactional_db):
    return people_a_county()


def test_of_six_who_take_it_at_once_one_has_it_and_the_others_read_who(cast):
    request = walk.dispatched(cast)
    people = [cast.member, cast.grid_leader, cast.secretary] * 2
    rows = [ServiceRequest.objects.get(pk=request.pk) for _ in people]

    def press(row, person) -> str:
        try:
            actions.take(request=row, by=person, at=hours(2))
        except Refused as refused:
            return refused.sentence
        return "接单"

    pressed = Counter(at_once([partial(press, row, person) for row, person in zip(rows, people, strict=True)]))
    winner = ServiceRequest.objects.select_related("taker").get(pk=request.pk).taker
    assert pressed == {"接单": 1, f"这一单已被{winner.name}接走。": 5}
    assert request.events.filter(name="take").count() == 1


def test_sweeps_and_hands_at_once_leave_each_taken_or_back_in_the_branch(cast):
    requests = [walk.dispatched(cast) for _ in range(10)]

    def take(pk: int) -> bool:
        try:
            actions.take(request=ServiceRequest.objects.get(pk=pk), by=cast.member, at=LATE)
        except Refused:
            return False
        return True

    jobs = [partial(take, one.pk) for one in requests]
    done = at_once([*jobs, lambda: return_untaken(at=LATE), lambda: return_untaken(at=LATE)])
    return_untaken(at=LATE)
    standing = Counter(ServiceRequest.objects.values_list("status", flat=True))
    assert standing[S.TAKEN] == sum(done[:10])
    assert standing[S.REQUESTED] == 10 - sum(done[:10])
    assert RequestEvent.objects.filter(name="untaken").count() == standing[S.REQUESTED]
    assert Notice.objects.filter(kind="request_untaken").count() == standing[S.REQUESTED]
    assert not list(REQUESTS.broken())


def test_numbers_are_unique_and_a_double_send_is_saved_once(cast):
    client_id = "0b0f1a52-9d2e-4f0c-8f43-0c2a4ac1d7aa"
    jobs = [lambda: walk.requested(cast).number] * 6 + [lambda: walk.requested(cast, client_id=client_id).number] * 4
    numbers = at_once(jobs)
    assert len(set(numbers)) == 7
    assert ServiceRequest.objects.count() == 7
