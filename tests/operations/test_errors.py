"""What is said when a request fails: in the language of the address, and even when the site is broken."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.test import Client, RequestFactory
from django.urls import path

from cms import urls as site
from cms.operations import errors


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("something with lan@example.vn")


def suspicious(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation


urlpatterns = [
    path("vi/broken/", broken),
    path("en/broken/", broken),
    path("vi/suspicious/", suspicious),
    *site.urlpatterns,
]
handler400, handler403 = site.handler400, site.handler403
handler404, handler500 = site.handler404, site.handler500


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.django_db
@pytest.mark.parametrize(("address", "language"), [("/vi/no/", "vi"), ("/en/no/", "en"), ("/no/", "vi")])
def test_a_missing_page_is_told_in_the_language_of_its_address(
    visitor: Client, address: str, language: str
) -> None:
    answer = visitor.get(address)
    assert (answer.status_code, answer["Content-Language"]) == (404, language)
    assert f'<html lang="{language}"' in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/api/v1/nothing", "/files/none/none.png"])
def test_a_machine_gets_a_line(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert (answer.status_code, answer.content) == (404, b"404 Not Found\n")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_failure_tells_the_code_by_which_the_operator_finds_it(visitor: Client, language: str) -> None:
    answer = visitor.get(f"/{language}/broken/")
    assert answer.status_code == 500
    assert answer["X-Request-ID"] in answer.content.decode()
    assert "lan@example.vn" not in answer.content.decode()
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.django_db
@pytest.mark.urls(__name__)
@pytest.mark.parametrize(("language", "told"), [("vi", "Hệ thống gặp lỗi"), ("en", "Something went wrong")])
def test_a_failure_of_the_error_page_itself_still_ends_in_a_whole_page(
    visitor: Client, monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    def fail(*_arguments: Any) -> str:
        raise ConnectionError("no database")

    monkeypatch.setattr(loader, "render_to_string", fail)
    answer = visitor.get(f"/{language}/broken/")
    assert answer.status_code == 500
    assert told in answer.content.decode()
    assert answer["X-Request-ID"] in answer.content.decode()


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", ["400", "403", "404", "500", "csrf", "maintenance", "sign-in-paused"])
def test_every_error_has_a_page_without_moving_parts(name: str, language: str) -> None:
    page = errors._unmoving(
        name, language=language, context={"request_id": "<b>", "minutes": 15, "status": 4}
    )
    assert page.startswith("<!doctype html>")
    assert f'<html lang="{language}">' in page
    assert "[[" not in page
    assert "<b>" not in page


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_what_nobody_could_mean_is_a_bad_request(visitor: Client) -> None:
    assert visitor.get("/vi/suspicious/").status_code == 400


@pytest.mark.django_db
def test_a_form_without_a_valid_token_is_answered_in_words() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "lan", "password": "x"})
    assert answer.status_code == 403
    assert "CSRF" not in answer.content.decode()
    assert "<h1" in answer.content.decode()


@pytest.mark.django_db
def test_maintenance_answers_every_page_and_lets_supervision_through(visitor: Client, settings: Any) -> None:
    settings.MAINTENANCE = True
    for address in ("/", "/vi/", "/admin/", "/feeds/a/b/feed.json"):
        answer = visitor.get(address)
        assert answer.status_code == 503
        assert int(answer["Retry-After"]) > 0
    assert visitor.get("/healthz").status_code == 200
    assert visitor.get("/readyz").content.startswith(b"database: ok")


@pytest.mark.django_db
def test_maintenance_can_begin_and_end_without_a_restart(visitor: Client, settings: Any) -> None:
    switch = settings.DATA_DIR / "maintenance"
    switch.touch()
    try:
        assert visitor.get("/en/").status_code == 503
    finally:
        switch.unlink()
    assert visitor.get("/en/").status_code == 200


@pytest.mark.parametrize("status", [404, 500])
def test_the_page_of_a_failure_asks_neither_session_nor_account(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    known: list[HttpRequest | None] = []

    def render(_name: str, _context: Any, request: HttpRequest | None) -> str:
        known.append(request)
        return ""

    monkeypatch.setattr(loader, "render_to_string", render)
    request = RequestFactory().get("/vi/")
    answer = errors.server_error(request) if status == 500 else errors.page_not_found(request)
    assert answer.status_code == status
    assert known == [None if status == 500 else request]
