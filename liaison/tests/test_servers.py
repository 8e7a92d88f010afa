"""The embedded servers, really started: each test has a state folder of its own and leaves nothing running."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from liaison import servers
from liaison.servers import binaries, process, reach, urls
from liaison.servers.postgres import Postgres
from liaison.servers.problems import CannotStart, from_os_error
from liaison.servers.valkey import Valkey

START = "from liaison import servers; servers.ensure_environment()"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that the database's user can enter, unlike pytest's own 0700 ones."""
    folder = Path(tempfile.mkdtemp(prefix="liaison-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def home(place, monkeypatch) -> Iterator[Path]:
    yield from _home(place / "var", monkeypatch)


def _home(folder: Path, monkeypatch) -> Iterator[Path]:
    monkeypatch.setenv("LIAISON_HOME", str(folder))
    monkeypatch.setenv("LIAISON_FAST_PG", "1")
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    yield folder
    servers.stop()
    outside = _data_folder(folder)
    if folder not in outside.parents:
        shutil.rmtree(outside, ignore_errors=True)


def _data_folder(home: Path) -> Path:
    return home / process.read_state(home / "postgres.json").get("data", "postgres")


def _pid_of_postgres(home: Path) -> int:
    return int((_data_folder(home) / "postmaster.pid").read_text().splitlines()[0])


def _pid_of_valkey(home: Path) -> int:
    return int((home / "valkey" / "valkey.pid").read_text())


def _ask(sql: str) -> tuple:
    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone() if cursor.description else ()
    finally:
        connection.close()


def _kill_9(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    assert process.wait_until(lambda: not process.is_alive(pid), 10)


def _redis() -> redis.Redis:
    return redis.Redis.from_url(os.environ["REDIS_URL"])


def _start_again(monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("REDIS_URL")
    servers.ensure_environment()


@pytest.mark.stack
def test_first_use_starts_both_servers_on_loopback_with_passwords(home):
    servers.ensure_environment()

    assert _ask("SELECT current_setting('listen_addresses'), current_setting('server_encoding')") == (
        "127.0.0.1",
        "UTF8",
    )
    with _redis() as client:
        assert client.config_get("bind") == {"bind": "127.0.0.1"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("append*")["appendonly"] == "yes"
    for file in ("postgres.json", "valkey.json", "valkey/valkey.conf"):
        assert (home / file).stat().st_mode & 0o777 == 0o600
    wrong = os.environ["DATABASE_URL"].replace("://liaison:", "://liaison:not")
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(wrong)


@pytest.mark.stack
def test_databases_sort_by_code_point_and_know_chinese_letters(home):
    servers.ensure_environment()

    assert _ask("SELECT 'B' < 'a', upper('é')")[0] is True
    assert _ask("SELECT '联' ~ '^\\w$'") == (True,)


@pytest.mark.stack
def test_second_use_attaches_at_once_to_the_same_servers(home, monkeypatch):
    servers.ensure_environment()
    first = (os.environ["DATABASE_URL"], os.environ["REDIS_URL"], _pid_of_postgres(home), _pid_of_valkey(home))

    began = time.monotonic()
    _start_again(monkeypatch)

    assert time.monotonic() - began < 0.2
    assert (os.environ["DATABASE_URL"], os.environ["REDIS_URL"]) == first[:2]
    assert (_pid_of_postgres(home), _pid_of_valkey(home)) == first[2:]


@pytest.mark.stack
def test_eight_first_starts_at_once_make_one_cluster(home):
    starters = [
        subprocess.Popen([sys.executable, "-c", START + "; import os; print(os.environ['DATABASE_URL'])"], stdout=-1)
        for _ in range(8)
    ]
    answers = {starter.communicate()[0] for starter in starters}

    assert {starter.returncode for starter in starters} == {0}
    assert len(answers) == 1
    assert not (home / "postgres.init").exists()


@pytest.mark.stack
def test_servers_outlive_the_program_that_started_them_and_stop_on_request(home):
    subprocess.run([sys.executable, "-c", START], check=True)
    pids = (_pid_of_postgres(home), _pid_of_valkey(home))
    assert all(process.is_alive(pid) for pid in pids)

    assert servers.stop() == ["Valkey", "Postgres"]

    assert not any(process.is_alive(pid) for pid in pids)
    assert servers.stop() == []


@pytest.mark.stack
def test_after_kill_9_the_next_use_starts_again_and_nothing_is_lost(home, monkeypatch):
    monkeypatch.delenv("LIAISON_FAST_PG")
    servers.ensure_environment()
    _ask("CREATE TABLE kept AS SELECT 7 AS n")
    with _redis() as client:
        client.set("kept", "7")
        client.execute_command("WAITAOF", 1, 0, 5000)
    _kill_9(_pid_of_postgres(home))
    _kill_9(_pid_of_valkey(home))

    _start_again(monkeypatch)

    assert _ask("SELECT n FROM kept") == (7,)
    with _redis() as client:
        assert client.get("kept") == b"7"


@pytest.mark.stack
def test_a_pid_file_that_names_another_program_is_not_believed(home, monkeypatch):
    servers.ensure_environment()
    servers.stop()
    ready = "1\n1\n127.0.0.1\n0 0\nready\n"
    pid_file = _data_folder(home) / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n{_data_folder(home)}\n{ready}")
    shutil.chown(pid_file, _data_folder(home).owner())
    (home / "valkey" / "valkey.pid").write_text(str(os.getpid()))

    _start_again(monkeypatch)

    assert _ask("SELECT 1") == (1,)
    assert _pid_of_postgres(home) != os.getpid()
    with _redis() as client:
        assert client.ping()


@pytest.mark.stack
def test_a_taken_port_is_left_alone_and_another_one_used(home, monkeypatch):
    servers.ensure_environment()
    servers.stop()
    port = process.read_state(home / "postgres.json")["port"]
    with socket.create_server(("127.0.0.1", port)):
        _start_again(monkeypatch)

    assert _ask("SELECT 1") == (1,)
    assert process.read_state(home / "postgres.json")["port"] != port


@pytest.mark.stack
def test_an_interrupted_first_start_is_begun_afresh(home):
    (home / "postgres.init").mkdir(parents=True)
    (home / "postgres.init" / "PG_VERSION").write_text("18\n")

    servers.ensure_environment()

    assert _ask("SELECT 1") == (1,)


@pytest.mark.stack
def test_a_home_with_spaces_and_quotes_works_and_can_be_moved(place, monkeypatch):
    for folder in _home(place / '联户 通 "var"', monkeypatch):
        servers.ensure_environment()
        _ask("CREATE TABLE kept AS SELECT 7 AS n")
        servers.stop()
        moved = folder.rename(place / "moved here")
        monkeypatch.setenv("LIAISON_HOME", str(moved))

        _start_again(monkeypatch)

        assert _ask("SELECT n FROM kept") == (7,)


@pytest.mark.stack
def test_a_home_that_only_root_can_enter_works(place, monkeypatch):
    place.chmod(0o700)
    for _ in _home(place / "var", monkeypatch):
        servers.ensure_environment()

        assert _ask("SELECT 1") == (1,)


@pytest.mark.stack
@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the database to another user")
def test_programs_that_the_database_user_cannot_run_are_copied_to_where_it_can(home, place, monkeypatch):
    can_reach = binaries.can_reach
    monkeypatch.setattr(binaries, "SHARED", place / "shared")
    monkeypatch.setattr(binaries, "can_reach", lambda user, path: ".venv" not in path.parts and can_reach(user, path))

    servers.ensure_environment()

    assert process.command_line(_pid_of_postgres(home))[0].startswith(str(place / "shared"))
    assert _ask("SELECT 1") == (1,)


@pytest.mark.stack
def test_a_lost_password_file_is_told_in_a_sentence(home, monkeypatch):
    servers.ensure_environment()
    servers.stop()
    state = process.read_state(home / "postgres.json")
    process.write_state(home / "postgres.json", state | {"password": "other"})

    with pytest.raises(CannotStart, match=r"PostgreSQL 启动失败.*password authentication failed"):
        _start_again(monkeypatch)


@pytest.mark.parametrize("url", ["", "mysql://u:p@h/x", "postgres://u:p@h", "postgres://u:p@h:port/x", "liaison"])
def test_a_wrong_database_url_is_told_in_a_sentence_without_its_password(url, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(CannotStart, match=r"DATABASE_URL 写法不对.*postgres://user:password@host:5432/name") as caught:
        servers.ensure_environment()
    assert "u:p" not in caught.value.sentence


@pytest.mark.parametrize("url", ["", "localhost:6379", "http://h", "redis://h:x", "redis://h:6379/3"])
def test_a_wrong_redis_url_is_told_in_a_sentence(url, monkeypatch):
    monkeypatch.setenv("REDIS_URL", url)
    with pytest.raises(CannotStart, match="REDIS_URL 写法不对"):
        servers.ensure_environment()


def test_good_urls_are_taken_as_they_are():
    urls.check_database_url("postgres://u:p@db.example:5432/liaison")
    urls.check_database_url("postgresql:///liaison")
    urls.check_redis_url("redis://:p@cache.example:6379/")


def test_servers_that_do_not_answer_are_told_in_a_sentence():
    port = process.free_port()
    with pytest.raises(CannotStart, match="DATABASE_URL 指的服务器连不上"):
        reach.check_database_answers(f"postgres://u:p@127.0.0.1:{port}/x")
    with pytest.raises(CannotStart, match="REDIS_URL 指的服务器连不上"):
        reach.check_redis_answers(f"redis://127.0.0.1:{port}")


@pytest.mark.parametrize(
    ("command", "url", "sentence"),
    [
        ("check", "nonsense", "DATABASE_URL 写法不对"),
        ("migrate", "postgres://u:p@127.0.0.1:1/x", "数据库用不了："),
    ],
)
def test_a_command_ends_with_a_sentence_and_no_stack_trace(command, url, sentence):
    done = subprocess.run(
        [sys.executable, str(servers.REPOSITORY / "manage.py"), command],
        env={**os.environ, "DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(sentence)
    assert "Traceback" not in done.stderr


def test_a_missing_server_names_what_to_install(monkeypatch):
    monkeypatch.setattr(binaries, "_package_folder", lambda name: None)
    monkeypatch.setattr(binaries, "_postgres_folders", lambda: iter([Path("/nonexistent")]))
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(CannotStart, match=r"找不到 PostgreSQL.*DATABASE_URL"):
        binaries.find_postgres(None)
    with pytest.raises(CannotStart, match=r"找不到 Redis.*REDIS_URL"):
        binaries.find_valkey()


def test_data_of_another_major_version_are_refused_by_name():
    with pytest.raises(CannotStart, match="数据由 PostgreSQL 12 建立"):
        binaries.find_postgres(12)


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    for kind in (Postgres, Valkey):
        with pytest.raises(CannotStart, match="无法使用状态目录"):
            servers.keep_up(kind(tmp_path / "file" / "var"))


def test_a_full_disk_is_told_in_a_sentence(tmp_path):
    error = OSError(28, "No space left on device", "x")
    assert from_os_error(error, tmp_path).sentence.startswith("磁盘已满")


def test_state_is_replaced_whole_and_private(tmp_path):
    file = tmp_path / "state.json"
    process.write_state(file, {"port": 1})
    process.write_state(file, {"port": 2})
    assert json.loads(file.read_text()) == {"port": 2}
    assert file.stat().st_mode & 0o777 == 0o600
