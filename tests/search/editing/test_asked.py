"""The two addresses of the results page's script: only a page of this site, only readers, always 204."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from search import questions
from search.models import Asker, Clicked, Question
from search.request import SearchRequest
from tests.editing.screens import signed_in
from tests.factories import make_agency, make_communicator, make_published, make_resource

pytestmark = [pytest.mark.django_db, pytest.mark.contract]
ASKED, CLICKED = "/api/v1/search/asked", "/api/v1/search/clicked"
BROWSER = {"User-Agent": "Mozilla/5.0 (Android 14) Firefox/140", "Sec-Fetch-Site": "same-origin"}
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()


def token(q: str = "học bạ số", total: int = 3) -> str:
    return questions.token(SearchRequest(q=q), total)


def send(place: str, client: Client | None = None, headers: dict[str, str] = BROWSER, **form: str) -> None:
    """As ``navigator.sendBeacon`` does; whatever is sent, the answer is an empty 204."""
    data = "&".join(f"{name}={value}" for name, value in form.items())
    answer = (client or Client(enforce_csrf_checks=True)).post(place, data, FORM, headers=headers)
    assert_empty(answer)


def assert_empty(answer: HttpResponse) -> None:
    assert (answer.status_code, answer.content) == (204, b"")
    assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
    assert not answer.cookies


def nothing_was_counted() -> bool:
    return not (Question.objects.exists() or Clicked.objects.exists() or Asker.objects.exists())


def test_a_search_and_a_click_are_counted() -> None:
    resource, given = make_published(), token()
    send(ASKED, token=given)
    send(CLICKED, token=given, resource=resource.public_id)
    send(CLICKED, token=given, resource=resource.public_id)
    assert list(Question.objects.values_list("text", "asked", "clicked")) == [("học bạ số", 1, 1)]
    assert list(Clicked.objects.values_list("resource_id", "times")) == [(resource.pk, 1)]
    assert Asker.objects.filter(key="hoc ba so").count() == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "", "Origin": "http://testserver"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
def test_another_site_counts_nothing(headers: dict[str, str]) -> None:
    send(ASKED, headers={"User-Agent": BROWSER["User-Agent"], **headers}, token=token())
    assert nothing_was_counted()


def test_a_browser_that_only_tells_its_origin_counts() -> None:
    send(ASKED, headers={"User-Agent": "Mozilla", "Origin": "http://testserver"}, token=token())
    assert Question.objects.get().asked == 1


@pytest.mark.parametrize("name", ["", "Googlebot/2.1", "HeadlessChrome", "curl/8.0", "python-requests/2"])
def test_programs_count_nothing(name: str) -> None:
    send(ASKED, headers={**BROWSER, "User-Agent": name}, token=token())
    assert nothing_was_counted()


def test_staff_at_work_count_nothing() -> None:
    send(ASKED, signed_in(make_communicator(make_agency())), token=token())
    assert nothing_was_counted()


def test_what_is_hidden_cannot_be_followed_and_answers_alike() -> None:
    hidden, given = make_resource(), token()
    for public_id in (hidden.public_id, "k57-0000-0000", "", "%00", "x" * 500):
        send(CLICKED, token=given, resource=public_id)
    assert nothing_was_counted()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"token=",
        b"token=x",
        b"token=%00",
        b"\xff\xfe",
        b"token=" + b"x" * 10_000,
        b"a&" * 2_000,
        b"%",
        b'{"token": "x"}',
        b"token=\xed\xa0\x80&resource=\xf0\x9f\x90\x8d",
    ],
)
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x", "text/plain", "nonsense"])
def test_whatever_is_sent_the_answer_is_empty(body: bytes, kind: str) -> None:
    for place in (ASKED, CLICKED):
        assert_empty(Client().generic("POST", place, body, kind, headers=BROWSER))
    assert nothing_was_counted()


def test_they_are_only_posted_to() -> None:
    for place in (ASKED, CLICKED):
        assert Client().get(place).status_code == 405


def test_a_token_that_is_not_ours_asks_the_database_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        send(ASKED, token="forged")
    assert len(asked) == 0


def test_no_address_and_no_browser_is_stored() -> None:
    send(ASKED, token=token())
    kept: list[Any] = [*Question.objects.values(), *Asker.objects.values()]
    assert "127.0.0.1" not in str(kept) and "Mozilla" not in str(kept)
