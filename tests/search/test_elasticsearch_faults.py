"""When Elasticsearch is down, slow or refuses: the embedded engine answers, nothing is lost, it comes back.

A real server behind a proxy that fails on demand. How long a reader waits follows from how often the server
is asked and the deadline of one try, and these are what is asserted: a clock would test the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from django.conf import settings
from django.utils import timezone

from search import finding, indexing
from search.engines.contract import Unavailable
from search.engines.elasticsearch import connection
from search.engines.elasticsearch.breaker import Breaker
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.models import PendingChange
from search.request import SearchRequest
from search.results import SearchResults
from tests import factories
from tests.search.nodes import servers, use
from tests.servers import proxy

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]
Look = Callable[..., SearchResults]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def between() -> Iterator[proxy.Proxy]:
    (server, *_others) = settings.ELASTICSEARCH["hosts"]
    with proxy.started(server) as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(
    between: proxy.Proxy, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ElasticsearchEngine]:
    """Behind the proxy, with a resource in both indexes, and warm."""
    made = ElasticsearchEngine(replace(servers(), hosts=[between.url], deadline=10.0), immediate=True)
    use(monkeypatch, made)
    factories.make_published(title="Kỹ năng số cơ bản")
    indexing.drain(timezone.now())
    assert not ask().simpler
    # From here on with the patience of production, counted by the breaker's own clock.
    made.connection.servers = replace(made.connection.servers, deadline=connection.SEARCH_DEADLINE)
    made.connection.breaker = Breaker(clock=clock)
    made.connection._made.clear()
    between.forget()
    try:
        yield made
    finally:
        between.passes()
        made.aliases.clear()


def ask(q: str = "ky nang so") -> SearchResults:
    return finding.search(SearchRequest(q=q), at=timezone.now())


def recover(engine: ElasticsearchEngine, between: proxy.Proxy) -> None:
    """The server answers again, in whatever time a busy machine takes for it.

    Connections that broke are put aside for a moment by the client; it begins with new ones.
    """
    between.passes()
    engine.connection.servers = replace(engine.connection.servers, deadline=30.0)
    engine.connection._made.clear()


FAULTS: dict[str, Callable[[proxy.Proxy], None]] = {
    "stopped": lambda between: between.refuses(),
    "answers after ten seconds": lambda between: between.delays(seconds=10),
    "hangs": lambda between: between.hangs(),
    "cut in the middle": lambda between: between.cuts(),
    "too many requests": lambda between: between.answers(status=429, body=b"{}"),
    "broken inside": lambda between: between.answers(status=500, body=b"{}"),
    "no master": lambda between: between.answers(status=503, body=b"{}"),
    "speaks no JSON": lambda between: between.answers(status=200, body=b"<html>", headers=JSON),
    "is another product": lambda between: between.answers(status=200, body=b"{}"),
}
JSON = {"Content-Type": "application/json", "X-Elastic-Product": "Elasticsearch"}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_embedded_engine_answers_after_two_tries_at_most(
    engine: ElasticsearchEngine, between: proxy.Proxy, fault: str
) -> None:
    FAULTS[fault](between)
    results = ask()
    assert [one.resource.title for one in results.results] == ["Kỹ năng số cơ bản"]
    assert results.simpler
    assert between.requests <= connection.SEARCH_TRIES
    assert connection.SEARCH_DEADLINE < 1
    slow = fault in ("answers after ten seconds", "hangs")
    assert between.requests == 1 or not slow, "what is late is not asked for again"


@pytest.mark.parametrize("fault", FAULTS)
def test_nobody_waits_again_until_one_try_has_succeeded(
    engine: ElasticsearchEngine, between: proxy.Proxy, clock: Clock, fault: str
) -> None:
    FAULTS[fault](between)
    ask()
    between.forget()
    for _reader in range(5):
        assert ask("co ban").simpler
    assert between.requests == 0
    clock.now += 5.1
    recover(engine, between)
    assert not ask().simpler
    assert not ask().simpler


def test_what_is_corrected_and_loosened_waits_once_only(
    engine: ElasticsearchEngine, between: proxy.Proxy
) -> None:
    """A question that finds nothing asks up to four times; only the first of them may wait."""
    between.hangs()
    ask("khong co gi nhu the")
    assert between.requests == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_changes_wait_in_the_outbox_and_arrive_by_themselves(
    engine: ElasticsearchEngine, between: proxy.Proxy, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "WRITE_DEADLINE", 0.5)
    engine.connection._made.clear()
    FAULTS[fault](between)
    new = factories.make_published(title="Hóa đơn điện tử")
    indexing.drain(timezone.now())
    waiting = PendingChange.objects.get()
    assert (waiting.engine, waiting.resource_id, waiting.dead) == ("elasticsearch", new.pk, False)
    assert [one.resource for one in ask("hoa don").results] == [new], "the embedded index has it already"
    recover(engine, between)
    engine.connection.breaker.succeeded()
    indexing.drain(timezone.now() + indexing.LONGEST_WAIT)
    assert not PendingChange.objects.exists()
    results = ask("hoa don")
    assert ([one.resource for one in results.results], results.simpler) == ([new], False)


def test_a_disk_that_may_only_be_read_keeps_changes_waiting_and_answers_on(
    engine: ElasticsearchEngine, between: proxy.Proxy
) -> None:
    """As Elasticsearch does itself when its disk is nearly full."""
    recover(engine, between)
    (index,) = engine.aliases.written()

    def read_only(yes: bool | None) -> None:
        engine.connection.write(
            lambda client: client.indices.put_settings(
                index=index, settings={"index.blocks.read_only_allow_delete": yes}
            )
        )

    read_only(True)
    factories.make_published(title="Hóa đơn điện tử")
    indexing.drain(timezone.now())
    assert not PendingChange.objects.get().dead
    assert not ask().simpler
    read_only(None)
    indexing.drain(timezone.now() + indexing.LONGEST_WAIT)
    assert ask("hoa don").total == 1


def test_without_any_engine_the_failure_is_told(
    engine: ElasticsearchEngine, between: proxy.Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("search.engines.simpler", lambda: None)
    between.refuses()
    with pytest.raises(Unavailable):
        ask()
