"""What a change does to the files of sections, and that nothing hidden ever stands in one."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from cms.sections import due, files, render
from cms.sections.models import Section, SectionRender, SectionShown
from media_library import publishing, scheduler, worker
from media_library.models import Agency, Resource
from tests import factories as make
from tests.sections.making import drain, feed, has_files, make_section, titles

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def withdraw(resource: Resource) -> None:
    publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai số liệu.", at=timezone.now())


def test_a_published_resource_stands_in_every_form_after_the_next_drain() -> None:
    section = make_section()
    make.make_published(title="Năm bước nộp hồ sơ")
    drain()
    assert titles(section) == ["Năm bước nộp hồ sơ"]
    for name in (f"feeds/{section.address}/rss.xml", f"embed/{section.address}/index.html"):
        assert "Năm bước nộp hồ sơ" in (files.read(name) or b"").decode()


def test_every_form_has_compressed_twins_of_the_same_content() -> None:
    section = make_section()
    make.make_published()
    drain()
    for name in (
        f"feeds/{section.address}/feed.json",
        f"feeds/{section.address}/rss.en.xml",
        f"embed/{section.address}/en/index.html",
    ):
        content = files.read(name)
        assert content
        assert gzip.decompress(files.read(name + ".gz") or b"") == content
        assert brotli.decompress(files.read(name + ".br") or b"") == content


def test_the_drain_is_registered_with_the_worker_and_the_end_of_pins_with_the_scheduler() -> None:
    section = make_section()
    make.make_published(title="Qua tay người làm")
    worker.drain_all(timezone.now())
    assert titles(section) == ["Qua tay người làm"]
    assert scheduler._registered["section_pins"] is due.end_pins


_TOLD_IN = ("feed.json", "feed.en.json", "atom.xml", "atom.en.xml")


def test_a_withdrawal_takes_the_resource_out_of_every_file() -> None:
    section = make_section()
    resource = make.make_published(title="Bản tin bị thu hồi")
    drain()
    withdraw(resource)
    drain()
    assert titles(section) == []
    folder = Path(settings.STORAGES["feeds"]["OPTIONS"]["location"])
    for path in folder.rglob("*"):
        if path.is_file() and path.suffix not in (".gz", ".br"):
            text = path.read_text()
            assert resource.title not in text and resource.slug not in text, path
            assert (resource.public_id in text) == (path.name in _TOLD_IN), path


def test_a_withdrawn_pin_leaves_though_the_rule_would_never_select_it() -> None:
    pinned = make.make_published("podcast", title="Ghim tay")
    section = make_section(kinds=["video"], pins=[pinned])
    drain()
    assert titles(section) == ["Ghim tay"]
    withdraw(pinned)
    drain()
    assert titles(section) == []


@pytest.mark.parametrize(
    "hidden",
    [make.make_resource, make.make_scheduled, make.make_embargoed, make.make_expired, make.make_withdrawn],
)
def test_what_is_not_public_stands_in_no_file_even_when_pinned(hidden: Callable[..., Resource]) -> None:
    resource = hidden(title="Chưa được công khai")
    section = make_section(pins=[resource])
    drain()
    assert titles(section) == []


def test_a_change_renders_only_the_sections_it_concerns() -> None:
    of_videos, of_articles = make_section(kinds=["video"]), make_section(kinds=["article"])
    make.make_published("article", title="Bài một")
    make.make_published("video", title="Phim")
    drain()
    before = SectionShown.objects.get(address=of_videos.address).rendered_at
    make.make_published("article", title="Bài hai")
    drain()
    assert titles(of_articles) == ["Bài hai", "Bài một"]
    assert SectionShown.objects.get(address=of_videos.address).rendered_at == before


def test_a_change_that_leaves_the_content_alone_rewrites_no_file() -> None:
    section = make_section()
    make.make_published()
    drain()
    name = f"feeds/{section.address}/feed.json"
    before = files.signature(name)
    due.request([section.address], why="test")
    drain()
    assert files.signature(name) == before


def test_what_no_longer_matches_the_rule_leaves_the_section() -> None:
    resource = make.make_published(title="Đổi chủ đề", topics=[make.topic("ky-nang-so")])
    section = make_section(topics=[make.topic("ky-nang-so")])
    make.make_published(title="Ở lại", topics=[make.topic("ky-nang-so")])
    drain()
    resource.topics.set([make.topic("giao-duc-stem")])
    resource.save_revision(clean=False)
    publishing.publish(resource=resource, by=None, at=timezone.now())
    drain()
    assert titles(section) == ["Ở lại"]


def test_many_changes_of_one_section_make_one_rendering(monkeypatch: pytest.MonkeyPatch) -> None:
    make_section()
    for _number in range(5):
        make.make_published()
    rendered: list[str] = []
    real = render.rendered

    def noted(what: render.Chosen, **how: Any) -> render.Rendered:
        rendered.append(what.address)
        return real(what, **how)

    monkeypatch.setattr(render, "rendered", noted)
    drain()
    assert len(rendered) == 1


def test_a_change_that_is_rolled_back_asks_for_nothing() -> None:
    make_section()
    drain()
    resource = make.make_resource()

    def publish_and_fail() -> None:
        with transaction.atomic():
            publishing.publish(resource=resource, by=None, at=timezone.now())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish_and_fail()
    assert not SectionRender.objects.exists()


def test_publishing_asks_one_query_of_sections_however_many_there_are(
    django_assert_num_queries: Any,
) -> None:
    for _number in range(5):
        make_section()
    with transaction.atomic(), django_assert_num_queries(1):
        due.resources_changed(resource_ids=[1, 2, 3], why="test", sender=None)


def test_a_section_switched_off_has_no_file_left_and_a_deleted_one_neither() -> None:
    off, deleted = make_section(slug="mot"), make_section(slug="hai")
    make.make_published()
    drain()
    assert has_files(off) and has_files(deleted)
    off.live = False
    off.save()
    deleted.delete()
    drain()
    assert not has_files(off) and not has_files(deleted)
    assert not SectionShown.objects.exists()


def test_sections_deleted_in_bulk_leave_no_file() -> None:
    section = make_section()
    drain()
    Section.objects.filter(pk=section.pk).delete()
    drain()
    assert not has_files(section)


def test_a_pin_ends_at_its_moment_by_the_scheduler() -> None:
    now = timezone.now()
    pinned = make.make_published("podcast", title="Ghim đến hết tuần")
    make.make_published("video", title="Theo quy tắc")
    section = make_section(kinds=["video"], pins=[(pinned, now + timedelta(days=5))])
    drain()
    assert titles(section) == ["Ghim đến hết tuần", "Theo quy tắc"]
    assert due.end_pins(now) == 0
    later = now + timedelta(days=5)
    with time_machine.travel(later, tick=False):
        assert due.end_pins(later) == 1
        assert due.end_pins(later) == 0
        drain(later)
    assert titles(section) == ["Theo quy tắc"]


def test_the_end_of_an_embargo_shows_as_new_however_long_ago_it_was_approved() -> None:
    now = timezone.now()
    held = make.make_resource(title="Hết hạn cấm vận", embargo_until=now + timedelta(days=10))
    publishing.publish(resource=held, by=None, at=now)
    section = make_section(limit=2)
    for day in range(1, 5):
        make.make_published(title=f"Ngày {day}", at=now + timedelta(days=day))
    later = now + timedelta(days=10, minutes=1)
    publishing.release_embargoes(later)
    drain(later)
    assert titles(section) == ["Hết hạn cấm vận", "Ngày 4"]


def test_a_merger_shows_the_successor_and_keeps_the_address() -> None:
    old, new = make.make_agency("UBND xã Cũ"), make.make_agency("UBND phường Mới")
    section = make_section(agency=old)
    drain()
    assert feed(section)["authors"] == [{"name": "UBND xã Cũ"}]
    old.successor = new
    old.save()
    drain()
    assert feed(section)["authors"] == [{"name": "UBND phường Mới"}]
    assert section.address.startswith(f"{old.code}/")


def test_a_section_that_selects_an_agency_shows_what_it_carries_on() -> None:
    old, new = make.make_agency(), make.make_agency()
    Agency.objects.filter(pk=old.pk).update(successor=new)
    make.make_published(title="Của cơ quan cũ", agency=old)
    make.make_published(title="Của nơi khác")
    section = make_section(agencies=[new])
    drain()
    assert titles(section) == ["Của cơ quan cũ"]


def test_most_used_comes_first_where_the_section_says_so() -> None:
    used = make.make_published(title="Nhiều nơi ghim", at=timezone.now() - timedelta(days=9))
    make.make_published(title="Mới nhất")
    section = make_section(order="most-used")
    make_section(pins=[used])
    drain()
    assert titles(section) == ["Nhiều nơi ghim", "Mới nhất"]


def test_a_section_for_some_sites_only_has_its_frame_where_the_web_server_does_not_look() -> None:
    section = make_section(allowed_hosts=["skhcn.example"])
    drain()
    assert files.read(f"embed/{section.address}/index.html") is None
    assert files.read(f"framed/{section.address}/index.html")
    section.allowed_hosts = []
    section.save()
    drain()
    assert files.read(f"embed/{section.address}/index.html")
    assert files.read(f"framed/{section.address}/index.html") is None
