"""Why a result stands where it does: what each word and each boost adds to its score, for editors."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from media_library import access
from media_library.models import Resource
from search import documents, engines, finding, picks, ranking
from search.engines.contract import Ask, Document, Unavailable
from search.request import SearchRequest

MOST = 20
"""Results that are explained at once; each costs the engine a question for every word."""
WORD, BOOST, TOTAL, NOTE = "word", "boost", "total", "note"


@dataclass(frozen=True, slots=True)
class Part:
    """One row of the reckoning. ``label``: words for an editor; ``value``: points; ``kind``: word, boost,
    total, or note (no points: the value is 0)."""

    label: str
    value: float
    kind: str


def explain(request: SearchRequest, keys: Sequence[int], *, at: datetime, user: Any) -> dict[int, list[Part]]:
    """The reckoning for each of ``keys`` (:attr:`search.results.SearchResult.key`), the first :data:`MOST`.

    Empty for whoever is no staff, and without what ``user`` may not see. ``request`` is the question that
    was answered: for corrected results, with the correction. Empty where no engine answers.
    """
    query, _restored = finding.understood(request)
    seen = _seen(list(dict.fromkeys(keys))[:MOST], at=at, user=user)
    if not seen or query.empty:
        return {}
    first = picks.picked(query, at=at)
    found, _gone = documents.at_this_moment({abs(key) for key in seen}, at)
    known = {document.key: document for document in found}
    words = _words(Ask(query=query, facets=(), at=at), [key for key in seen if key in known])
    return {key: list(_parts(parts, known[key], first=first, at=at)) for key, parts in words.items()}


def _seen(keys: Collection[int], *, at: datetime, user: Any) -> list[int]:
    """Those of ``keys`` that ``user``, of the staff, may see: public documents, and desks of their agencies."""
    if not keys or not (access.is_lead(user) or access.agency_ids(user)):
        return []
    rows = Resource.objects.filter(pk__in={abs(key) for key in keys})
    public = set(rows.public(at).values_list("pk", flat=True))
    managed = set(rows.manageable_by(user).values_list("pk", flat=True))
    return [key for key in keys if key in public or (key < 0 and -key in managed)]


def _words(ask: Ask, keys: Sequence[int]) -> dict[int, dict[str, float]]:
    for engine in (engines.engine(), engines.simpler()):
        if engine is None:
            continue
        try:
            return {key: engine.explain(key, ask) for key in keys}
        except Unavailable:
            continue
    return {}


def _parts(
    words: dict[str, float], document: Document, *, first: Sequence[int], at: datetime
) -> Iterator[Part]:
    if document.key in first:
        place = first.index(document.key) + 1
        yield Part(_("Picked by an editor: place %(place)s") % {"place": place}, 0.0, NOTE)
    if not words:
        yield Part(_("None of the words as typed: found by its meaning or by another wording"), 0.0, NOTE)
        return
    for key, value in sorted(words.items(), key=lambda one: (-one[1], one[0])):
        yield Part(_shown(key), value, WORD)
    text = sum(words.values())
    boosts = (
        (_("Freshness"), ranking.FRESHNESS * ranking.freshness(document.published_at, at)),
        (_("Complete and accessible"), ranking.COMPLETENESS * document.worth),
        (_("Used by readers"), ranking.USE * ranking.usefulness(document.uses)),
    )
    for label, share in boosts:
        yield Part(label, text * share, BOOST)
    yield Part(_("Together"), text * (1 + sum(share for _label, share in boosts)), TOTAL)


def _shown(key: str) -> str:
    """An engine's name of a part as an editor reads it: ``=số`` is the word with its accents, ``a_b`` a pair."""
    if key.startswith("="):
        return _("“%(word)s” with these accents") % {"word": key[1:]}
    return f"“{key.replace('_', ' ')}”"
