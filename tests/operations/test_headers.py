"""Headers that keep browsers from doing what the site never asks them to do."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from cms.operations.headers import SecurityHeaders
from tests.leaks import population, routes
from tests.operations.conftest import SAFE, Start

PUBLIC = ("/vi/", "/en/", "/vi/search/", "/vi/agency/", "/vi/topic/", "/nowhere/", "/vi/nowhere/", "/healthz")


def _policy(response: HttpResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


def _runs_files_only(response: HttpResponse) -> None:
    policy = _policy(response)
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"


class Forbidden(HTMLParser):
    """Collects what a policy without inline script and style stops; code that is shown as text is none."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        data = given.get("type") in ("application/ld+json", "application/json")
        if tag == "style" or (tag == "script" and "src" not in given and not data):
            self.found.append(tag)


def _holds_nothing_forbidden(response: HttpResponse) -> None:
    page = Forbidden()
    page.feed(response.content.decode())
    assert page.found == []


def _says_how_it_may_be_used(response: HttpResponse) -> None:
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_may_run_and_style_itself_from_files_only(client: Client, address: str) -> None:
    _runs_files_only(client.get(address))


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_holds_no_script_or_style_that_its_policy_forbids(client: Client, address: str) -> None:
    _holds_nothing_forbidden(client.get(address))


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*PUBLIC, "/admin/login/"])
def test_every_answer_says_how_it_may_be_used(client: Client, address: str) -> None:
    _says_how_it_may_be_used(client.get(address))


@pytest.mark.django_db
def test_all_of_it_holds_for_every_kind_of_page_with_something_on_it(client: Client) -> None:
    world = population.build_public()
    pages = {
        (name, address.partition("?")[0])
        for name, addresses in routes.ABOUT_MANY.items()
        if name.startswith(("portal:", "sections:"))
        for address in addresses(world)
    }
    assert {"portal:resource", "portal:agency", "sections:page"} <= {name for name, _address in pages}
    for _name, address in pages:
        response = client.get(address)
        assert response.status_code == 200, address
        _runs_files_only(response)
        _holds_nothing_forbidden(response)
        _says_how_it_may_be_used(response)


@pytest.mark.django_db
def test_the_admin_may_frame_itself_and_nothing_else_may(client: Client) -> None:
    client.force_login(get_user_model().objects.create_superuser("chief", "", "a long password"))
    response = client.get("/admin/")
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    policy = _policy(response)
    assert policy["frame-ancestors"] == "'self'"
    assert "'unsafe-eval'" not in policy["script-src"]
    assert client.get("/vi/")["X-Frame-Options"] == "DENY"


def test_even_a_refused_host_gets_a_page_that_can_run_nothing(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["kho57.example.vn"]
    response = client.get("/vi/", headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert _policy(response)["script-src"] == "'self'"


def test_a_view_that_set_its_own_policy_keeps_it() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    assert SecurityHeaders(view)(RequestFactory().get("/"))["Content-Security-Policy"] == "sandbox"


def test_production_insists_on_https(start: Start) -> None:
    told = (
        "import django; django.setup();"
        "from django.test import RequestFactory;"
        "from django.middleware.security import SecurityMiddleware as M;"
        "from django.http import HttpResponse as R;"
        "f = RequestFactory(); m = M(lambda r: R());"
        "print(m(f.get('/vi/', headers={'host': 'kho57.example.vn'})).headers['Location']);"
        "print(m(f.get('/healthz', headers={'host': 'kho57.example.vn'})).status_code);"
        "print(m(f.get('/vi/', secure=True, headers={'host': 'kho57.example.vn'}))"
        ".headers['Strict-Transport-Security'])"
    )
    ended = start("-c", told, **SAFE, DJANGO_SETTINGS_MODULE="cms.settings.production")
    assert ended.stdout.split("\n")[:3] == [
        "https://kho57.example.vn/vi/",
        "200",
        "max-age=31536000; includeSubDomains; preload",
    ], ended.stderr


@pytest.mark.django_db
def test_what_stands_under_a_resources_address_carries_its_key_whatever_is_answered(client: Client) -> None:
    for path in ("/vi/r/k57-none-none/", "/embed/r/k57-none-none/", "/files/k57-none-none/a.jpg"):
        assert client.get(path)["Surrogate-Key"] == "resource/k57-none-none", path
    assert "Surrogate-Key" not in client.get("/vi/r/k57%0Anone/")
    assert "Surrogate-Key" not in client.get("/vi/")
