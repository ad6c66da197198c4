"""Beacons: what counts, what is let go without a word, and what is never kept."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.coverage import beacons, judging
from cms.coverage.judging import Evidence
from cms.coverage.models import Form, Place, Seen, Shown, Verdict
from cms.coverage.serving import serving
from cms.notifying import serving as withdrawn_pages
from cms.sections.models import Section, SectionShown
from tests import factories as make
from tests.sections.making import make_section

pytestmark = pytest.mark.django_db
SITE = "https://phuong.example"
US = "https://kho57.example"


@pytest.fixture
def section(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Section:
    settings.PUBLIC_BASE_URL = US
    monkeypatch.setattr(beacons, "gate", beacons.Gate())
    return make_section(agency=make.make_agency(code="PH-1"), slug="nq57")


def told(**changed: Any) -> dict[str, Any]:
    return {"section": "PH-1/nq57", "form": "component", "origin": SITE, **changed}


def send(body: Any, *, sender: str | None = SITE, client: Client | None = None) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = {} if sender is None else {"Origin": sender}
    client = client or Client(enforce_csrf_checks=True)
    answer = client.post("/embed/seen", raw, content_type="text/plain;charset=UTF-8", headers=headers)
    assert (answer.status_code, answer.content, answer.cookies) == (204, b"", {})
    return answer


@pytest.mark.contract
def test_a_beacon_counts_by_day_site_and_form(section: Section) -> None:
    send(told())
    send(told())
    send(told(form="frame"), sender=US)
    send(told(form="frame"), sender="null")
    rows = Seen.objects.values_list("section", "origin", "host", "form", "times").order_by("form")
    assert list(rows) == [
        ("PH-1/nq57", SITE, "phuong.example", "component", 2),
        ("PH-1/nq57", SITE, "phuong.example", "frame", 2),
    ]
    kept = {field.name for field in Seen._meta.get_fields()}
    assert kept == {"id", "day", "section", "origin", "host", "form", "times"}, "nothing of a reader"


BAD: dict[str, tuple[Any, str | None]] = {
    "nothing": (b"", SITE),
    "no JSON": (b"{", SITE),
    "deep": (b"[" * 1000, SITE),
    "no UTF-8": (b"\xff\xfe{}", SITE),
    "a list": ([1], SITE),
    "one more": (told(reader="x"), SITE),
    "one less": ({"section": "PH-1/nq57", "form": "component"}, SITE),
    "no text": (told(section=7), SITE),
    "unknown section": (told(section="PH-1/khac"), SITE),
    "a path": (told(section="../../etc"), SITE),
    "NUL": (told(section="PH-1/nq57\0"), SITE),
    "unknown form": (told(form="beacon"), SITE),
    "a whole address": (told(origin=f"{SITE}/doc?who=7"), f"{SITE}/doc?who=7"),
    "another scheme": (told(origin="file://x"), "file://x"),
    "an account": (told(origin="https://me@phuong.example"), "https://me@phuong.example"),
    "ourselves": (told(origin=US), US),
    "another page's name": (told(), "https://evil.example"),
    "no sender": (told(), None),
    "a frame that is none": (told(form="frame"), SITE),
    "too long": (told(origin="https://" + "a" * 1100), SITE),
}


@pytest.mark.parametrize("name", BAD)
def test_anything_else_is_let_go_with_the_same_answer(section: Section, name: str) -> None:
    body, sender = BAD[name]
    send(body, sender=sender)
    assert not Seen.objects.exists()


def test_a_section_that_is_switched_off_is_not_counted_and_only_post_is_taken(section: Section) -> None:
    Section.objects.update(live=False)
    send(told())
    assert not Seen.objects.exists()
    assert Client().get("/embed/seen").status_code == 405


def test_a_flood_of_sites_ends_at_the_cap_and_leaves_room_for_those_that_are_named(
    section: Section, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(beacons, "MOST_SITES", 3)
    for number in range(6):
        send(told(origin=f"https://{number}.example"), sender=f"https://{number}.example")
    assert Seen.objects.count() == 3
    Place.objects.create(agency=section.agency, url=f"{SITE}/57")
    send(told())
    assert Seen.objects.filter(origin=SITE).exists()


def test_what_one_process_writes_in_a_second_is_limited() -> None:
    gate, at = beacons.Gate(), timezone.now().replace(microsecond=0)
    assert [gate.passes(at) for _each in range(beacons.PER_SECOND + 1)].count(True) == beacons.PER_SECOND
    assert gate.passes(at + timedelta(seconds=1))


def test_the_number_of_queries_of_a_beacon_is_small_and_does_not_grow(section: Section) -> None:
    def queries(origin: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            send(told(origin=origin), sender=origin)
        return len(counted)

    first = queries("https://a.example")
    again = queries("https://a.example")
    for number in range(9):
        send(told(origin=f"https://{number}.example"), sender=f"https://{number}.example")
    assert queries("https://b.example") == first <= 8 and again <= 2


def visited(place: Place, evidence: Evidence) -> Place:
    at = timezone.now()
    judging.keep(place.pk, evidence, asked=place.url, at=at, again=at)
    return Place.objects.get(pk=place.pk)


@pytest.mark.contract
def test_beacons_prove_what_a_crawler_cannot_read(section: Section) -> None:
    made = make.make_published()
    shown = {"resource_ids": [made.pk], "rendered_at": timezone.now()}
    SectionShown.objects.update_or_create(address=section.address, defaults=shown)
    place = Place.objects.create(agency=section.agency, url=f"{SITE}/57")
    for _each in range(beacons.PROOF - 1):
        send(told())
    assert visited(place, Evidence()).verdict == Verdict.MISSING, "too few"
    send(told())
    for evidence in (Evidence(), Evidence(problem="robots.txt")):
        again = visited(place, evidence)
        assert (again.verdict, again.form, again.problem) == (Verdict.LIVE, Form.BEACON, "")
    other = Place.objects.create(agency=section.agency, url="https://khac.example/57")
    assert visited(other, Evidence()).verdict == Verdict.MISSING, "told of another site"
    Seen.objects.update(day=timezone.localdate() - timedelta(days=3))
    assert visited(place, Evidence()).verdict == Verdict.MISSING, "long ago"


def test_sites_that_told_of_a_section_serve_what_it_lists_now(section: Section) -> None:
    made, at = make.make_published(), timezone.now()
    shown = {"resource_ids": [made.pk], "rendered_at": at}
    SectionShown.objects.update_or_create(address=section.address, defaults=shown)
    send(told())
    assert [(one.url, one.section) for one in serving(made.public_id, at=at)] == [
        (f"{SITE}/", section.address)
    ]
    SectionShown.objects.update(resource_ids=[])
    assert serving(made.public_id, at=at) == []
    assert serving("k57-0000-0000", at=at) == []


def test_beacons_are_forgotten(section: Section) -> None:
    send(told())
    at = timezone.now()
    assert beacons.forget(at) == 0
    assert beacons.forget(at + beacons.KEPT + timedelta(days=2)) == 1


def test_the_page_of_a_withdrawal_asks_what_was_seen_on_agencies_pages(section: Section) -> None:
    row = make.make_published()
    place = Place.objects.create(agency=section.agency, url=f"{SITE}/57")
    Shown.objects.create(place=place, public_id=row.public_id)
    before = timezone.now()
    Place.objects.update(visited_at=before + timedelta(minutes=1))
    said = withdrawn_pages.testimony(row.public_id, withdrawn_at=before)
    assert said.asked and said.whole
    assert [(one.url, one.agency_id, one.since_then) for one in said.pages] == [
        (place.url, section.agency_id, True)
    ]
