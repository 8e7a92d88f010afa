"""Deliver what waits in the outbox now, without a worker."""

from typing import Any

from django.core.management.base import BaseCommand

from notices.delivery import deliver_waiting
from workdays.now import now


class Command(BaseCommand):
    help = "立即投递待发送的通知（站内消息和短信）"

    def handle(self, *args: Any, **options: Any) -> None:
        done = deliver_waiting(at=now())
        self.stdout.write(f"站内消息：{done.inbox}条已送达")
        self.stdout.write(f"短信：{done.sent}条已发送")
        self.stdout.write(f"短信：{done.postponed}条未发出，稍后重试")
        self.stdout.write(f"短信：{done.failed}条发送失败，不再重试")
