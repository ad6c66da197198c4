"""Compute at once what is missing of the vectors by which resources are found by their meaning."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from media_library.models import Resource
from search import meaning
from search.embedder import Unusable
from search.models import Passage


class Command(BaseCommand):
    help = "Computes all missing vectors of public resources; may be broken off and goes on where it was."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SEARCH_MEANING:
            raise CommandError("SEARCH_MEANING is off: nothing would use the vectors.")
        quiet = options["verbosity"] == 0
        try:
            with tqdm(total=Resource.objects.count(), unit=" resources", disable=quiet) as bar:
                for done in meaning.compute_missing(timezone.now):
                    bar.update(done)
        except Unusable as problem:
            raise CommandError(f"The model cannot be loaded here: {problem}") from problem
        if not quiet:
            self.stdout.write(f"{Passage.objects.count()} passages")
