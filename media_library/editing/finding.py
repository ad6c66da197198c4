"""Looking for resources in the admin: in all their words where a finder is registered, else in titles.

The finder is another package's (imports run one way). What it names is taken as a hint only: callers hand
in a queryset that is already restricted to what the person may see, and nothing outside it is ever added.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from media_library.models import Resource
from media_library.text import clean_line, fold

MOST = 500
"""Resources that a finder names at most."""
LONGEST = 200
"""Characters of the words that are read, and whole words of them that titles are asked for."""
MOST_WORDS = 10


class Finder(Protocol):
    """Keys of the resources with ``words``, best first; None where it cannot tell.

    ``user``: whose drafts are searched as well; without one only what is public.
    """

    def __call__(self, words: str, *, user: Any, at: datetime, limit: int) -> list[int] | None: ...


_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """Let ``finder`` look for resources from now on."""
    _finders[:] = [finder]


def ids_for(words: str, *, user: Any, at: datetime, limit: int = MOST) -> list[int] | None:
    """What the registered finder names; None without one, or where it cannot tell."""
    return _finders[0](words, user=user, at=at, limit=limit) if _finders and words.strip() else None


def with_words(
    rows: QuerySet[Resource], words: str, *, user: Any, at: datetime, ranked: bool = True
) -> QuerySet[Resource]:
    """Those of ``rows`` that are found for ``words``, or have each of them in the title or begin its id.

    ``ranked``: found ones first, in the finder's order; the rest in the order that ``rows`` had.
    """
    words = clean_line(words[:LONGEST])
    typed = fold(words).split()[:MOST_WORDS]
    if not typed:
        return rows
    named = Q()
    for word in typed:
        named &= Q(title_folded__contains=word) | Q(public_id__startswith=word)
    found = ids_for(words, user=user, at=at)
    if not found:
        return rows.filter(named)
    rows = rows.filter(Q(pk__in=found) | named)
    return _in_order(rows, found) if ranked else rows


def _in_order(rows: QuerySet[Resource], found: list[int]) -> QuerySet[Resource]:
    places = [When(pk=pk, then=Value(place)) for place, pk in enumerate(found)]
    last = Value(len(found))
    place = Case(*places, default=last, output_field=IntegerField())
    return rows.annotate(_place=place).order_by("_place", *rows.query.order_by, "-pk")
