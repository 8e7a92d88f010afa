"""Compare the stored tree with the parents; --fix writes it anew from them."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from grids.check import check_grids, fix_grids

MOST_NAMED = 50


class Command(BaseCommand):
    help = "检查网格树：边界、层数、所属列、全称、层级规则；--fix 按上级重写"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--fix", action="store_true", help="按上级改正能改正的")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["fix"]:
            self.stdout.write(f"改正{fix_grids()}个网格")
        count, wrong = check_grids()
        for one in wrong[:MOST_NAMED]:
            self.stdout.write(str(one))
        self.stdout.write(f"检查{count}个网格，{len(wrong)}处不符")
        if wrong:
            mends = any(one.mends for one in wrong)
            raise CommandError("请用 check_grids --fix 改正。" if mends else "请按上面的说明人工改正。")
