"""Letters through a real mail server that fails at random: none is lost, none comes twice as another."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cms.newsroom.letters import choices, outbox, sending, stopping, telling
from cms.newsroom.models import Letter, LetterState, Lightbox, Occasion, Use
from media_library import publishing
from media_library.models import Resource, User
from tests import factories as make
from tests.newsroom.letterbox import Letterbox, send_there, serving

pytestmark = pytest.mark.django_db
MANY = 300


@pytest.fixture
def letterbox(settings: Any) -> Iterator[Letterbox]:
    settings.PUBLIC_BASE_URL = "https://kho57.example"
    settings.DEFAULT_FROM_EMAIL = "Kho 57 <kho57@hue.example>"
    with serving(Letterbox()) as box:
        send_there(settings, box)
        yield box


def takers(resource: Resource, number: int) -> list[User]:
    """People who took it; every third keeps it in a lightbox as well, every fifth took it twice."""
    at = timezone.now()
    made = [User(username=f"bao-{n:05}", email=f"bao-{n:05}@press.example") for n in range(number)]
    people = User.objects.bulk_create(made)
    twice = [*people, *people[::5]]
    Use.objects.bulk_create([Use(resource=resource, offer="web", at=at, user=one) for one in twice])
    for one in people[::3]:
        box = Lightbox.objects.create(owner=one, title="Khay", created_at=at, changed_at=at)
        box.entries.create(resource=resource, place=0)
    return people


def withdrawn(resource: Resource) -> Occasion:
    lead = make.make_lead()
    publishing.withdraw(resource=resource, by=lead, reason="Số liệu sai.", at=timezone.now())
    return Occasion.objects.get()


def send_all(at: Any) -> int:
    """Let time pass until nothing waits any more; how many rounds that took."""
    for minutes in range(3000):
        moment = at + timedelta(minutes=minutes)
        while sending.drain(moment):
            pass
        if not Letter.objects.filter(state=LetterState.WAITING).exists():
            return minutes
    raise AssertionError("some letters wait for ever")


@pytest.mark.contract
def test_each_of_many_gets_exactly_one_although_the_server_fails_at_random(
    letterbox: Letterbox, client: Client
) -> None:
    resource = make.make_published("photo", title="Bản đồ ngập")
    people = takers(resource, MANY)
    withdrawn(resource)
    at = timezone.now()
    while telling.drain(at):
        pass
    assert Letter.objects.count() == MANY
    stopped, gone = people[:10], people[10:20]
    for person in stopped[:5]:
        choices.stop(person.pk, at=at)
    for person in stopped[5:]:  # by the address of a letter, as a program for mail does it
        address = choices_address(person)
        assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    letterbox.nobody = {person.email for person in gone}
    letterbox.trouble = 0.08

    assert send_all(at) > 0

    told = people[20:]
    assert {one.email: len(letterbox.letters_to(one.email)) for one in told} == {one.email: 1 for one in told}
    assert {to for to, _letter in letterbox.taken} == {one.email for one in told}
    repeated = {named for named, times in letterbox.named.items() if times > 1}
    assert repeated <= letterbox.unanswered, "only what was never answered may be sent once more"
    assert all(letterbox.happened[what] for what in ("refused for now", "no room", "answer lost")), (
        letterbox.happened
    )
    states = dict(Letter.objects.values_list("person__email", "state"))
    assert {states[one.email] for one in told} == {"sent"}
    assert {states[one.email] for one in stopped} == {"dropped"}
    assert {states[one.email] for one in gone} == {"refused"}
    problems = set(Letter.objects.filter(state="refused").values_list("problem", flat=True))
    assert problems == {"550 5.1.1"}, "codes, and never an address"


def choices_address(person: User) -> str:
    return stopping.address(person.pk, language="vi").removeprefix("https://kho57.example")


def test_a_letter_says_who_sent_it_what_to_do_and_how_to_stop_it(letterbox: Letterbox, settings: Any) -> None:
    settings.UNSUBSCRIBE_MAIL = "thoi@hue.example"
    instead = make.make_published("photo", title="Bản đồ ngập 2026")
    resource = make.make_published("photo", title="Bản đồ ngập")
    (person,) = takers(resource, 1)
    publishing.withdraw(
        resource=resource,
        by=make.make_lead(),
        reason="Số liệu sai.",
        replaced_by=instead,
        at=timezone.now(),
    )
    at = timezone.now()
    telling.drain(at)
    sending.drain(at)
    ((to, letter),) = letterbox.taken
    assert to == person.email and "Bản đồ ngập" in str(letter["Subject"])
    token = Letter.objects.get().token.hex
    assert letter["Message-ID"] == f"<letter-{token}@hue.example>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    https, mailto = str(letter["List-Unsubscribe"]).strip().split(", ")
    assert https.startswith("<https://kho57.example/vi/press/notices/stop/")
    assert mailto.startswith("<mailto:thoi@hue.example?subject=")
    assert letter["Auto-Submitted"] == "auto-generated" and letter["List-Id"]
    body = letter.get_content()
    for words in ("Số liệu sai.", "Bản đồ ngập", f"https://kho57.example/vi/r/{instead.public_id}/"):
        assert words in body


def test_a_letter_that_is_answered_too_late_comes_again_under_the_same_name(
    letterbox: Letterbox, settings: Any
) -> None:
    resource = make.make_published("photo")
    takers(resource, 1)
    withdrawn(resource)
    at = timezone.now()
    telling.drain(at)
    letterbox.late, letterbox.patience, settings.LETTER_TIMEOUT = 1.0, 0.3, 0.3
    sending.drain(at)
    assert Letter.objects.get().problem == "SMTPServerDisconnected"
    letterbox.late, settings.LETTER_TIMEOUT = 0.0, 10.0
    assert send_all(at + timedelta(minutes=1)) == 0
    assert len(letterbox.taken) == 2 and len(letterbox.named) == 1


def test_a_server_that_is_not_there_costs_nobody_an_attempt(letterbox: Letterbox, settings: Any) -> None:
    resource = make.make_published("photo")
    takers(resource, 30)
    withdrawn(resource)
    at = timezone.now()
    telling.drain(at)
    there, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    for minutes in range(5):
        sending.drain(at + timedelta(minutes=minutes, seconds=minutes))
    waiting = Letter.objects.filter(state="waiting")
    assert waiting.count() == 30
    assert set(waiting.values_list("attempts", flat=True)) == {0}
    settings.EMAIL_PORT = there
    assert send_all(at + timedelta(minutes=10)) == 0
    assert len(letterbox.taken) == 30


def test_what_fails_again_and_again_is_tried_ever_more_rarely_and_given_up(letterbox: Letterbox) -> None:
    resource = make.make_published("photo")
    takers(resource, 1)
    withdrawn(resource)
    at = timezone.now()
    telling.drain(at)
    letterbox.trouble = 1.0
    tries, pauses = [], []
    while (letter := Letter.objects.get()).state == "waiting":
        tries.append(letter.due_at)
        assert sending.drain(letter.due_at - timedelta(seconds=1)) == 0
        assert sending.drain(letter.due_at) == 1
    pauses = [after - before for before, after in pairwise(tries)]
    assert pauses == sorted(pauses) and pauses[0] == timedelta(minutes=1) and pauses[-1] > timedelta(hours=3)
    assert (letter.state, letter.attempts, letter.problem) == ("given_up", 10, "451 4.7.1")


def test_a_worker_that_dies_leaves_its_letters_to_the_next(letterbox: Letterbox) -> None:
    resource = make.make_published("photo")
    takers(resource, 3)
    withdrawn(resource)
    at = timezone.now()
    telling.drain(at)
    assert len(outbox.claim(at)) == 3
    assert sending.drain(at + timedelta(minutes=1)) == 0, "another worker is at them"
    assert sending.drain(at + outbox.LEASE + timedelta(seconds=1)) == 3
    assert len(letterbox.taken) == 3
