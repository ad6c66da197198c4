"""What a process keeps of the embedded index, and how it stays true.

Every write of the index adds a row to :class:`search.models.IndexWrite` in its own transaction. Before a
search a process reads the rows after the last it knows, and reads the documents they name. Where the row it
knows is not there (the index was cleared, the transaction taken back, the process too far behind), it reads
everything anew.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from search.engines.database.columns import NAMES, Columns
from search.engines.database.dialect import placeholders
from search.engines.database.terms import Terms
from search.engines.database.titles import Titles

MOST_READ_AGAIN = 2_000
"""Changed documents from which on reading everything is as quick; one statement takes as many keys."""
WRITES_REMEMBERED = 200
ROWS_AT_A_TIME = 2_000
_READ = f"SELECT {', '.join(NAMES)} FROM search_indexeddocument WHERE "


@dataclass(frozen=True)
class Write:
    """The last write that is known of; before the first its number is 0."""

    number: int = 0
    token: str = ""


@dataclass(frozen=True)
class State:
    """The index as of one write."""

    columns: Columns
    write: Write
    terms: Terms
    recent: tuple[tuple[int, tuple[int, ...]], ...]
    """Number and documents of the last writes, the oldest first."""

    def changed(self, since: int) -> list[int] | None:
        """Documents written after the write number ``since``; None where that is not remembered."""
        if since >= self.write.number:
            return []
        if not self.recent or self.recent[0][0] > since + 1:
            return None
        return sorted({key for number, keys in self.recent if number > since for key in keys})


class Memory:
    """Of the index in database ``alias``: the public's documents, with ``desks`` those of the desks as well."""

    def __init__(self, alias: str, *, desks: bool = False) -> None:
        self.alias = alias
        self._side = "TRUE" if desks else "resource_id > 0"
        self._state: State | None = None
        self._lock = threading.Lock()
        self._titles: Titles | None = None

    def current(self) -> State:
        """The index as it is now."""
        state = self._state
        following = self._writes(state.write.number if state else 0)
        if state is not None and _same(state, following):
            return state
        with self._lock:
            # Another thread may have been first.
            if self._state is not state and self._state is not None:
                state, following = self._state, self._writes(self._state.write.number)
            self._state = self._following(state, following)
            return self._state

    def titles(self, columns: Columns) -> Titles:
        """The order of titles; read once for each state of the index."""
        kept = self._titles
        if kept is None or kept.columns is not columns:
            kept = self._titles = Titles.read(columns, self._rows, side=self._side)
        return kept

    def _following(self, state: State | None, writes: Sequence[Write3]) -> State:
        known = state is not None and _known(state, writes)
        new = writes[1:] if state is not None and state.write.number else writes
        keys = [None if one[2] is None else json.loads(one[2]) for one in new]
        changed = {key for one in keys for key in one or ()}
        if state is None or not known or None in keys or len(changed) > MOST_READ_AGAIN:
            return self._whole()
        if not new:
            return state
        recent = deque(state.recent, WRITES_REMEMBERED)
        recent.extend((one[0], tuple(written or ())) for one, written in zip(new, keys, strict=True))
        columns = state.columns.with_rows(self._documents(sorted(changed)))
        return State(columns, Write(*new[-1][:2]), state.terms, tuple(recent))

    def _whole(self) -> State:
        """Everything; the last write is read before, so that what is written meanwhile is read again."""
        last = self._rows("SELECT id, token FROM search_indexwrite ORDER BY id DESC LIMIT 1")
        with connections[self.alias].cursor() as cursor:
            cursor.execute(f"{_READ} NOT deleted AND {self._side} ORDER BY resource_id")
            columns = Columns.of(iter(lambda: cursor.fetchmany(ROWS_AT_A_TIME), []))
        return State(columns, Write(*last[0]) if last else Write(), Terms(), ())

    def _documents(self, keys: Sequence[int]) -> list[tuple[Any, ...]]:
        where = f"resource_id IN ({placeholders(keys)}) AND {self._side}"
        return self._rows(f"{_READ} {where}", keys) if keys else []

    def _writes(self, number: int) -> list[Write3]:
        return self._rows(
            "SELECT id, token, keys FROM search_indexwrite WHERE id >= %s ORDER BY id", [number]
        )

    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(statement, parameters)
            return list(cursor.fetchall())


Write3 = tuple[Any, ...]
"""Number, token and keys of a write."""


def _known(state: State, writes: Sequence[Write3]) -> bool:
    """Whether ``writes`` go on from ``state``."""
    if not state.write.number:
        return not writes or writes[0][0] == 1
    return bool(writes) and Write(*writes[0][:2]) == state.write


def _same(state: State, writes: Sequence[Write3]) -> bool:
    return _known(state, writes) and len(writes) == (1 if state.write.number else 0)


_memories: dict[tuple[str, str, bool], Memory] = {}


def memory_of(alias: str, *, desks: bool = False) -> Memory:
    """What this process keeps of the index in database ``alias``.

    Most processes answer the public alone, and then read and keep half as much.
    """
    name = alias, str(connections[alias].settings_dict["NAME"]), desks
    return _memories.setdefault(name, Memory(alias, desks=desks))
