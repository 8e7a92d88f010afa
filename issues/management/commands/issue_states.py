"""manage.py issue_states [--check]: draws the state documents anew, or says which are stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.states import MACHINES, Machine, document


class Command(BaseCommand):
    help = "由流转表生成 docs/issue-states.md、request-states.md 和 round-states.md;--check 只核对，不写。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对，过期时退出码为1")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        for machine in MACHINES:
            self._handle(machine, check)

    def _handle(self, machine: Machine, check: bool) -> None:
        path = Path(settings.BASE_DIR) / "docs" / machine.file
        wanted = document(machine)
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        if check and current != wanted:
            raise CommandError(f"docs/{machine.file} 已过期，请运行 manage.py issue_states 后提交。")
        if current != wanted:
            path.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"docs/{machine.file} 与流转表一致" if check else f"已写 docs/{machine.file}")
