"""Guessing passwords stops after five tries, without locking out the account's owner elsewhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _throttle_and_accounts(settings: Any) -> None:
    settings.AXES_ENABLED = True
    cache.clear()
    for name in ("lan", "minh"):
        get_user_model().objects.create_superuser(name, f"{name}@example.vn", "right password 57")


def _try(
    client: Client, password: str, *, name: str = "lan", address: str = HERE, **headers: str
) -> HttpResponse:
    sent = {"username": name, "password": password}
    return client.post(LOGIN, sent, REMOTE_ADDR=address, headers=headers)


def _fail(client: Client, times: int, **where: str) -> HttpResponse:
    for _time in range(times):
        response = _try(client, "wrong", **where)
    return response


def test_four_wrong_passwords_may_be_followed_by_the_right_one(client: Client) -> None:
    assert _fail(client, 4).status_code == 200
    assert _try(client, "right password 57").status_code == 302


def test_the_fifth_wrong_password_pauses_the_login_in_words(client: Client) -> None:
    response = _fail(client, 5)
    assert response.status_code == 429
    assert response["Retry-After"] == "900"
    assert "15" in response.content.decode()
    assert "/admin/password_reset/" in response.content.decode()


def test_during_the_pause_even_the_right_password_is_refused(client: Client) -> None:
    _fail(client, 5)
    assert _try(client, "right password 57").status_code == 429


def test_the_pause_ends_and_trying_does_not_prolong_it(client: Client) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        _fail(client, 5)
        clock.shift(timedelta(minutes=14))
        assert _try(client, "right password 57").status_code == 429
        clock.shift(timedelta(minutes=2))
        assert _try(client, "right password 57").status_code == 302


def test_the_owner_signs_in_from_elsewhere_and_neighbours_from_here(client: Client) -> None:
    _fail(client, 5)
    assert _try(Client(), "right password 57", address=ELSEWHERE).status_code == 302
    assert _try(Client(), "right password 57", name="minh").status_code == 302


def test_an_account_that_does_not_exist_is_answered_alike(client: Client) -> None:
    known = [_try(client, "wrong").status_code for _time in range(6)]
    unknown = [_try(client, "wrong", name="nobody").status_code for _time in range(6)]
    assert known == unknown


def test_an_address_that_the_sender_made_up_is_not_believed(client: Client) -> None:
    for number in range(5):
        response = _try(client, "wrong", **{"x-forwarded-for": f"192.0.2.{number}"})
    assert response.status_code == 429


def test_behind_a_proxy_of_ours_only_its_own_entry_counts(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    for number in range(5):
        made_up = {"x-forwarded-for": f"192.0.2.{number}, {HERE}"}
        response = _try(client, "wrong", address="127.0.0.1", **made_up)
    assert response.status_code == 429
    other = {"x-forwarded-for": f"{HERE}, {ELSEWHERE}"}
    assert _try(client, "right password 57", address="127.0.0.1", **other).status_code == 302


def test_no_table_keeps_who_tried_from_where(client: Client) -> None:
    _fail(client, 5)
    _try(client, "right password 57", address=ELSEWHERE)
    assert not any(model.objects.exists() for model in (AccessAttempt, AccessFailureLog, AccessLog))
