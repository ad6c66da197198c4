"""Sections and first pages of the demonstration show what they were set to show."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.utils import timezone

from cms.demonstration import home, resources, sections
from cms.demonstration.load import FOLDER, load
from cms.demonstration.manifest import read, read_list
from cms.demonstration.progress import Silent
from cms.portal.models import HomePage
from cms.sections import files
from cms.sections.models import CityPin, Section, SectionRender
from cms.sections.render import storage_name
from search.models import IndexedDocument
from tests.demonstration.conftest import PART

# One process, so that the part of the demonstration is loaded once for a module.
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("demonstration")]


def test_there_are_eight_sections_at_their_addresses(loaded_at: datetime) -> None:
    expected = {f"{row['agency']}/{row['slug']}" for row in read_list(FOLDER, "sections.json")}
    assert {section.address for section in Section.objects.select_related("agency")} == expected
    assert len(expected) == 8


def test_a_section_keeps_its_rule_and_pins(loaded_at: datetime) -> None:
    section = Section.objects.get(slug="ban-tin-xa")
    assert {term.slug for term in section.audiences.all()} == {"citizens"}
    assert {term.slug for term in section.topics.all()} == {"ky-nang-so", "an-toan-thong-tin", "dich-vu-cong"}
    assert (section.languages, section.limit, section.layout) == (["vi"], 6, "list")
    assert [pin.resource for pin in section.pins.all()] == [resources.find("ig-5-ky-nang-so-co-ban")]


def test_the_lead_department_has_pinned_two_and_again_pins_none(loaded_at: datetime) -> None:
    pinned = {pin.resource_id: (pin.mandatory, pin.types) for pin in CityPin.objects.all()}
    expected = {sections.MANDATORY: (True, []), sections.IN_COMMUNES: (False, ["ward", "commune"])}
    there = {id: resources.find(id) for id in expected if id in PART}
    assert pinned == {one.pk: expected[id] for id, one in there.items() if one is not None}
    sections.load_city_pins(by=None, at=loaded_at)
    assert CityPin.objects.count() == len(pinned) > 0


def test_a_section_may_be_shown_by_its_site_and_by_this_machine_alone(loaded_at: datetime) -> None:
    section = Section.objects.get(slug="ban-tin-xa")
    assert section.allowed_hosts == ["a-luoi-1.example", "localhost:*", "127.0.0.1:*"]


def test_index_and_section_files_are_up_to_date_when_it_is_loaded(loaded_at: datetime) -> None:
    assert not SectionRender.objects.exists()
    assert IndexedDocument.objects.exists()


def test_each_language_has_its_picks_and_no_other(loaded_at: datetime) -> None:
    for page in HomePage.objects.all():
        expected = [id for id in home.PICKS[page.locale.language_code] if id in PART]
        assert [pick.resource for pick in page.picks.all()] == [resources.find(id) for id in expected]


def test_picks_exist_are_published_and_in_their_language() -> None:
    entries = {entry.id: entry for entry in read(FOLDER, at=timezone.now())}
    for language, ids in home.PICKS.items():
        assert {(entries[id].language, entries[id].state) for id in ids} == {(language, "published")}


def test_feeds_follow_the_site_to_another_address(loaded_at: datetime, settings: Any) -> None:
    name = storage_name(address="XA-20056/ban-tin-xa", name="feed.json", language="vi")
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:9123"
    load(at=timezone.now(), progress=Silent(), only=PART)
    content = files.read(name)
    assert content is not None
    assert b"http://127.0.0.1:9123/vi/r/" in content
    assert not SectionRender.objects.exists()
