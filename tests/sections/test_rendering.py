"""Sections as files: what a change does to them, and that nothing hidden ever stands in one."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.sections import due, files, render
from cms.sections.models import Section, SectionPin, SectionRender, SectionShown
from media_library import publishing
from tests import factories as make

pytestmark = pytest.mark.django_db


def make_section(**fields: Any) -> Section:
    agency = fields.pop("agency", None) or make.make_agency()
    pins = fields.pop("pins", [])
    fields.setdefault("slug", "nghi-quyet-57")
    fields.setdefault("title", "Chuyên mục Nghị quyết 57")
    section = Section(agency=agency, **fields)
    section.pins = [SectionPin(resource=resource, sort_order=place) for place, resource in enumerate(pins)]
    section.save()
    return section


def drain() -> int:
    return due.drain(timezone.now())


def items(section: Section) -> list[dict[str, Any]]:
    content = files.read(f"feeds/{section.address}/feed.json")
    assert content is not None
    found: list[dict[str, Any]] = json.loads(content)["items"]
    return found


def titles(section: Section) -> list[str]:
    return [item["title"] for item in items(section)]


def test_a_published_resource_stands_in_the_feed_after_the_next_drain() -> None:
    section = make_section()
    make.make_published(title="Năm bước nộp hồ sơ")
    drain()
    assert titles(section) == ["Năm bước nộp hồ sơ"]
