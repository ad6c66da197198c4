"""``/metrics`` is for whoever watches the site; for everyone else it is an address like any unknown one."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from cms.operations import watching
from cms.operations.watching import Watching
from tests import factories

TOKEN = "yY3Zk0-7mQx_Vb2Nw9LrT4cHs8EuJd6P"
STRANGER = "203.0.113.7"
UNKNOWN = "/metricz"
"""As long as the real one."""


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.fixture
def _site(settings: Any) -> None:
    """Hosts and transport as in production."""
    settings.ALLOWED_HOSTS = ["kho57.example.vn"]
    settings.SECURE_SSL_REDIRECT = True


def _reads(*, address: str = "127.0.0.1", **headers: str) -> bool:
    return watching.may_read(RequestFactory().get("/metrics", headers=headers, REMOTE_ADDR=address))


class TestWithoutToken:
    @pytest.mark.parametrize("address", ["127.0.0.1", "127.8.0.1", "::1", "::ffff:127.0.0.1"])
    def test_a_process_of_this_machine_may_read(self, address: str) -> None:
        assert _reads(address=address)

    @pytest.mark.parametrize(
        "address",
        [STRANGER, "10.0.0.1", "192.168.1.5", "::ffff:10.0.0.1", "fe80::1", "", "unix:", "localhost"],
    )
    def test_nobody_from_elsewhere_may(self, address: str) -> None:
        assert not _reads(address=address)

    @pytest.mark.parametrize(
        "header", ["x-forwarded-for", "forwarded", "x-forwarded-proto", "x-real-ip", "via"]
    )
    @pytest.mark.parametrize("value", ["127.0.0.1", STRANGER, ""])
    def test_what_a_proxy_passes_on_is_not_from_here(self, header: str, value: str) -> None:
        assert not _reads(**{header: value})

    @pytest.mark.parametrize("proxies", [0, 1])
    def test_no_number_of_trusted_proxies_changes_that(self, settings: Any, proxies: int) -> None:
        settings.TRUSTED_PROXIES = proxies
        assert not _reads(**{"x-forwarded-for": "127.0.0.1"})
        assert not _reads(address=STRANGER, **{"x-forwarded-for": "127.0.0.1"})

    def test_an_empty_token_opens_nothing(self) -> None:
        assert not _reads(address=STRANGER, authorization="Bearer ")
        assert not _reads(address=STRANGER, authorization="Bearer")

    @pytest.mark.usefixtures("_site")
    @pytest.mark.parametrize(
        ("host", "may"),
        [
            ("127.0.0.1:8000", True),
            ("localhost:8000", True),
            ("[::1]:8000", True),
            ("kho57.example.vn", True),
            ("rebound.example", False),
            ("127.0.0.1.rebound.example", False),
        ],
    )
    def test_a_page_in_a_browser_here_that_gave_its_name_our_address_may_not(
        self, host: str, may: bool
    ) -> None:
        assert _reads(host=host) is may


class TestWithToken:
    @pytest.fixture(autouse=True)
    def _token(self, settings: Any) -> None:
        settings.METRICS_TOKEN = TOKEN

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
    def test_who_sends_it_may_read_from_anywhere_through_any_proxy(self, scheme: str) -> None:
        sent = {"authorization": f"{scheme} {TOKEN}", "x-forwarded-for": STRANGER}
        assert _reads(address=STRANGER, **sent)

    @pytest.mark.parametrize(
        "sent",
        [
            "",
            TOKEN,
            f"Basic {TOKEN}",
            f"Bearer {TOKEN[:-1]}",
            f"Bearer {TOKEN}x",
            "Bearer",
            "Bearer \xe9\xff",
        ],
    )
    def test_anything_else_is_refused_from_this_machine_too(self, sent: str) -> None:
        assert not _reads(authorization=sent)
        assert not _reads(address=STRANGER, authorization=sent)

    def test_it_is_not_taken_from_the_address(self) -> None:
        request = RequestFactory().get(f"/metrics?token={TOKEN}&access_token={TOKEN}")
        assert not watching.may_read(request)

    def test_it_is_compared_in_constant_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        compared: list[tuple[str, str]] = []
        monkeypatch.setattr(watching, "constant_time_compare", lambda *both: compared.append(both) or False)
        assert not _reads(authorization=f"Bearer {TOKEN}")
        assert compared == [(TOKEN, TOKEN)]


@pytest.mark.django_db
class TestForThoseWhoMayRead:
    @pytest.mark.usefixtures("_site")
    def test_neither_host_nor_transport_nor_maintenance_stands_in_the_way(
        self, visitor: Client, settings: Any
    ) -> None:
        settings.MAINTENANCE = True
        answer = visitor.get("/metrics", headers={"host": "127.0.0.1:8000"})
        assert answer.status_code == 200
        assert answer.content.startswith(b"# HELP kho57_")

    def test_there_is_neither_session_nor_cookie(self, visitor: Client) -> None:
        visitor.force_login(factories.make_administrator())
        visitor.cookies["csrftoken"] = "x" * 32
        answer = visitor.get("/metrics")
        assert answer.status_code == 200
        assert not answer.cookies
        assert "Vary" not in answer.headers
        assert not hasattr(answer.wsgi_request, "session")

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
    def test_nothing_can_be_done_there_but_reading(self, method: str) -> None:
        visitor = Client(enforce_csrf_checks=True)
        answer = getattr(visitor, method)("/metrics")
        assert (answer.status_code, answer["Allow"], answer.content) == (405, "GET, HEAD", b"")
        assert answer["Cache-Control"] == "no-store"

    def test_the_answer_may_be_taken_for_nothing_else(self, visitor: Client) -> None:
        answer = visitor.get("/metrics")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "address", ["/metrics/", "/metrics/all", "/vi/metrics", "/vi/metrics/", "/Metrics"]
    )
    def test_no_other_address_has_them(self, visitor: Client, address: str) -> None:
        answer = visitor.get(address, follow=True)
        assert answer.status_code == 404
        assert b"kho57_" not in answer.content


def _told(client: Client, method: str, address: str, **asked: Any) -> tuple[int, dict[str, str], bytes]:
    """Everything that an answer says, with the one address written as the other."""
    headers = {"x-request-id": "the-same-for-both", **asked.pop("headers", {})}
    answer = getattr(client, method)(address, headers=headers, REMOTE_ADDR=STRANGER, **asked)
    said = {name: value.replace(UNKNOWN, "/metrics") for name, value in answer.items()}
    return answer.status_code, said, answer.content.replace(UNKNOWN.encode(), b"/metrics")


@pytest.mark.django_db
class TestForEveryoneElse:
    """Compared with an address that never was: status, headers and body."""

    @pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options"])
    @pytest.mark.parametrize("token", ["", TOKEN])
    def test_it_is_an_unknown_address(self, settings: Any, method: str, token: str) -> None:
        settings.METRICS_TOKEN = token
        visitor = Client(enforce_csrf_checks=True)
        asked = {"headers": {"authorization": "Bearer guessed"}}
        answer = _told(visitor, method, "/metrics", **asked)
        assert answer == _told(visitor, method, UNKNOWN, **asked)
        assert answer[0] == 404
        assert b"kho57_" not in answer[2]

    @pytest.mark.usefixtures("_site")
    @pytest.mark.parametrize(
        ("host", "secure", "status"),
        [("kho57.example.vn", False, 301), ("kho57.example.vn", True, 404), ("other.example", True, 400)],
    )
    def test_host_and_transport_come_first_as_everywhere(
        self, visitor: Client, host: str, secure: bool, status: int
    ) -> None:
        asked: dict[str, Any] = {"headers": {"host": host}, "secure": secure}
        answer = _told(visitor, "get", "/metrics", **asked)
        assert answer == _told(visitor, "get", UNKNOWN, **asked)
        assert answer[0] == status

    def test_maintenance_is_told_as_everywhere(self, visitor: Client, settings: Any) -> None:
        settings.MAINTENANCE = True
        answer = _told(visitor, "get", "/metrics")
        assert answer == _told(visitor, "get", UNKNOWN)
        assert answer[0] == 503

    def test_an_administrator_is_no_exception(self, visitor: Client) -> None:
        visitor.force_login(factories.make_administrator())
        assert _told(visitor, "get", "/metrics") == _told(visitor, "get", UNKNOWN)


def test_figures_are_not_even_read_for_those_who_may_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: Any) -> bytes:
        raise AssertionError("read")

    def beyond(request: HttpRequest) -> HttpResponse:
        return HttpResponse("beyond")

    monkeypatch.setattr(watching.figures, "text", fail)
    request = RequestFactory().get("/metrics", REMOTE_ADDR=STRANGER)
    assert Watching(beyond)(request).content == b"beyond"
