"""How well the library's search answers judged questions."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from media_library.models import Identifier
from search import engines, evaluation, finding
from search.engines.contract import Engine, Unavailable
from search.evaluation import BadCases, BadRun, Case, Comparison, Figures, Measured, Run
from search.request import SearchRequest

CASES = Path(settings.BASE_DIR) / "tests" / "relevance" / "cases.jsonl"
SCHEME = "demo"
"""Scheme of the identifiers by which judgments name resources; the demonstration gives them out."""


class Command(BaseCommand):
    help = "Asks the judged questions of a file and prints how well each type of them is answered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("cases", nargs="?", help=f"file of judged questions; without it {CASES.name}")
        parser.add_argument("--engine", help="engine to measure; without it the configured one")
        parser.add_argument(
            "--set", choices=(*evaluation.SETS, evaluation.ALL), default=evaluation.ALL, dest="part"
        )
        parser.add_argument("--type", help="only questions of this type")
        parser.add_argument("--save", metavar="FILE", help="keep what was found, to compare with later")
        parser.add_argument("--compare", metavar="OTHER", help="another engine, or a file of --save")
        parser.add_argument("--verbose", action="store_true", help="list each question with its first ten")

    def handle(
        self,
        *args: Any,
        cases: str | None,
        engine: str | None,
        part: str,
        type: str | None,
        save: str | None,
        compare: str | None,
        verbose: bool,
        **options: Any,
    ) -> None:
        chosen = _chosen(_read(cases), part=part, type=type)
        names = _names()
        self._tell_missing(chosen, names)
        target = _engine(engine)
        now = timezone.now()
        before = _other(compare, chosen, names, now) if compare else None
        run = _run(target, chosen, names, now)
        if save:
            _save(save, run)
        measured = run.measured(chosen)
        if verbose:
            self._list(measured)
        self._table(run, measured, before)
        if before:
            self._changes(evaluation.compare(before, run, chosen), before)

    def _tell_missing(self, cases: Sequence[Case], names: dict[int, str]) -> None:
        judged = {one for case in cases for one in case.judgments}
        if missing := sorted(judged - set(names.values())):
            self.stderr.write(
                f"{len(missing)} of {len(judged)} judged resources are not in this library and cannot be "
                f"found: {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}"
            )

    def _list(self, measured: Sequence[Measured]) -> None:
        for one in sorted(measured, key=lambda each: each.ndcg):
            self.stdout.write(f"{one.ndcg:.2f}  {one.case.type}: {one.case.q}")
            for place, found in enumerate(one.ranked, start=1):
                self.stdout.write(f"  {place:>8}. {one.case.judgments.get(found, '-')}  {found}")
            for missed, grade in one.case.judgments.items():
                if missed not in one.ranked:
                    self.stdout.write(f"  not found {grade}  {missed}")

    def _table(self, run: Run, measured: Sequence[Measured], before: Run | None) -> None:
        figures = evaluation.by_type(measured)
        old = before.measured([one.case for one in measured]) if before else []
        earlier = evaluation.by_type(old) if old else {}
        self.stdout.write(f"{run.engine}, {len(measured)} questions")
        self.stdout.write(f"{'type':<14}{'number':>7}{'nDCG@10':>9}{'MRR':>7}{'recall@10':>11}{'nothing':>9}")
        for name, line in figures.items():
            self.stdout.write(_line(name, line, earlier.get(name)))

    def _changes(self, found: Comparison, before: Run) -> None:
        self.stdout.write(
            f"Against {before.engine}: {len(found.better)} better, {len(found.worse)} worse, "
            f"{found.same} the same, {len(found.uncompared)} not compared"
        )
        for title, changes in (("Better", found.better), ("Worse", found.worse)):
            for one in changes:
                self.stdout.write(
                    f"{title:<7}{one.by:+.3f}  {one.before:.2f} → {one.after:.2f}  "
                    f"{one.case.type}: {one.case.q}"
                )


def _line(name: str, line: Figures, earlier: Figures | None) -> str:
    change = f"{line.ndcg - earlier.ndcg:>+9.3f}" if earlier else ""
    return (
        f"{name:<14}{line.questions:>7}{line.ndcg:>9.3f}{line.mrr:>7.3f}{line.recall:>11.3f}"
        f"{line.zero:>9.1%}{change}"
    )


def _read(name: str | None) -> list[Case]:
    path = Path(name) if name else CASES
    try:
        with path.open(encoding="utf-8") as file:
            return evaluation.read_cases(file)
    except FileNotFoundError as problem:
        raise CommandError(
            f"There is no file {path}. Name a file of judged questions, one JSON object a line "
            '({"q": …, "type": …, "judgments": {id: grade}}).'
        ) from problem
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"{path} cannot be read as text: {problem}.") from problem
    except BadCases as problem:
        raise CommandError(f"{path}, {problem}. Correct that line and run the command again.") from problem


def _chosen(cases: Sequence[Case], *, part: str, type: str | None) -> list[Case]:
    here = [one for one in cases if part in (evaluation.ALL, one.set)]
    chosen = [one for one in here if type in (None, one.type)]
    if chosen:
        return chosen
    types = ", ".join(sorted({one.type for one in here})) or "none"
    raise CommandError(f"No question is left to ask. Types in the chosen set: {types}.")


def _names() -> dict[int, str]:
    """Judged ids of the loaded resources by primary key."""
    names = dict(Identifier.objects.filter(scheme=SCHEME).values_list("resource_id", "value"))
    if not names:
        raise CommandError(
            f"No resource carries an identifier of scheme “{SCHEME}”, by which judgments name resources. "
            "Load the demonstration library first: manage.py demo."
        )
    return names


def _engine(name: str | None) -> Engine:
    try:
        return engines.named(name) if name else engines.engine()
    except LookupError as problem:
        raise CommandError(str(problem)) from problem


def _other(given: str, cases: Sequence[Case], names: dict[int, str], at: datetime) -> Run:
    if given in engines.PATHS:
        return _run(_engine(given), cases, names, at)
    try:
        return Run.from_json(Path(given).read_text(encoding="utf-8"))
    except FileNotFoundError as problem:
        raise CommandError(
            f"“{given}” is neither a file of --save nor an engine ({', '.join(engines.PATHS)})."
        ) from problem
    except (OSError, UnicodeDecodeError, BadRun) as problem:
        raise CommandError(f"{given}: {problem}. Save a run with --save and compare with that.") from problem


def _save(name: str, run: Run) -> None:
    try:
        Path(name).write_text(run.to_json(), encoding="utf-8")
    except OSError as problem:
        raise CommandError(f"The run cannot be saved: {problem}.") from problem


def _run(target: Engine, cases: Sequence[Case], names: dict[int, str], at: datetime) -> Run:
    with engines.answering(target):
        return Run(target.name, {case.q: tuple(_found(case, names, at)) for case in cases})


def _found(case: Case, names: dict[int, str], at: datetime) -> Iterator[str]:
    """What a reader is shown; a resource that no judgment can name keeps its place under its key."""
    request, _notices = SearchRequest.parse({"q": case.q}, case.lang)
    try:
        results = finding.search(request, at=at, size=evaluation.SHOWN)
    except Unavailable as problem:
        raise CommandError(f"The search engine does not answer ({problem}).") from problem
    if results.simpler:
        raise CommandError(
            f"{engines.engine().name} does not answer; the embedded engine did in its place, which is not "
            "what was to be measured. Start the server and run the command again."
        )
    for one in results.results:
        yield names.get(one.resource.pk, f"#{one.resource.pk}")
