"""The few people these tests know."""

from datetime import datetime

from accounts.models import User
from workdays.arithmetic import ZONE

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
PHONES = {"clerk": "13800000001", "neighbour": "13800000002"}


def person(name: str) -> User:
    return User.objects.create_user(PHONES[name], name)
