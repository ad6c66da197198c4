"""What the sections of one drain share is made once, and is the same as made alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.sections import candidates, rss, sharing
from cms.sections.forms import FEEDS
from tests import factories as make
from tests.portal.library import copy_rows
from tests.sections.making import drain, make_section, titles
from tests.sections.rich import file_of

pytestmark = pytest.mark.django_db


def test_each_piece_is_written_once_for_all_sections_of_a_drain(monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[Any] = []
    real = rss._item
    monkeypatch.setattr(rss, "_item", lambda entry: written.append(entry.title) or real(entry))
    for _number in range(3):
        make_section()
    make.make_published(title="Chung cho cả ba")
    drain()
    assert written == ["Chung cho cả ba"] * 2  # in Vietnamese and in English


def test_what_is_shared_is_the_same_as_what_is_made_alone() -> None:
    pinned = make.make_published("podcast", title="Ghim ở một nơi")
    sections = [
        make_section(title="Một"),
        make_section(title="Hai", pins=[pinned]),
        make_section(order="most-used"),
    ]
    for kind in ("photo", "video", "article"):
        make.make_published(kind)
    drain()
    keys = [
        (section, form.name, language) for section in sections for form in FEEDS for language in ("vi", "en")
    ]
    shared = {(key[0].pk, *key[1:]): file_of(*key) for key in keys}
    call_command("sections_render")
    assert {(key[0].pk, *key[1:]): file_of(*key) for key in keys} == shared
    assert titles(sections[1])[0] == titles(sections[2])[0] == "Ghim ở một nơi"


def test_another_section_costs_a_drain_few_queries() -> None:
    def asked(sections: int) -> int:
        for _number in range(sections):
            make_section()
        make.make_published("podcast")
        with CaptureQueriesContext(connection) as queries:
            drain()
        return len(queries)

    few, many = asked(2), asked(8)
    assert many - few <= 8 * 5


def test_sections_with_the_same_rule_look_for_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    real = candidates._rows
    monkeypatch.setattr(candidates, "_rows", lambda rule, *a, **k: looked.append(rule) or real(rule, *a, **k))
    pinned = make.make_published("podcast")
    for number in range(3):
        make_section(limit=4, pins=[pinned][:number])
    make_section(kinds=["video"], limit=4)
    drain()
    assert len(looked) == len(set(looked)) == 2  # the city, which fills the one without a film too, and films


def test_a_section_mixes_what_stands_behind_a_crowd_of_two_hundred() -> None:
    section = make_section(limit=6, mixed=True)
    other = make.make_published("video", title="Phim cũ", at=timezone.now() - timedelta(days=9))
    crowd = make.make_agency()
    one = make.make_published("photo", agency=crowd)
    copy_rows([one], until=200)
    drain()
    assert titles(section)[2] == other.title


def test_nothing_is_shared_beyond_the_block() -> None:
    made: list[int] = []

    def make_one() -> int:
        made.append(1)
        return len(made)

    with sharing.shared():
        assert sharing.named("x", make_one) == sharing.named("x", make_one) == 1
    with sharing.shared():
        assert sharing.named("x", make_one) == 2
    assert sharing.named("x", make_one) == 3 and not sharing.is_on()
