"""How a message leaves the house. Every driver takes the notice's reference as its idempotency key: the same reference
twice is sent once, so a delivery that died between sending and marking may simply be repeated.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import ClassVar, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class NotSent(Exception):
    """The message did not leave; the Chinese sentence says why. It will be tried again."""


class Rejected(NotSent):
    """The message will never leave as it is; it is not tried again."""


@dataclass(frozen=True)
class Outgoing:
    """A message on its way to a phone, or to the robot at `address`. `tried_at` is the last try, if there was one;
    `unsure`: that try did not end, so nobody knows whether the message left."""

    reference: str
    text: str
    phone: str = ""
    address: str = ""
    template: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None
    tried_at: datetime | None = None
    unsure: bool = False


class Driver(Protocol):
    def send(self, message: Outgoing) -> str:
        """Returns the other side's number for it ("" if it gives none) when the message has left, or had left before
        under the same reference. Raises NotSent."""


class FileDriver:
    """One file per notice under LIAISON_HOME/sms, for demonstrations and for gateways that collect files."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.HOME / "sms"

    def send(self, message: Outgoing) -> str:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._publish(self.folder / f"{message.reference}.txt", f"{message.phone}\n{message.text}\n".encode())
        except OSError as error:
            raise NotSent(f"短信文件写不进 {self.folder}：{error.strerror}") from error
        return ""

    def _publish(self, path: Path, content: bytes) -> None:
        """The whole file appears under its name at once and survives a power cut; an existing one was sent before."""
        draft = path.with_suffix(f".{os.getpid()}.part")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink()
        _sync_folder(path.parent)


class ConsoleDriver:
    """Prints to the worker's output, for developers; remembers references only as long as the process lives."""

    sent: ClassVar[set[str]] = set()

    def send(self, message: Outgoing) -> str:
        if message.reference not in self.sent:
            sys.stdout.write(f"短信 {message.reference} → {message.phone}：{message.text}\n")
            self.sent.add(message.reference)
        return ""


def _aliyun() -> Driver:
    from notices.aliyun import AliyunDriver

    return AliyunDriver.configured()


DRIVERS: dict[str, Callable[[], Driver]] = {"file": FileDriver, "console": ConsoleDriver, "aliyun": _aliyun}


def sms_driver() -> Driver:
    """The driver that LIAISON_SMS names."""
    if settings.SMS_DRIVER not in DRIVERS:
        raise ImproperlyConfigured(f"LIAISON_SMS is {settings.SMS_DRIVER!r}; set it to one of: {', '.join(DRIVERS)}")
    return DRIVERS[settings.SMS_DRIVER]()


def check_door() -> None:
    """The word in the address at which the gateway reports must not be guessed."""
    if settings.SMS_DOOR and not re.fullmatch(r"[A-Za-z0-9_-]{24,100}", settings.SMS_DOOR):
        raise ImproperlyConfigured(
            "LIAISON_SMS_DOOR is too short or has other signs; set it to 24 to 100 letters and digits, "
            "e.g. from: openssl rand -hex 24"
        )


def robot_driver() -> Driver:
    from notices.robots import RobotDriver

    return RobotDriver()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
