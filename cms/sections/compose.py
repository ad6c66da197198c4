"""What stands in a section: a pure function from its rule, its pins, candidates and a time to a list.

No database, no clock. Whatever selects the candidates may offer too many or hidden ones: the rule, the pins
and the public state are judged here once more, so that a feed cannot show what is not public.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_LIMIT = 50


class Order(StrEnum):
    NEWEST = "newest"
    MOST_USED = "most-used"


@dataclass(frozen=True)
class Rule:
    """What a section selects. Within a list any value will do, between lists all must hold; empty = any."""

    kinds: frozenset[str] = frozenset()
    audiences: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    campaigns: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    order: Order = Order.NEWEST
    limit: int = 10


@dataclass(frozen=True)
class Pin:
    """A resource set by hand, until a moment or for good."""

    resource_id: int
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return self.until is None or self.until > at


@dataclass(frozen=True)
class Candidate:
    """The facts of a resource that decide its place. ``published_at`` is when the public first saw it."""

    id: int
    kind: str
    language: str
    agency: int
    published_at: datetime
    campaign: int | None = None
    audiences: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    uses: int = 0
    live: bool = True
    withdrawn_at: datetime | None = None
    embargo_until: datetime | None = None
    expire_at: datetime | None = None

    def is_public(self, at: datetime) -> bool:
        """:func:`media_library.access.is_public` on these facts; a test holds the two together."""
        return (
            self.live
            and self.withdrawn_at is None
            and (self.embargo_until is None or self.embargo_until <= at)
            and (self.expire_at is None or self.expire_at > at)
        )


class Why(StrEnum):
    PINNED = "pinned"
    SELECTED = "selected"


@dataclass(frozen=True)
class Place:
    """One place of the list, and why the resource stands there."""

    resource_id: int
    why: Why
    until: datetime | None = field(default=None, compare=False)


def matches(rule: Rule, candidate: Candidate) -> bool:
    """Whether ``candidate`` satisfies every list of ``rule``; says nothing of its being public."""
    return (
        (not rule.kinds or candidate.kind in rule.kinds)
        and (not rule.languages or candidate.language in rule.languages)
        and (not rule.agencies or candidate.agency in rule.agencies)
        and (not rule.campaigns or candidate.campaign in rule.campaigns)
        and (not rule.audiences or not rule.audiences.isdisjoint(candidate.audiences))
        and (not rule.topics or not rule.topics.isdisjoint(candidate.topics))
    )


def compose(*, rule: Rule, pins: Sequence[Pin], candidates: Iterable[Candidate], at: datetime) -> list[Place]:
    """The section's list at ``at``: pins in their order, then what the rule selects; at most ``limit``.

    Nothing twice and nothing that is not public. The result does not depend on the order of ``candidates``.
    """
    public = {candidate.id: candidate for candidate in candidates if candidate.is_public(at)}
    held = {pin.resource_id: pin for pin in reversed(pins) if pin.holds(at) and pin.resource_id in public}
    first = list(dict.fromkeys(pin.resource_id for pin in pins if pin.resource_id in held))
    places = [Place(pk, Why.PINNED, held[pk].until) for pk in first]
    chosen = (each for each in public.values() if each.id not in held and matches(rule, each))
    places += [Place(each.id, Why.SELECTED) for each in sorted(chosen, key=_ORDERS[rule.order])]
    return places[: max(0, min(rule.limit, MAX_LIMIT))]


def _newest(candidate: Candidate) -> tuple[float, int]:
    return -candidate.published_at.timestamp(), -candidate.id


def _most_used(candidate: Candidate) -> tuple[int, float, int]:
    return -candidate.uses, *_newest(candidate)


_ORDERS: dict[Order, Callable[[Candidate], tuple[float, ...]]] = {
    Order.NEWEST: _newest,
    Order.MOST_USED: _most_used,
}
