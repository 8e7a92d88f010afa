"""The few people these tests know, and a process of its own on their database."""

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts.models import User
from workdays.arithmetic import ZONE

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
PHONES = {"clerk": "13800000001", "neighbour": "13800000002"}


def person(name: str) -> User:
    return User.objects.create_user(PHONES[name], name)


def environment(home: Path) -> dict[str, str]:
    """For a process of its own on the test's database."""
    database = connection.settings_dict
    address = f"postgres://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    return {
        **os.environ,
        "DATABASE_URL": f"{address}/{database['NAME']}",
        "LIAISON_HOME": str(home),
        "LIAISON_SECRET": settings.SECRET_KEY,
        "REDIS_URL": settings.REDIS_URL,
        "DJANGO_SETTINGS_MODULE": "liaison.settings",
        "PYTHONPATH": str(settings.BASE_DIR),
    }
