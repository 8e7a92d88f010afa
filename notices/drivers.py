"""How an SMS leaves the house. Every driver takes the notice's id as its idempotency key: the same id twice is sent
once, so a delivery that died between sending and marking may simply be repeated.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import ClassVar, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class NotSent(Exception):
    """The message did not leave; the Chinese sentence says why. It will be tried again."""


class Driver(Protocol):
    def send(self, notice_id: int, phone: str, text: str) -> None:
        """Returns when the message has left, or had left before under the same id. Raises NotSent."""


class FileDriver:
    """One file per notice under LIAISON_HOME/sms, for demonstrations and for gateways that collect files."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or settings.HOME / "sms"

    def send(self, notice_id: int, phone: str, text: str) -> None:
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._publish(self.folder / f"{notice_id}.txt", f"{phone}\n{text}\n".encode())
        except OSError as error:
            raise NotSent(f"短信文件写不进 {self.folder}:{error.strerror}") from error

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
    """Prints to the worker's output, for developers; remembers ids only as long as the process lives."""

    sent: ClassVar[set[int]] = set()

    def send(self, notice_id: int, phone: str, text: str) -> None:
        if notice_id not in self.sent:
            sys.stdout.write(f"短信 {notice_id} → {phone}:{text}\n")
            self.sent.add(notice_id)


DRIVERS: dict[str, type[Driver]] = {"file": FileDriver, "console": ConsoleDriver}


def sms_driver() -> Driver:
    """The driver that LIAISON_SMS names."""
    if settings.SMS_DRIVER not in DRIVERS:
        raise ImproperlyConfigured(f"LIAISON_SMS is {settings.SMS_DRIVER!r}; set it to one of: {', '.join(DRIVERS)}")
    return DRIVERS[settings.SMS_DRIVER]()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
