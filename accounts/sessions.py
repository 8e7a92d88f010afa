"""The session engine: Django's, in a table that also says whose a session is (settings.SESSION_ENGINE)."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession

ABOUT = "about"
"""Key of what surfaces.sessions notes of a session: since, seen (seconds of the epoch), address, device, surface."""


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        from accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        row: Any = super().create_model_instance(data)
        about = data.get(ABOUT, {})
        row.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        row.since, row.seen_at = _moment(about.get("since")), _moment(about.get("seen"))
        row.address, row.device = about.get("address"), about.get("device", "")
        return row


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
