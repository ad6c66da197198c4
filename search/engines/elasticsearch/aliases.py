"""Which index is read and which are written: two aliases, and the steps of a rebuild between them.

``<name>-read`` stands for the one index that searches ask. ``<name>-write`` stands for every index that
changes are written to: usually one, during and after a rebuild two. The old one stays among them until it is
dropped, so that going back is one command and loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch, NotFoundError

from search.engines.elasticsearch import schema
from search.engines.elasticsearch.connection import Connection

FIRST = "0" * 20
"""Stands for the time in the name of the very first index, so that two workers make the same one."""


COPIED = "copied_to"


class Aliases:
    """Steps of one name (:attr:`Servers.index`); each may be repeated without harm. Raises Unavailable."""

    def __init__(self, connection: Connection, *, clock: Callable[[], datetime] | None = None) -> None:
        self.connection = connection
        self.name = connection.servers.index
        self.read = f"{self.name}-read"
        self.write = f"{self.name}-write"
        self._clock = clock or (lambda: datetime.now(UTC))

    def written(self) -> list[str]:
        """Indices that changes are written to; the first one is made where there is none."""
        found = self._behind(self.write)
        if found:
            return found
        self.make(self.named(FIRST), reading=True)
        return self._behind(self.write)

    def reading(self) -> str | None:
        """The index that searches ask."""
        return next(iter(self._behind(self.read)), None)

    def building(self) -> str | None:
        """The index of a rebuild that has not ended: the newest one written to, made after the one read."""
        read = self.reading() or ""
        return next((one for one in reversed(self._behind(self.write)) if one > read), None)

    def older(self) -> str | None:
        """The index that was read before, kept for going back."""
        read = self.reading()
        return next((one for one in reversed(self._behind(self.write)) if read and one < read), None)

    def named(self, moment: str = "") -> str:
        """A name for a new index: names order by the time of their making."""
        return f"{self.name}-{moment or self._clock().strftime('%Y%m%d%H%M%S%f')}-v{schema.VERSION}"

    def make(self, made: str, *, reading: bool) -> str:
        """An empty index of this name behind the write alias; with ``reading`` also behind the read alias.

        One that is there already stays as it is: an answer may have been lost on its way.
        """
        servers = self.connection.servers
        body = schema.body(shards=servers.shards, replicas=servers.replicas)
        aliases: dict[str, Any] = {self.write: {}}
        if reading:
            aliases[self.read] = {}

        def ask(client: Elasticsearch) -> None:
            try:
                client.indices.create(index=made, aliases=aliases, **body)
            except BadRequestError as problem:
                # Another worker was first, or this one without hearing of it.
                if problem.error != "resource_already_exists_exception":
                    raise

        self.connection.write(ask)
        return made

    def copied_to(self, index: str) -> int:
        """The id up to which a rebuild has copied into ``index``; 0 at first."""

        def ask(client: Elasticsearch) -> int:
            mappings = client.indices.get_mapping(index=index).body[index]["mappings"]
            return int(mappings.get("_meta", {}).get(COPIED, 0))

        return self.connection.write(ask)

    def note_copied(self, index: str, last: int) -> None:
        """Remember beside the index itself how far its making has come."""
        meta = {"kho57": schema.VERSION, COPIED: last}
        self.connection.write(lambda client: client.indices.put_mapping(index=index, meta=meta))

    def swap(self, index: str) -> None:
        """Let searches ask ``index``, in one step; both go on being written."""
        others = [one for one in self._behind(self.read) if one != index]
        actions: list[dict[str, Any]] = [{"remove": {"index": one, "alias": self.read}} for one in others]
        actions.append({"add": {"index": index, "alias": self.read}})
        self.connection.write(lambda client: client.indices.update_aliases(actions=actions))

    def drop(self, index: str) -> None:
        """Delete ``index`` and whatever points to it."""

        def ask(client: Elasticsearch) -> None:
            client.indices.delete(index=index, ignore_unavailable=True)

        self.connection.write(ask)

    def clear(self) -> None:
        """Delete every index of this name."""
        for index in {*self._behind(self.write), *self._behind(self.read)}:
            self.drop(index)

    def _behind(self, alias: str) -> list[str]:
        """Indices behind ``alias``, oldest first: their names begin with the time of their making."""

        def ask(client: Elasticsearch) -> list[str]:
            try:
                return sorted(client.indices.get_alias(name=alias).body)
            except NotFoundError:
                return []

        return self.connection.write(ask)
