"""Background work of the rosters. Rows say what is due, so a lost run loses nothing."""

from celery import shared_task

from workdays.now import now


@shared_task(name="rosters.keep_up")
def keep_up() -> None:
    """Generates what is missing, tells of what is empty, ends requests that came too late."""
    from rosters import generating, holes

    at = now()
    generating.lapse_swaps(at=at)
    generating.generate(at=at)
    holes.tell_holes(at=at)
