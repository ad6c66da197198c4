"""One's notices and what one follows: each page, each mistake, and nothing of what is hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.newsroom.letters import following, outbox, searching, stopping
from cms.newsroom.models import Follow, Letter, LetterChoice, Occasion, Use
from media_library import access, worker
from media_library.models import Resource, User
from tests import factories as make
from tests.clients import plain_client
from tests.leaks.population import MARK, STATES, TOLD_OF, UNSWEPT, build_people

pytestmark = pytest.mark.django_db
NOTICES = "/vi/press/notices/"
SEARCHES = "/vi/press/searches/"


@pytest.fixture
def person() -> User:
    return make.make_user()


@pytest.fixture
def mine(person: User, client: Client) -> Client:
    client.force_login(person)
    return client


def stop_path(person_id: int, lang: str = "vi") -> str:
    return f"/{lang}/press/notices/stop/{stopping.token_of(person_id)}/"


# Stopping, RFC 8058


def test_a_program_for_mail_stops_all_letters_by_one_post_without_cookie_or_token(person: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(stop_path(person.pk), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and not answer.cookies
    first = LetterChoice.objects.get().stopped_at
    assert first is not None
    assert strict.post(stop_path(person.pk), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert LetterChoice.objects.get().stopped_at == first


def test_whoever_only_opens_the_address_stops_nothing(person: User) -> None:
    for lang in ("vi", "en"):
        answer = Client().get(stop_path(person.pk, lang))
        assert answer.status_code == 200 and "List-Unsubscribe" in answer.content.decode()
        assert answer["Cache-Control"] == "no-store"
    assert not LetterChoice.objects.exists()


def test_an_address_that_was_cut_off_or_made_up_says_so_and_stops_nobody(person: User) -> None:
    good = stop_path(person.pk)
    for bad in (good[:-4] + "/", f"/vi/press/notices/stop/{person.pk}/", "/vi/press/notices/stop/%00/"):
        answer = Client().post(bad)
        assert answer.status_code == 404
    assert "Địa chỉ này chưa đủ" in Client().post(good[:-4] + "/").content.decode()
    assert not LetterChoice.objects.exists()


def test_it_answers_the_same_for_an_account_that_has_gone(person: User) -> None:
    other = make.make_user()
    mine, theirs = stopping.token_of(person.pk), stopping.token_of(other.pk)
    there = Client().post(stop_path(person.pk)).content.decode()
    other.delete()
    assert Client().post(stop_path(2**70)).status_code == 200
    gone = Client().post(f"/vi/press/notices/stop/{theirs}/").content.decode()
    assert gone.replace(theirs, "") == there.replace(mine, "")


def test_who_chooses_again_is_written_to_again(mine: Client, person: User) -> None:
    mine.post(stop_path(person.pk))
    assert "ngừng nhận mọi thư" in mine.get(NOTICES).content.decode()
    told = mine.post(NOTICES, {"act": "choose", "pace": "daily", "language": "en"})
    assert told.url.endswith("?told=chosen")
    row = LetterChoice.objects.get()
    assert (row.pace, row.language, row.stopped_at) == ("daily", "en", None)


# The page of one's choices


def test_it_is_for_who_is_signed_in(client: Client) -> None:
    for path in (NOTICES, SEARCHES, f"{SEARCHES}save/?q=a"):
        answer = client.get(path)
        assert answer.status_code == 302 and "/login/" in answer.url


@pytest.mark.parametrize(
    "posted",
    [
        {"act": "choose", "pace": "hourly", "language": "vi"},
        {"act": "choose", "pace": "daily", "language": "fr"},
        {"act": "choose"},
        {"act": "other"},
        {},
    ],
)
def test_what_cannot_be_chosen_changes_nothing_and_says_so(mine: Client, posted: dict[str, str]) -> None:
    answer = mine.post(NOTICES, posted, follow=True)
    assert "Chưa có gì thay đổi" in answer.content.decode()
    assert not LetterChoice.objects.exists()


def test_what_i_took_and_follow_stands_there_page_by_page(mine: Client, person: User) -> None:
    rows = [make.make_published("photo", title=f"Ảnh số {n:02}") for n in range(3)]
    at = timezone.now()
    for number in range(23):
        taken = at - timedelta(minutes=number)
        Use.objects.create(
            resource=rows[number % 3], offer="web", at=taken, user=person, outlet=f"Báo {number:02}"
        )
    following.follow(person, rows[0], at=at)
    first = mine.get(NOTICES)
    assert "Báo 19" in first.content.decode() and "Báo 20" not in first.content.decode()
    second = mine.get(f"{NOTICES}?before={first.context['next']}").content.decode()
    assert "Báo 20" in second and "Báo 22" in second and "Báo 19" not in second
    for bad in ("x", "0", "9" * 40, "²", "-1"):
        assert mine.get(NOTICES, {"before": bad}).status_code == 200
    follow = Follow.objects.get()
    for key in ("x", "0", "", "9" * 40):
        mine.post(NOTICES, {"act": "unfollow", "follow": key})
    stranger = Client()
    stranger.force_login(make.make_user())
    stranger.post(NOTICES, {"act": "unfollow", "follow": follow.pk})
    assert Follow.objects.exists()
    mine.post(NOTICES, {"act": "unfollow", "follow": follow.pk})
    assert not Follow.objects.exists()


def test_its_queries_do_not_depend_on_how_much_there_is(person: User) -> None:
    client = plain_client(person)
    at = timezone.now()

    def grown(number: int) -> int:
        for _each in range(number):
            row = make.make_published("photo")
            Use.objects.create(resource=row, offer="web", at=at, user=person)
            following.follow(person, row, at=at)
            searching.save(
                person,
                name=f"S{row.pk}",
                query=f"q=a{row.pk}",
                room="library",
                lang="vi",
                alert="none",
                at=at,
            )
        with CaptureQueriesContext(connection) as asked:
            assert client.get(NOTICES).status_code == client.get(SEARCHES).status_code == 200
        return len(asked)

    grown(1)
    assert grown(1) == grown(12)


# Following


def test_following_from_a_page_takes_one_press_and_is_kept_once(mine: Client, person: User) -> None:
    topic, agency = make.topic(), make.make_agency()
    resource = make.make_published("photo")
    codes = {"topic": topic.slug, "agency": agency.code, "resource": resource.public_id}
    for what, code in codes.items():
        for _twice in range(2):
            answer = mine.post("/vi/press/notices/follow/", {"what": what, "code": code})
            assert answer.url.endswith("?told=followed")
    assert Follow.objects.filter(person=person).count() == 3
    page = mine.get(NOTICES).content.decode()
    assert all(name in page for name in (topic.name, agency.name, resource.title))


def test_who_is_not_signed_in_comes_back_to_a_question_that_follows_nothing_by_itself(client: Client) -> None:
    topic, person = make.topic(), make.make_user()
    asked = client.post("/vi/press/notices/follow/", {"what": "topic", "code": topic.slug})
    assert asked.status_code == 302 and "/login/" in asked.url
    client.force_login(person)
    page = client.get(f"/vi/press/notices/follow/?what=topic&code={topic.slug}")
    assert page.status_code == 200 and topic.name in page.content.decode() and not Follow.objects.exists()


@pytest.mark.contract
@pytest.mark.parametrize(
    "asked",
    [
        {"what": "topic", "code": "nope"},
        {"what": "user", "code": "1"},
        {},
        {"what": "resource", "code": "\0"},
    ],
)
def test_what_is_not_there_cannot_be_followed(mine: Client, asked: dict[str, str]) -> None:
    assert mine.post("/vi/press/notices/follow/", asked).status_code == 404
    assert mine.get("/vi/press/notices/follow/", asked).status_code == 404
    assert not Follow.objects.exists()


def test_another_site_makes_nobody_follow(mine: Client) -> None:
    topic = make.topic()
    posted = {"what": "topic", "code": topic.slug}
    answer = mine.post("/vi/press/notices/follow/", posted, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and not Follow.objects.exists()


def test_the_most_that_may_be_followed_is_said(mine: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(following, "MOST", 1)
    for slug in ("mot", "hai"):
        make.topic(slug, slug)
        answer = mine.post("/vi/press/notices/follow/", {"what": "topic", "code": slug})
    assert answer.url.endswith("?told=full") and Follow.objects.count() == 1
    assert "200 mục" in mine.get(answer.url).content.decode()


# What is hidden


@pytest.mark.slow
def test_nothing_hidden_is_named_to_who_took_or_follows_it() -> None:
    world = build_people()
    rows = {
        state: row
        for state, make_hidden in {**STATES, **TOLD_OF, **UNSWEPT}.items()
        if not access.tells_withdrawal(row := Resource.objects.get(pk=make_hidden(world, "photo").pk))
    }
    assert len(rows) >= 7
    at = timezone.now()
    wrong = []
    for name in ("editor of another agency", "editor of the agency", "lead editor"):
        person = world.people[name]
        assert person is not None
        client = plain_client(person)
        for state, row in rows.items():
            Use.objects.create(resource=row, offer="web", at=at, user=person)
            Follow.objects.create(person=person, resource=row, created_at=at)
            posted = client.post("/vi/press/notices/follow/", {"what": "resource", "code": row.public_id})
            asked = client.get(f"/vi/press/notices/follow/?what=resource&code={row.public_id}")
            wrong += [(name, state)] * ((posted.status_code, asked.status_code) != (404, 404))
        searching.save(
            person, name="Tất cả", query=f"q={MARK}", room="library", lang="vi", alert="daily", at=at
        )
        for path in (NOTICES, "/en/press/notices/", SEARCHES):
            wrong += [(name, path)] * (MARK in client.get(path).content.decode().replace(f"q={MARK}", ""))
    assert wrong == []
    worker.settle()
    mail.outbox.clear()  # what its editors were told
    due = timezone.now() + timedelta(days=2)
    for row in rows.values():
        Occasion.objects.get_or_create(
            key=f"x{row.pk}", defaults={"what": "replacement", "resource": row, "at": at}
        )
    searching.drain(due)
    worker.drain_all(due)
    assert Letter.objects.filter(state="dropped").exists()
    assert [one.subject for one in mail.outbox if MARK in f"{one.subject}{one.body}"] == []


# The lead department's list


def test_the_lead_department_sees_what_was_refused_and_sends_it_again(person: User) -> None:
    at = timezone.now()
    Letter.objects.bulk_create(
        Letter(person=person, state="refused", problem="550 5.1.1", created_at=at, due_at=at, ended_at=at)
        for _each in range(52)
    )
    client = Client()
    client.force_login(make.make_lead())
    place = reverse("kho57_letters:index")
    page = client.get(place)
    assert person.email in page.content.decode() and "550 5.1.1" in page.content.decode()
    assert len(page.context["rows"]) == 50
    rest = client.get(place, {"before": page.context["following"]})
    assert len(rest.context["rows"]) == 2
    first, second = page.context["rows"][:2]
    client.post(reverse("kho57_letters:act", args=[first.pk]), {"act": "again"})
    client.post(reverse("kho57_letters:act", args=[second.pk]), {"act": "leave"})
    first.refresh_from_db()
    assert (first.state, first.attempts) == ("waiting", 0) and outbox.due(timezone.now()).count() == 1
    assert not Letter.objects.filter(pk=second.pk).exists()
    assert client.post(reverse("kho57_letters:act", args=[first.pk])).status_code == 404
