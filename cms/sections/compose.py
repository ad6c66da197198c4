"""What stands in a section: a pure function from its rule, pins on two levels, candidates and a time to a list.

First what the lead department makes mandatory, then the agency's own pins, then the lead department's other
pins, then what the rule selects, then a fallback: a section is empty only where nothing at all is public.

No database, no clock. Whatever selects the candidates may offer too many or hidden ones: the rule, the pins
and the public state are judged here once more, so that a feed cannot show what is not public.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MAX_LIMIT = 50
IN_A_ROW = 2
"""Of one agency or one kind, where a section is mixed."""


class Order(StrEnum):
    NEWEST = "newest"
    MOST_USED = "most-used"


@dataclass(frozen=True)
class Rule:
    """What a section selects. Within a list any value will do, between lists all must hold; empty = any.

    ``since`` and ``before`` bound the time at which the public first saw a resource. ``mixed``: at most
    :data:`IN_A_ROW` of one agency or kind stand in a row while others are there. ``filled``: what the rule
    leaves free is filled up; without it only a section that would be empty is.
    """

    kinds: frozenset[str] = frozenset()
    audiences: frozenset[int] = frozenset()
    topics: frozenset[int] = frozenset()
    campaigns: frozenset[int] = frozenset()
    agencies: frozenset[int] = frozenset()
    languages: frozenset[str] = frozenset()
    since: datetime | None = None
    before: datetime | None = None
    mixed: bool = False
    filled: bool = False
    order: Order = Order.NEWEST
    limit: int = 10


@dataclass(frozen=True)
class Pin:
    """A resource set by hand, for a time or for good."""

    resource_id: int
    until: datetime | None = None
    since: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.until is None or self.until > at) and (self.since is None or self.since <= at)


@dataclass(frozen=True)
class CentralPin(Pin):
    """One that the lead department set in all sections of some agencies; ``mandatory``: not to be excluded."""

    mandatory: bool = False


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
    embeddable: bool = True

    def is_public(self, at: datetime) -> bool:
        """:func:`media_library.access.is_public` on these facts; a test holds the two together."""
        return (
            self.live
            and self.withdrawn_at is None
            and (self.embargo_until is None or self.embargo_until <= at)
            and (self.expire_at is None or self.expire_at > at)
        )


class Why(StrEnum):
    MANDATORY = "mandatory"
    PINNED = "pinned"
    CENTRAL = "central"
    SELECTED = "selected"
    FILLED = "filled"

    @property
    def by_hand(self) -> bool:
        return self in (Why.MANDATORY, Why.PINNED, Why.CENTRAL)


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
        and (rule.since is None or candidate.published_at >= rule.since)
        and (rule.before is None or candidate.published_at < rule.before)
    )


def fallbacks(rule: Rule) -> tuple[Rule, ...]:
    """What fills a section up, the nearest first: the newest for its audiences, then for the whole city."""
    return (Rule(audiences=rule.audiences, languages=rule.languages), Rule())


def compose(
    *,
    rule: Rule,
    pins: Sequence[Pin],
    candidates: Iterable[Candidate],
    at: datetime,
    central: Sequence[CentralPin] = (),
    excluded: Collection[int] = (),
) -> list[Place]:
    """The section's list at ``at``, at most ``limit`` long.

    Nothing twice and nothing that is not public or that nobody may embed; ``excluded`` keeps out what is not
    mandatory and not the agency's own pin. The result does not depend on the order of ``candidates``.
    """
    public = {one.id: one for one in candidates if one.embeddable and one.is_public(at)}
    limit, left_out = max(0, min(rule.limit, MAX_LIMIT)), frozenset(excluded)
    places: dict[int, Place] = {}
    for pin, why in _by_hand(pins, central, left_out):
        if pin.holds(at) and pin.resource_id in public:
            places.setdefault(pin.resource_id, Place(pin.resource_id, why, pin.until))
    chosen = list(places.values())[:limit]
    for why, each in ((Why.SELECTED, rule), *((Why.FILLED, spare) for spare in fallbacks(rule))):
        if len(chosen) >= limit or (why is Why.FILLED and chosen and not rule.filled):
            break
        taken = {place.resource_id for place in chosen} | left_out
        fitting = [one for one in public.values() if one.id not in taken and matches(each, one)]
        fitting.sort(key=_ORDERS[each.order])
        before = [public[place.resource_id] for place in chosen[-IN_A_ROW:]]
        more = _mixed(fitting, room=limit - len(chosen), before=before) if rule.mixed else fitting
        chosen += [Place(one.id, why) for one in more][: limit - len(chosen)]
    return chosen


def _by_hand(
    pins: Sequence[Pin], central: Sequence[CentralPin], excluded: frozenset[int]
) -> Iterator[tuple[Pin, Why]]:
    yield from ((pin, Why.MANDATORY) for pin in central if pin.mandatory)
    yield from ((pin, Why.PINNED) for pin in pins)
    yield from (
        (pin, Why.CENTRAL) for pin in central if not pin.mandatory and pin.resource_id not in excluded
    )


def _mixed(ordered: Sequence[Candidate], *, room: int, before: Sequence[Candidate]) -> list[Candidate]:
    """The first ``room`` of ``ordered``, one drawn forward where it would be the third of its agency or kind.

    Where only such are left, they follow in their order.
    """
    groups: dict[tuple[int, str], deque[tuple[int, Candidate]]] = {}
    for rank, each in enumerate(ordered):
        groups.setdefault((each.agency, each.kind), deque()).append((rank, each))
    chosen: list[Candidate] = []
    last = list(before)
    while len(chosen) < room and groups:
        allowed = [group for group in groups if not _too_many(group, last)] or list(groups)
        group = min(allowed, key=lambda one: groups[one][0][0])
        _rank, each = groups[group].popleft()
        if not groups[group]:
            del groups[group]
        chosen.append(each)
        last = [*last, each][-IN_A_ROW:]
    return chosen


def _too_many(group: tuple[int, str], last: Sequence[Candidate]) -> bool:
    agency, kind = group
    return len(last) == IN_A_ROW and (
        all(each.agency == agency for each in last) or all(each.kind == kind for each in last)
    )


def _newest(candidate: Candidate) -> tuple[float, int]:
    return -candidate.published_at.timestamp(), -candidate.id


def _most_used(candidate: Candidate) -> tuple[int, float, int]:
    return -candidate.uses, *_newest(candidate)


_ORDERS: dict[Order, Callable[[Candidate], tuple[float, ...]]] = {
    Order.NEWEST: _newest,
    Order.MOST_USED: _most_used,
}
