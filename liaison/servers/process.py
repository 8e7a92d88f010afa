"""Starting, recognising and stopping server processes that outlive the program that started them."""

import errno
import fcntl
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.02
HAS_PROC = Path("/proc/self").exists()
PLAIN_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C"}


@dataclass(frozen=True)
class Account:
    """The operating-system user a server runs as when we are root."""

    name: str
    uid: int
    gid: int

    def options(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def as_account(account: Account | None) -> dict[str, Any]:
    return account.options() if account else {}


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold an exclusive lock on the file at `path`; the kernel frees it if we die."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def read_state(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text()))
    except FileNotFoundError:
        return {}


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Replace the file whole, readable by its owner only: it holds a password."""
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(state, file)
    draft.replace(path)


def free_port(preferred: int | None = None) -> int:
    """`preferred` when nothing on 127.0.0.1 has it, else a port the system hands out."""
    if preferred and bind_error("127.0.0.1", preferred) is None:
        return preferred
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def bind_error(host: str, port: int) -> int | None:
    """The error number of listening there; None when it works."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OverflowError:
            return errno.EINVAL
        except OSError as error:
            return error.errno or errno.EINVAL
    return None


def command_line(pid: int) -> list[str]:
    """The arguments `pid` was started with; empty when it is gone, unreaped, or just becoming its program."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")[:-1]
    except (FileNotFoundError, ProcessLookupError):
        pass
    return [] if HAS_PROC else _ps(pid, "args").split()


def is_alive(pid: int) -> bool:
    """Whether `pid` runs; one that has ended and is not yet reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        state = "" if HAS_PROC else _ps(pid, "stat")
    return state[:1] not in ("", "Z", "X")


def number_is_taken(pid: int) -> bool:
    """Whether some process has this number, be it a dead one that is not yet reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def _ps(pid: int, column: str) -> str:
    shown = subprocess.run(["ps", "-wwp", str(pid), "-o", f"{column}="], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def spawn(command: Sequence[str], *, log: Path, account: Account | None = None) -> int:
    """Start `command` in a session of its own, as nobody's child, so it outlives us. Returns its pid."""
    with log.open("ab") as output:
        shell = subprocess.run(
            ["/bin/sh", "-c", '"$@" 1>&2 & echo $!', "sh", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
            cwd="/",
            env=PLAIN_ENVIRONMENT,
            check=True,
            **as_account(account),
        )
    return int(shell.stdout)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll until `condition` holds; False when it did not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def wait_while_alive(pid: int, ready: Callable[[], bool], seconds: float) -> bool:
    """Wait until `ready` holds; False when process `pid` died or took longer than `seconds`."""
    wait_until(lambda: ready() or not is_alive(pid), seconds)
    return ready()


def end(pid: int, sign: signal.Signals, seconds: float) -> None:
    """Send `sign` and wait for the process to be gone; SIGKILL when it takes longer than `seconds`."""
    for step in (sign, signal.SIGKILL):
        try:
            os.kill(pid, step)
        except ProcessLookupError:
            return
        if wait_until(lambda: not is_alive(pid), seconds):
            return


def fresh_log(path: Path) -> Path:
    """An empty log at `path`; the one before it is kept beside it as .1."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.replace(path.with_suffix(".log.1"))
    path.touch()
    return path
