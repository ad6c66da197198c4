"""Looking at the pages that agencies name: one at a time on each host, with a pause, as robots.txt allows.

The scheduler puts visits in the queue, a worker does them; a page that hangs holds up no other host, and
its claim ends by itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as noop

from cms.coverage import judging
from cms.coverage.judging import Evidence
from cms.coverage.models import Place
from media_library.files.storage import work_folder
from media_library.intake.fetching import Manners, NotFetched, fetch
from media_library.models import Job, JobState
from media_library.processing import jobs, sandbox
from media_library.processing.priority import AFTERWARDS

VISIT = "coverage_visit"
LIMIT = 1024 * 1024
"""Bytes of a page, and of robots.txt, that are read: 1 MB."""
SECONDS = 20
"""That a page may take in all."""
EVERY = timedelta(hours=20)
PAUSE = timedelta(seconds=10)
"""Between two visits to one host."""
CLAIM = timedelta(minutes=10)
NAME = "Kho57"
"""The product token that robots.txt may name (RFC 9309, 2.2.1)."""
FORBIDDEN = noop("The robots.txt of the site forbids us to look at the page. Allow “Kho57” in it.")
UNREADABLE = noop("The page could not be read.")


def asking() -> Manners:
    """How pages are asked for; the User-Agent names this library, where its contact stands."""
    return Manners(agent=settings.FETCH_AGENT, ports=frozenset({80, 443, *settings.FETCH_PORTS}), idle=10)


def order_due(at: datetime) -> int:
    """Put visits that are due at ``at`` in the queue: of each host at most one; returns how many."""
    due = Place.objects.filter(Q(claimed_until=None) | Q(claimed_until__lte=at), due_at__lte=at)
    if not due.exists():
        return 0
    busy = Place.objects.filter(Q(claimed_until__gt=at) | Q(visited_at__gt=at - PAUSE))
    hosts = set(busy.values_list("host", flat=True))
    waiting, ordered = _waiting(), 0
    for place in due.order_by("due_at", "pk").iterator():
        if place.host in hosts or place.pk in waiting:
            continue
        hosts.add(place.host)
        Place.objects.filter(pk=place.pk).update(claimed_until=at + CLAIM)
        key = f"{VISIT}:{place.pk}:{at.timestamp()}"
        jobs.enqueue(
            kind=VISIT, key=key, payload={"place": place.pk}, at=at, max_attempts=1, priority=AFTERWARDS
        )
        ordered += 1
    return ordered


def _waiting() -> set[int]:
    """Pages whose visit is in the queue: without a worker it does not grow."""
    queue = Job.objects.filter(kind=VISIT, state__in=[JobState.QUEUED, JobState.RUNNING])
    return {payload["place"] for payload in queue.values_list("payload", flat=True)}


@jobs.handles(VISIT)
def visit(claim: jobs.Claim, at: datetime) -> None:
    """Look at one page and keep what was found, together with the end of the job.

    Nothing is asked where it was looked at meanwhile.
    """
    due = Place.objects.filter(pk=claim.payload["place"], due_at__lte=max(at, timezone.now()))
    place = due.first()
    evidence = look(place.url) if place else None
    with claim.commit():
        if place is not None and evidence is not None:
            seen_at = max(at, timezone.now())
            judging.keep(place.pk, evidence, asked=place.url, at=seen_at, again=seen_at + EVERY)


def look(url: str) -> Evidence:
    """What stands at ``url`` now. Never raises for what the site does."""
    with sandbox.workspace(work_folder()) as folder:
        try:
            if not _allowed(url, folder):
                return Evidence(problem=FORBIDDEN)
            page = folder / "page"
            came = fetch(url, target=page, limit=LIMIT, seconds=SECONDS, manners=asking())
            told = sandbox.run(
                "cms.coverage.reading:read",
                {"file": str(page), "url": came.url, "bases": _bases()},
                folder=folder,
                limits=sandbox.Limits(),
            )
        except NotFetched as problem:
            return Evidence(problem=problem.message)
        except sandbox.Failure:
            return Evidence(problem=UNREADABLE)
    return Evidence(resources=tuple(told["resources"]), sections=tuple(told["sections"]), form=told["form"])


def _bases() -> list[str]:
    return [settings.PUBLIC_BASE_URL, *settings.EARLIER_BASE_URLS]


def _allowed(url: str, folder: Path) -> bool:
    """RFC 9309, 2.3.1: without robots.txt (4xx) everything is allowed; where it fails, nothing.

    Raises :class:`NotFetched` where the site does not answer.
    """
    parts = urlsplit(url)
    target = folder / "robots"
    try:
        fetch(
            f"{parts.scheme}://{parts.netloc}/robots.txt",
            target=target,
            limit=LIMIT,
            seconds=SECONDS,
            manners=asking(),
        )
    except NotFetched as problem:
        if problem.code in ("gone", "forbidden", "fetch_too_large", "too_many_redirects"):
            return True
        raise
    rules = RobotFileParser()
    rules.parse(target.read_text(encoding="utf-8", errors="replace").splitlines())
    return rules.can_fetch(NAME, url)
