"""manage.py issue_states [--check]: draws docs/issue-states.md anew, or says that it is stale."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from issues.states import document


class Command(BaseCommand):
    help = "由流转表生成 docs/issue-states.md;--check 只核对,不写。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="只核对,过期时退出码为1")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "issue-states.md"
        wanted = document()
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        if check and current != wanted:
            raise CommandError("docs/issue-states.md 已过期,请运行 manage.py issue_states 后提交。")
        if current != wanted:
            path.write_text(wanted, encoding="utf-8")
        self.stdout.write("docs/issue-states.md 与流转表一致" if check else "已写 docs/issue-states.md")
