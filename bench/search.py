"""Search over 100,000 generated resources: the embedded engine beside Elasticsearch, the endpoint beside both.

Prints ``name value unit`` a line. Both sides of a ratio alternate in one run; medians and 95th percentiles
(p95). Builds the library under .cache/bench once. Writes nowhere else, listens on loopback only.

``--size 5000`` tries it out; ``--embedded`` leaves Elasticsearch away.
"""

from __future__ import annotations

import argparse
import io
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.library import stored  # noqa: E402

QUESTIONS = 24
"""Different ones of each kind."""
ROUNDS = 3
LONG_ENOUGH = 8.0
"""Milliseconds of an engine from which on the endpoint is compared with it."""
ENDPOINT_ROUNDS = 6
API, PAGE = "/api/v1/search", "/vi/search/"
Timed = Callable[[], Any]


def main() -> int:
    asked = _arguments()
    folder = stored.configured(asked.size)
    rate = stored.ensure(folder, asked.size)
    _print_library(folder, asked.size, rate)
    with _elasticsearch(folder, asked.embedded) as other:
        engines = {"embedded": _embedded(), **({"elasticsearch": other} if other else {})}
        _print_kinds(engines)
        _print_suggestions(engines)
        for name, engine in engines.items():
            _print_depth(name, engine)
            _print_endpoint(name, engine)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--embedded", action="store_true")
    return parser.parse_args()


# -- the two engines ------------------------------------------------------------------------------------


def _embedded() -> Any:
    from search.engines.database import engine

    return engine.make()


@contextmanager
def _elasticsearch(folder: Path, left_away: bool) -> Iterator[Any]:
    """A server with everything that the embedded index has; None without one."""
    from tests import servers
    from tests.servers import elasticsearch

    if left_away:
        yield None
        return
    try:
        server = elasticsearch.started(heap="2g", measured=True)
        url = server.__enter__()
    except servers.NotStarted as problem:
        print(f"# without Elasticsearch: {str(problem).splitlines()[0]}")
        yield None
        return
    try:
        yield _filled(url)
    finally:
        server.__exit__(None, None, None)


def _filled(url: str) -> Any:
    from search.engines.contract import Document, Unavailable
    from search.engines.elasticsearch import source
    from search.engines.elasticsearch.connection import Servers
    from search.engines.elasticsearch.engine import ElasticsearchEngine
    from search.models import IndexedText

    engine = ElasticsearchEngine(Servers(hosts=[url], index="bench", deadline=30.0))
    engine.clear()
    indices, number, started = engine.aliases.written(), 0, time.perf_counter()
    lines = IndexedText.objects.order_by("pk").values_list("document", flat=True).iterator(chunk_size=500)
    documents = (Document.from_json(line) for line in lines)
    while batch := list(itertools.islice(documents, 500)):
        # As a rebuild writes: without waiting until each is found; a server out of breath is asked again.
        rows = [(one.key, one.version, source.of(one)) for one in batch]
        for last in (False, False, False, True):
            try:
                engine.write_to(indices, rows, wait=False)
                break
            except Unavailable:
                if last:
                    raise
        number += len(batch)
    print(f"elasticsearch_indexed {number / (time.perf_counter() - started):.0f} documents/s")
    client = engine.connection._client("write", 30.0, 3).options(request_timeout=600)
    client.indices.refresh(index=engine.aliases.read)
    client.indices.forcemerge(index=engine.aliases.read, max_num_segments=1)
    assert engine.count() == number
    return engine


# -- what is measured -----------------------------------------------------------------------------------


def _print_library(folder: Path, size: int, rate: float | None) -> None:
    from search.models import Gram, IndexedText

    print(f"# {size} generated resources ({IndexedText.objects.count()} documents with those of the desk)")
    print(f"# words and pairs of words: {Gram.objects.count()}; ran on {os.cpu_count()} cores")
    print(f"library_on_disk {sum(one.stat().st_size for one in folder.glob('kho57.sqlite3*')) / 1e6:.0f} MB")
    if rate:
        print(f"embedded_indexed {rate:.0f} documents/s")


def _print_kinds(engines: Mapping[str, Any]) -> None:
    """Each kind of question: the first time it is asked, and later."""
    from bench.library.questions import questions

    start = time.perf_counter()
    engines["embedded"].search(_ask(next(iter(questions(1).values()))[0]))
    print(f"embedded_first_search_of_a_process {1000 * (time.perf_counter() - start):.0f} ms")
    for kind, requests in questions(QUESTIONS).items():
        asks = [_ask(request) for request in requests]
        rounds = [_alternating(engines, asks) for _round in range(ROUNDS)]
        for name in engines:
            _print_times(f"{name}_{kind}_first", rounds[0][name])
            _print_times(f"{name}_{kind}", [one for spent in rounds[1:] for one in spent[name]])
        if "elasticsearch" in engines:
            later = {name: [one for spent in rounds for one in spent[name]] for name in engines}
            ratio = _p95(later["embedded"]) / _p95(later["elasticsearch"])
            print(f"embedded_over_elasticsearch_{kind}_p95 {ratio:.2f} ratio")


def _print_suggestions(engines: Mapping[str, Any]) -> None:
    from bench.library.questions import prefixes

    for name, engine in engines.items():
        times = [
            _milliseconds(lambda p=prefix, e=engine: e.suggest(p, language="vi", limit=8, at=stored.NOW))
            for prefix in prefixes(100)
        ]
        _print_times(f"{name}_suggestion", times)


def _print_depth(name: str, engine: Any) -> None:
    """The deepest page that can be reached over the first, in each order."""
    from search.engines.contract import Ask
    from search.query import Query
    from search.request import SORTS

    for sort in SORTS:
        ask = Ask(query=Query.parse("khoa học dữ liệu"), sort=sort, size=20, at=stored.NOW)
        deep = _deepest(engine, ask)
        pairs = [
            (_milliseconds(lambda a=ask: engine.search(a)), _milliseconds(lambda d=deep: engine.search(d)))
            for _round in range(12)
        ][2:]
        first, last = (statistics.median(side) for side in zip(*pairs, strict=True))
        print(f"{name}_deepest_page_over_first_{sort} {last / first:.2f} ratio")


def _deepest(engine: Any, ask: Any) -> Any:
    """The question for the last page, found by leaps of a thousand."""
    from dataclasses import replace

    leap, last = replace(ask, size=1_000, facets=()), ask
    for _leap in range(200):
        answer = engine.search(leap)
        if answer.next is None:
            return last
        leap = replace(leap, after=answer.next, snapshot="")
        last = replace(ask, after=answer.next)
    return last


def _print_endpoint(name: str, engine: Any) -> None:
    """The whole request over the engine's own query, and the processor time of its parts."""
    from bench.library.questions import questions

    bare = _bare(name, engine)
    _answering(engine)
    kinds = ("three_words", "natural_question", "common_words")
    requests = [one for kind in kinds for one in questions(10)[kind]]
    ratios, whole, alone = [], [], []
    for request in requests:
        ask = _ask(request)
        pairs = [
            (_milliseconds(lambda r=request: _get(API, r)), _milliseconds(lambda a=ask: bare(a)))
            for _round in range(ENDPOINT_ROUNDS)
        ][1:]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        whole.append(ours)
        alone.append(theirs)
        if theirs >= LONG_ENOUGH:
            ratios.append(statistics.median(a / b for a, b in pairs))
    print(f"# {API} of {name}: {len(ratios)} of {len(requests)} questions took it {LONG_ENOUGH:g} ms or more")
    print(f"{name}_endpoint_p50 {statistics.median(whole):.1f} ms")
    print(f"{name}_own_query_p50 {statistics.median(alone):.1f} ms")
    if ratios:
        print(f"{name}_endpoint_over_own_query {statistics.median(ratios):.2f} ratio")
    _print_parts(name, engine, requests)


def _print_parts(name: str, engine: Any, requests: Sequence[Any]) -> None:
    """Processor time of one request in this process, by part; what is left reads and writes the request."""
    from search import facets, finding, highlight, indexing, picks, spelling

    parts: dict[str, list[float]] = {}
    counted = [
        (finding.Query, "parse", "understanding"),
        (indexing, "hidden", "what_waits_in_the_outbox"),
        (picks, "picked", "editors_picks"),
        (engine, "search", "engine"),
        (spelling, "put_right", "other_wordings"),
        (facets, "labelled", "facet_labels"),
        (highlight, "found_in", "highlights"),
    ]
    with _counted(counted) as spent:
        for request in requests:
            spent.clear()
            whole = _processor(lambda r=request: _get(API, r))
            for _owner, _name, part in counted:
                parts.setdefault(part, []).append(spent.get(part, 0.0))
            parts.setdefault("check_and_answer", []).append(whole - sum(spent.values()))
            parts.setdefault("whole", []).append(whole)
    for part, times in parts.items():
        print(f"{name}_cpu_{part} {statistics.median(times):.2f} ms")
    pages = [_processor(lambda r=request: _get(PAGE, r)) for request in requests]
    print(f"{name}_cpu_whole_page {statistics.median(pages):.2f} ms", flush=True)


@contextmanager
def _counted(functions: Sequence[tuple[Any, str, str]]) -> Iterator[dict[str, float]]:
    """Milliseconds of the processor by part, while these functions are called."""
    spent: dict[str, float] = {}

    def counting(act: Callable[..., Any], part: str) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            start = time.process_time()
            try:
                return act(*args, **kwargs)
            finally:
                spent[part] = spent.get(part, 0.0) + 1000 * (time.process_time() - start)

        return counted

    kept = [(owner, name, vars(owner).get(name)) for owner, name, _part in functions]
    for owner, name, part in functions:
        setattr(owner, name, counting(getattr(owner, name), part))
    try:
        yield spent
    finally:
        for owner, name, old in kept:
            delattr(owner, name) if old is None else setattr(owner, name, old)


# -- how it is measured ---------------------------------------------------------------------------------


def _ask(request: Any) -> Any:
    from search.engines.contract import Ask
    from search.query import Query

    query = Query.parse(request.q)
    sort = "newest" if query.empty else "relevance"
    return Ask(query=query, filters=request.filters, sort=sort, size=20, at=stored.NOW)


def _bare(name: str, engine: Any) -> Callable[[Any], Any]:
    """The engine's own query: for Elasticsearch the same body by the plain client, answer read."""
    if name == "embedded":
        return engine.search
    from search.engines.elasticsearch.statement import Statement

    client, index = engine.connection._client("search", 30.0, 1), engine.aliases.read
    bodies: dict[int, Any] = {}

    def ask(asked: Any) -> Any:
        body = bodies.setdefault(id(asked), Statement(asked).body())
        return client.search(index=index, **body).body["hits"]["total"]

    return ask


def _answering(engine: Any) -> None:
    """Let the site ask ``engine``, by words alone, at the moment of the generated library."""
    from django.conf import settings
    from django.utils import timezone

    from search import engines

    settings.SEARCH_MEANING = False
    # A measurement has no monkeypatch fixture; the process ends after it.
    vars(engines)["engine"] = lambda: engine
    vars(timezone)["now"] = lambda: stored.NOW


@cache
def _application() -> Any:
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def _get(path: str, request: Any) -> None:
    """One request through the whole application, middleware included."""
    answers: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": request.query_string(),
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    answer = _application()(environ, lambda status, headers: answers.append(status))
    b"".join(answer)
    answer.close()
    if answers != ["200 OK"]:
        raise SystemExit(f"{path}?{environ['QUERY_STRING']} answered {answers}")


def _alternating(engines: Mapping[str, Any], asks: Sequence[Any]) -> dict[str, list[float]]:
    """Every question to every engine, in turn; milliseconds."""
    spent: dict[str, list[float]] = {name: [] for name in engines}
    for number, ask in enumerate(asks):
        for name in sorted(engines, reverse=bool(number % 2)):
            spent[name].append(_milliseconds(lambda n=name, a=ask: engines[n].search(a)))
    return spent


def _milliseconds(act: Timed) -> float:
    start = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - start)


def _processor(act: Timed) -> float:
    start = time.process_time()
    act()
    return 1000 * (time.process_time() - start)


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=20, method="inclusive")[-1]


def _print_times(name: str, times: Sequence[float]) -> None:
    print(f"{name}_p50 {statistics.median(times):.1f} ms")
    print(f"{name}_p95 {_p95(times):.1f} ms", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
