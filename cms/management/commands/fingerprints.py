"""Fingerprints for files that were stored before there were any."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from media_library.processing import fingerprinting


class Command(BaseCommand):
    help = "Orders the fingerprints that stored files lack; workers take them. May be run again at any time."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pair", action="store_true", help="look anew for files that are alike")
        parser.add_argument(
            "--forget", action="store_true", help="remove all fingerprints and what follows from them"
        )

    def handle(self, *args: Any, pair: bool, forget: bool, **options: Any) -> None:
        if forget:
            self.stdout.write(f"forgot {fingerprinting.forget()} fingerprints")
        elif pair:
            self.stdout.write(f"found {fingerprinting.pair_again()} pairs")
        else:
            self.stdout.write(f"ordered {fingerprinting.backfill(at=timezone.now())} fingerprints")
