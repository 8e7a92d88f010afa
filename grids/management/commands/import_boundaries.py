"""Put the outlines of grids on the map."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import Refused
from grids.boundaries import load_boundaries
from workdays.now import now


class Command(BaseCommand):
    help = "导入网格边界 GeoJSON（属性 code 为12位区划代码，村以下每级加3位）：全部合格才写入，可重复执行"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE.geojson")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            facts = load_boundaries(content=_content(options["file"]), by=None, at=now())
        except Refused as refused:
            raise CommandError(refused.sentence) from refused
        self.stdout.write(f"已导入边界：{'，'.join(facts)}。")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Refused(f"读不了文件 {file}：请检查路径和权限（{error.strerror}）。") from error
