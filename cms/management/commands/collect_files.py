"""Remove stored files that nothing names."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from media_library import collector


class Command(BaseCommand):
    help = "Removes stored files that no resource and no revision names. The scheduler orders it each day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")
        parser.add_argument("--rows-days", type=float, default=7, help="keep uploads younger than this")
        parser.add_argument("--bytes-hours", type=float, default=12, help="keep bytes younger than this")

    def handle(self, *args: Any, dry_run: bool, rows_days: float, bytes_hours: float, **options: Any) -> None:
        collected = collector.collect(
            at=timezone.now(),
            rows_age=timedelta(days=rows_days),
            bytes_age=timedelta(hours=bytes_hours),
            dry_run=dry_run,
        )
        verb = "would remove" if dry_run else "removed"
        self.stdout.write(
            f"{verb} {collected.rows} uploads, {collected.files} files ({filesizeformat(collected.bytes)}),"
            f" {collected.workspaces} abandoned work folders, {collected.uploads} abandoned parts of uploads"
        )
