"""A history that the database numbers and chains itself: appended, never changed."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

from accounts.privacy import Mask


class ChainedEvent(models.Model):
    """What happened to a row. `changes` replays its plain columns; `facts` tell the rest; nothing personal in either.

    A concrete model adds the row it belongs to and `event_triggers`, which number the events of a row and chain each
    to the one before by SHA-256.
    """

    PERSONAL: ClassVar = {"note": Mask.TEXT}
    PLAIN = "id seq at by name changes facts prev_hash hash"

    seq = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=20)
    changes = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        abstract = True


def event_digest(row: str, owner: str) -> str:
    """The SQL of an event's hash: SHA-256 over the previous hash and everything the event says."""
    parts = ["prev_hash", owner, "seq", "name", "changes", "facts", "note"]
    said = ", ".join(f"{row}.{part}::text" for part in parts)
    return (
        f"encode(sha256(convert_to(concat_ws('|', {said}, COALESCE({row}.by_id, 0)::text, "
        f"extract(epoch FROM {row}.at)::text), 'UTF8')), 'hex')"
    )


def event_triggers(name: str, owner: str) -> list[Any]:
    """Refuses update and delete, and numbers and chains what is inserted into `issues_<name>`, per `owner` column."""
    return [
        pgtrigger.Protect(name=f"{name}_append", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{name}_chain",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert,
            declare=[("last", "RECORD")],
            func=f"""
                    SELECT seq, hash INTO last FROM issues_{name}
                        WHERE {owner} = NEW.{owner} ORDER BY seq DESC LIMIT 1;
                    NEW.seq := COALESCE(last.seq, 0) + 1;
                    NEW.prev_hash := COALESCE(last.hash, repeat('0', 64));
                    NEW.hash := {event_digest("NEW", owner)};
                    RETURN NEW;
                """,
        ),
    ]
