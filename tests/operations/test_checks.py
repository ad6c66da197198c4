"""A site that is to be deployed is told what it lacks, and what to run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.db import connection

from cms.demonstration import accounts
from cms.operations import checks
from tests.factories import make_administrator

SOURCE = "fragments/portal.po"
COMPILED = "vi/LC_MESSAGES/django.mo"
OF_SCRIPTS = ("fragments/scripts/wagtail-admin.po", "vi/LC_MESSAGES/djangojs.mo")


@pytest.fixture
def texts(tmp_path: Path, settings: Any) -> Path:
    """The folder of a site's texts, compiled a second after they were written."""
    settings.LOCALE_PATHS = [tmp_path]
    for name in (SOURCE, COMPILED, *OF_SCRIPTS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    made = (COMPILED, OF_SCRIPTS[1])
    for name in (SOURCE, OF_SCRIPTS[0], *made, "fragments/scripts", "fragments"):
        time = 101 if name in made else 100
        os.utime(tmp_path / name, (time, time))
    return tmp_path


def test_compiled_texts_are_in_order(texts: Path) -> None:
    assert checks.catalogues_are_compiled() == []


def test_a_site_without_its_vietnamese_is_told_what_to_run(texts: Path) -> None:
    (texts / COMPILED).unlink()
    (problem,) = checks.catalogues_are_compiled()
    assert problem.is_serious() and "not compiled" in problem.msg
    assert problem.hint == "Run: python -m tools.translations"


def test_texts_of_scripts_are_compiled_as_well(texts: Path) -> None:
    (texts / OF_SCRIPTS[1]).unlink()
    (problem,) = checks.catalogues_are_compiled()
    assert problem.is_serious() and "not compiled" in problem.msg


@pytest.mark.parametrize("newer", [SOURCE, "fragments", OF_SCRIPTS[0], "fragments/scripts"])
def test_texts_that_changed_after_they_were_compiled_are_told(texts: Path, newer: str) -> None:
    os.utime(texts / newer, (102, 102))
    (problem,) = checks.catalogues_are_compiled()
    assert problem.is_serious() and "older" in problem.msg


def test_the_check_is_one_of_those_before_deployment() -> None:
    from django.core.checks.registry import registry

    assert checks.catalogues_are_compiled in registry.get_checks(include_deployment_checks=True)
    assert checks.catalogues_are_compiled not in registry.get_checks()


@pytest.fixture
def demonstrated(db: None, settings: Any) -> Any:
    """A real site on a database that once held the demonstration's administrator."""
    settings.DEMONSTRATION = False
    user = make_administrator(accounts.ADMINISTRATOR.username)
    user.set_password(accounts.PASSWORD)
    user.save()
    return user


def told() -> list[str]:
    return [problem.msg for problem in run_checks(tags=[Tags.database], databases=["default"])]


def test_an_account_of_the_demonstration_that_opens_is_refused(demonstrated: Any) -> None:
    (problem,) = run_checks(tags=[Tags.database], databases=["default"])
    assert problem.is_serious() and problem.id == "operations.E003"
    assert "quantri" in problem.msg and accounts.PASSWORD not in problem.msg


def test_an_account_with_a_password_of_its_own_is_not(demonstrated: Any) -> None:
    demonstrated.set_password("a password of its own")
    demonstrated.save()
    assert told() == []


def test_an_account_that_is_switched_off_is_not(demonstrated: Any) -> None:
    demonstrated.is_active = False
    demonstrated.save()
    assert told() == []


def test_where_the_demonstration_is_allowed_its_accounts_are(demonstrated: Any, settings: Any) -> None:
    settings.DEMONSTRATION = True
    assert told() == []


def test_a_database_before_its_first_migration_is_not_asked(
    demonstrated: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    assert told() == []
