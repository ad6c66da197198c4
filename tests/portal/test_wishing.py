"""Requests to the library, from whoever did not find what they looked for."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.portal.views import wishing
from search.models import Wish

pytestmark = pytest.mark.django_db
ADDRESS = "/vi/request/"
FILLED = {"question": "blockchain", "text": "Tờ gấp về blockchain", "contact": "", "website": ""}


def test_the_form_takes_over_what_was_looked_for(client: Client) -> None:
    text = client.get(ADDRESS, {"q": 'mật "khẩu" <b>'}).content.decode()
    assert 'value="mật &quot;khẩu&quot; &lt;b&gt;"' in text


@pytest.mark.parametrize("q", ["", "\0", "a" * 10_000, "\ufeff‮", "😀" * 400])
def test_no_words_give_an_error(client: Client, q: str) -> None:
    assert client.get(ADDRESS, {"q": q}).status_code == 200


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_request_is_kept_and_thanked_for(client: Client, lang: str) -> None:
    response = client.post(f"/{lang}/request/", FILLED)
    assert response.status_code == 302 and response["Location"] == f"/{lang}/request/sent/"
    assert client.get(response["Location"]).status_code == 200
    wish = Wish.objects.get()
    assert (wish.question, wish.text, wish.language) == ("blockchain", "Tờ gấp về blockchain", lang)


@pytest.mark.parametrize(("field", "value"), [("text", " "), ("contact", "không phải thư")])
def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(
    client: Client, field: str, value: str
) -> None:
    text = client.post(ADDRESS, {**FILLED, field: value}).content.decode()
    assert f'id="wish-{field}-error"' in text
    assert text.count('class="field__error"') == text.count('aria-invalid="true"') == 1
    assert 'value="blockchain"' in text
    assert not Wish.objects.exists()


def test_a_program_is_thanked_and_nothing_kept(client: Client) -> None:
    response = client.post(ADDRESS, {**FILLED, "website": "https://example.org"})
    assert response["Location"] == "/vi/request/sent/"
    assert not Wish.objects.exists()


def test_who_sends_too_many_is_asked_to_wait_and_keeps_the_words(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishing, "receive", lambda *_args, **_kwargs: False)
    response = client.post(ADDRESS, FILLED)
    assert response.status_code == 429
    assert "Tờ gấp về blockchain</textarea>" in response.content.decode()


def test_what_another_site_posts_is_shown_and_not_taken_in(client: Client) -> None:
    response = client.post(ADDRESS, FILLED, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 200
    assert not Wish.objects.exists()


def test_no_cookie_is_set_and_nothing_kept_by_caches(client: Client) -> None:
    for response in (client.get(ADDRESS), client.post(ADDRESS, {"text": ""}), client.post(ADDRESS, FILLED)):
        assert not response.cookies
    assert client.get(ADDRESS)["Cache-Control"] == "private, no-store"
