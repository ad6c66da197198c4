"""The way to the servers: two clients, and every failure told as one of two exceptions.

Searches are asked with little patience: a reader gets the simpler answer within a second. Writes come from
workers, which can wait; what fails waits in the outbox.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from elasticsearch import ApiError, Elasticsearch, SerializationError, TransportError

from search.engines.contract import Resting, Unavailable
from search.engines.elasticsearch.breaker import Breaker

SEARCH_DEADLINE = 0.8
"""Seconds for the answer to a search; a late answer is not asked for again."""
WRITE_DEADLINE = 30.0
SEARCH_TRIES = 2
"""A search goes to a second node (or over a new connection) where one refuses; never after a deadline."""
WRITE_TRIES = 3
CONNECTIONS = 16

Result = TypeVar("Result")


class Refused(ValueError):
    """The server will never take this, however often it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Where the servers are and how to speak to them. ``hosts``: http or https addresses.

    ``index``: what the names of our indices begin with. ``ca_certs``: file with the authorities that sign
    the servers' certificates, empty for the system's. ``deadline``: seconds for the answer to a search.
    """

    hosts: Sequence[str]
    index: str = "kho57"
    api_key: str = ""
    username: str = ""
    password: str = ""
    ca_certs: str = ""
    shards: int = 1
    replicas: int = 0
    deadline: float = SEARCH_DEADLINE

    def client(self, *, deadline: float, tries: int) -> Elasticsearch:
        """A client that tries another node at most ``tries`` times in all."""
        options: dict[str, Any] = {}
        if self.api_key:
            options["api_key"] = self.api_key
        elif self.username:
            options["basic_auth"] = (self.username, self.password)
        if self.ca_certs:
            options["ca_certs"] = self.ca_certs
        return Elasticsearch(
            list(self.hosts),
            request_timeout=deadline,
            max_retries=tries - 1,
            retry_on_timeout=False,
            retry_on_status=(502, 504),
            connections_per_node=CONNECTIONS,
            # A node that failed is asked again soon: there may be no other.
            max_dead_node_backoff=5.0,
            **options,
        )


class Connection:
    """Asks the servers. Raises only Unavailable and :class:`Refused`."""

    def __init__(self, servers: Servers, *, breaker: Breaker | None = None) -> None:
        self.servers = servers
        self.breaker = breaker or Breaker()
        self._made: dict[str, Elasticsearch] = {}
        self._lock = threading.Lock()

    def search(self, ask: Callable[[Elasticsearch], Result]) -> Result:
        """What ``ask`` gets for a reader: soon, or Unavailable; while the breaker is open at once."""
        if not self.breaker.admits():
            raise Resting("Elasticsearch did not answer a moment ago")
        try:
            answer = _told(ask, self._client("search", self.servers.deadline, SEARCH_TRIES))
        except Unavailable:
            self.breaker.failed()
            raise
        except BaseException:
            self.breaker.succeeded()
            raise
        self.breaker.succeeded()
        return answer

    def write(self, ask: Callable[[Elasticsearch], Result]) -> Result:
        """What ``ask`` gets for a worker or a command."""
        return _told(ask, self._client("write", WRITE_DEADLINE, WRITE_TRIES))

    def _client(self, name: str, deadline: float, tries: int) -> Elasticsearch:
        if name not in self._made:
            with self._lock:
                if name not in self._made:
                    self._made[name] = self.servers.client(deadline=deadline, tries=tries)
        return self._made[name]


PERMANENT = (400, 413)
"""Answers that the same request would get again. 404 is none: an index may be on its way."""


def _told(ask: Callable[[Elasticsearch], Result], client: Elasticsearch) -> Result:
    try:
        return ask(client)
    except ApiError as problem:
        reason = f"{problem.status_code} {problem.error}"[:300]
        if problem.status_code in PERMANENT:
            raise Refused(reason) from problem
        raise Unavailable(reason) from problem
    except (TransportError, SerializationError) as problem:
        raise Unavailable(type(problem).__name__) from problem
