"""The files of sections stay whole, and are written again, whatever breaks off while they are written."""

from __future__ import annotations

import gzip
import os
import signal
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.sections import files, render, swapping, tombstones
from cms.sections.models import Section, SectionRender, SectionShown
from media_library import publishing
from tests import factories as make
from tests.sections.making import drain, has_files, make_section, titles

pytestmark = [pytest.mark.django_db, pytest.mark.contract]


def test_one_section_that_cannot_be_rendered_stops_no_other_and_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = make_section(slug="hong"), make_section(slug="lanh")
    real = render.rendered

    def sometimes(what: render.Chosen, **how: Any) -> render.Rendered:
        if what.address == bad.address:
            raise OSError("disk full")
        return real(what, **how)

    monkeypatch.setattr(render, "rendered", sometimes)
    now = timezone.now()
    drain(now)
    assert has_files(good) and not has_files(bad)
    waiting = SectionRender.objects.get()
    assert waiting.attempts == 1 and "disk full" in waiting.problem
    assert drain(now) == 0
    monkeypatch.setattr(render, "rendered", real)
    drain(now + timedelta(minutes=1))
    assert has_files(bad)
    assert not SectionRender.objects.exists()


def test_a_file_that_cannot_be_written_is_the_matter_of_its_own_section(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = make_section(slug="hong"), make_section(slug="lanh")
    real = files.write_with_twins

    def sometimes(name: str, content: bytes) -> None:
        if name == f"feeds/{bad.address}/atom.xml":
            raise OSError("disk full")
        real(name, content)

    now = timezone.now()
    with monkeypatch.context() as full:
        full.setattr(files, "write_with_twins", sometimes)
        drain(now)
    assert not files.Manifest.load(bad.address).files
    assert files.Manifest.load(good.address).digest(f"feeds/{good.address}/atom.xml")
    assert SectionRender.objects.get().address == bad.address
    assert set(SectionShown.objects.values_list("address", flat=True)) == {good.address}
    drain(now + timedelta(minutes=1))
    assert files.Manifest.load(bad.address).digest(f"feeds/{bad.address}/atom.xml")
    assert not SectionRender.objects.exists()


def test_what_cannot_be_remembered_is_tried_again_later_and_not_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = make_section(slug="mot"), make_section(slug="hai")
    now = timezone.now()
    with monkeypatch.context() as closed:
        closed.setattr(tombstones, "remember", _closed)
        drain(now)
    assert not has_files(one) and not has_files(other)
    waiting = SectionRender.objects.values_list("address", "not_before")
    assert {address for address, until in waiting if until and until > now} == {one.address, other.address}
    drain(now + timedelta(minutes=1))
    assert has_files(one) and has_files(other)


def _closed(*arguments: Any, **named: Any) -> None:
    raise OperationalError("database is locked")


def test_a_change_of_many_sections_asks_as_many_queries_as_of_few() -> None:
    counts = []
    for number in (4, 12):
        while Section.objects.count() < number:
            make_section()
        drain()
        make.make_published(title=f"Đổi {number}")
        with CaptureQueriesContext(connection) as asked:
            drain()
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.slow
def test_a_writer_killed_at_any_step_leaves_whole_files_and_the_next_run_repairs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = make_section()
    make.make_published(title="Bản đầu")
    drain()
    real = files.write
    for step in range(1, 42, 4):  # of 42 writes: 14 files and their twins
        make.make_published(title=f"Bản {step}")
        calls = {"left": step}

        def dying(name: str, content: bytes, calls: dict[str, int] = calls) -> None:
            calls["left"] -= 1
            if calls["left"] < 0:
                raise KeyboardInterrupt
            real(name, content)

        monkeypatch.setattr(files, "write", dying)
        with pytest.raises(KeyboardInterrupt):
            drain()
        monkeypatch.setattr(files, "write", real)
        drain()
        assert titles(section)[0] == f"Bản {step}"
        for name in (f"feeds/{section.address}/feed.json", f"embed/{section.address}/index.html"):
            assert gzip.decompress(files.read(name + ".gz") or b"") == files.read(name)
            assert brotli.decompress(files.read(name + ".br") or b"") == files.read(name)


_CONTENT = 4_000


def _rewrite_until_killed(names: list[str], number: int) -> None:
    """In a process of its own: each file with its twins, anew and anew, until somebody ends it."""
    while True:
        number += 1
        for name in names:
            files.write_with_twins(name, (b"%09d" % number) * _CONTENT)


def test_every_file_is_whole_after_fifty_sigkills_at_any_moment() -> None:
    names = [f"feeds/A/s/{form.name}" for form in render.FORMS]
    for name in names:
        files.write_with_twins(name, b"0" * 9 * _CONTENT)
    unpack = {"": bytes, ".gz": gzip.decompress, ".br": brotli.decompress}
    seen = set()
    for round_number in range(50):
        child = os.fork()
        if not child:
            try:
                _rewrite_until_killed(names, round_number * 1_000_000)
            finally:
                os._exit(1)
        until = names[round_number % len(names)]
        before = files.signature(until)
        while files.signature(until) == before:
            time.sleep(0.0001 * (round_number % 7))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        for name in names:
            for ending, plain in unpack.items():
                content = plain(files.read(name + ending) or b"")
                assert content == content[:9] * _CONTENT, name + ending
                seen.add(content[:9])
    assert len(seen) >= 50


def test_sections_render_writes_everything_anew_and_removes_what_is_gone(capsys: Any) -> None:
    from django.core.management import call_command

    section = make_section()
    make.make_published(title="Còn đây")
    drain()
    files.remove(f"feeds/{section.address}/feed.json")
    SectionShown.objects.create(address="XA-00000/cu", resource_ids=[], rendered_at=timezone.now())
    files.write("feeds/XA-00000/cu/feed.json", b"{}")
    call_command("sections_render")
    assert titles(section) == ["Còn đây"]
    assert files.read("feeds/XA-00000/cu/feed.json") is None
    assert str(len(render.FORMS) * len(render.LANGUAGES)) in capsys.readouterr().out


def test_without_a_local_disk_forms_are_put_over_the_old_ones(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "feeds": {"BACKEND": "tests.sections.overwriting.OverwritingStorage"},
    }
    section = make_section()
    make.make_published(title="Trên kho đối tượng")
    drain()
    make.make_published(title="Lần hai")
    drain()
    assert titles(section) == ["Lần hai", "Trên kho đối tượng"]


def test_sections_render_says_which_could_not_be_rendered_and_renders_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from django.core.management import CommandError, call_command

    bad, good = make_section(slug="hong"), make_section(slug="lanh")
    real = files.write_with_twins

    def sometimes(name: str, content: bytes) -> None:
        if bad.address in name:
            raise OSError("disk full")
        real(name, content)

    monkeypatch.setattr(files, "write_with_twins", sometimes)
    with pytest.raises(CommandError, match=f"{bad.address}.*disk full"):
        call_command("sections_render")
    assert has_files(good) and not has_files(bad)


def test_what_a_withdrawn_resource_left_is_blanked_though_the_writer_was_killed_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = make_section()
    resource = make.make_published(title="Bản tin bị thu hồi")
    drain()
    publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai.", at=timezone.now())
    with monkeypatch.context() as killed:
        killed.setattr(files, "blank", _killed)
        with pytest.raises(KeyboardInterrupt):
            drain()
    assert resource.title in Path(_spare(section)).read_text()
    drain()
    assert resource.title not in Path(_spare(section)).read_text()


def _killed(*arguments: Any) -> None:
    raise KeyboardInterrupt


def _spare(section: Section) -> str:
    return swapping.spare(str(files.local_path(f"feeds/{section.address}/rss.xml")))
