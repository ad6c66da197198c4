"""Saved searches: kept, named, told of by mail, given out as a feed; and of another person nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cms.newsroom.letters import choices, searching, sending
from cms.newsroom.models import Letter, SavedSearch
from media_library import worker
from media_library.models import User
from tests import factories as make

pytestmark = pytest.mark.django_db
SEARCHES = "/vi/press/searches/"


@pytest.fixture
def person() -> User:
    return make.make_user()


@pytest.fixture
def mine(person: User, client: Client) -> Client:
    client.force_login(person)
    return client


def save(client: Client, query: str, **posted: str) -> SavedSearch:
    answer = client.post(f"{SEARCHES}save/?{query}", {"name": "Cầu", "alert": "none", **posted})
    assert answer.status_code == 302, answer.content.decode()
    return SavedSearch.objects.order_by("-pk")[0]


def test_a_search_is_saved_under_a_name_run_renamed_and_deleted_after_a_question(mine: Client) -> None:
    page = mine.get(f"{SEARCHES}save/?room=library&q=c%E1%BA%A7u&kind=photo&after=xyz")
    assert 'value="cầu"' in page.content.decode()
    row = save(mine, "room=library&q=c%E1%BA%A7u&kind=photo&after=xyz", name=" Cầu  Trường Tiền ")
    assert (row.name, row.room, row.query) == ("Cầu Trường Tiền", "library", "q=c%E1%BA%A7u&kind=photo")
    here = f"{SEARCHES}{row.key}/"
    assert f"/vi/search/?{row.query}".replace("&", "&amp;") in mine.get(SEARCHES).content.decode()
    mine.post(here, {"act": "change", "name": "Khác", "alert": "daily"})
    row.refresh_from_db()
    assert row.name == "Khác" and row.alert == "daily" and row.due_at is not None
    assert "?told=nameless" in mine.post(here, {"act": "change", "name": "  ", "alert": "none"}).url
    assert "act" in mine.get(f"{here}?delete").content.decode() and SavedSearch.objects.exists()
    mine.post(here, {"act": "delete"})
    assert not SavedSearch.objects.exists()


def test_a_search_of_the_newsroom_keeps_its_rights(mine: Client) -> None:
    row = save(mine, "room=press&q=hoa&rights=now&rights=ask&evil=1")
    assert (row.room, row.query) == ("press", "q=hoa&rights=now&rights=ask")
    assert "cc-by-4.0" in searching.request_of(row).licence
    assert searching.address_of(row) == "/vi/press/?q=hoa&rights=now&rights=ask"


def test_the_same_search_is_kept_once(mine: Client) -> None:
    save(mine, "room=library&q=a", name="Một")
    save(mine, "q=a&room=library", name="Hai")
    assert [row.name for row in SavedSearch.objects.all()] == ["Hai"]


def test_what_cannot_be_saved_says_why_and_keeps_what_was_typed(mine: Client, monkeypatch: Any) -> None:
    long = "&".join(f"topic={'x' * 70}{n}" for n in range(20))
    for query, name, words in (("q=a", "  ", "Mời đặt tên"), (long, "Dài", "quá dài")):
        answer = mine.post(f"{SEARCHES}save/?{query}", {"name": name, "alert": "weekly"})
        text = answer.content.decode()
        assert answer.status_code == 400 and words in text and 'value="weekly" checked' in text
    monkeypatch.setattr(searching, "MOST", 1)
    save(mine, "q=a")
    answer = mine.post(f"{SEARCHES}save/?q=b", {"name": "Hai", "alert": "none"})
    assert answer.status_code == 400 and "50 lượt tìm" in answer.content.decode()


def test_of_another_person_there_is_no_saved_search(mine: Client) -> None:
    row = save(mine, "q=a")
    stranger = Client()
    stranger.force_login(make.make_user())
    for client in (stranger, Client()):
        assert client.get(f"{SEARCHES}{row.key}/").status_code in (302, 404)
        client.post(f"{SEARCHES}{row.key}/", {"act": "delete"})
    assert SavedSearch.objects.exists()
    assert "Cầu" not in stranger.get(SEARCHES).content.decode()


def test_its_feed_has_an_address_that_is_opened_renewed_and_closed(mine: Client) -> None:
    make.make_published("photo", title="Cầu Trường Tiền")
    worker.settle()
    row = save(mine, "room=press&q=c%E1%BA%A7u&rights=now")
    anyone, addresses = Client(), []
    for act in ("open", "open", "close"):
        mine.post(f"{SEARCHES}{row.key}/", {"act": act})
        row.refresh_from_db()
        addresses.append(f"/press/searches/{row.feed_token}/atom.xml" if row.feed_token else "")
    first, second, closed = addresses
    assert closed == "" and first != second and len(first) > 48
    assert anyone.get(first).status_code == anyone.get(second).status_code == 404
    mine.post(f"{SEARCHES}{row.key}/", {"act": "open"})
    row.refresh_from_db()
    led = anyone.get(f"/press/searches/{row.feed_token}/atom.xml")
    assert led.status_code == 302 and led["Cache-Control"] == "private, no-store"
    assert "Cầu Trường Tiền" in anyone.get(led.url).content.decode()
    assert anyone.get(f"/press/searches/{row.feed_token}/other.exe").status_code == 404


@pytest.mark.contract
def test_letters_tell_only_what_is_new_since_the_last(mine: Client, person: User) -> None:
    at = timezone.now()
    make.make_published("photo", title="Cầu cũ", at=at - timedelta(days=3))
    row = save(mine, "q=c%E1%BA%A7u", name="Cầu", alert="daily")
    worker.settle()
    assert row.due_at is not None and row.due_at > at
    SavedSearch.objects.filter(pk=row.pk).update(seen_until=at - timedelta(days=2))
    assert searching.drain(row.due_at - timedelta(seconds=1)) == 0
    assert searching.drain(row.due_at) == 1 and not Letter.objects.exists()
    new = make.make_published("photo", title="Cầu mới", at=row.due_at + timedelta(hours=1))
    worker.settle()
    row.refresh_from_db()
    assert row.due_at is not None and searching.drain(row.due_at) == 1
    sending.drain(row.due_at)
    (letter,) = mail.outbox
    assert letter.subject == "1 tài nguyên mới: Cầu" and new.public_id in letter.body
    assert "Cầu cũ" not in letter.body and "List-Unsubscribe" in letter.extra_headers
    row.refresh_from_db()
    assert searching.drain(row.due_at) == 1 and Letter.objects.count() == 1


def test_what_was_found_and_is_hidden_since_is_told_to_nobody(mine: Client) -> None:
    row = save(mine, "q=c%E1%BA%A7u", alert="daily")
    new = make.make_published("photo", title="Cầu mới")
    worker.settle()
    assert row.due_at is not None
    looked = row.due_at + searching.SETTLED  # whatever the time of day, it is in the index by then
    assert searching.drain(looked) == 1 and Letter.objects.exists()
    type(new).objects.filter(pk=new.pk).update(embargo_until=timezone.now() + timedelta(days=9))
    sending.drain(looked)
    assert mail.outbox == [] and Letter.objects.get().state == "dropped"


def test_a_weekly_search_is_looked_at_once_a_week_and_not_for_who_stopped(mine: Client, person: User) -> None:
    row = save(mine, "q=c%E1%BA%A7u", alert="weekly")
    assert row.due_at is not None and row.due_at - timezone.now() > timedelta(days=6)
    make.make_published("photo", title="Cầu mới")
    worker.settle()
    choices.stop(person.pk, at=timezone.now())
    assert searching.drain(row.due_at) == 1 and not Letter.objects.exists()
    before = row.due_at
    row.refresh_from_db()
    assert row.due_at == before + timedelta(days=7)
