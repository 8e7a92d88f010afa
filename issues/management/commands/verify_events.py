"""manage.py verify_events: recomputes every event's digest and replays every issue and every service request."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from issues.events import ISSUES
from issues.history import History
from issues.requests.history import REQUESTS

MOST_NAMED = 50


class Command(BaseCommand):
    help = "核对事项和点单的全部记录：摘要、前后相连、编号连续、重演后与现状一致。"

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = [*self._of("事项", ISSUES), *self._of("点单", REQUESTS)]
        if wrong:
            raise CommandError("".join(wrong))
        self.stdout.write("全部相连、未被改动，重演与现状一致")

    def _of(self, what: str, history: History) -> list[str]:
        found = list(history.broken())
        rows, events = history.rows._default_manager.count(), history.events._default_manager.count()
        self.stdout.write(f"{what} {rows} 件，记录 {events} 条")
        for fault in islice(found, MOST_NAMED):
            self.stderr.write(f"{what} {fault.row_id}：{fault.sentence}")
        count = len({fault.row_id for fault in found})
        return [f"{count} 件{what}的记录有问题，共 {len(found)} 处。"] if found else []
