"""PostgreSQL and Redis for this process: the servers named by the environment, else embedded ones.

The embedded servers belong to one LIAISON_HOME, are started by whoever needs them first, and stay up
until `make stop` or Ctrl-C on `make run`. Why so: docs/adr/0001-embedded-servers.md
"""

import os
from pathlib import Path

from liaison.servers import process, urls
from liaison.servers.postgres import Postgres
from liaison.servers.problems import CannotStart, from_os_error
from liaison.servers.valkey import Valkey

__all__ = ["CannotStart", "Embedded", "ensure_environment", "home", "keep_up", "stop"]

Embedded = Postgres | Valkey
REPOSITORY = Path(__file__).resolve().parent.parent.parent


def home() -> Path:
    """The folder that holds all state: LIAISON_HOME, else var/ in the checkout."""
    return Path(os.environ.get("LIAISON_HOME") or REPOSITORY / "var").resolve()


def ensure_environment() -> list[Embedded]:
    """Set DATABASE_URL and REDIS_URL where missing, starting or attaching to embedded servers.

    Returns the embedded servers now in use. Raises CannotStart, a SystemExit with one sentence.
    """
    if "DATABASE_URL" in os.environ:
        urls.check_database_url(os.environ["DATABASE_URL"])
    if "REDIS_URL" in os.environ:
        urls.check_redis_url(os.environ["REDIS_URL"])
    kinds: dict[str, type[Embedded]] = {"DATABASE_URL": Postgres, "REDIS_URL": Valkey}
    missing: dict[str, Embedded] = {name: kinds[name](home()) for name in kinds.keys() - os.environ.keys()}
    for name, server in missing.items():
        keep_up(server)
        os.environ[name] = server.url()
    return list(missing.values())


def keep_up(server: Embedded) -> None:
    """Start `server` unless it runs; costs a few milliseconds when it does."""
    try:
        if server.is_ready():
            return
        server.home.mkdir(parents=True, exist_ok=True)
        with process.locked(server.home / "servers.lock"):
            if not server.is_ready():
                server.start()
    except OSError as error:
        raise from_os_error(error, server.home) from None


def stop() -> list[str]:
    """Stop the embedded servers of this home; the names of those that ran."""
    if not home().exists():
        return []
    try:
        with process.locked(home() / "servers.lock"):
            return [type(server).__name__ for server in (Valkey(home()), Postgres(home())) if server.stop()]
    except OSError as error:
        raise from_os_error(error, home()) from None
