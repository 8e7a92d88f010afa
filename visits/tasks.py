"""Background work of visits. A task calls one function; rows say what is due, so a lost run loses nothing."""

from celery import shared_task

from workdays.now import now


@shared_task(name="visits.plan_service_days")
def plan_service_days() -> None:
    from visits.service import planning

    planning.plan_everywhere(on=now().date())


@shared_task(name="visits.remind_of_pledges")
def remind_of_pledges() -> None:
    from visits import reminding

    reminding.remind_of_pledges(at=now())


@shared_task(name="visits.put_rounds_in_force")
def put_rounds_in_force() -> None:
    from visits import round_sweep

    round_sweep.put_rounds_in_force(at=now())


@shared_task(name="visits.look_back")
def look_back() -> None:
    from visits import hints

    hints.look_back(at=now())
