"""Production refuses to run open, and says what to set."""

from __future__ import annotations

import pytest

from tests.operations.conftest import SAFE, Start

IMPORT = ("-c", "import cms.settings.production")


def test_a_site_with_everything_set_starts(start: Start) -> None:
    assert start(*IMPORT, **SAFE).returncode == 0


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "ab" * 40}, "SECRET_KEY is missing or weak"),
        ({"SECRET_KEY": "django-insecure-" + SAFE["SECRET_KEY"]}, "SECRET_KEY is missing or weak"),
        ({"DEBUG": "yes"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is missing"),
        ({"ALLOWED_HOSTS": "kho57.example.vn,*"}, "ALLOWED_HOSTS contains *"),
        ({"PUBLIC_BASE_URL": "http://kho57.example.vn"}, "PUBLIC_BASE_URL is missing or not https"),
        ({"DATABASE_URL": ""}, "The database is SQLite"),
        ({"DEMONSTRATION": "yes"}, "DEMONSTRATION is on"),
        ({"METRICS_TOKEN": "guess"}, "METRICS_TOKEN is weak"),
    ],
)
def test_what_is_dangerous_stops_the_start(start: Start, changed: dict[str, str], told: str) -> None:
    ended = start(*IMPORT, **{**SAFE, **changed})
    assert ended.returncode != 0
    assert told in ended.stderr


def test_sqlite_runs_after_an_explicit_yes(start: Start) -> None:
    assert start(*IMPORT, **{**SAFE, "DATABASE_URL": "", "ALLOW_SQLITE": "yes"}).returncode == 0


def test_a_token_that_nobody_guesses_is_taken(start: Start) -> None:
    assert start(*IMPORT, **{**SAFE, "METRICS_TOKEN": "yY3Zk0-7mQx_Vb2Nw9LrT4cHs8EuJd6P"}).returncode == 0


def test_all_that_is_missing_is_told_at_once_and_no_secret_with_it(start: Start) -> None:
    ended = start(*IMPORT, SECRET_KEY="tooshort-and-private", METRICS_TOKEN="private-too")
    for name in ("SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_BASE_URL", "DATABASE_URL", "METRICS_TOKEN"):
        assert name in ended.stderr
    for secret in ("tooshort-and-private", "private-too"):
        assert secret not in ended.stderr


def test_django_finds_nothing_to_warn_of_before_deployment(start: Start) -> None:
    ended = start(
        "manage.py",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        **SAFE,
        DJANGO_SETTINGS_MODULE="cms.settings.production",
    )
    assert ended.returncode == 0, ended.stderr


def test_the_application_server_starts_the_real_site_unless_told_otherwise(start: Start) -> None:
    ended = start("-c", "import cms.wsgi")
    assert ended.returncode != 0
    assert "Kho 57 does not start" in ended.stderr


def test_a_laptop_gets_a_secret_of_its_own_that_stays(start: Start) -> None:
    told = ("-c", "from cms.settings import dev; print(dev.SECRET_KEY)")
    first, second = start(*told), start(*told)
    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout
