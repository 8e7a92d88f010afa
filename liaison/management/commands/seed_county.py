"""Make a demo county."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from liaison.seeding.seed import Wish, seed_county
from liaison.seeding.shapes import DIVISIONS, SHAPES
from profiles.nodes import ProfileError
from workdays.now import now


class Command(BaseCommand):
    help = "生成演示县：seed_county jiangle，或用 --divisions 给出区划文件和 --households、--members"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", choices=sorted(SHAPES))
        parser.add_argument("--divisions", type=Path, metavar="FILE.csv")
        parser.add_argument("--households", type=int, default=0)
        parser.add_argument("--members", type=int, default=0)
        parser.add_argument("--profile", default="jiangle", help="--divisions 的县用哪份配置")
        parser.add_argument("--matters", type=int, default=Wish.matters, help="最多办多少件事项")
        parser.add_argument("--seed", type=int, default=1, help="同样的种子生成同样的人")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            seed_county(_wish(options), at=now(), say=self._say)
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        except ProfileError as error:
            raise CommandError(str(error)) from error

    def _say(self, fact: str) -> None:
        """At once, also into a pipe: the work takes a while."""
        self.stdout.write(fact)
        self.stdout.flush()


def _wish(options: dict[str, Any]) -> Wish:
    name, file = options["name"], options["divisions"]
    if bool(name) == bool(file):
        raise Refused("请给出县名（jiangle、heping、zhucheng）或 --divisions 区划文件，二者选一。")
    if file and not (options["households"] and options["members"]):
        raise Refused("用 --divisions 时还要给出 --households 和 --members。")
    chosen = {key: options[key] for key in ("households", "members", "profile", "seed", "matters")}
    return Wish(file or DIVISIONS / f"{name}.csv", SHAPES.get(name), **chosen)
