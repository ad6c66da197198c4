"""Ladders of films and even loudness of sounds that were prepared before there were any."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from media_library.models import Resource
from media_library.processing import lacking


class Command(BaseCommand):
    help = (
        "Orders the sizes of films (HLS) and the even loudness that stored files lack; workers make them behind"
        " everything newer. May be broken off, and run again at any time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("public_id", nargs="*", help="of these resources alone, such as k57-7f3q-28mv")
        parser.add_argument("--failed", action="store_true", help="try again what failed or was stopped")
        parser.add_argument("--count", action="store_true", help="only say how many files lack something")

    def handle(
        self, *args: Any, public_id: list[str], failed: bool, count: bool, verbosity: int, **options: Any
    ) -> None:
        if not settings.STREAMING:
            raise CommandError("STREAMING is off: nothing of this would be made.")
        chosen = _named(public_id)
        total = lacking.files(of=chosen, failed=failed).count()
        if count:
            self.stdout.write(f"{total} files lack something")
            return
        ordered = 0
        with tqdm(total=total, unit=" files", disable=verbosity == 0) as bar:
            for step in lacking.order(at=timezone.now(), of=chosen, failed=failed):
                ordered += step.ordered
                bar.update(step.seen)
        self.stdout.write(f"ordered the work on {ordered} files")


def _named(public_ids: list[str]) -> list[Resource]:
    found = list(Resource.objects.filter(public_id__in=public_ids).select_related("locale"))
    unknown = sorted(set(public_ids) - {resource.public_id for resource in found})
    if unknown:
        raise CommandError(f"There is no resource {', '.join(unknown)}.")
    return found
