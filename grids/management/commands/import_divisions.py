"""Bring a county's official divisions into the tree, or bring the tree up to date with them."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from grids.division_import import import_divisions
from workdays.now import today


class Command(BaseCommand):
    help = "导入区划 CSV（code,name;12位代码）：全部合格才写入，可重复执行，改名的改名，撤销的停用"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            facts = import_divisions(_content(options["file"]), by=None, on=today())
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        for fact in facts:
            self.stdout.write(fact)


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"读不了文件 {file}：请检查路径和权限（{error.strerror}）。") from error
