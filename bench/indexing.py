"""From a change to an answer, and an index made anew in a storm, on PostgreSQL and Elasticsearch.

1. 300 publications, a worker running: seconds until a search finds each.
2. 20,000 resources, a rebuild, four writers that change, publish and withdraw at random throughout, two
   workers, a reader, and Elasticsearch stopped for ten seconds in the middle. Afterwards index and library
   must agree id by id and version by version, no search may have failed, nothing hidden may have shown.

Prints ``name value unit`` a line. Starts and stops its own servers; ``--size`` and ``--publications`` for
trying. Ends with 1 where something did not hold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
AWAY = 10.0
"""Seconds for which Elasticsearch is stopped."""


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--size", type=int, default=20_000)
    asked.add_argument("--publications", type=int, default=300)
    given = asked.parse_args()
    from tests.servers import elasticsearch, postgresql

    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kho57-bench-"))
        os.environ["DATA_DIR"] = folder
        os.environ["DATABASE_URL"] = stack.enter_context(postgresql.started())
        (node,) = stack.enter_context(elasticsearch.started_cluster(nodes=1, heap="1g", measured=True))
        os.environ["ELASTICSEARCH_URL"] = node.url
        stack.enter_context(_site())
        _publications(given.publications)
        held = _storm(given.size, node)
    print(f"ran_on {os.cpu_count()} cores")
    return 0 if held else 1


@contextmanager
def _site() -> Iterator[None]:
    """The site with tables, and Elasticsearch as the engine that answers."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django
    from django.conf import settings

    django.setup()
    settings.SEARCH_ENGINE = "search.engines.elasticsearch.engine"
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0, interactive=False)
    try:
        yield
    finally:
        connections.close_all()


def _publications(number: int) -> None:
    from django.db import connections
    from django.utils import timezone

    from media_library import worker
    from search import engines, finding
    from search.request import SearchRequest
    from tests import factories

    engines.engine().aliases.written()  # type: ignore[attr-defined]
    agency = factories.make_agency()
    running = worker.Worker()
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    seconds = []
    for count in range(number):
        word = f"{chr(97 + count % 26)}{chr(97 + count // 26 % 26)}xq"
        resource = factories.make_published(agency=agency, title=f"Công bố {word}")
        began = time.perf_counter()
        while True:
            found = finding.search(SearchRequest(q=word, exact=True), at=timezone.now())
            if any(one.resource.pk == resource.pk for one in found.results) and not found.simpler:
                break
            if time.perf_counter() - began > 30:
                raise SystemExit(f"“{word}” is not found after 30 s")
            time.sleep(0.01)
        seconds.append(time.perf_counter() - began)
    running.stop()
    thread.join()
    connections.close_all()
    print(f"change_to_searchable_p50 {statistics.median(seconds):.2f} s")
    print(f"change_to_searchable_p95 {statistics.quantiles(seconds, n=20)[-1]:.2f} s")


def _storm(size: int, node: Any) -> bool:
    from django.utils import timezone

    from search import engines, rebuilding
    from search.engines.elasticsearch.engine import ElasticsearchEngine
    from tests.search.storm import differences, settle

    engine = engines.engine()
    assert isinstance(engine, ElasticsearchEngine)
    # What is measured is this index; the embedded one has its own tests.
    engines.every = lambda: (engine,)
    storm = _populated(size)
    began = time.perf_counter()
    list(rebuilding.rebuild(engine, timezone.now))
    quiet = time.perf_counter() - began
    print(f"# {size} resources, two documents each at most; versions compared one by one")
    print(f"rebuild_quiet {2 * size / quiet:.0f} documents/s")
    began = time.perf_counter()
    with storm.raging(writers=4, workers=2):
        threading.Timer(quiet / 3, lambda: _away(node)).start()
        list(rebuilding.rebuild(engine, timezone.now))
        elapsed = time.perf_counter() - began
    settle(tries=6000)
    wrong = [differences(engine, index) for index in engine.aliases.written()]
    print(f"rebuild_in_a_storm {elapsed:.1f} s")
    print(f"changes_meanwhile {storm.changes} changes")
    print(f"searches_meanwhile {storm.searches} searches")
    print(f"searches_answered_by_the_embedded_engine {storm.simpler} searches")
    print(f"searches_failed_or_wrong {len(storm.problems)} searches")
    print(f"documents_that_differ {sum(map(len, wrong))} documents")
    for problem in storm.problems[:5]:
        print(f"# {problem}")
    return not storm.problems and not any(wrong)


def _away(node: Any) -> None:
    node.stop()
    time.sleep(AWAY)
    node.start()


def _populated(size: int) -> Any:
    from media_library.models import Resource
    from media_library.models.resource import new_public_id
    from tests import factories
    from tests.search.storm import SECRET, WORD, Storm

    def copies(model: Resource, number: int) -> list[int]:
        row, made = Resource.objects.get(pk=model.pk), []
        for _number in range(number - 1):
            row.pk, row.public_id, row.translation_key = None, new_public_id(), uuid.uuid4()
            row.latest_revision = row.live_revision = None
            made.append(
                type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.fields})
            )
        return [model.pk, *(one.pk for one in Resource.objects.bulk_create(made, batch_size=500))]

    public = copies(factories.make_published(title=WORD), size - size // 20)
    return Storm(ids=public, secrets=copies(factories.make_resource(title=SECRET), size // 20))


if __name__ == "__main__":
    sys.exit(main())
