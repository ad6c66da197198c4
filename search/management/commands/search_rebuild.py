"""Index the whole library anew, without a pause in searching."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from media_library.models import Resource
from search import engines, rebuilding
from search.engines.contract import Engine, Unavailable
from search.engines.elasticsearch.engine import ElasticsearchEngine


class Command(BaseCommand):
    help = "Indexes every resource anew; searches and live changes go on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--engine", help="database or elasticsearch; without it each engine that is in use"
        )
        parser.add_argument(
            "--clear", action="store_true", help="empty the index first: nothing is found until done"
        )
        parser.add_argument(
            "--if-missing", action="store_true", help="only where the index has no documents yet"
        )
        parser.add_argument(
            "--back", action="store_true", help="Elasticsearch: search the index of before the last rebuild"
        )
        parser.add_argument(
            "--drop-old", action="store_true", help="Elasticsearch: delete that earlier index"
        )

    def handle(self, *args: Any, engine: str | None = None, **options: Any) -> None:
        try:
            chosen = [engines.named(engine)] if engine else list(engines.every())
            for one in chosen:
                self._handle(one, **options)
        except LookupError as problem:
            raise CommandError(str(problem)) from problem
        except Unavailable as problem:
            raise CommandError(
                f"The search engine does not answer ({problem}). Nothing is lost: searches go on with the "
                "index there is. Start the server and run the command again; it goes on where it was."
            ) from problem
        except rebuilding.Disagreement as problem:
            raise CommandError(
                f"Index and library still differ in {problem}; searches go on with the index there is. "
                "Look at the changes that failed, then run the command again."
            ) from problem

    def _handle(self, target: Engine, **options: Any) -> None:
        if options["back"] or options["drop_old"]:
            self._old(target, back=options["back"])
            return
        if options["clear"]:
            target.clear()
        if options["if_missing"] and target.count():
            return
        self._rebuild(target, quiet=options["verbosity"] == 0)

    def _rebuild(self, target: Engine, *, quiet: bool) -> None:
        total = Resource.objects.count()
        with tqdm(total=total, unit=" resources", desc=target.name, disable=quiet) as bar:
            act = "copying"
            for step in rebuilding.rebuild(target, timezone.now):
                if step.act != act:
                    bar.reset(total=total)
                    act = step.act
                bar.set_postfix_str(act)
                bar.update(step.done)
        if not quiet:
            self.stdout.write(f"{target.name}: {target.count()} documents, checksum {target.checksum()}")

    def _old(self, target: Engine, *, back: bool) -> None:
        if not isinstance(target, ElasticsearchEngine):
            return
        if back:
            self.stdout.write(f"Searches ask {rebuilding.go_back(target)} again.")
        elif older := target.aliases.older():
            target.aliases.drop(older)
            self.stdout.write(f"{older} is deleted.")
