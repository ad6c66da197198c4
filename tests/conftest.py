"""What holds for every test."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

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
