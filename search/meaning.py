"""Vectors of what public resources say, computed behind the site and kept in :class:`search.models.Passage`.

Only what everyone may read now gets any: never a draft, never what is under embargo. A change waits in the
outbox under its own name until this has dealt with it; afterwards the engines are told of the resource again.
Vectors outlive an index, because they cost a thousand times as much as an index entry.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from media_library.models import Resource
from search import documents, embedder, fusion, indexing
from search.embedder import Embedder
from search.engines.contract import Engine
from search.indexing import Heard
from search.models import Passage
from search.passages import passages_of

SLICE = 0.5
"""Seconds of one turn: the drains of the index and of feeds wait meanwhile, and have 2 s for all they do."""
BATCH = 8
LIKE = 0.40
"""Cosine of what two resources are about from which they are alike; one pair in ten of the demonstration."""


def drain(at: datetime) -> int:
    """One turn with what waits in the outbox; how much it did."""
    return indexing.tell(Meaning(), at)


def compute_missing(now: Callable[[], datetime]) -> Iterator[int]:
    """Everything that is missing, a few resources at a time; yields how many. Raises Unusable.

    May be broken off and begun again: what is there is not computed anew.
    """
    patient = Meaning(seconds=float("inf"))
    last = 0
    while ids := list(
        Resource.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        patient.hear(ids, now())
        last = ids[-1]
        yield len(ids)
    Passage.objects.filter(~Exists(Resource.objects.filter(pk=OuterRef("key")))).delete()


def like(engine: Engine, id: int, *, limit: int, at: datetime) -> list[int]:
    """Ids of public resources like this public one, in words and in what they are about, best first.

    Never itself and never a translation of it. Raises Unavailable.
    """
    words = engine.similar(id, limit=fusion.DEPTH, at=at)
    own = Passage.objects.filter(key=id, number=0).first() if settings.SEARCH_MEANING else None
    if own is not None:
        near = engine.nearest(bytes(own.vector), limit=fusion.DEPTH, at=at)
        words = fusion.reciprocal(words, [one.key for one in near if one.cosine >= LIKE])
    key = Resource.objects.filter(pk=id).values("translation_key")
    versions = set(Resource.objects.filter(translation_key__in=key).values_list("pk", flat=True))
    return [one for one in words if one not in {id, *versions}][:limit]


class Wanted(NamedTuple):
    """A passage that is to have a vector; ``digest`` names its text and the model."""

    digest: str
    text: str


class Meaning:
    """Brings the vectors of resources up to date, for about ``seconds`` a turn, and at least one passage."""

    name = indexing.MEANING
    batch = BATCH

    def __init__(
        self,
        *,
        model: Embedder | None = None,
        seconds: float = SLICE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model or embedder.current()
        self.seconds = seconds
        self.clock = clock

    def hear(self, resource_ids: Sequence[int], at: datetime) -> Heard:
        """See :class:`search.indexing.Listener`. A resource that is not public loses what it has."""
        wanted = self._wanted(resource_ids, at)
        stored = _stored(resource_ids)
        finished, steps, until = set[int](), 0, self.clock() + self.seconds
        for key in resource_ids:
            if steps and self.clock() >= until:
                break
            known = dict(stored[key].values())
            steps += self._compute(wanted[key], known, until)
            if self._store(key, wanted[key], known, stored[key], at):
                finished.add(key)
        return Heard(finished, steps + len(finished))

    def _wanted(self, resource_ids: Sequence[int], at: datetime) -> Mapping[int, list[Wanted]]:
        shown, _hidden = documents.at_this_moment(resource_ids, at)
        found: dict[int, list[Wanted]] = defaultdict(list)
        for document in shown:
            if document.told:
                texts = passages_of(document)
                found[document.key] = [Wanted(_digest(self.model, one), one) for one in texts]
        return found

    def _compute(self, wanted: Sequence[Wanted], known: dict[str, bytes], until: float) -> int:
        """Add to ``known`` what is missing, until the time is over; how many."""
        made = 0
        for one in wanted:
            if one.digest in known:
                continue
            if made and self.clock() >= until:
                break
            known[one.digest] = self.model.passages([one.text])[0]
            made += 1
        return made

    def _store(
        self,
        key: int,
        wanted: Sequence[Wanted],
        known: Mapping[str, bytes],
        stored: Mapping[int, tuple[str, bytes]],
        at: datetime,
    ) -> bool:
        """Bring the rows of ``key`` to what is known; whether nothing is missing."""
        after = {number: one.digest for number, one in enumerate(wanted) if one.digest in known}
        before = {number: digest for number, (digest, _vector) in stored.items()}
        complete = len(after) == len(wanted)
        if after != before:
            with transaction.atomic():
                if after and not Resource.objects.public(at).filter(pk=key).exists():
                    return False  # Taken back while it was computed; that change waits in the outbox.
                _replace(key, before, after, known)
                if complete:
                    indexing.note(resource_ids=[key], at=at, meaning=False)
        return complete


def _digest(model: Embedder, passage: str) -> str:
    return blake2b(f"{model.name}\0{passage}".encode(), digest_size=16).hexdigest()


def _stored(keys: Sequence[int]) -> dict[int, dict[int, tuple[str, bytes]]]:
    """Digest and vector by number, by key."""
    found: dict[int, dict[int, tuple[str, bytes]]] = defaultdict(dict)
    rows = Passage.objects.filter(key__in=keys).values_list("key", "number", "digest", "vector")
    for key, number, digest, vector in rows:
        found[key][number] = (digest, bytes(vector))
    return found


def _replace(
    key: int, before: Mapping[int, str], after: Mapping[int, str], vectors: Mapping[str, bytes]
) -> None:
    """Rows are put in anew and never changed, so that a new vector always has a new, higher id."""
    gone = [number for number, digest in before.items() if after.get(number) != digest]
    Passage.objects.filter(key=key, number__in=gone).delete()
    # Who computes the same at the same time wrote the same.
    Passage.objects.bulk_create(
        (
            Passage(key=key, number=number, digest=digest, vector=vectors[digest])
            for number, digest in after.items()
            if before.get(number) != digest
        ),
        ignore_conflicts=True,
    )
