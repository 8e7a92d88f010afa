"""manage.py verify_events: recomputes every event's digest and replays every issue."""

from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from issues.events import broken
from issues.models import Issue, IssueEvent

MOST_NAMED = 50


class Command(BaseCommand):
    help = "核对事项的全部记录:摘要、前后相连、编号连续、重演后与现状一致。"

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(broken())
        self.stdout.write(f"事项 {Issue.objects.count()} 件,记录 {IssueEvent.objects.count()} 条")
        if not found:
            self.stdout.write("全部相连、未被改动,重演与现状一致")
            return
        for fault in islice(found, MOST_NAMED):
            self.stderr.write(f"事项 {fault.row_id}:{fault.sentence}")
        raise CommandError(f"{len({fault.row_id for fault in found})} 件事项的记录有问题,共 {len(found)} 处。")
