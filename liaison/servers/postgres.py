"""The embedded PostgreSQL: one cluster per LIAISON_HOME, on loopback, with a random password."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg2

from liaison.servers import binaries, process
from liaison.servers.binaries import PostgresPrograms
from liaison.servers.problems import CannotStart, disk_full
from liaison.servers.process import Account

NAME = "liaison"
RECOVERY_SECONDS = 120
RETRY_SECONDS = 10
STOP_SECONDS = 20

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "log_line_prefix": "%m [%p] ",
}
# For test homes only (LIAISON_FAST_PG=1): a crash of the machine may lose the cluster.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.state_file = home / "postgres.json"
        self.log = home / "log" / "postgres.log"

    def url(self) -> str:
        state = process.read_state(self.state_file)
        return f"postgres://{NAME}:{state['password']}@127.0.0.1:{state['port']}/{NAME}"

    def is_ready(self) -> bool:
        """Our own server is up and takes connections (its pid file says so; nothing is connected)."""
        data = self._data()
        return data is not None and self._pid(data) is not None and _status(data) == "ready"

    def start(self) -> None:
        """Make the cluster when there is none, then start it. The caller holds the lock."""
        account = binaries.database_account()
        data = self._data() or self._choose_place(account)
        programs = binaries.within_reach(binaries.find_postgres(_made_by(data)), account)
        if not data.exists():
            self._make_cluster(data, programs, account)
        self._await_earlier_server(data)
        if not self.is_ready():
            self._launch(data, programs, account)
        self._make_database()

    def stop(self) -> bool:
        """Stop the server if it runs, ending its sessions; whether there was one."""
        data = self._data()
        pid = self._pid(data) if data else None
        if pid is None:
            return False
        process.end(pid, signal.SIGINT, STOP_SECONDS)
        return True

    def _data(self) -> Path | None:
        place = process.read_state(self.state_file).get("data")
        return self.home / place if place else None

    def _choose_place(self, account: Account | None) -> Path:
        """`postgres` in our home, so that the home can be moved; elsewhere when `account` cannot go there."""
        place = "postgres"
        if account and not binaries.can_reach(account, self.home):
            place = str(binaries.make_shared_folder() / f"data-{secrets.token_hex(8)}")
        self._remember(data=place, password=secrets.token_urlsafe(24))
        return self.home / place

    def _remember(self, **facts: Any) -> None:
        process.write_state(self.state_file, process.read_state(self.state_file) | facts)

    def _pid(self, data: Path) -> int | None:
        """The running server of this data folder; a pid now used by another program does not count."""
        lines = _pid_file_lines(data)
        arguments = process.command_line(int(lines[0])) if lines else []
        ours = bool(arguments) and "postgres" in Path(arguments[0]).name and str(data) in arguments
        return int(lines[0]) if ours else None

    def _make_cluster(self, data: Path, programs: PostgresPrograms, account: Account | None) -> None:
        """initdb beside the final place, then rename, so that a half-made cluster is never started."""
        draft = data.with_name(data.name + ".init")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password = process.read_state(self.state_file)["password"]
        with tempfile.NamedTemporaryFile("w") as file:
            file.write(password)
            file.flush()
            for path in (draft, file.name):
                if account:
                    os.chown(path, account.uid, account.gid)
            options = ["-D", str(draft), "-U", NAME, "--pwfile", file.name, *_locale(programs)]
            self._run_initdb([programs.initdb, *options], account)
        draft.rename(data)

    def _run_initdb(self, command: list[str], account: Account | None) -> None:
        made = subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env=process.PLAIN_ENVIRONMENT,
            **process.as_account(account),
        )
        if made.returncode:
            raise self._failure(made.stderr)

    def _await_earlier_server(self, data: Path) -> None:
        """Let a server that is starting or stopping finish; clear a pid file that names another program."""
        if self._pid(data):
            process.wait_until(lambda: self.is_ready() or not self._pid(data), RECOVERY_SECONDS)
        lines = _pid_file_lines(data)
        if lines and self._pid(data) is None and process.number_is_taken(int(lines[0])):
            (data / "postmaster.pid").unlink(missing_ok=True)

    def _launch(self, data: Path, programs: PostgresPrograms, account: Account | None) -> None:
        """Start the server; retry for a while, as one killed a moment ago may still hold its memory."""
        deadline = time.monotonic() + RETRY_SECONDS
        while True:
            port = process.free_port(process.read_state(self.state_file).get("port"))
            self._remember(port=port)
            log = process.fresh_log(self.log)
            pid = process.spawn(_command(programs, data, port), log=log, account=account)
            if process.wait_while_alive(pid, self.is_ready, RECOVERY_SECONDS):
                return
            if time.monotonic() > deadline:
                raise self._failure(log.read_text(errors="replace"))
            time.sleep(0.2)

    def _make_database(self) -> None:
        """Make the database of our name on the first start; safe when it is there."""
        try:
            connection = psycopg2.connect(self.url().removesuffix(NAME) + "postgres")
        except psycopg2.OperationalError as error:
            raise self._failure(str(error)) from None
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {NAME}")
        finally:
            connection.close()

    def _failure(self, output: str) -> CannotStart:
        if "No space left on device" in output or "Disk quota exceeded" in output:
            return disk_full(self.home)
        lines = [line for line in output.splitlines() if "FATAL" in line or "error:" in line]
        reason = (lines or output.splitlines() or ["?"])[-1].strip()
        return CannotStart(
            f"PostgreSQL 启动失败：{reason}（日志 {self.log}）。 PostgreSQL did not start: {reason} (log: {self.log})."
        )


def _command(programs: PostgresPrograms, data: Path, port: int) -> list[str]:
    settings = SETTINGS | {"port": str(port)}
    if os.environ.get("LIAISON_FAST_PG") == "1":
        settings |= FAST_SETTINGS
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return [programs.postgres, "-D", str(data), *options]


def _locale(programs: PostgresPrograms) -> list[str]:
    common = ["--encoding=UTF8", "--auth=scram-sha-256", "--lc-messages=C"]
    if programs.major < 17:
        return [*common, "--locale=C.UTF-8"]
    builtin = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [*common, *builtin, "--lc-collate=C", "--lc-ctype=C.UTF-8"]


def _made_by(data: Path) -> int | None:
    try:
        return int((data / "PG_VERSION").read_text())
    except FileNotFoundError:
        return None


def _pid_file_lines(data: Path) -> list[str]:
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].isdigit() else []


def _status(data: Path) -> str:
    lines = _pid_file_lines(data)
    return lines[7].strip() if len(lines) > 7 else ""
