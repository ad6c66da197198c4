"""What an operator meets: readiness, the first start, several hosts, keys and certificates."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.utils import timezone

from cms.operations import readiness
from cms.settings import environment
from search import indexing
from search.engines.contract import Resting, Unavailable
from search.engines.elasticsearch import schema
from search.engines.elasticsearch.breaker import Breaker
from search.engines.elasticsearch.connection import Connection, Servers
from search.engines.elasticsearch.engine import ElasticsearchEngine
from tests import factories
from tests.search.nodes import servers, use


class TestBreaker:
    def test_after_a_failure_nobody_passes_until_the_pause_is_over_and_then_one(self) -> None:
        now = [0.0]
        breaker = Breaker(pause=5, clock=lambda: now[0])
        assert breaker.admits()
        breaker.failed()
        assert not breaker.admits()
        now[0] = 5.1
        assert [breaker.admits() for _caller in range(3)] == [True, False, False]
        breaker.succeeded()
        assert breaker.admits() and breaker.admits()

    def test_a_trial_that_fails_begins_a_new_pause(self) -> None:
        now = [0.0]
        breaker = Breaker(pause=5, clock=lambda: now[0])
        breaker.failed()
        now[0] = 6
        assert breaker.admits()
        breaker.failed()
        now[0] = 10
        assert not breaker.admits()

    def test_while_it_is_open_the_servers_are_not_asked_and_the_caller_can_tell(self) -> None:
        asked: list[object] = []
        breaker = Breaker(pause=5)
        breaker.failed()
        connection = Connection(Servers(hosts=["http://127.0.0.1:9"]), breaker=breaker)
        with pytest.raises(Resting):
            connection.search(asked.append)
        assert asked == []

    def test_a_trial_that_is_never_told_of_lets_another_try_after_a_pause(self) -> None:
        now = [0.0]
        breaker = Breaker(pause=5, clock=lambda: now[0])
        breaker.failed()
        now[0] = 6
        assert breaker.admits()
        now[0] = 12
        assert breaker.admits()


class TestServers:
    def test_a_key_goes_before_an_account(self) -> None:
        made = Servers(hosts=["https://es:9200"], api_key="abc", username="u", password="p")
        assert made.client(deadline=1, tries=1)._headers["authorization"] == "ApiKey abc"

    def test_an_account_is_used_without_a_key(self) -> None:
        made = Servers(hosts=["https://es:9200"], username="u", password="p")
        assert made.client(deadline=1, tries=1)._headers["authorization"].startswith("Basic ")

    def test_every_host_may_be_asked(self) -> None:
        made = Servers(hosts=["https://one:9200", "https://two:9200"])
        nodes = made.client(deadline=1, tries=1).transport.node_pool.all()
        assert {node.host for node in nodes} == {"one", "two"}

    @pytest.mark.filterwarnings("ignore::DeprecationWarning")
    def test_a_certificate_of_nobody_we_know_is_refused(self) -> None:
        """Nothing listens there; what matters is that verification is never switched off."""
        node = Servers(hosts=["https://one:9200"]).client(deadline=1, tries=1).transport.node_pool.all()[0]
        assert node.config.verify_certs is not False

    def test_an_address_that_is_none_is_refused_at_the_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ELASTICSEARCH_URL", "es.example.vn:9200")
        with pytest.raises(ImproperlyConfigured, match=re.escape("https://es.example.vn:9200")):
            environment.elasticsearch()

    def test_several_addresses_are_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ELASTICSEARCH_URL", "https://a:9200/, https://b:9200")
        assert environment.elasticsearch()["hosts"] == ["https://a:9200", "https://b:9200"]


def test_the_mapping_takes_nothing_it_does_not_know_and_keeps_no_keys() -> None:
    body = schema.body(shards=2, replicas=1)
    assert body["mappings"]["dynamic"] is False
    assert body["settings"]["number_of_shards"] == 2
    assert not set(schema.SCORED) & set(body["mappings"]["_source"]["includes"])


def test_a_server_that_is_not_there_is_unavailable() -> None:
    nowhere = Connection(Servers(hosts=["http://127.0.0.1:9"]))
    with pytest.raises(Unavailable):
        nowhere.search(lambda client: client.info())
    with pytest.raises(Unavailable):
        nowhere.write(lambda client: client.info())


@pytest.mark.django_db
@pytest.mark.elasticsearch
class TestReadiness:
    def test_it_names_the_engine_that_answers(self, answers: ElasticsearchEngine) -> None:
        assert readiness.search(timezone.now()) == "elasticsearch"

    def test_an_index_of_an_older_form_is_told(
        self, answers: ElasticsearchEngine, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
        with pytest.raises(readiness.NotReady, match="search_rebuild"):
            readiness.search(timezone.now())

    def test_a_server_that_is_away_is_told_with_who_answers_instead(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        use(monkeypatch, ElasticsearchEngine(replace(servers(), hosts=["http://127.0.0.1:9"])))
        with pytest.raises(readiness.NotReady, match="database answers instead"):
            readiness.search(timezone.now())

    def test_a_change_that_waits_for_minutes_is_told(self, answers: ElasticsearchEngine) -> None:
        resource = factories.make_published()
        indexing.drain(timezone.now())
        indexing.note(resource_ids=[resource.pk], at=timezone.now() - timedelta(minutes=3))
        with pytest.raises(readiness.NotReady, match="behind"):
            readiness.search(timezone.now())


@pytest.mark.django_db
@pytest.mark.elasticsearch
class TestCommand:
    def test_an_index_that_is_missing_is_made_and_one_that_is_there_is_left(
        self, answers: ElasticsearchEngine
    ) -> None:
        resource = factories.make_published(title="Chữ ký số")
        call_command("search_rebuild", if_missing=True, verbosity=0)
        first = answers.aliases.reading()
        assert answers.stored(after=0, limit=9) == {resource.pk: resource.version}
        call_command("search_rebuild", if_missing=True, verbosity=0)
        assert answers.aliases.reading() == first

    def test_a_server_that_is_away_ends_it_with_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("search.rebuilding.PATIENCE", 1)
        use(monkeypatch, ElasticsearchEngine(replace(servers(), hosts=["http://127.0.0.1:9"])))
        with pytest.raises(CommandError, match="goes on where it was"):
            call_command("search_rebuild", verbosity=0)

    def test_an_engine_that_does_not_exist_is_told(self) -> None:
        with pytest.raises(CommandError, match="no search engine"):
            call_command("search_rebuild", engine="solr", verbosity=0)
