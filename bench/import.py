"""An import of a table of 5,000 articles against the bare writing of equal rows, by turns, on SQLite.

The import: CSV read in the sandbox, every row checked and kept for the page that shows it, confirmed, written as
drafts with revision, terms, identifiers and log entries by jobs in pieces, and found at the desk (the outbox
drained). The peer: ``bulk_create`` of the same resources, terms and identifiers in batches of 500, and the bulk
write of ready documents into the embedded index. Both by the clock, and by the processor time of this process,
which a busy machine leaves alone. Memory: growth of the process from the first round to the last.

Prints ``name value unit`` a line. ``--rows`` and ``--rounds`` for trying.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HEADINGS = ["identifier", "kind", "title", "summary", "audiences", "topics", "keywords", "credit"]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=5_000)
    asked.add_argument("--rounds", type=int, default=3)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="kho57-bench-") as folder:
        _set_up(Path(folder))
        from bench.library.records import records

        texts = list(records(given.rows))
        agency, by = _people()
        imports: list[float] = []
        peers: list[float] = []
        steps: list[dict[str, float]] = []
        memory = []
        processor: dict[str, list[float]] = {"import": [], "bulk": []}
        for turn in range(given.rounds):
            began = time.process_time()
            taken = _import(_table(texts, turn), agency=agency, by=by, rows=given.rows)
            steps.append(taken)
            imports.append(sum(taken.values()))
            processor["import"].append(time.process_time() - began)
            memory.append(_resident())
            clock, spent = _peer(texts, turn, agency=agency, by=by)
            peers.append(clock)
            processor["bulk"].append(spent)
    print(f"# {given.rows} rows, {given.rounds} rounds by turns, SQLite, embedded index, one process")
    for step in steps[0]:
        print(f"import_{step} {statistics.median(one[step] for one in steps):.2f} s")
    print(f"import_rows {given.rows / statistics.median(imports):.0f} rows/s")
    print(f"bulk_rows {given.rows / statistics.median(peers):.0f} rows/s")
    print(f"import_over_bulk {statistics.median(peers) / statistics.median(imports):.2f} ratio")
    spent_by = {side: statistics.median(seconds) for side, seconds in processor.items()}
    print(f"import_processor {1000 * spent_by['import'] / given.rows:.2f} ms/row")
    print(f"bulk_processor {1000 * spent_by['bulk'] / given.rows:.2f} ms/row")
    print(f"import_over_bulk_processor {spent_by['bulk'] / spent_by['import']:.2f} ratio")
    print(f"import_memory_growth {(memory[-1] - memory[0]) / 2**20:.1f} MB")
    print(f"import_memory_peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10:.0f} MB")
    print(f"ran_on {os.cpu_count()} cores")
    return 0


def _set_up(folder: Path) -> None:
    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    import django
    from django.conf import settings

    from cms.settings import environment

    settings.DATABASES["default"] = environment.sqlite(folder / "kho57.sqlite3")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def _people() -> tuple[Any, Any]:
    from tests import factories

    for number in range(6):
        factories.audience(f"doi-tuong-{number}", f"Đối tượng {number}", f"Audience {number}")
    for number in range(40):
        factories.topic(f"chu-de-{number}", f"Chủ đề {number}", f"Topic {number}")
    agency = factories.make_agency()
    return agency, factories.make_communicator(agency)


def _cells(record: Any, turn: int) -> list[str]:
    return [
        f"do:{turn}-{record.number}",
        "article",
        record.title,
        record.summary[:300],
        "; ".join(f"doi-tuong-{number % 6}" for number in record.audiences),
        "; ".join(f"chu-de-{number % 40}" for number in record.topics),
        "; ".join(f"từ khóa {number % 300}" for number in record.keywords),
        "Sở Khoa học và Công nghệ / Kho 57",
    ]


def _table(texts: list[Any], turn: int) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEADINGS, *(_cells(record, turn) for record in texts)])
    return out.getvalue().encode()


def _import(table: bytes, *, agency: Any, by: Any, rows: int) -> dict[str, float]:
    from django.utils import timezone

    from media_library.importing import reading, running
    from media_library.models import ImportRun
    from media_library.processing import jobs
    from search import indexing

    taken = {}
    began = time.perf_counter()
    run = reading.begin(
        table=io.BytesIO(table), table_name="bang.csv", agency=agency, by=by, at=timezone.now()
    )
    jobs.run_all_due()
    taken["checked"] = time.perf_counter() - began
    began = time.perf_counter()
    running.confirm(ImportRun.objects.get(pk=run.pk), at=timezone.now())
    jobs.run_all_due()
    taken["written"] = time.perf_counter() - began
    began = time.perf_counter()
    while indexing.drain(timezone.now()):
        pass
    taken["indexed"] = time.perf_counter() - began
    counted = ImportRun.objects.get(pk=run.pk).counts()
    if counted["created"] != rows:
        raise SystemExit(f"not all rows became drafts: {counted}")
    return taken


def _peer(texts: list[Any], turn: int, *, agency: Any, by: Any) -> tuple[float, float]:
    """Seconds, by the clock and of the processor, for equal rows and their documents, which are ready before."""
    from django.db import transaction
    from django.utils import timezone

    from media_library.importing.drafting import keywords
    from media_library.models import Audience, Identifier, Resource, Topic
    from media_library.models.vocabulary import ResourceAudience, ResourceKeyword, ResourceTopic
    from search import documents, engines

    terms = {
        "audiences": {one.slug: one for one in Audience.objects.all()},
        "topics": {one.slug: one for one in Topic.objects.all()},
        "keywords": keywords(f"từ khóa {number}" for number in range(300)),
    }
    cells = [_cells(record, turn) for record in texts]
    began, spent = time.perf_counter(), time.process_time()
    with transaction.atomic():
        made = Resource.objects.bulk_create((_row(one, agency, by) for one in cells), batch_size=500)
        Identifier.objects.bulk_create(
            (
                Identifier(resource=row, scheme="peer", value=one[0])
                for row, one in zip(made, cells, strict=True)
            ),
            batch_size=500,
        )
        for column, (model, name) in enumerate(
            ((ResourceAudience, "audiences"), (ResourceTopic, "topics"), (ResourceKeyword, "keywords")),
            start=4,
        ):
            model.objects.bulk_create(
                (
                    model(content_object_id=row.pk, tag=terms[name][word])
                    for row, one in zip(made, cells, strict=True)
                    for word in dict.fromkeys(filter(None, one[column].split("; ")))
                ),
                batch_size=500,
            )
    taken, spent = time.perf_counter() - began, time.process_time() - spent
    ids = [row.pk for row in made]
    for start in range(0, len(ids), 500):
        shown, _hidden = documents.at_this_moment(ids[start : start + 500], timezone.now())
        if not shown:
            raise SystemExit("a draft has no document")
        began, before = time.perf_counter(), time.process_time()
        engines.engine().index(shown)
        taken += time.perf_counter() - began
        spent += time.process_time() - before
    return taken, spent


def _row(cells: list[str], agency: Any, by: Any) -> Any:
    from wagtail.models import Locale

    from media_library.models import Resource

    row = Resource(
        kind="article",
        title=cells[2],
        summary=cells[3],
        credit_line=cells[7],
        agency=agency,
        created_by=by,
        live=False,
        locale=Locale.get_default(),
    )
    row.normalise()
    return row


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main())
