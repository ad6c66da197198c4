"""``/metrics``: true figures in Prometheus' format, whatever fails, and the same number of queries."""

from __future__ import annotations

import tomllib
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from cms.operations import figures
from cms.sections.models import SectionRender
from cms.settings.environment import BASE_DIR
from media_library import publishing, worker
from media_library.models import Heartbeat, Job, JobState, Rendition, StoredFile
from search import fusion, indexing
from search.engines.elasticsearch.connection import Servers
from search.engines.elasticsearch.engine import ElasticsearchEngine
from search.models import PendingChange
from tests import factories
from tests.search.nodes import use

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
Figures = dict[str, dict[tuple[str, ...], float]]


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    """What a process keeps for some minutes is of another test's library."""
    _forget()
    yield
    _forget()


def _forget() -> None:
    kept = figures.PARTS["library"]
    assert isinstance(kept, figures.Seldom)
    kept.forget()


def _families(client: Client) -> list[Metric]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return list(text_string_to_metric_families(answer.content.decode()))


def _figures(client: Client) -> Figures:
    """Values by name and by the values of the labels, the number of the process left out."""
    found: Figures = {}
    for family in _families(client):
        for sample in family.samples:
            labels = tuple(value for name, value in sample.labels.items() if name != "process")
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


def _one(client: Client, name: str, *labels: str) -> float:
    return _figures(client)[name][labels]


def _ago(seconds: int) -> datetime:
    return timezone.now() - timedelta(seconds=seconds)


def _pending(number: int = 1, *, engine: str = "database", dead: bool = False, age: int = 0) -> None:
    first = PendingChange.objects.count() + 10**6
    PendingChange.objects.bulk_create(
        PendingChange(
            engine=engine,
            resource_id=first + each,
            token=uuid.uuid4(),
            changed_at=_ago(age),
            due_at=timezone.now(),
            dead=dead,
        )
        for each in range(number)
    )


def _job(state: str, number: int = 1, *, due: int = 0) -> None:
    first = Job.objects.count()
    Job.objects.bulk_create(
        Job(
            kind="test",
            key=f"{state}-{first + each}",
            state=state,
            run_at=_ago(due),
            created_at=_ago(10_000),
            lease_until=timezone.now() if state == JobState.RUNNING else None,
        )
        for each in range(number)
    )


class TestFormat:
    def test_it_is_the_text_format_of_prometheus_that_nobody_keeps(self, client: Client) -> None:
        answer = client.get("/metrics")
        assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert answer["Cache-Control"] == "no-store"
        assert answer.content.endswith(b"\n")

    def test_every_figure_says_what_it_is_and_no_series_stands_twice(self, client: Client) -> None:
        families = _families(client)
        assert [one.name for one in families if not one.documentation or one.type == "unknown"] == []
        series = Counter(
            (sample.name, *sorted(sample.labels.items())) for one in families for sample in one.samples
        )
        assert set(series.values()) == {1}

    def test_names_follow_the_rules_of_prometheus(self, client: Client) -> None:
        fusion.LEFT_OUT["late"] += 1
        for family in _families(client):
            names = {sample.name for sample in family.samples}
            assert all(name.startswith("kho57_") for name in names)
            assert {name.endswith("_total") for name in names} <= {family.type == "counter"}

    def test_a_question_for_the_head_alone_is_answered(self, client: Client) -> None:
        answer = client.head("/metrics")
        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["Content-Type"].startswith("text/plain")


class TestOutboxOfTheSearch:
    def test_a_publication_waits_until_a_worker_has_been(self, client: Client) -> None:
        factories.make_published()
        assert _one(client, "kho57_search_outbox_waiting", "database") == 1
        worker.settle()
        assert _one(client, "kho57_search_outbox_waiting", "database") == 0

    def test_the_oldest_change_tells_how_far_behind_an_index_is(self, client: Client) -> None:
        _pending(3, age=10)
        _pending(age=90)
        assert 90 <= _one(client, "kho57_search_outbox_oldest_age_seconds", "database") < 120

    def test_what_failed_for_good_no_longer_waits_but_is_still_lag(self, client: Client) -> None:
        _pending(2, dead=True, age=5000)
        _pending(age=90)
        found = _figures(client)
        assert found["kho57_search_outbox_waiting"]["database",] == 1
        assert found["kho57_search_outbox_dead"]["database",] == 2
        assert found["kho57_search_outbox_oldest_age_seconds"]["database",] < 120
        assert 5000 <= found["kho57_search_index_lag_seconds"]["database",] < 5030

    def test_the_lag_is_the_one_that_readiness_goes_by(self) -> None:
        _pending(age=300, dead=True)
        _pending(age=20)
        at = timezone.now()
        (queue,) = indexing.queues()
        assert queue.unheard is not None
        assert at - queue.unheard == indexing.lag(at)

    def test_nothing_waiting_is_a_lag_of_nothing(self, client: Client) -> None:
        PendingChange.objects.all().delete()
        found = _figures(client)
        for name in ("waiting", "dead", "oldest_age_seconds"):
            assert found[f"kho57_search_outbox_{name}"] == {("database",): 0}
        assert found["kho57_search_index_lag_seconds"] == {("database",): 0}

    def test_each_index_has_figures_of_its_own(self, client: Client) -> None:
        _pending(2, engine="meaning")
        waiting = _figures(client)["kho57_search_outbox_waiting"]
        assert waiting["meaning",] == 2
        assert waiting["database",] == 0


class TestJobs:
    def test_they_are_counted_by_state_without_those_that_are_done(self, client: Client) -> None:
        for state, number in (("queued", 3), ("running", 2), ("failed", 1), ("done", 4)):
            _job(state, number)
        assert _figures(client)["kho57_jobs"] == {("waiting",): 3, ("running",): 2, ("failed",): 1}

    def test_a_job_waits_from_the_moment_it_is_due(self, client: Client) -> None:
        _job(JobState.QUEUED, due=-60)
        assert _one(client, "kho57_jobs_oldest_waiting_age_seconds") == 0
        _job(JobState.QUEUED, due=45)
        _job(JobState.FAILED, due=900)
        assert 45 <= _one(client, "kho57_jobs_oldest_waiting_age_seconds") < 75


class TestSections:
    def test_renderings_wait_and_those_that_failed_before_are_told(self, client: Client) -> None:
        SectionRender.objects.all().delete()
        SectionRender.objects.create(address="A/one")
        SectionRender.objects.create(address="A/two", attempts=3, not_before=_ago(-60))
        SectionRender.objects.filter(address="A/one").update(requested_at=_ago(70))
        found = _figures(client)
        assert found["kho57_section_renders_waiting"][()] == 2
        assert found["kho57_section_renders_retried"][()] == 1
        assert 70 <= found["kho57_section_renders_oldest_age_seconds"][()] < 100


class TestSearch:
    @pytest.fixture
    def _no_server(self, monkeypatch: pytest.MonkeyPatch) -> None:
        use(monkeypatch, ElasticsearchEngine(Servers(hosts=["http://127.0.0.1:9"])))

    def test_the_embedded_engine_has_no_breaker(self, client: Client) -> None:
        assert "kho57_search_breaker_open" not in _figures(client)

    @pytest.mark.usefixtures("_no_server")
    def test_a_server_that_is_away_opens_the_breaker_and_fails_nothing_else(self, client: Client) -> None:
        first = _figures(client)
        assert first["kho57_search_breaker_open"] == {("elasticsearch",): 0}
        assert first["kho57_ready"]["search",] == 0
        assert set(first["kho57_collector_ok"].values()) == {1}
        assert set(first["kho57_search_outbox_waiting"]) == {("elasticsearch",), ("database",)}
        assert _one(client, "kho57_search_breaker_open", "elasticsearch") == 1

    def test_what_was_left_out_of_searches_is_counted_by_reason(self, client: Client) -> None:
        fusion.LEFT_OUT["late"] += 1
        before = _one(client, "kho57_search_meaning_left_out_total", "late")
        fusion.LEFT_OUT["late"] += 2
        assert _one(client, "kho57_search_meaning_left_out_total", "late") == before + 2


class TestLibrary:
    def test_public_resources_and_stored_bytes_are_added_up(self, client: Client) -> None:
        before = _figures(client)
        resource, hidden = factories.make_published("photo"), factories.make_published("photo")
        publishing.withdraw(
            resource=hidden, by=factories.make_administrator(), reason="sai", at=timezone.now()
        )
        _forget()
        after = _figures(client)
        assert after["kho57_public_resources"][()] == before["kho57_public_resources"][()] + 1
        files = [asset.file for each in (resource, hidden) for asset in each.assets.all()]
        original = sum(file.size for file in files)
        made = sum(one.size for one in Rendition.objects.filter(file__in=files))
        for content, size in (("original", original), ("rendition", made)):
            grown = after["kho57_storage_bytes"][content,] - before["kho57_storage_bytes"].get((content,), 0)
            assert grown == size > 0

    def test_whole_tables_are_gone_through_once_in_a_while(self) -> None:
        read: list[datetime] = []

        def part(at: datetime) -> list[figures.Metric]:
            read.append(at)
            return []

        seldom = figures.Seldom(part)
        at = timezone.now()
        for moment in (at, at + timedelta(seconds=299), at + figures.SELDOM, at - timedelta(days=1)):
            seldom(moment)
        assert read == [at, at + figures.SELDOM, at - timedelta(days=1)]


class TestReadiness:
    def test_each_part_of_it_is_a_figure(self, client: Client) -> None:
        Heartbeat.objects.create(name="scheduler", at=timezone.now())
        assert _figures(client)["kho57_ready"] == {
            ("database",): 1,
            ("storage",): 1,
            ("search",): 1,
            ("worker",): 0,
            ("scheduler",): 1,
            ("notices",): 1,
        }

    def test_the_version_that_runs_is_told(self, client: Client) -> None:
        declared = tomllib.loads((BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
        assert _figures(client)["kho57_build_info"] == {(declared["project"]["version"],): 1}


class TestFailures:
    def _without(self, table: str) -> Callable[..., Any]:
        """Stands before the database, and refuses what names ``table``."""

        def refuse(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if f'"{table}"' in sql:
                raise DatabaseError("permission denied for user kho57 at 10.0.0.5")
            return execute(sql, *rest)

        return refuse

    @pytest.mark.parametrize(
        ("table", "part", "missing"),
        [
            ("search_pendingchange", "outbox", "kho57_search_outbox_waiting"),
            ("media_library_job", "jobs", "kho57_jobs"),
            ("sections_sectionrender", "sections", "kho57_section_renders_waiting"),
            ("notifying_notice", "notices", "kho57_takedown_notices"),
            ("newsroom_letter", "letters", "kho57_letters"),
            ("media_library_rendition", "library", "kho57_public_resources"),
        ],
    )
    def test_a_table_that_cannot_be_read_leaves_its_own_figures_out(
        self, client: Client, table: str, part: str, missing: str
    ) -> None:
        with connection.execute_wrapper(self._without(table)):
            answer = client.get("/metrics")
            found = _figures(client)
        assert answer.status_code == 200
        assert missing not in found
        assert [name for name, ok in found["kho57_collector_ok"].items() if not ok] == [(part,)]
        assert found["kho57_ready"]["storage",] == 1
        assert b"10.0.0.5" not in answer.content

    def test_what_failed_is_read_again_the_next_time(self, client: Client) -> None:
        with connection.execute_wrapper(self._without("media_library_rendition")):
            assert _one(client, "kho57_collector_ok", "library") == 0
        assert _one(client, "kho57_collector_ok", "library") == 1

    def test_without_any_table_there_is_still_an_answer(self, client: Client) -> None:
        def refuse(*_statement: Any) -> Any:
            raise DatabaseError("server closed the connection")

        with connection.execute_wrapper(refuse):
            found = _figures(client)
        assert found["kho57_ready"] == {
            (part,): float(part == "storage")
            for part in ("database", "storage", "search", "worker", "scheduler", "notices")
        }
        read = {part for (part,), ok in found["kho57_collector_ok"].items() if ok}
        assert read == {"search", "ready", "build"}


def test_the_number_of_queries_is_the_same_for_a_large_site(client: Client) -> None:
    def queries() -> int:
        _forget()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            _figures(client)
        return len(asked)

    resource = factories.make_published("photo")
    queries()
    few = queries()
    for state in JobState.values:
        _job(state, 150)
    _pending(200), _pending(200, dead=True), _pending(200, engine="meaning")
    SectionRender.objects.bulk_create(SectionRender(resource_id=pk) for pk in range(1, 301))
    Heartbeat.objects.bulk_create(Heartbeat(name=f"worker:x:{n}", at=timezone.now()) for n in range(50))
    for _each in range(12):
        factories.make_published("photo", agency=resource.agency)
    assert queries() == few <= 30
    assert StoredFile.objects.count() >= 13


def test_the_examination_of_the_storage_leaves_nothing_behind(client: Client) -> None:
    client.get("/metrics")
    assert storages["private"].listdir("readiness")[1] == []
