"""The running stack, as `make run` starts it: PostgreSQL, Valkey, gunicorn, a Celery worker and beat of its own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from celery import Celery
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
READY_SECONDS = 300
LOOK_AGAIN_SECONDS = 0.3


@dataclass
class Stack:
    """One installation in a folder of its own, driven only from outside."""

    home: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        return inherited | {
            "LIAISON_HOME": str(self.home),
            "LIAISON_ORIGIN": self.address,
            "LIAISON_CLOCK": str(self.home / "clock"),
            "LIAISON_FAST_PG": "1",
        }

    def manage(self, *words: str) -> str:
        """What a management command prints; AssertionError with its complaint when it fails."""
        return self._run(sys.executable, "manage.py", *words)

    def work(self, task: str) -> None:
        """Puts a task into Redis for the worker, as beat does."""
        redis = json.loads((self.home / "valkey.json").read_text())
        broker = f"redis://:{redis['password']}@127.0.0.1:{redis['port']}/0"
        queue = {"notices": "notices", "exchange": "imports"}.get(task.partition(".")[0], "default")
        with Celery(broker=broker, set_as_current=False) as app:
            app.send_task(task, queue=queue, ignore_result=True)

    def _run(self, *command: str) -> str:
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Looks again and again; AssertionError naming `what` when it has not come by then."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} seconds"
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def running(home: Path) -> Iterator[Stack]:
    stack = Stack(home, free_port())
    with (home / "runner.log").open("w") as log:
        runner = subprocess.Popen(
            [sys.executable, "-m", "liaison.runner", "--port", str(stack.port), "--demo", ""],
            cwd=ROOT,
            env=stack.environment(),
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        until(lambda: stack.answers() or runner.poll() is not None, "the stack", READY_SECONDS)
        assert runner.poll() is None, (home / "runner.log").read_text()
        yield stack
    finally:
        runner.terminate()
        runner.wait(timeout=90)
