"""What holds for every test."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests import migrated

# Two processes share two cores: an example's time says nothing about the code.
hypothesis_settings.register_profile(
    "kho57", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("kho57")


def pytest_configure(config: pytest.Config) -> None:
    """Give each test process a Redis database of its own: tests clear the cache."""
    default = settings.CACHES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    if "redis" in default["BACKEND"]:
        given = urlsplit(default["LOCATION"])
        default["LOCATION"] = given._replace(path=f"/{int(worker) % 16}").geturl()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Begin with a copy of a migrated database: on SQLite that saves each process all migrations."""
    default = settings.DATABASES["default"]
    if default["ENGINE"].endswith("sqlite3"):
        migrated.copy_to(Path(default["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Whether Django shall take the database that it finds."""
    return bool(settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"))
