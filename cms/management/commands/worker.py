"""Run a worker until SIGTERM."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from media_library.worker import Worker


class Command(BaseCommand):
    help = "Empties the outboxes and does the jobs of the queue, until it is told to stop (SIGTERM)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--job-threads", type=int, default=1, help="jobs done at the same time")

    def handle(self, *args: Any, job_threads: int, **options: Any) -> None:
        worker = Worker(job_threads=max(1, job_threads))
        worker.stop_on_signals()
        self.stdout.write(f"{worker.name} ready")
        worker.run()
