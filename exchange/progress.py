"""Shows how far a job is and how it ended, outside the transaction of its data."""

from datetime import datetime

from exchange.models import Job

LONGEST_MESSAGE = 300


def note(job: Job, **values: object) -> None:
    """Shows how far the job is."""
    for name, value in values.items():
        setattr(job, name, value)
    Job.objects.filter(pk=job.pk).update(**values)


def end(job: Job, state: Job.State, at: datetime, message: str, **values: object) -> None:
    note(job, state=state, ended_at=at, message=message[:LONGEST_MESSAGE], **values)
