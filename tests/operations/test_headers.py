"""Headers that keep browsers from doing what the site never asks them to do."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from cms.operations.headers import SecurityHeaders
from tests.operations.conftest import SAFE, Start

PUBLIC = ("/vi/", "/en/", "/vi/search/", "/vi/agency/", "/vi/topic/", "/nowhere/", "/vi/nowhere/", "/healthz")


def _policy(response: HttpResponse) -> dict[str, str]:
    parts = (part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in parts}


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_may_run_and_style_itself_from_files_only(client: Client, address: str) -> None:
    policy = _policy(client.get(address))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["object-src"] == "'none'"


@pytest.mark.django_db
@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_holds_no_script_or_style_that_its_policy_forbids(client: Client, address: str) -> None:
    body = client.get(address).content.decode()
    assert not re.search(r"<style[ >]|\sstyle=|\son[a-z]+=", body)
    inline = re.findall(r"<script(?![^>]*\ssrc=)([^>]*)>", body)
    assert all(
        "application/ld+json" in attributes or "application/json" in attributes for attributes in inline
    )


@pytest.mark.django_db
@pytest.mark.parametrize("address", [*PUBLIC, "/admin/login/"])
def test_every_answer_says_how_it_may_be_used(client: Client, address: str) -> None:
    response = client.get(address)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]


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
