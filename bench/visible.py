"""From a change to what people see: the whole site as it runs, with one worker and a scheduler, embedded default.

1. Publications of a photograph: seconds from the call that publishes until its page, a search and five forms of
   the section that is rendered last show it; with ``--sections 63`` the other 62 take the photograph as well.
   With ``--embargo`` it was published under an embargo, and the seconds count from the end of that.
2. Each withdrawn again: seconds until page, search and forms are rid of it and its rendition is refused.

Every place is asked in turn, over HTTP, until it has changed; the asking is part of the load. Prints
``name value unit`` a line. Starts and stops its own processes; ``--publications`` for trying, 200 changes are
``--publications 100``. ``--memory``: where the folder of feeds is mounted in memory, which leaves other users of
the disk out of the figure. Ends with an error where a place has not changed after half a minute.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
HANGING = 30.0
"""Seconds after which a place is taken to hang."""
PAUSE = 0.05
"""Seconds between two rounds of asking: what asks takes the processor from what is asked about."""
HELD = timedelta(seconds=4)
"""How long before its embargo ends a resource is published, at most: an embargo ends at a full second."""
MEMORY = "/dev/shm"
Places = dict[str, Callable[[], bool]]


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--publications", type=int, default=30)
    asked.add_argument("--sections", type=int, default=1)
    asked.add_argument("--embargo", action="store_true", help="from the end of an embargo, not from a call")
    asked.add_argument("--memory", action="store_true", help="the folder of feeds in memory (/dev/shm)")
    chosen = asked.parse_args()
    number, sections = chosen.publications, max(1, chosen.sections)
    from tests.browser.running import running

    with ExitStack() as stack:
        data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kho57-bench-"))) / "data"
        if chosen.memory:
            memory = stack.enter_context(tempfile.TemporaryDirectory(prefix="kho57-bench-", dir=MEMORY))
            data.mkdir()
            (data / "feeds").symlink_to(memory)
        site = stack.enter_context(running(data, populate=""))
        os.environ.update(site.environment)
        shown, gone = _measured(site, number, sections, embargo=chosen.embargo)
    print(f"# {number} publications and withdrawals, {sections} sections in every form and language")
    print("# SQLite, one worker, one scheduler, one web process")
    print(f"# feeds in {'memory' if chosen.memory else 'a folder on the disk'}")
    for verb, seconds in (("shown", shown), ("gone", gone)):
        for place, ones in seconds.items():
            print(f"{verb}_{place}_p50 {statistics.median(ones):.2f} s")
            print(f"{verb}_{place}_p95 {statistics.quantiles(ones, n=20, method='inclusive')[-1]:.2f} s")
    print(f"ran_on {os.cpu_count()} cores")
    return 0


def _measured(
    site: Any, number: int, sections: int, *, embargo: bool
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    import django

    django.setup()
    from django.db import connections
    from django.utils import timezone

    from media_library import publishing
    from media_library.files import public_address
    from media_library.kinds import Kind
    from media_library.models import Rendition
    from tests import factories

    agency = factories.make_agency(code="DO-57")
    section = _last_of(sections, agency)
    lead = factories.make_lead()
    feed = f"/feeds/{section.address}/feed.json"
    _note({}, {"the empty feed": _answers(site, feed, 200)}, time.perf_counter())
    shown: dict[str, list[float]] = {}
    gone: dict[str, list[float]] = {}
    for count in range(number):
        word = f"{chr(97 + count % 26)}{chr(97 + count // 26 % 26)}xqdo"
        until = (timezone.now() + HELD).replace(microsecond=0) if embargo else None
        row = factories.make_resource(Kind.PHOTO, agency=agency, title=f"Ảnh {word}", embargo_until=until)
        rendition = Rendition.objects.filter(file__assets__resource=row).earliest("pk")
        address = public_address(row, rendition)
        page = f"/vi/r/{row.public_id}/"
        # The word finds nothing before: what search keeps of a question must not hide the change.
        here = _places(site, row.public_id, section=section.address, word=word)
        everywhere = {"page": _answers(site, page, 200), **here}
        began = time.perf_counter()
        publishing.publish(resource=row, by=None, at=timezone.now())
        if until is not None:
            began = _end_of_embargo(until, everywhere)
        _note(shown, everywhere, began)
        if site.status(address) != 200:
            raise SystemExit(f"{address} answers {site.status(address)}")
        row.refresh_from_db()
        gone_from = {name: _not(place) for name, place in here.items()}
        refused = {"page": _answers(site, page, 410), "rendition": _answers(site, address, 410)}
        began = time.perf_counter()
        publishing.withdraw(resource=row, by=lead, reason="Đo thời gian.", at=timezone.now())
        _note(gone, {**gone_from, **refused}, began)
    connections.close_all()
    return shown, gone


def _last_of(number: int, agency: Any) -> Any:
    """Make ``number`` sections and return the one that is rendered last: they come in the order of addresses."""
    from cms.sections.models import Section

    for count in range(number - 1):
        Section.objects.create(agency=agency, slug=f"khac-{count}", title="Chuyên mục khác", limit=6)
    return Section.objects.create(agency=agency, slug="z-thu", title="Chuyên mục đo", limit=6)


def _end_of_embargo(until: datetime, places: Places) -> float:
    """Wait for ``until`` and return that moment; nothing may be seen before."""
    early = [name for name, holds in places.items() if holds()]
    if early:
        raise SystemExit(f"seen before its time: {', '.join(early)}")
    time.sleep(max(0.0, (until - datetime.now(UTC)).total_seconds()))
    return time.perf_counter()


def _places(site: Any, public_id: str, *, section: str, word: str) -> Places:
    """Whether each place that lists resources shows this one."""
    return {
        "search": lambda: public_id in site.text(f"/vi/search/?q={word}"),
        "feed": lambda: f'"items":[{{"id":"{public_id}"' in site.text(f"/feeds/{section}/feed.json"),
        "frame": lambda: public_id in site.text(f"/embed/{section}/"),
        # Where what was withdrawn is told by its identity, its address shows that it is still there.
        "atom": lambda: f"<id>{_identity(public_id)}</id>" in site.text(f"/feeds/{section}/atom.xml"),
        "media": lambda: public_id in site.text(f"/feeds/{section}/media.xml"),
        "include": lambda: public_id in site.text(f"/feeds/{section}/section.en.html"),
    }


def _identity(public_id: str) -> str:
    from cms.sections import atom

    return atom.identity(public_id)


def _answers(site: Any, path: str, status: int) -> Callable[[], bool]:
    return lambda: site.status(path) == status


def _not(holds: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: not holds()


def _note(seconds: dict[str, list[float]], places: Places, began: float) -> None:
    """Add to ``seconds`` how long each place took until it held."""
    waiting = dict(places)
    while waiting:
        for name, holds in list(waiting.items()):
            if holds():
                seconds.setdefault(name, []).append(time.perf_counter() - began)
                del waiting[name]
        if time.perf_counter() - began > HANGING:
            raise SystemExit(f"after {HANGING:.0f} s: {', '.join(waiting)}")
        time.sleep(PAUSE)


if __name__ == "__main__":
    sys.exit(main())
