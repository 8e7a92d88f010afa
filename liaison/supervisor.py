"""Keeps the web, worker and beat processes of `make run` alive, and takes them all down with it.

honcho and its like leave orphans on kill -9 (docs/adr/0001-embedded-servers.md): here every child asks the
kernel to be signalled when its parent dies, and leads a process group of its own that can be ended whole.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30.0
STEADY_SECONDS = 60.0
GRACE_SECONDS = 15.0
HURRY_SECONDS = 3.0
TICK_SECONDS = 0.2


def dying_with_parent(sign: signal.Signals) -> Callable[[], None] | None:
    """For Popen's preexec_fn: the kernel sends `sign` to the child when this process dies (Linux only)."""
    if not sys.platform.startswith("linux"):
        return None
    parent, prctl = os.getpid(), ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(PR_SET_PDEATHSIG, int(sign))
        if os.getppid() != parent:
            os._exit(1)

    return arrange


@dataclass
class Child:
    """One supervised program. `hurry` is the signal that makes it leave without waiting for its work."""

    name: str
    command: Sequence[str]
    log: Path
    hurry: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = field(default=1.0)

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=dying_with_parent(self.hurry),
            )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def bury(self) -> str:
        """End what the dead leader left in its group; a sentence that says what happened and what follows."""
        code = self.finish()
        if time.monotonic() - self.started > STEADY_SECONDS:
            self.pause = 1.0
        return f"{self.name} 意外退出（代码 {code}），{self.pause:.0f} 秒后重启；原因见 {self.log}"

    def is_due(self) -> bool:
        """Whether it is time to start again; each early death doubles the pause, up to half a minute."""
        if self.process is not None or time.monotonic() < self.started + self.pause:
            return False
        self.pause = min(self.pause * 2, LONGEST_PAUSE)
        return True

    def ask_to_finish(self, sign: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(sign)

    def finish(self) -> int:
        """Kill what is left of the process group; the leader's exit code."""
        if self.process is None:
            return 0
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        code = self.process.wait()
        self.process = None
        return code


class Supervisor:
    def __init__(self, children: Sequence[Child], say: Callable[[str], None] = print) -> None:
        self.children = children
        self.say = say

    def start(self) -> None:
        for child in self.children:
            child.start()

    def tick(self) -> None:
        """Restart what has died and waited long enough."""
        for child in self.children:
            if child.has_died():
                self.say(child.bury())
            elif child.is_due():
                child.start()

    def stop(self) -> None:
        """Ask every child to finish, then to hurry, then kill what is left of its group."""
        for child in self.children:
            child.ask_to_finish()
        self._wait(GRACE_SECONDS)
        for child in self.children:
            child.ask_to_finish(child.hurry)
        self._wait(HURRY_SECONDS)
        for child in self.children:
            child.finish()

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while any(child.is_alive() for child in self.children) and time.monotonic() < deadline:
            time.sleep(TICK_SECONDS / 4)
