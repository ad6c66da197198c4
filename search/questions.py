"""What was asked, as counts a day; nothing of who asked it.

The contract with the results page. It calls :func:`token_for` and puts what comes back into
``data-asked`` of its list of results (an empty string: nothing is to be recorded). Its script sends

- ``POST /api/v1/search/asked`` with ``token=…`` once the page stands, and
- ``POST /api/v1/search/clicked`` with ``token=…&resource=<public_id>`` where a result is followed,

both form-encoded (``navigator.sendBeacon(address, new URLSearchParams({…}))``). Both always answer 204. The
token is signed and holds for :data:`HOLDS` seconds, so that nobody can put words into the counts which they
have not searched for; each token counts once, each resource once for a token. Without script nothing is
recorded, which leaves most programs out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from search import askers, indexing, text
from search.models import Clicked, Question
from search.request import SearchRequest
from search.results import SearchResults

HOLDS = 600
"""Seconds for which a token counts."""
LONGEST = 200
"""Characters of a question that is kept; longer ones were pasted, and may be anything."""
MOST_WORDS = 16
KEPT_DAYS = 730
"""Days after which a question is forgotten (24 months)."""
POPULAR_DAYS = 90
"""Days whose questions may be suggested."""
CLICK_DAYS = 180
"""Days whose clicks count as use."""
NOTED_AT_ONCE = 500
_SALT = "search.questions"
_MAIL = re.compile(r"\S@\S")
_NUMBER = re.compile(r"\d(?:[\s.\-+/()]*\d){8}")


@dataclass(frozen=True, slots=True)
class Asking:
    """One search as its results page saw it. ``found``: it had a hit; ``nonce``: what makes it count once."""

    key: str
    text: str
    language: str
    found: bool
    nonce: str


def token_for(results: SearchResults) -> str:
    """The token of a results page. Loose matches are not taken for an answer."""
    total = 0 if results.loose else results.total
    return token(results.request, total, corrected=results.corrected)


def token(request: SearchRequest, total: int, *, corrected: str | None = None) -> str:
    """A signed word for "this was searched", for :func:`redeem`; empty where it is not to be recorded.

    Recorded is the first page of a question in words, with its accents and at most :data:`LONGEST`
    characters. That nothing was found is recorded only where no filter was chosen.
    """
    q = corrected or request.q
    key = text.question_key(q)
    if request.after or not key or is_private(q):
        return ""
    if total == 0 and request.filters:
        return ""
    asking = Asking(key, q, request.lang, total > 0, secrets.token_urlsafe(9))
    return signing.dumps(list(asdict(asking).values()), salt=_SALT)


def is_private(q: str) -> bool:
    """Whether ``q`` may name a person or is no question: an address, a long number, a pasted text."""
    too_long = len(q) > LONGEST or len(text.words(q)) > MOST_WORDS
    return too_long or bool(_MAIL.search(q)) or bool(_NUMBER.search(q))


def redeem(given: str) -> Asking | None:
    """What :func:`token` signed within the last :data:`HOLDS` seconds; None for anything else."""
    try:
        return Asking(*signing.loads(given, salt=_SALT, max_age=HOLDS))
    except (signing.BadSignature, TypeError, ValueError):
        return None


def asked(asking: Asking, *, asker: bytes | None, at: datetime) -> bool:
    """Count ``asking`` once; whether it counted. ``asker``: see :func:`search.askers.of`."""
    if not cache.add(f"asked:{asking.nonce}", 1, HOLDS):
        return False
    with transaction.atomic():
        _count(asking, at, asked=1, nothing=int(not asking.found))
        if asker is not None and asking.found:
            askers.heard(asking.key, asker=asker, at=at)
    return True


def clicked(asking: Asking, *, resource_id: int, at: datetime) -> bool:
    """Count that ``resource_id`` was followed from the results of ``asking``, once; whether it counted."""
    if not cache.add(f"clicked:{asking.nonce}:{resource_id}", 1, HOLDS):
        return False
    with transaction.atomic():
        _count(asking, at, clicked=1)
        _add(Clicked, {"resource_id": resource_id, "day": timezone.localdate(at)}, {}, {"times": 1})
    return True


def _count(asking: Asking, at: datetime, **steps: int) -> None:
    day = {"day": timezone.localdate(at), "key": asking.key, "language": asking.language}
    _add(Question, day, {"text": asking.text}, steps)
    if _marked(asking.text):
        _put_accents(Question.objects.filter(**day), asking.text)


def _put_accents(rows: QuerySet[Question], typed: str) -> None:
    """The first one of the day may have been typed without accents: the row shows one with them."""
    for kept in rows.values_list("text", flat=True):
        if not _marked(kept):
            rows.filter(text=kept).update(text=typed)


def _marked(line: str) -> bool:
    return any(token.marked for token in text.tokens(line))


def _add(model: Any, row: dict[str, Any], more: dict[str, Any], steps: dict[str, int]) -> None:
    """Add ``steps`` to the counts of ``row``, which is made where it is missing; no update is ever lost."""
    rows, sums = model.objects.filter(**row), {name: F(name) + step for name, step in steps.items()}
    if not rows.update(**sums):
        model.objects.bulk_create([model(**row, **more)], ignore_conflicts=True)
        rows.update(**sums)


def popular(prefix_key: str, *, language: str, limit: int, at: datetime | None = None) -> list[str]:
    """Questions that may be suggested (:mod:`search.askers`) and found something, the most asked first.

    One of their words begins with ``prefix_key`` (folded). Each is shown as it was typed most, with accents
    where anybody typed some.
    """
    at = at or timezone.now()
    keys = askers.passed(prefix_key, at=at) if prefix_key else []
    if not keys:
        return []
    since = timezone.localdate(at) - timedelta(days=POPULAR_DAYS)
    rows = Question.objects.filter(key__in=keys, language=language, day__gte=since)
    wordings: dict[str, list[tuple[bool, int, str]]] = {}
    for key, line, times in rows.values_list("key", "text").annotate(found=Sum(F("asked") - F("nothing"))):
        wordings.setdefault(key, []).append((_marked(line), times, line))
    asked_most = sorted(wordings.values(), key=lambda found: -sum(times for _m, times, _line in found))
    return [max(found)[2] for found in asked_most if any(times > 0 for _m, times, _line in found)][:limit]


def uses(ids: Collection[int]) -> Mapping[int, int]:
    """How often each of ``ids`` was followed lately: a source of :mod:`search.use`."""
    since = timezone.localdate() - timedelta(days=CLICK_DAYS)
    rows = Clicked.objects.filter(resource_id__in=ids, day__gte=since)
    return dict(rows.values_list("resource_id").annotate(times=Sum("times")))


def index_uses(at: datetime) -> int:
    """Scheduler step: what was followed yesterday, or has just fallen out of the count, is indexed anew."""
    today = timezone.localdate(at)
    days = (today - timedelta(days=1), today - timedelta(days=CLICK_DAYS + 1))
    ids = sorted(set(Clicked.objects.filter(day__in=days).values_list("resource_id", flat=True)))
    for start in range(0, len(ids), NOTED_AT_ONCE):
        with transaction.atomic():
            indexing.note(resource_ids=ids[start : start + NOTED_AT_ONCE], at=at)
    return len(ids)


def forget(at: datetime) -> int:
    """Scheduler step: questions and clicks of more than 24 months ago, and askers of past months, go."""
    before = timezone.localdate(at) - timedelta(days=KEPT_DAYS)
    gone, _each = Question.objects.filter(day__lt=before).delete()
    more, _each = Clicked.objects.filter(day__lt=before).delete()
    return gone + more + askers.forget(at)
