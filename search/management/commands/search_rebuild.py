"""Index the whole library anew, without a pause in searching."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from media_library.models import Resource
from search import rebuilding
from search.engines import engine


class Command(BaseCommand):
    help = "Indexes every public resource anew; searches and live changes go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--clear", action="store_true", help="empty the index first: nothing is found until done"
        )

    def handle(self, *args: Any, clear: bool = False, **options: Any) -> None:
        if clear:
            engine().clear()
        with tqdm(
            total=Resource.objects.count(), unit=" resources", disable=options["verbosity"] == 0
        ) as bar:
            for done in rebuilding.rebuild(engine(), timezone.now()):
                bar.update(done)
        if options["verbosity"]:
            self.stdout.write(f"{engine().count()} documents, checksum {engine().checksum()}")
