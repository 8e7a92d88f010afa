"""Whether the servers an operator named answer; asked once, by `make run`."""

import psycopg2
import redis

from liaison.servers.problems import CannotStart

ANSWER_SECONDS = 5


def check_database_answers(url: str) -> None:
    try:
        psycopg2.connect(url, connect_timeout=ANSWER_SECONDS).close()
    except psycopg2.OperationalError as error:
        raise _silent("DATABASE_URL", str(error)) from None


def check_redis_answers(url: str) -> None:
    client = redis.Redis.from_url(url, socket_connect_timeout=ANSWER_SECONDS)
    try:
        client.ping()
    except redis.RedisError as error:
        raise _silent("REDIS_URL", str(error)) from None
    finally:
        client.close()


def _silent(name: str, reason: str) -> CannotStart:
    why = " ".join(reason.split())
    return CannotStart(
        f"{name} 指的服务器连不上：{why}。请检查地址与口令，或不设 {name} 而用自带的服务器。"
        f" The server named by {name} does not answer: check it, or unset {name} to use the embedded one."
    )
