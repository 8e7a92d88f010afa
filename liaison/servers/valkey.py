"""The embedded Valkey (or Redis): one per LIAISON_HOME, on loopback, with a random password."""

import json
import secrets
import signal
import socket
import time
from pathlib import Path
from typing import Any

from liaison.servers import binaries, process
from liaison.servers.problems import CannotStart, disk_full

START_SECONDS = 60
RETRY_SECONDS = 10
STOP_SECONDS = 10


class Valkey:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.state_file = home / "valkey.json"
        self.data = home / "valkey"
        self.config = self.data / "valkey.conf"
        self.pid_file = self.data / "valkey.pid"
        self.log = home / "log" / "valkey.log"

    def url(self) -> str:
        state = process.read_state(self.state_file)
        return f"redis://:{state['password']}@127.0.0.1:{state['port']}"

    def is_ready(self) -> bool:
        """A server answers on our port to our password."""
        state = process.read_state(self.state_file)
        return bool(state.get("port")) and _answers(state)

    def start(self) -> None:
        """Start the server on its data. The caller holds the lock."""
        program = binaries.find_valkey()
        self.data.mkdir(mode=0o700, exist_ok=True)
        self._await_earlier_server()
        deadline = time.monotonic() + RETRY_SECONDS
        while not self.is_ready():
            pid = self._launch(program)
            ready = process.wait_while_alive(pid, self.is_ready, START_SECONDS)
            if not ready and time.monotonic() > deadline:
                raise self._failure()

    def stop(self) -> bool:
        """Stop the server if it runs; whether there was one."""
        pid = self._pid()
        if pid is None:
            return False
        process.end(pid, signal.SIGTERM, STOP_SECONDS)
        return True

    def _await_earlier_server(self) -> None:
        """Let a server that is loading or stopping finish: two on one append-only file would spoil it."""
        process.wait_until(lambda: self.is_ready() or self._pid() is None, START_SECONDS)

    def _launch(self, program: str) -> int:
        state = process.read_state(self.state_file)
        port = process.free_port(state.get("port"))
        password = state.get("password") or secrets.token_urlsafe(24)
        process.write_state(self.state_file, {"port": port, "password": password})
        self._write_config(port, password)
        return process.spawn([program, str(self.config)], log=process.fresh_log(self.log))

    def _write_config(self, port: int, password: str) -> None:
        settings = {
            "bind": "127.0.0.1",
            "port": port,
            "requirepass": password,
            "dir": _quoted(self.data),
            "pidfile": _quoted(self.pid_file),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "set-proc-title": "no",
        }
        self.config.touch(mode=0o600)
        self.config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))

    def _pid(self) -> int | None:
        """The running server of this folder; a pid now used by another program does not count."""
        try:
            pid = int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if str(self.config) in process.command_line(pid) else None

    def _failure(self) -> CannotStart:
        output = self.log.read_text(errors="replace")
        if "No space left on device" in output:
            return disk_full(self.home)
        reason = (output.strip().splitlines() or ["?"])[-1]
        return CannotStart(
            f"Valkey 启动失败：{reason}（日志 {self.log}）。 Valkey did not start: {reason} (log: {self.log})."
        )


def _quoted(path: Path) -> str:
    return json.dumps(str(path), ensure_ascii=False)


def _answers(state: dict[str, Any]) -> bool:
    """Whether AUTH and PING succeed; a plain socket, as importing a client takes longer than asking."""
    try:
        with socket.create_connection(("127.0.0.1", state["port"]), timeout=2) as connection:
            connection.sendall(f"AUTH {state['password']}\r\nPING\r\n".encode())
            with connection.makefile("rb") as replies:
                return [replies.readline(), replies.readline()] == [b"+OK\r\n", b"+PONG\r\n"]
    except OSError:
        return False
