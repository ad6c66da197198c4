"""How well questions are answered: judged cases, the measures, and two runs side by side.

Pure: it reads lines and lists of ids, and knows neither an engine nor the database.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

SHOWN = 10
"""Places that count: what a reader sees without turning the page."""
GRADES = (1, 2, 3)
"""Marginal, useful, exactly what was wanted."""
USEFUL = 2
"""From this grade on a resource counts for recall and for the reciprocal rank."""
SETS = ("dev", "held-out")
ALL = "all"
"""Name of the line over all types."""
SAME = 0.005
"""Changes of nDCG smaller than this are none."""


class BadCases(ValueError):
    """A line is no judged question; ``line`` counts from 1."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line


class BadRun(ValueError):
    """What was read is no saved run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A question as typed and the grades of the resources that answer it; unlisted ones do not."""

    q: str
    type: str
    judgments: Mapping[str, int]
    lang: str = "vi"
    set: str = "dev"
    reason: str = ""


def read_cases(lines: Iterable[str]) -> list[Case]:
    """One case for each line of JSON; empty lines are passed over. Raises BadCases."""
    return [_case(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _case(number: int, line: str) -> Case:
    try:
        row = json.loads(line)
    except ValueError as problem:
        raise BadCases(number, f"no JSON ({problem})") from problem
    if not isinstance(row, dict):
        raise BadCases(number, "no JSON object")
    for name in ("q", "type"):
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise BadCases(number, f"“{name}” must be a text that is not empty")
    for name in ("lang", "set", "reason"):
        if not isinstance(row.get(name, ""), str):
            raise BadCases(number, f"“{name}” must be a text")
    if row.get("set", SETS[0]) not in SETS:
        raise BadCases(number, f"“set” must be one of {', '.join(SETS)}")
    return Case(
        q=row["q"],
        type=row["type"],
        judgments=_judgments(number, row.get("judgments")),
        **{name: row[name] for name in ("lang", "set", "reason") if name in row},
    )


def _judgments(number: int, value: object) -> dict[str, int]:
    if not isinstance(value, dict) or not value:
        raise BadCases(number, "“judgments” must give a grade to at least one resource")
    for name, grade in value.items():
        if isinstance(grade, bool) or grade not in GRADES:
            raise BadCases(number, f"the grade of “{name}” must be 1, 2 or 3")
    if max(value.values()) < USEFUL:
        raise BadCases(number, "at least one resource must have grade 2 or 3")
    return value


def ndcg(ranked: Sequence[str], judgments: Mapping[str, int]) -> float:
    """Normalised discounted cumulated gain of the first ten, between 0 and 1.

    Cumulated gain with a logarithmic discount and its ideal: Järvelin & Kekäläinen, “Cumulated gain-based
    evaluation of IR techniques”, ACM TOIS 20(4), 2002. Gain ``2**grade - 1`` and discount
    ``log2(1 + place)``: Burges et al., “Learning to rank using gradient descent”, ICML 2005. With gains of
    7, 3 and 1 two useful resources do not make up for the one that was wanted.
    """
    best = _gain(sorted(judgments.values(), reverse=True))
    return _gain([judgments.get(one, 0) for one in ranked]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(1 + place) for place, grade in enumerate(grades[:SHOWN], start=1))


def reciprocal_rank(ranked: Sequence[str], judgments: Mapping[str, int]) -> float:
    """One over the place of the first useful resource among the first ten, 0 without one.

    Its mean over questions is MRR: Voorhees, “The TREC-8 question answering track report”, 1999.
    """
    places = (n for n, one in enumerate(ranked[:SHOWN], start=1) if judgments.get(one, 0) >= USEFUL)
    return 1 / next(places, math.inf)


def recall(ranked: Sequence[str], judgments: Mapping[str, int]) -> float:
    """Share of the useful resources that stand among the first ten."""
    useful = {one for one, grade in judgments.items() if grade >= USEFUL}
    return len(useful & set(ranked[:SHOWN])) / len(useful) if useful else 0.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A case and the ids that were found for it, best first."""

    case: Case
    ranked: tuple[str, ...]

    @property
    def ndcg(self) -> float:
        return ndcg(self.ranked, self.case.judgments)

    @property
    def reciprocal_rank(self) -> float:
        return reciprocal_rank(self.ranked, self.case.judgments)

    @property
    def recall(self) -> float:
        return recall(self.ranked, self.case.judgments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Means over ``questions`` questions; ``zero`` is the share of them for which nothing was found."""

    questions: int
    ndcg: float
    mrr: float
    recall: float
    zero: float

    @classmethod
    def of(cls, measured: Sequence[Measured]) -> Figures:
        """Raises StatisticsError without any question."""
        return cls(
            questions=len(measured),
            ndcg=fmean(one.ndcg for one in measured),
            mrr=fmean(one.reciprocal_rank for one in measured),
            recall=fmean(one.recall for one in measured),
            zero=fmean(not one.ranked for one in measured),
        )


def by_type(measured: Sequence[Measured]) -> dict[str, Figures]:
    """Figures of each type in the order of the cases, and of all of them under :data:`ALL` at the end."""
    types = dict.fromkeys(one.case.type for one in measured)
    found = {name: Figures.of([one for one in measured if one.case.type == name]) for name in types}
    return {**found, ALL: Figures.of(measured)}


@dataclass(frozen=True, slots=True)
class Run:
    """What ``engine`` found: ids by question. Judgments are no part of it, so they can be corrected later."""

    engine: str
    found: Mapping[str, tuple[str, ...]]

    def measured(self, cases: Iterable[Case]) -> list[Measured]:
        """Those of ``cases`` that were asked."""
        return [Measured(case, self.found[case.q]) for case in cases if case.q in self.found]

    def to_json(self) -> str:
        """The run as JSON; :meth:`from_json` gives an equal one."""
        found = {q: list(ids) for q, ids in self.found.items()}
        return json.dumps({"engine": self.engine, "found": found}, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, stored: str) -> Run:
        """Raises BadRun for what :meth:`to_json` did not write."""
        try:
            row = json.loads(stored)
            found = {str(q): tuple(map(str, ids)) for q, ids in row["found"].items()}
            return cls(str(row["engine"]), found)
        except (ValueError, KeyError, TypeError, AttributeError) as problem:
            raise BadRun(f"not a saved run ({type(problem).__name__}: {problem})") from problem


@dataclass(frozen=True, slots=True)
class Change:
    """A question that two runs answer differently well (nDCG)."""

    case: Case
    before: float
    after: float

    @property
    def by(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """From one run to another: greatest change first; ``same`` questions changed by less than SAME."""

    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    same: int
    uncompared: tuple[str, ...]
    """Questions that only one of the runs was asked."""


def compare(before: Run, after: Run, cases: Sequence[Case]) -> Comparison:
    """What of ``cases`` ``after`` answers better and worse than ``before``."""
    old = {one.case.q: one.ndcg for one in before.measured(cases)}
    new = {one.case.q: one.ndcg for one in after.measured(cases)}
    both = [Change(case, old[case.q], new[case.q]) for case in cases if case.q in old and case.q in new]
    changed = sorted((one for one in both if abs(one.by) >= SAME), key=lambda one: -abs(one.by))
    return Comparison(
        better=tuple(one for one in changed if one.by > 0),
        worse=tuple(one for one in changed if one.by < 0),
        same=len(both) - len(changed),
        uncompared=tuple(case.q for case in cases if (case.q in old) != (case.q in new)),
    )
