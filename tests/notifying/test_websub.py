"""The hub: a feed that changed is sent to who follows it, and nobody follows who did not say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import timezone

from cms.notifying import delivering, following, posting, signing
from cms.notifying.models import Intent, Subscription
from cms.sections import files, writing
from cms.sections.models import Section
from media_library import publishing
from tests import factories as make
from tests.notifying.others import Behaviour, Other, let_loopback_in
from tests.sections.making import drain, feed, make_section

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
HUB = "https://kho57.example/websub"
ATOM = "{http://www.w3.org/2005/Atom}link"

NO_WORD = [
    Behaviour(404),
    Behaviour(302, location="/elsewhere"),
    Behaviour(200, body=b"another word"),
    Behaviour(200, challenge=False),
    Behaviour(200, huge=True),
]
REFUSED = [
    ({"mode": "publish"}, "hub.mode"),
    ({"topic": "https://elsewhere.example/feeds/A/b/feed.json"}, "hub.topic"),
    ({"topic": "https://kho57.example/feeds/A/b/feed.json"}, "hub.topic"),
    ({"topic": "https://kho57.example/feeds/topic/stem/feed.json"}, "hub.topic"),
    ({"topic": "https://kho57.example/vi/"}, "hub.topic"),
    ({"topic": "http://[::1"}, "hub.topic"),
    ({"callback": "http://127.0.0.1:22/"}, "port"),
    ({"callback": "http://localhost/"}, "private network"),
    ({"callback": "http://10.0.0.1/"}, "private network"),
    ({"callback": "gopher://example.org/"}, "https://"),
    ({"callback": "http://user@example.org/"}, "@"),
    ({"callback": "http://example.org/" + "a" * 500}, "500"),
    ({"secret": "x" * 200}, "200 bytes"),
    ({"secret": "đ" * 100}, "200 bytes"),
]


@pytest.fixture
def section() -> Section:
    """Without its files, which cost the most."""
    return make_section()


@pytest.fixture
def written(section: Section) -> Section:
    """The same with its files."""
    drain()
    return section


def topic(section: Section, name: str = "feed.json") -> str:
    return f"https://kho57.example/feeds/{section.address}/{name}"


def ask(client: Client, **hub: str) -> Any:
    sent = urlencode({f"hub.{name}": value for name, value in hub.items()})
    kind = "application/x-www-form-urlencoded"
    return client.post("/websub", sent, content_type=kind, headers={"Accept-Language": "en"})


def subscribe(client: Client, section: Section, callback: str, **more: str) -> Any:
    asked = {"mode": "subscribe", "topic": topic(section), "callback": callback} | more
    return ask(client, **asked)


def follow(section: Section, other: Other, path: str = "/", **fields: Any) -> Subscription:
    """A confirmed subscription."""
    at = timezone.now()
    return Subscription.objects.create(
        topic=fields.pop("topic", f"/feeds/{section.address}/feed.json"),
        callback=other.at(path),
        host="127.0.0.1",
        lease_until=fields.pop("lease_until", at + timedelta(days=1)),
        confirmed_at=at,
        **fields,
    )


def later(**passed: float) -> datetime:
    return timezone.now() + timedelta(**passed)


@pytest.mark.contract
def test_from_asking_to_the_first_change_and_to_the_end(
    client: Client, other: Other, section: Section
) -> None:
    callback = other.at("/hook?key=1")
    answer = subscribe(client, section, callback, secret="bi-mat", lease_seconds="7200")
    assert answer.status_code == 202 and not Subscription.objects.exists()
    assert following.drain(timezone.now()) == 1
    (question,) = other.sent
    assert question.asked["key"] == "1"
    assert (question.asked["hub.mode"], question.asked["hub.topic"]) == ("subscribe", topic(section))
    assert question.asked["hub.lease_seconds"] == "7200" and len(question.asked["hub.challenge"]) > 30
    one = Subscription.objects.get()
    assert timedelta(hours=1.9) < one.lease_until - timezone.now() <= timedelta(hours=2)

    make.make_published(title="Tin mới")
    drain()
    assert delivering.drain(timezone.now()) == 1
    (sent,) = other.posts("/hook")
    assert sent.body == files.read(f"feeds/{section.address}/feed.json")
    assert sent.headers["content-type"].startswith("application/feed+json")
    assert sent.headers["link"] == f'<{HUB}>; rel="hub", <{topic(section)}>; rel="self"'
    assert signing.is_signed("bi-mat", sent.body, sent.headers["x-hub-signature"])
    assert delivering.drain(timezone.now()) == 0

    assert ask(client, mode="unsubscribe", topic=topic(section), callback=callback).status_code == 202
    following.drain(timezone.now())
    assert not Subscription.objects.exists()


class TestWhatFeedsSay:
    def test_each_form_names_the_hub_and_itself(self, section: Section, client: Client) -> None:
        make.make_published()
        drain()
        assert feed(section)["hubs"] == [{"type": "WebSub", "url": HUB}]
        for name in ("rss.xml", "media.xml", "podcast.xml", "atom.xml", "atom.en.xml"):
            root = ElementTree.fromstring(files.read(f"feeds/{section.address}/{name}") or b"")
            place = root if name.startswith("atom") else root[0]
            links = {link.get("rel"): link.get("href") for link in place.findall(ATOM)}
            assert links["hub"] == HUB and links["self"] == topic(section, name), name
        for name in ("feed.json", "rss.en.xml", "section.html", "links.txt"):
            said = client.get(f"/feeds/{section.address}/{name}")["Link"]
            assert said == f'<{HUB}>; rel="hub", <{topic(section, name)}>; rel="self"'

    def test_a_selection_names_no_hub(self, section: Section, client: Client) -> None:
        make.make_published(topics=[make.topic()])
        found = client.get("/feeds/topic/chuyen-doi-so/feed.json")
        assert found.status_code == 200 and "hubs" not in found.json() and "Link" not in found


class TestRefused:
    def test_with_a_sentence_and_nothing_written(self, client: Client, section: Section) -> None:
        for hub, words in REFUSED:
            asked = {"mode": "subscribe", "topic": topic(section), "callback": "http://example.org/"} | hub
            answer = ask(client, **asked)
            assert answer.status_code == 400 and words in answer.content.decode(), hub
        assert not Intent.objects.exists()

    def test_what_is_no_form_and_what_is_no_post(self, client: Client) -> None:
        assert client.post("/websub", "{}", content_type="application/json").status_code == 400
        assert client.post("/websub", {"hub.mode": "x" * 20_000}).status_code == 400
        answer = client.get("/websub")
        assert (answer.status_code, answer["Allow"]) == (405, "POST")

    def test_a_private_address_is_met_only_when_it_is_asked_and_then_not_asked(
        self, client: Client, section: Section, other: Other, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A name may lead anywhere later on: each question resolves it anew, and checks."""
        assert subscribe(client, section, f"http://kho.example.vn:{other.port}/").status_code == 202
        open_only_to_names = replace(posting.manners(), allowed=frozenset())
        monkeypatch.setattr(posting, "manners", lambda: open_only_to_names)
        for _time in range(following.ATTEMPTS):
            following.drain(later(hours=1))
        assert other.sent == [] and not Subscription.objects.exists()

    def test_a_host_has_so_many_requests_an_hour(
        self, client: Client, section: Section, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(following, "INTENTS_OF_A_HOST", 2)
        for number in range(2):
            assert subscribe(client, section, f"http://a.example/{number}").status_code == 202
        answer = subscribe(client, section, "http://a.example/2")
        assert (answer.status_code, answer["Retry-After"]) == (429, "3600")
        assert subscribe(client, section, "http://b.example/").status_code == 202
        monkeypatch.setattr(following, "INTENTS", 3)
        assert subscribe(client, section, "http://c.example/").status_code == 429

    def test_a_full_hub_still_lets_renew(
        self, client: Client, section: Section, other: Other, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        follow(section, other)
        monkeypatch.setattr(following, "SUBSCRIPTIONS_OF_A_HOST", 1)
        assert subscribe(client, section, other.at("/other")).status_code == 429
        assert subscribe(client, section, other.at("/")).status_code == 202


class TestConfirming:
    def test_who_does_not_repeat_the_word_does_not_follow(
        self, client: Client, section: Section, other: Other
    ) -> None:
        for number, behaviour in enumerate(NO_WORD, start=1):
            other.usual = behaviour
            subscribe(client, section, other.at("/"))
            assert following.drain(timezone.now()) == 1
            assert following.drain(later(hours=1)) == 0 and len(other.sent) == number
        assert not Subscription.objects.exists()

    def test_who_is_silent_is_asked_three_times(self, client: Client, section: Section, other: Other) -> None:
        subscribe(client, section, "http://127.0.0.1:443/")
        times = [following.drain(later(minutes=10 * number)) for number in range(4)]
        assert times == [1, 1, 1, 0]
        assert Intent.objects.get().spent
        assert following.forget(later(hours=2)) == 1

    def test_a_renewal_that_is_not_confirmed_takes_nothing_away(
        self, client: Client, section: Section, other: Other
    ) -> None:
        kept = follow(section, other, secret="the old one")
        other.usual = Behaviour(404)
        subscribe(client, section, other.at("/"), secret="of a stranger")
        ask(client, mode="unsubscribe", topic=topic(section), callback=other.at("/"))
        following.drain(timezone.now())
        kept.refresh_from_db()
        assert kept.secret == "the old one"

    def test_a_renewal_counts_from_its_confirmation(
        self, client: Client, section: Section, other: Other
    ) -> None:
        follow(section, other)
        subscribe(client, section, other.at("/"), lease_seconds="999999999")
        following.drain(timezone.now())
        one = Subscription.objects.get()
        assert timedelta(days=29) < one.lease_until - timezone.now() <= timedelta(days=30)

    def test_a_lease_that_is_over_is_sent_nothing_and_removed(self, section: Section, other: Other) -> None:
        follow(section, other, lease_until=later(days=-1))
        make.make_published()
        drain()
        assert delivering.drain(timezone.now()) == 0
        assert following.forget(timezone.now()) == 1 and not Subscription.objects.exists()


class TestDelivering:
    def test_what_did_not_change_is_not_sent(self, written: Section, other: Other) -> None:
        follow(written, other, topic=f"/feeds/{written.address}/podcast.xml")
        follow(written, other, topic=f"/feeds/{written.address}/feed.json")
        writing.bring([written.address], at=timezone.now())
        assert delivering.drain(timezone.now()) == 0
        make.make_published()
        drain()
        assert delivering.drain(timezone.now()) == 1, "an article is no podcast"

    def test_a_withdrawal_is_sent_with_its_tombstone(self, written: Section, other: Other) -> None:
        resource = make.make_published()
        drain()
        follow(written, other)
        publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai.", at=timezone.now())
        drain()
        delivering.drain(timezone.now())
        assert other.sent[0].told["_kho57"]["withdrawn"][0]["id"] == resource.public_id

    def test_a_callback_that_fails_is_tried_again_after_growing_pauses(
        self, written: Section, other: Other, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An error, a redirect, silence."""
        let_loopback_in(monkeypatch, other, idle=0.3)
        one, at = follow(written, other, wanted=1, due_at=timezone.now()), later()
        pauses = []
        for behaviour in (Behaviour(500), Behaviour(307, location="/elsewhere"), Behaviour(200, wait=0.6)):
            other.usual = behaviour
            delivering.drain(at)
            one.refresh_from_db()
            assert one.due_at is not None
            pauses.append((one.due_at - at).total_seconds())
            at = one.due_at
        assert pauses == [30, 120, 480] and len(other.sent) == 3
        other.usual = Behaviour()
        delivering.drain(at)
        one.refresh_from_db()
        assert (one.delivered, one.attempts, one.problem, one.due_at) == (1, 0, "", None)

    def test_one_that_is_dead_is_given_up_until_the_next_change(self, written: Section, other: Other) -> None:
        tried = delivering.ATTEMPTS - 1
        one = follow(written, other, wanted=1, due_at=timezone.now(), attempts=tried)
        other.usual = Behaviour(500)
        delivering.drain(timezone.now())
        one.refresh_from_db()
        assert one.due_at is None and one.delivered == 0
        make.make_published()
        drain()
        other.usual = Behaviour()
        assert delivering.drain(timezone.now()) == 1
        one.refresh_from_db()
        assert one.delivered == one.wanted == 2

    def test_a_callback_that_fails_keeps_its_pause_while_the_feed_changes(
        self, section: Section, other: Other
    ) -> None:
        pause = later(minutes=8)
        one = follow(section, other, wanted=3, due_at=pause, attempts=3)
        delivering.files_changed(names=[f"feeds/{section.address}/feed.json"])
        one.refresh_from_db()
        assert (one.wanted, one.due_at, one.attempts) == (4, pause, 3)

    def test_who_was_given_up_and_follows_anew_is_sent_what_it_missed(
        self, client: Client, written: Section, other: Other
    ) -> None:
        follow(written, other, wanted=2, delivered=1, attempts=delivering.ATTEMPTS)
        subscribe(client, written, other.at("/"))
        following.drain(timezone.now())
        assert delivering.drain(timezone.now()) == 1 and len(other.posts()) == 1

    def test_410_ends_a_subscription(self, written: Section, other: Other) -> None:
        follow(written, other, wanted=1, due_at=timezone.now())
        other.usual = Behaviour(410)
        delivering.drain(timezone.now())
        assert not Subscription.objects.exists()

    def test_a_change_during_the_sending_is_sent_as_well(self, section: Section, other: Other) -> None:
        one = follow(section, other, wanted=1, due_at=timezone.now())
        stale = Subscription.objects.get()
        Subscription.objects.update(wanted=2)
        from cms.notifying.posting import Outcome
        from media_library.intake.fetching import Answer

        delivering._keep(stale, Outcome(Answer(200, b"", True)), at=timezone.now())
        one.refresh_from_db()
        assert one.delivered == 1 and one.due_at is not None

    def test_many_changes_while_away_are_one_sending(
        self, written: Section, other: Other, django_assert_max_num_queries: Any
    ) -> None:
        follow(written, other)
        name = f"feeds/{written.address}/feed.json"
        with django_assert_max_num_queries(3):
            for _time in range(3):
                delivering.files_changed(names=[name])
        assert delivering.drain(timezone.now()) == 1 and len(other.sent) == 1

    def test_the_feed_of_a_section_that_is_gone_is_not_sent(self, section: Section, other: Other) -> None:
        follow(section, other)
        writing.withdraw(section.address)
        assert delivering.drain(timezone.now()) == 1 and other.sent == []
        assert delivering.drain(timezone.now()) == 0
