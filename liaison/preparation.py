"""What `make run` does before the first process is started, each step telling in one sentence why it cannot."""

import errno
import hashlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg2

from liaison import servers
from liaison.servers import process, reach
from liaison.servers.problems import CannotStart, disk_full, from_os_error
from liaison.supervisor import dying_with_parent

LEAST_FREE_BYTES = 200 * 2**20


def say(line: str) -> None:
    print(line, flush=True)


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
            f"端口 {port} 已被占用，请换一个，例如 make run PORT={port + 1}。"
            f" Port {port} is in use: try make run PORT={port + 1}."
        )
    raise CannotStart(
        f"不能在 {host} 的端口 {port} 上提供服务，请换一个，例如 make run PORT=8000。"
        f" Cannot listen on {host} port {port}: try make run PORT=8000."
    )


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
    manage(home, "建立数据表 preparing tables", "prepare")
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
    reason = _last_line(text).removeprefix("CommandError: ")
    return CannotStart(f"未能完成：{label}：{reason}（详见 {log}）。 Failed; see {log}.")


def has_households() -> bool:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM households_household)")
            row = cursor.fetchone()
    finally:
        connection.close()
    return bool(row and row[0])


def demo_accounts() -> str:
    """One account per role, as `manage.py demo_accounts` lists them; asked while the web process starts."""
    listed = subprocess.run(manage_command("demo_accounts"), capture_output=True, text=True, check=False)
    return listed.stdout if listed.returncode == 0 else _last_line(listed.stderr)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["?"])[-1]
