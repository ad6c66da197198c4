"""What the renderings of one drain have in common is made once: a resource stands in many sections.

Within :func:`shared` a resource is loaded once and each of its pieces written once. Nothing is kept beyond it: a
change that comes meanwhile asks for its own rendering, in the next drain. Outside everything is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Hashable, tuple[Any, Any]] | None] = ContextVar("sections_shared", default=None)


@contextmanager
def shared() -> Iterator[None]:
    """Share what :func:`once` makes until the end of the block."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def is_on() -> bool:
    return _kept.get() is not None


def once(what: Hashable, of: object, make: Callable[[], T]) -> T:
    """What ``make`` makes of the very object ``of``, made once for each ``what`` within :func:`shared`."""
    kept = _kept.get()
    if kept is None:
        return make()
    key = (what, id(of))
    found = kept.get(key)
    if found is None:
        found = kept[key] = (of, make())  # the object is held, so that no other gets its id
    made: T = found[1]
    return made


def named(what: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` makes, once for each ``what`` within :func:`shared`."""
    return once(what, None, make)
