"""Checking the addresses an operator gives, before a library answers with a stack trace."""

from urllib.parse import SplitResult, urlsplit

from liaison.servers.problems import CannotStart

DATABASE_EXAMPLE = "postgres://user:password@host:5432/name"
REDIS_EXAMPLE = "redis://:password@host:6379"


def check_database_url(url: str) -> None:
    parts = _parts(url)
    if parts is None or parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise _wrong("DATABASE_URL", DATABASE_EXAMPLE)


def check_redis_url(url: str) -> None:
    """The address names no database number: the broker uses 0 and the cache 1."""
    parts = _parts(url)
    if parts is None or parts.scheme not in ("redis", "rediss") or not parts.hostname:
        raise _wrong("REDIS_URL", REDIS_EXAMPLE)
    if parts.path.strip("/"):
        raise _wrong("REDIS_URL", f"{REDIS_EXAMPLE}（末尾不带库号 without a database number）")


def _parts(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _wrong(name: str, example: str) -> CannotStart:
    return CannotStart(f"{name} 写法不对，应如 {example}。 {name} is not an address like {example}.")
