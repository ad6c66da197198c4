"""What holds for every test."""

from __future__ import annotations

import gc
import math
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from _pytest.nodeid import coerce_node_id
from django.conf import settings
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import migrated
from tests.chromium import browser, playwright, whole_browser

__all__ = ["browser", "playwright", "whole_browser"]

# Two processes share two cores: an example's time says nothing about the code.
hypothesis_settings.register_profile(
    "kho57", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("kho57")


def pytest_configure(config: pytest.Config) -> None:
    """Give each test process a Redis database of its own: tests clear the cache."""
    config.pluginmanager.register(_LongestFirst(), "longest-first")
    default = settings.CACHES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if "redis" in default["BACKEND"]:
        given = urlsplit(default["LOCATION"])
        default["LOCATION"] = given._replace(path=f"/{int(worker) % 16}").geturl()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was imported stays until the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def _no_names_of_another_library() -> None:
    from search.names import names

    names.forget()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin with a copy of a migrated database: that saves each process all migrations."""
    default = settings.DATABASES["default"]
    name = default.setdefault("TEST", {}).setdefault("NAME", None) or f"test_{default['NAME']}"
    if default["ENGINE"].endswith("sqlite3"):
        migrated.copy_to(Path(name))
    else:
        migrated.copy_on_server(name)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Django takes the database that it finds, and migrates what it lacks."""
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test with real transactions empties the tables; it begins with what the migrations put there."""
    _check_marks(items)
    for item in items:
        if _empties_tables(item):
            item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False)
    _name_groups(items)


class _LongestFirst:
    """Slow tests begin, in the order they come in, so that no process is left with one at the end.

    Of those that need the demonstration served one begins, and the others wait: one process loads it while
    another has the rest to do.
    """

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: not item.get_closest_marker("slow"))
        served = [item for item in items if "demo" in getattr(item, "fixturenames", ())]
        others = [item for item in items if item not in set(served)]
        items[:] = [*served[:1], *others, *served[1:]]


def _check_marks(items: list[pytest.Item]) -> None:
    """A step that runs by a mark is given the files that name it (``tools.test.bearing``)."""
    texts: dict[Path, str] = {}
    for item in items:
        for mark in {mark.name for mark in item.iter_markers()} & {"browser", "contract", "elasticsearch"}:
            if item.path not in texts:
                texts[item.path] = item.path.read_text(encoding="utf-8")
            if f"pytest.mark.{mark}" not in texts[item.path]:
                raise pytest.UsageError(f"{item.path}: name pytest.mark.{mark} in this file")


def _name_groups(items: list[pytest.Item]) -> None:
    """Give the members of a group the suffix by which ``--dist loadgroup`` knows them.

    pytest-xdist 3.8 writes it to an attribute that pytest 9.2 does not read any more, and shares out each test
    alone. In one process nothing is named.
    """
    for item in items:
        mark = item.get_closest_marker("xdist_group")
        suffix = f"@{mark.args[0]}" if mark and item.config.getoption("loadgroup", default=False) else ""
        if suffix and not item.nodeid.endswith(suffix):
            item._id = coerce_node_id(item.nodeid + suffix)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """…and the next test, in whatever order they come, finds it again."""
    yield
    if nextitem is None:
        return  # the tables are gone with the session
    # A browser's event loop may bring a connection of its own, which does not know the rows.
    if _empties_tables(item) and hasattr(connection, "_test_serialized_contents"):
        blocker = item.session.config.stash[_BLOCKER]
        with blocker.unblock():
            connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


_BLOCKER = pytest.StashKey()


@pytest.fixture(scope="session", autouse=True)
def _remember_the_blocker(request: pytest.FixtureRequest, django_db_blocker: object) -> None:
    request.config.stash[_BLOCKER] = django_db_blocker


@pytest.fixture(autouse=True)
def _nothing_is_kept_of_another_index() -> None:
    """A process may count on numbers of rows that only rise; a test's rollback gives them out again."""
    from search import engines
    from search.engines.database import memory

    engines._made.cache_clear()
    memory._memories.clear()


@pytest.fixture(autouse=True)
def _nobody_asked_in_english_before() -> None:
    """The language of a test's last request stays that of its process."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _nothing_was_done_today() -> None:
    """What the scheduler's process did in another test is due again in this one."""
    from search import daily

    daily._DONE.clear()
    daily._LAST.clear()


@pytest.fixture(autouse=True)
def _editors_have_taught_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a process keeps of editors' words changes where a test changes it, and never by the clock."""
    from search import kept, picks, synonyms

    monkeypatch.setattr(kept, "LOOK_EVERY", math.inf)
    synonyms.KEPT.put(())
    picks.KEPT.put({})


def _empties_tables(item: pytest.Item) -> bool:
    if item.get_closest_marker("browser"):
        return False  # its event loop has a connection of its own, which Django empties and fills itself
    marker = item.get_closest_marker("django_db")
    fixtures = getattr(item, "fixturenames", ())
    return bool(marker and marker.kwargs.get("transaction")) or "live_server" in fixtures
