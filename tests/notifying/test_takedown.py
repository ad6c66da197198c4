"""A withdrawal reaches every system that keeps copies, and is asked about until each has confirmed it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator

from cms.notifying import posting, reminding, signing, takedown
from cms.notifying.models import Notice, NoticeState, Purge, Subscriber
from cms.sections import files
from cms.settings.environment import BASE_DIR
from media_library import publishing
from media_library.models import Resource
from tests import factories as make
from tests.notifying.others import Behaviour, Other, let_loopback_in
from tests.sections.making import drain, feed, make_section, titles

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
SECRET = "mot-bi-mat-du-dai-0123456789"
REASON = "Số liệu sai."
UNCONFIRMING: list[tuple[Any, str, int]] = [
    ({"confirmed": "urn"}, "another-secret-0123456789", 403),
    ({"confirmed": "urn:uuid:of-another"}, SECRET, 400),
    (b"not json", SECRET, 400),
    (b"x" * 20_000, SECRET, 413),
]
ANSWERS = (
    b"",
    b"ok",
    b"[]",
    b'{"confirmed": true}',
    b'{"confirmed": "urn:uuid:0"}',
    b"[" * 9000,
    b"\xff\xfe",
)


def make_subscriber(url: str, name: str = "Cổng của tỉnh", **fields: Any) -> Subscriber:
    return Subscriber.objects.create(
        name=name, url=url, secret=SECRET, contact=f"{name[-4:].strip()}@example.org", **fields
    )


def withdraw(resource: Resource, at: datetime) -> Resource:
    return publishing.withdraw(resource=resource, by=make.make_lead(), reason=REASON, at=at)


def confirm(client: Client, notice: Notice, body: dict[str, Any] | bytes, secret: str = SECRET) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        f"/takedown/{notice.token}/confirm",
        sent,
        content_type="application/json",
        headers={signing.HEADER: signing.signature(secret, sent)},
    )


@pytest.mark.contract
def test_a_withdrawal_from_end_to_end(other: Other, settings: Any, client: Client) -> None:
    """One confirms in its answer, one by calling back; the third is reminded, then a person is written to."""
    settings.CDN_PURGE_URL = "http://127.0.0.1:9"  # who is told of purges is tested in test_purging.py
    other.by_path = {"/at-once": Behaviour(confirms=True), "/later": Behaviour(202), "/never": Behaviour(200)}
    systems = {path: make_subscriber(other.at(path), f"Hệ thống {path}") for path in other.by_path}
    section = make_section()
    resource = make.make_published("photo", title="Sai số liệu")
    drain()
    assert titles(section) == ["Sai số liệu"]
    address = f"/files/{resource.public_id}/"
    Purge.objects.all().delete()

    at = timezone.now()
    withdraw(resource, at)
    drain()

    # What we serve ourselves, and what caches are told to forget
    assert titles(section) == []
    assert [gone["id"] for gone in feed(section)["_kho57"]["withdrawn"]] == [resource.public_id]
    atom = files.read(f"feeds/{section.address}/atom.xml") or b""
    assert b"at:deleted-entry" in atom and resource.public_id.encode() in atom
    for name in ("rss.xml", "media.xml", "section.html", "links.txt"):
        assert resource.public_id.encode() not in (files.read(f"feeds/{section.address}/{name}") or b"")
    assert client.get(f"/vi/r/{resource.public_id}/").status_code == 410
    purged = set(Purge.objects.values_list("path", flat=True))
    assert f"/feeds/{section.address}/feed.json" in purged
    assert {f"/embed/r/{resource.public_id}/", f"/vi/r/{resource.public_id}/"} <= purged
    assert any(path.startswith(address) for path in purged)

    # Every system is told, in bytes whose signature it can check
    assert takedown.drain(at) == 3
    for path in systems:
        (sent,) = other.posts(path)
        assert signing.is_signed(SECRET, sent.body, sent.headers["x-hub-signature"])
        Draft202012Validator(schema()).validate(sent.told)
        assert sent.told["object"]["id"] == f"https://kho57.example/vi/r/{resource.public_id}/"
        assert sent.told["summary"] == REASON
    states = {path: Notice.objects.get(subscriber=one).state for path, one in systems.items()}
    assert states == {"/at-once": "confirmed", "/later": "told", "/never": "told"}

    # One calls back, at the address that its notice named
    later = Notice.objects.get(subscriber=systems["/later"])
    named = other.posts("/later")[0].told["kho57"]["confirm"]
    assert named == f"https://kho57.example/takedown/{later.token}/confirm"
    answer = confirm(client, later, {"confirmed": other.posts("/later")[0].told["id"]})
    assert (answer.status_code, answer.json()) == (200, {"confirmed": later.urn})

    # The third is reminded after 1 h, 24 h and 72 h; then who is in charge of it is written to
    assert takedown.drain(at + timedelta(minutes=59)) == 0
    for number, pause in enumerate(reminding.REMINDERS[:3], start=1):
        assert mail.outbox == []
        assert takedown.drain(at + pause) == 1
        assert other.posts("/never")[number].told["kho57"]["reminder"] == number
        assert other.posts("/never")[number].told["id"] == other.posts("/never")[0].told["id"]
    (letter,) = mail.outbox
    assert letter.to == [systems["/never"].contact]
    assert REASON in letter.body and f"/vi/r/{resource.public_id}/" in letter.body
    assert len(other.posts("/at-once")) == len(other.posts("/later")) == 1
    assert takedown.drain(at + timedelta(days=7)) == 1
    assert len(mail.outbox) == 1, "a person is written to once"


def schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BASE_DIR / "docs/schemas/takedown.schema.json").read_text())
    return found


@pytest.fixture
def notice(other: Other) -> Notice:
    """A notice that waits to be sent to ``/``, of a resource withdrawn now."""
    make_subscriber(other.at("/"))
    withdraw(make.make_published(), timezone.now())
    return Notice.objects.get()


def after(notice: Notice, **passed: float) -> datetime:
    return notice.withdrawn_at + timedelta(**passed)


class TestWhoIsTold:
    def test_a_withdrawal_that_does_not_come_about_is_told_to_nobody(self, other: Other) -> None:
        make_subscriber(other.at("/"))
        resource = make.make_published()
        with transaction.atomic():
            withdraw(resource, timezone.now())
            transaction.set_rollback(True)
        assert not Notice.objects.exists()

    def test_what_nobody_ever_saw_is_told_to_nobody(self, other: Other) -> None:
        """Its withdrawal is as secret as it was itself."""
        make_subscriber(other.at("/"))
        at = timezone.now()
        withdraw(make.make_published(embargo_until=at + timedelta(days=1)), at)
        withdraw(make.make_resource(), at)
        assert not Notice.objects.exists()

    def test_a_system_that_is_paused_is_not_told_of_new_ones(self, other: Other) -> None:
        make_subscriber(other.at("/"), active=False)
        withdraw(make.make_published(), timezone.now())
        assert not Notice.objects.exists()

    def test_a_resource_brought_back_is_asked_about_no_more(self, other: Other, notice: Notice) -> None:
        publishing.reinstate(resource=notice.resource, by=make.make_lead(), at=timezone.now())
        assert takedown.drain(after(notice, hours=2)) == 0 and other.sent == []
        notice.refresh_from_db()
        assert notice.state == NoticeState.CANCELLED

    def test_withdrawn_again_it_is_told_again(self, other: Other, notice: Notice) -> None:
        other.usual = Behaviour(confirms=True)
        takedown.drain(after(notice, seconds=0))
        publishing.reinstate(resource=notice.resource, by=make.make_lead(), at=timezone.now())
        publishing.publish(resource=Resource.objects.get(), by=None, at=timezone.now())
        withdraw(notice.resource, timezone.now())
        assert takedown.drain(timezone.now()) == 1
        assert len({sent.told["id"] for sent in other.posts()}) == 2

    def test_a_system_that_was_removed_is_told_no_more_and_leaves_its_name(
        self, other: Other, notice: Notice
    ) -> None:
        Subscriber.objects.all().delete()
        takedown.drain(after(notice, seconds=0))
        assert other.sent == []
        notice.refresh_from_db()
        assert (notice.state, notice.subscriber_name) == (NoticeState.CANCELLED, "Cổng của tỉnh")


class TestBadEndpoints:
    def test_it_is_tried_again_after_growing_pauses(
        self, other: Other, notice: Notice, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        let_loopback_in(monkeypatch, other, idle=0.3)
        tried = (
            (Behaviour(500), "status 500"),
            (Behaviour(410), "status 410"),
            (Behaviour(302, location="http://127.0.0.1:1/"), "status 302"),
            (Behaviour(200, wait=0.6), "silent"),
        )
        for number, (behaviour, problem) in enumerate(tried):
            other.usual = behaviour
            at = after(notice, minutes=2**number - 1)
            takedown.drain(at)
            notice.refresh_from_db()
            assert (notice.state, notice.problem, notice.failures) == ("waiting", problem, number + 1)
            assert notice.due_at == at + timedelta(minutes=2**number)
        assert len(other.sent) == 4, "the redirect led elsewhere"

    def test_an_answer_that_does_not_name_the_notice_confirms_nothing(
        self, other: Other, notice: Notice
    ) -> None:
        for body in ANSWERS:
            other.usual = Behaviour(200, body=body)
            takedown.drain(after(notice, seconds=0))
            notice.refresh_from_db()
            assert (notice.state, notice.due_at) == (NoticeState.TOLD, after(notice, hours=1)), body[:40]
            Notice.objects.update(state=NoticeState.WAITING, due_at=notice.withdrawn_at)

    def test_one_that_breaks_our_own_code_does_not_stop_the_others(
        self, other: Other, notice: Notice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        make_subscriber(other.at("/broken"), "Hỏng")
        withdraw(make.make_published(), timezone.now())
        as_ever = posting.tell

        def tell(url: str, **how: Any) -> Any:
            if url.endswith("/broken"):
                raise RuntimeError("a case that nobody thought of")
            return as_ever(url, **how)

        monkeypatch.setattr(posting, "tell", tell)
        assert takedown.drain(timezone.now()) == 3
        assert Notice.objects.get(problem="failed").state == NoticeState.WAITING
        assert Notice.objects.filter(state=NoticeState.TOLD).count() == 2

    def test_a_huge_answer_is_not_read_to_its_end(self, other: Other, notice: Notice) -> None:
        other.usual = Behaviour(200, huge=True)
        takedown.drain(after(notice, seconds=0))
        notice.refresh_from_db()
        assert notice.state == NoticeState.TOLD

    def test_one_that_is_never_reached_has_its_person_written_to(self, other: Other, notice: Notice) -> None:
        other.usual = Behaviour(503)
        takedown.drain(after(notice, hours=71))
        assert mail.outbox == []
        takedown.drain(after(notice, hours=72))
        assert len(mail.outbox) == 1 and "không" in mail.outbox[0].body

    def test_a_mail_that_cannot_be_sent_is_sent_with_the_next_reminder(
        self, other: Other, notice: Notice, settings: Any
    ) -> None:
        settings.EMAIL_BACKEND = "tests.notifying.others.NoMail"
        takedown.drain(after(notice, hours=72))
        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        takedown.drain(after(notice, days=7))
        assert len(mail.outbox) == 1


class TestConfirming:
    def test_twice_is_as_good_as_once(self, client: Client, notice: Notice) -> None:
        for _time in range(2):
            assert confirm(client, notice, {"confirmed": notice.urn}).status_code == 200
        before = Notice.objects.get().confirmed_at
        confirm(client, notice, {"confirmed": notice.urn})
        assert Notice.objects.get().confirmed_at == before
        assert takedown.drain(after(notice, hours=2)) == 0

    def test_what_is_not_signed_or_not_understood_confirms_nothing(
        self, client: Client, notice: Notice
    ) -> None:
        for body, secret, status in UNCONFIRMING:
            answer = confirm(client, notice, body, secret)
            assert answer.status_code == status and answer.json()["error"], body
        assert Notice.objects.get().is_open

    def test_without_a_signature_or_by_get_nothing_is_confirmed(self, client: Client, notice: Notice) -> None:
        place = reverse("notifying:takedown_confirm", args=[notice.token])
        said = {"confirmed": notice.urn}
        assert client.post(place, json.dumps(said), content_type="application/json").status_code == 403
        assert client.get(place).status_code == 405
        assert Notice.objects.get().is_open

    def test_an_unknown_token_is_missing(self, client: Client, notice: Notice) -> None:
        assert client.post("/takedown/7c9e6679-7425-40de-944b-e07fc1f90ae7/confirm").status_code == 404
        assert client.post("/takedown/none/confirm").status_code == 404


def test_writing_down_who_is_told_takes_three_queries_for_many_and_none_where_nobody_is(
    other: Other, django_assert_max_num_queries: Any
) -> None:
    make_subscriber(other.at("/"))
    rows = [withdraw(make.make_published(), timezone.now()).pk for _number in range(3)]
    Notice.objects.all().delete()
    with django_assert_max_num_queries(3):
        takedown.resources_changed(resource_ids=rows, why="withdrawn")
    with django_assert_max_num_queries(0):
        takedown.resources_changed(resource_ids=rows, why="expired")
    assert Notice.objects.count() == 3


def test_nobody_is_reminded_of_what_is_confirmed(other: Other, notice: Notice) -> None:
    assert takedown.remind_now([notice.pk], at=after(notice, minutes=5)) == 1
    takedown.confirm(notice, at=after(notice, minutes=6))
    assert takedown.remind_now([notice.pk], at=after(notice, minutes=7)) == 0
