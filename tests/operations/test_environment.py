"""One module reads the environment, documents it, and says what is wrong with a value."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from cms.settings import environment
from cms.settings.environment import BASE_DIR


def test_the_example_file_names_every_variable_as_it_is_declared() -> None:
    assert (BASE_DIR / ".env.example").read_text(encoding="utf-8") == environment.example()


def test_nothing_else_in_the_site_reads_the_environment() -> None:
    reading = re.compile(r"os\.(environ|getenv)|environ\.Env")
    found = {
        str(path.relative_to(BASE_DIR))
        for package in ("cms", "media_library", "search")
        for path in (BASE_DIR / package).rglob("*.py")
        if reading.search(path.read_text(encoding="utf-8"))
    }
    # The WSGI module names the settings; a sandboxed child is given its environment.
    assert found - {"cms/wsgi.py"} <= {"cms/settings/environment.py", "media_library/processing/sandbox.py"}


@pytest.mark.parametrize(("value", "meant"), [("yes", True), ("TRUE", True), ("0", False), ("off", False)])
def test_yes_and_no_may_be_written_in_many_ways(
    monkeypatch: pytest.MonkeyPatch, value: str, meant: bool
) -> None:
    monkeypatch.setenv("MAINTENANCE", value)
    assert environment.flag("MAINTENANCE") is meant


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", " ")
    assert environment.number("PORT") == 8000


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("MAINTENANCE", "maybe", environment.flag),
        ("PORT", "eighty", environment.number),
        ("PORT", "-1", environment.number),
    ],
)
def test_a_value_nobody_can_read_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, read: object
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured, match=f"{name} must be .*{value}"):
        read(name)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://user:word@host/kho57", "must begin with postgres://"),
        ("kho57", "must begin with postgres://"),
        ("postgres://user:word@host:5432/", "names no database"),
    ],
)
def test_a_wrong_database_address_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match=told) as refused:
        environment.database(BASE_DIR)
    assert "word@" not in str(refused.value).replace("user:password@", "")


def test_postgresql_is_taken_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://kho57:p%40ss@db.example:6543/library")
    settings = environment.database(BASE_DIR)
    assert settings["ENGINE"] == "django.db.backends.postgresql"
    assert (settings["NAME"], settings["HOST"], settings["PORT"]) == ("library", "db.example", 6543)
    assert settings["PASSWORD"] == "p@ss"


def test_sqlite_waits_for_other_writers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = environment.database(BASE_DIR)["OPTIONS"]
    assert (options["timeout"], options["transaction_mode"]) == (20, "IMMEDIATE")
    assert "journal_mode=WAL" in options["init_command"]
