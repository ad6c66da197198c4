"""Run the scheduler until SIGTERM."""

from __future__ import annotations

import signal
from typing import Any

from django.core.management.base import BaseCommand

from media_library.scheduler import Scheduler


class Command(BaseCommand):
    help = "Publishes, expires and releases what is due, each second, until it is told to stop (SIGTERM)."

    def handle(self, *args: Any, **options: Any) -> None:
        scheduler = Scheduler()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, scheduler.stop)
        self.stdout.write("scheduler ready")
        scheduler.run()
