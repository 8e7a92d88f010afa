"""`make run`: what it checks first, how it keeps its children, and that it takes everything down with it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from liaison import bootstrap, preparation, runner, servers
from liaison.servers import process
from liaison.servers.problems import CannotStart
from liaison.supervisor import Child, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def _child(tmp_path: Path, command: list[str], name: str = "web") -> Child:
    return Child(name, command, tmp_path / f"{name}.log")


def _pid(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def _is_gone(pid: int) -> bool:
    return process.wait_until(lambda: not process.is_alive(pid), 10)


def _tick_until(supervisor: Supervisor, condition) -> None:
    def ticked() -> bool:
        supervisor.tick()
        return condition()

    assert process.wait_until(ticked, 10)


# ---- checks


def test_a_port_in_use_is_named_with_the_command_that_avoids_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"端口 {port} 已被占用.*make run PORT={port + 1}"):
            preparation.check_port("127.0.0.1", port)
    preparation.check_port("127.0.0.1", port)


def test_a_port_that_cannot_be_used_is_told_in_a_sentence():
    with pytest.raises(CannotStart, match=r"不能在 127\.0\.0\.1 的端口 70000 上提供服务"):
        preparation.check_port("127.0.0.1", 70000)


def test_a_nearly_full_disk_is_told_before_anything_starts(tmp_path, monkeypatch):
    monkeypatch.setattr(preparation, "LEAST_FREE_BYTES", 2**60)
    with pytest.raises(CannotStart, match="磁盘已满"):
        preparation.check_place(tmp_path / "var")


def test_a_second_run_from_the_same_home_is_refused_with_the_address_of_the_first(tmp_path):
    first, second = "http://127.0.0.1:8000/", "http://127.0.0.1:9000/"
    with runner.only_run_of(tmp_path, first), pytest.raises(CannotStart, match=f"已在运行：{re.escape(first)}"):
        runner.only_run_of(tmp_path, second).__enter__()
    with runner.only_run_of(tmp_path, second):
        pass


def test_a_step_that_fails_ends_in_a_sentence_that_names_its_log(tmp_path):
    (tmp_path / "log").mkdir()
    with pytest.raises(CannotStart, match=r"未能完成：试一试：.*详见 .*no_such_command\.log"):
        preparation.manage(tmp_path, "试一试", "no_such_command")


def test_static_files_are_collected_again_only_when_one_changed(tmp_path, monkeypatch):
    collected = []
    monkeypatch.setattr(preparation, "manage", lambda *arguments: collected.append(arguments))
    monkeypatch.setattr(servers, "REPOSITORY", tmp_path)
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.css").write_text("a")
    (tmp_path / "requirements.txt").write_text("")

    preparation.collect_static(tmp_path)
    preparation.collect_static(tmp_path)
    assert len(collected) == 1

    (tmp_path / "static" / "a.css").write_text("other")
    preparation.collect_static(tmp_path)
    assert len(collected) == 2


# ---- preparing a machine


@pytest.mark.parametrize(
    ("printed", "advice"),
    [
        ("building x\nfatal error: Python.h: No such file or directory\ncompilation terminated.", "python3-dev"),
        ("error: command 'gcc' failed: No such file or directory", "gcc"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "磁盘已满"),
        ("The virtual environment was not created successfully because ensurepip is not available.", "python3-venv"),
        ("/usr/bin/python3: No module named venv", "python3-venv"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "网络"),
        ("ERROR: Could not install packages due to an OSError: [Errno 13] Permission denied: '/x'", "权限"),
    ],
)
def test_a_known_cause_of_a_failed_install_becomes_one_sentence(printed, advice):
    sentence = bootstrap.cause(printed)
    assert sentence is not None
    assert advice in sentence
    assert "\n" not in sentence


def test_an_unknown_cause_is_left_to_the_output_itself():
    assert bootstrap.cause("something else") is None


def test_an_old_python_and_a_small_disk_are_refused_before_installing():
    assert "当前是 3.10" in (bootstrap.refusal_of_python((3, 10)) or "")
    assert bootstrap.refusal_of_python((3, 11)) is None
    assert "磁盘剩余 5 MB" in (bootstrap.refusal_of_disk(5 * 2**20) or "")
    assert bootstrap.refusal_of_disk(2**40) is None


def test_the_bootstrap_needs_nothing_but_the_standard_library():
    source = Path(bootstrap.__file__)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import runpy; runpy.run_path({str(source)!r}, run_name='checked')"],
        check=False,
    )
    assert done.returncode == 0


# ---- supervising


def test_a_child_that_dies_is_started_again_after_a_pause(tmp_path):
    said: list[str] = []
    supervisor = Supervisor([_child(tmp_path, SLEEPER)], said.append)
    supervisor.start()
    child = supervisor.children[0]
    first = _pid(child)
    os.kill(first, signal.SIGKILL)

    _tick_until(supervisor, lambda: bool(said))
    assert "web 意外退出（代码 -9），1 秒后重启" in said[0]
    _tick_until(supervisor, child.is_alive)
    assert _pid(child) != first
    supervisor.stop()


def test_each_early_death_doubles_the_pause_up_to_half_a_minute(tmp_path):
    child = _child(tmp_path, SLEEPER)
    pauses = []
    for _ in range(7):
        child.started = time.monotonic() - 3600
        assert child.is_due()
        pauses.append(child.pause)
    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_stopping_ends_a_child_that_ignores_the_request(tmp_path, monkeypatch):
    monkeypatch.setattr("liaison.supervisor.GRACE_SECONDS", 0.1)
    monkeypatch.setattr("liaison.supervisor.HURRY_SECONDS", 0.1)
    child = _child(tmp_path, STUBBORN)
    supervisor = Supervisor([child])
    supervisor.start()
    pid = _pid(child)
    assert process.wait_until(lambda: child.log.read_text() == "up\n", 10)

    supervisor.stop()

    assert _is_gone(pid)


def test_no_child_outlives_a_supervisor_that_is_killed_outright(tmp_path):
    code = (
        "import pathlib, sys, time; from liaison.supervisor import Child, Supervisor\n"
        f"child = Child('web', {SLEEPER!r}, pathlib.Path({str(tmp_path)!r}) / 'web.log')\n"
        "Supervisor([child]).start(); print(child.process.pid, flush=True); time.sleep(600)"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert process.is_alive(pid)

    parent.kill()
    parent.communicate()

    assert _is_gone(pid)


# ---- the whole


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """One state folder for all runs here: the first prepares it, each later one finds it as the last left it."""
    with tempfile.TemporaryDirectory(prefix="liaison-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"


@pytest.fixture
def run(place, monkeypatch) -> Iterator[subprocess.Popen[str]]:
    """A real run on a free port; its lines are read from `.stdout`."""
    environment = {**os.environ, "LIAISON_HOME": str(place), "LIAISON_FAST_PG": "1"}
    del environment["DATABASE_URL"], environment["REDIS_URL"]
    monkeypatch.setenv("LIAISON_HOME", str(place))
    command = [sys.executable, "-m", "liaison.runner", "--port", str(process.free_port())]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as started:
        yield started
        runner.stop()


def _until_ready(run: subprocess.Popen[str]) -> list[str]:
    assert run.stdout is not None
    lines = []
    for line in run.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            return lines
    raise AssertionError("".join(lines))


def _processes_of(run: subprocess.Popen[str]) -> list[int]:
    """Every descendant of the run, and its embedded servers."""
    listed = subprocess.run(["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listed.splitlines()]
    family = {run.pid}
    for _ in range(4):
        family |= {int(pid) for pid, parent, _ in rows if int(parent) in family}
    return sorted(family | {int(pid) for pid, _, command in rows if str(servers.home()) in command})


@pytest.mark.stack
def test_a_run_serves_pages_and_ctrl_c_leaves_nothing_behind(run):
    lines = _until_ready(run)
    assert re.search(r"ready: +http://127\.0\.0\.1:\d+/", "".join(lines))
    everything = _processes_of(run)
    assert len(everything) >= len(["run", "web", "worker", "beat", "postgres", "valkey"])

    run.send_signal(signal.SIGINT)

    assert run.wait(60) == 0
    assert all(_is_gone(pid) for pid in everything)


@pytest.mark.stack
def test_a_run_that_is_killed_leaves_only_its_servers_and_make_stop_ends_those(run):
    _until_ready(run)
    everything = _processes_of(run)
    kept = {Path(process.command_line(pid)[0]).name for pid in everything if _is_server(pid)}
    assert kept == {"postgres", "valkey-server"}

    run.kill()
    run.wait()
    assert all(_is_gone(pid) for pid in everything if not _is_server(pid))

    runner.stop()
    assert all(_is_gone(pid) for pid in everything)


def _is_server(pid: int) -> bool:
    command = process.command_line(pid)
    return bool(command) and Path(command[0]).name in ("postgres", "valkey-server")


@pytest.mark.stack
def test_make_stop_ends_a_run_that_goes_on_elsewhere(run, capsys):
    _until_ready(run)

    runner.stop()

    assert run.wait(10) == 0
    assert "已停止 stopped: 联户通" in capsys.readouterr().out
