"""`make run`: servers → tables → static files → demo county → web, worker and beat, until Ctrl-C.

`python -m liaison.runner --stop` (make stop) ends a run and the embedded servers of the same LIAISON_HOME.
"""

import argparse
import errno
import fcntl
import hashlib
import http.client
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO

import psycopg2

from liaison import servers
from liaison.servers import process, reach
from liaison.servers.problems import CannotStart, disk_full, from_os_error
from liaison.supervisor import TICK_SECONDS, Child, Supervisor, dying_with_parent

READY_SECONDS = 90
LEAST_FREE_BYTES = 200 * 2**20
SERVER_CHECK_SECONDS = 2.0


def main() -> None:
    options = _options()
    if options.stop:
        stop()
        return
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _interrupt)
    try:
        run(options.host, options.port, options.demo)
    except KeyboardInterrupt:
        say("已停止。 Stopped.")


def run(host: str, port: int, demo: str) -> None:
    """Prepare and supervise until interrupted. Raises CannotStart with one sentence."""
    home = servers.home()
    check_place(home)
    with only_run_of(home, f"http://{host}:{port}/"):
        check_port(host, port)
        _set_defaults(home, port, demo)
        supervisor = Supervisor(children(home, host, port), say)
        try:
            embedded = start_servers()
            prepare(home, demo)
            supervisor.start()
            accounts = demo_accounts() if demo else ""
            await_page(supervisor, port)
            introduce(host, port, accounts)
            keep_going(supervisor, embedded)
        finally:
            _ignore_signals()
            supervisor.stop()
            servers.stop()


def say(line: str) -> None:
    print(line, flush=True)


# ---- checks before anything starts


def check_place(home: Path) -> None:
    try:
        (home / "log").mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(home).free
    except OSError as error:
        raise from_os_error(error, home) from None
    if free < LEAST_FREE_BYTES:
        raise disk_full(home)


def check_port(host: str, port: int) -> None:
    problem = process.bind_error(host, port)
    if problem is None:
        return
    if problem == errno.EADDRINUSE:
        raise CannotStart(
            f"端口 {port} 已被占用,请换一个,例如 make run PORT={port + 1}。"
            f" Port {port} is in use: try make run PORT={port + 1}."
        )
    raise CannotStart(
        f"不能在 {host} 的端口 {port} 上提供服务,请换一个,例如 make run PORT=8000。"
        f" Cannot listen on {host} port {port}: try make run PORT=8000."
    )


@contextmanager
def only_run_of(home: Path, address: str) -> Iterator[None]:
    """Hold the run lock of `home`, which names our pid and address; refuse when another run holds it."""
    with (home / "run.lock").open("a+") as file:
        if not _try_lock(file):
            raise CannotStart(
                f"这个目录的联户通已在运行:{_read_lock(file)[1]}(停止:make stop)。"
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


def _read_lock(file: IO[str]) -> list[str]:
    file.seek(0)
    return file.read().split() or ["0", "?"]


# ---- preparing


def _set_defaults(home: Path, port: int, demo: str) -> None:
    """What the children's settings read: the printed address, and a clock that a demo may move forward."""
    os.environ["LIAISON_HOME"] = str(home)
    os.environ.setdefault("LIAISON_ORIGIN", f"http://127.0.0.1:{port}")
    if demo:
        os.environ.setdefault("LIAISON_CLOCK", str(home / "clock"))


def start_servers() -> list[servers.Embedded]:
    """Servers that answer; those named by a URL are asked, so that a wrong one is told in a sentence."""
    named = {name for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
    embedded = servers.ensure_environment()
    if "DATABASE_URL" in named:
        reach.check_database_answers(os.environ["DATABASE_URL"])
    if "REDIS_URL" in named:
        reach.check_redis_answers(os.environ["REDIS_URL"])
    return embedded


def prepare(home: Path, demo: str) -> None:
    manage(home, "建立数据表 preparing tables", "migrate", "--verbosity=0")
    collect_static(home)
    if demo and not has_households():
        manage(home, f"生成演示县 {demo} making the demo county", "seed_county", demo, show=True)


def collect_static(home: Path) -> None:
    """Copy, hash and compress the static files; skipped when none has changed since the last time."""
    stamp, state = home / "static.stamp", _static_state()
    if stamp.exists() and stamp.read_text() == state:
        return
    manage(home, "整理静态文件 collecting static files", "collectstatic", "--noinput", "--clear", "--verbosity=0")
    stamp.write_text(state)


def _static_state() -> str:
    """Changes when a file under static/ does, or a package that brings static files."""
    root = servers.REPOSITORY
    files = sorted(path for path in (root / "static").rglob("*") if path.is_file())
    facts = [f"{path.relative_to(root)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in files]
    return hashlib.sha256("\n".join([*facts, (root / "requirements.txt").read_text()]).encode()).hexdigest()


def manage(home: Path, label: str, *arguments: str, show: bool = False) -> None:
    """Run a management command; its messages go to a log and, with `show`, its facts to the terminal."""
    say(f"{label} …")
    log = home / "log" / f"{arguments[0]}.log"
    with log.open("w+") as output:
        done = subprocess.run(
            manage_command(*arguments),
            stdout=None if show else output,
            stderr=output,
            check=False,
            preexec_fn=dying_with_parent(signal.SIGTERM),
        )
    if done.returncode:
        raise _failed(label, log, home)


def manage_command(*arguments: str) -> list[str]:
    return [sys.executable, str(servers.REPOSITORY / "manage.py"), *arguments]


def _failed(label: str, log: Path, home: Path) -> CannotStart:
    text = log.read_text(errors="replace").strip()
    if "No space left on device" in text:
        return disk_full(home)
    reason = text.splitlines()[-1] if text else "?"
    return CannotStart(f"未能完成:{label}:{reason}(详见 {log})。 Failed; see {log}.")


def has_households() -> bool:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM households_household)")
            row = cursor.fetchone()
    finally:
        connection.close()
    return bool(row and row[0])


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
        # SIGQUIT ends a worker without waiting for its task, which the broker then gives to another.
        Child("worker", worker, process.fresh_log(log / "worker.log"), orphaned=signal.SIGQUIT),
        Child("beat", beat, process.fresh_log(log / "beat.log")),
    ]


def await_page(supervisor: Supervisor, port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not page_answers(port):
        supervisor.tick()
        if time.monotonic() > deadline:
            raise CannotStart(
                f"网页 {READY_SECONDS} 秒内没有就绪,原因见 {servers.home() / 'log' / 'web.log'}。"
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


def demo_accounts() -> str:
    """One account per role, as `manage.py demo_accounts` lists them; asked while the web process starts."""
    listed = subprocess.run(manage_command("demo_accounts"), capture_output=True, text=True, check=False)
    return listed.stdout if listed.returncode == 0 else listed.stderr.strip().splitlines()[-1]


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
        with suppress(ProcessLookupError):
            os.kill(int(_read_lock(file)[0]), signal.SIGTERM)
        fcntl.flock(file, fcntl.LOCK_EX)
    return True


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
