"""Sections for tests, and what their files show."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from cms.sections import due, files
from cms.sections.models import Section, SectionPin
from media_library.models import Resource
from tests import factories as make


def make_section(*, pins: list[Resource | tuple[Resource, datetime]] | None = None, **fields: Any) -> Section:
    """A live section of a new agency that selects everything, unless told otherwise."""
    section = Section(
        agency=fields.pop("agency", None) or make.make_agency(),
        slug=fields.pop("slug", "nghi-quyet-57"),
        title=fields.pop("title", "Chuyên mục Nghị quyết 57"),
    )
    for name, value in fields.items():
        setattr(section, name, value)
    made = [pin if isinstance(pin, tuple) else (pin, None) for pin in pins or []]
    section.pins = [
        SectionPin(resource=resource, until=until, sort_order=place)
        for place, (resource, until) in enumerate(made)
    ]
    section.save()
    return section


def drain(at: datetime | None = None) -> int:
    return due.drain(at or timezone.now())


def feed(section: Section, language: str = "vi") -> dict[str, Any]:
    name = "feed.json" if language == "vi" else f"feed.{language}.json"
    content = files.read(f"feeds/{section.address}/{name}")
    assert content is not None, "the section has no feed"
    found: dict[str, Any] = json.loads(content)
    return found


def titles(section: Section) -> list[str]:
    return [item["title"] for item in feed(section)["items"]]


def has_files(section: Section) -> bool:
    names = [f"feeds/{section.address}/feed.json", f"feeds/{section.address}/rss.xml"]
    frames = [f"{root}/{section.address}/index.html" for root in ("embed", "framed")]
    return any(
        files.read(name + ending) is not None
        for name in (*names, *frames)
        for ending in ("", *files.TWINS.values())
    )
