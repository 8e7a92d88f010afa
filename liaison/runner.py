"""`make run`: servers → tables → static files → demo county → web, worker and beat, until Ctrl-C.

`python -m liaison.runner --stop` (make stop) ends a run and the embedded servers of the same LIAISON_HOME.
"""

import argparse
import fcntl
import http.client
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

from liaison import preparation, servers
from liaison.preparation import say
from liaison.servers import process
from liaison.servers.problems import CannotStart
from liaison.supervisor import TICK_SECONDS, Child, Supervisor

READY_SECONDS = 90
SERVER_CHECK_SECONDS = 2.0
STOP_SECONDS = 60.0


def main() -> None:
    options = _options()
    if options.stop:
        stop()
        return
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, _interrupt)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup stays in force
        signal.signal(signal.SIGHUP, _interrupt)
    try:
        run(options.host, options.port, options.demo)
    except KeyboardInterrupt:
        say("已停止。 Stopped.")


def run(host: str, port: int, demo: str) -> None:
    """Prepare and supervise until interrupted. Raises CannotStart with one sentence."""
    home = servers.home()
    preparation.check_place(home)
    with only_run_of(home, f"http://{host}:{port}/"):
        preparation.check_port(host, port)
        _set_defaults(home, port, demo)
        supervisor = Supervisor(children(home, host, port), say)
        try:
            embedded = preparation.start_servers()
            preparation.prepare(home, demo)
            supervisor.start()
            accounts = preparation.demo_accounts() if demo else ""
            await_page(supervisor, port)
            introduce(host, port, accounts)
            keep_going(supervisor, embedded)
        finally:
            _ignore_signals()
            supervisor.stop()
            servers.stop()


# ---- one run at a time


@contextmanager
def only_run_of(home: Path, address: str) -> Iterator[None]:
    """Hold the run lock of `home`, which names our pid and address; refuse when another run holds it."""
    with (home / "run.lock").open("a+") as file:
        if not _try_lock(file):
            raise CannotStart(
                f"这个目录的联户通已在运行：{_holder(file)[1]}（停止：make stop）。"
                f" Liaison is already running from {home}: stop it with make stop."
            )
        file.truncate(0)
        file.write(f"{os.getpid()} {address}")
        file.flush()
        yield


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: IO[str]) -> tuple[int | None, str]:
    """Pid and address of the run that holds the lock; no pid in the moment before it has written them."""
    file.seek(0)
    written = file.read().split()
    return (int(written[0]), written[1]) if len(written) == 2 else (None, "?")


def _set_defaults(home: Path, port: int, demo: str) -> None:
    """What the children's settings read: the printed address, and a clock that a demo may move forward."""
    os.environ["LIAISON_HOME"] = str(home)
    os.environ.setdefault("LIAISON_ORIGIN", f"http://127.0.0.1:{port}")
    if demo:
        os.environ.setdefault("LIAISON_CLOCK", str(home / "clock"))


# ---- running


def children(home: Path, host: str, port: int) -> list[Child]:
    log = home / "log"
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "liaison"]
    web = [sys.executable, "-m", "gunicorn", "liaison.wsgi", "--bind", f"{host}:{port}", "--no-control-socket"]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--graceful-timeout", "10"]
    worker = [*celery, "worker", "--queues", "default,imports,notices", "--concurrency", "2"]
    worker += ["--loglevel", "WARNING", "--without-mingle", "--without-gossip"]
    beat = [*celery, "beat", "--schedule", str(home / "beat-schedule"), "--pidfile=", "--loglevel", "WARNING"]
    return [
        Child("web", web, process.fresh_log(log / "web.log")),
        # SIGQUIT ends a worker without waiting for its task, which goes back to the queue.
        Child("worker", worker, process.fresh_log(log / "worker.log"), hurry=signal.SIGQUIT),
        Child("beat", beat, process.fresh_log(log / "beat.log")),
    ]


def await_page(supervisor: Supervisor, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not page_answers(port):
        supervisor.tick()
        if time.monotonic() > deadline:
            raise CannotStart(
                f"网页 {READY_SECONDS} 秒内没有就绪，原因见 {servers.home() / 'log' / 'web.log'}。"
                f" The page did not answer within {READY_SECONDS} seconds; its log says why."
            )
        time.sleep(TICK_SECONDS)


def page_answers(port: int) -> bool:
    """Whether /healthz says that web, database and Redis are well."""
    host = os.environ.get("LIAISON_HOSTS", "").split(",")[0].lstrip(".*") or "127.0.0.1"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def introduce(host: str, port: int, accounts: str) -> None:
    say(f"\n联户通已就绪 Liaison is ready:  http://{host}:{port}/\n")
    say(accounts)
    say(f"\n按 Ctrl-C 停止全部。日志在 {servers.home() / 'log'}。 Ctrl-C stops everything.")


def keep_going(supervisor: Supervisor, embedded: list[servers.Embedded]) -> None:
    """Until interrupted: restart children that die, and embedded servers too."""
    checked = time.monotonic()
    while True:
        supervisor.tick()
        if time.monotonic() - checked > SERVER_CHECK_SECONDS:
            for server in embedded:
                servers.keep_up(server)
            checked = time.monotonic()
        time.sleep(TICK_SECONDS)


# ---- stopping


def stop() -> None:
    """End the run of this home, if any, then its embedded servers."""
    lock = servers.home() / "run.lock"
    stopped = ["联户通"] if lock.exists() and _stop_run(lock) else []
    stopped += servers.stop()
    say(f"已停止 stopped: {'、'.join(stopped)}" if stopped else f"没有在运行 nothing runs: {servers.home()}")


def _stop_run(lock: Path) -> bool:
    with lock.open("a+") as file:
        if _try_lock(file):
            return False
        pid, _ = _holder(file)
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        if process.wait_until(lambda: _try_lock(file), STOP_SECONDS):
            return True
    raise CannotStart(f"联户通（进程 {pid}）没有停下，请再试一次。 Process {pid} did not stop: try again.")


def _interrupt(sign: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _ignore_signals() -> None:
    """While stopping, a second Ctrl-C must not leave half of it running; stopping takes bounded time."""
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, signal.SIG_IGN)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m liaison.runner", description="Run all of Liaison.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--demo", default="", help="county to seed when the database is empty")
    parser.add_argument("--stop", action="store_true", help="stop the run and servers of this LIAISON_HOME")
    return parser.parse_args()


if __name__ == "__main__":
    main()
