"""A cache in front of the site forgets what changed, however often it has to be asked."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cms.notifying import purging
from cms.notifying.models import Purge
from cms.sections import files, writing
from cms.sections.forms import FEEDS, LANGUAGES, in_language
from media_library import publishing
from media_library.files import public_address
from media_library.models import Resource
from tests import factories as make
from tests.sections.making import drain, has_files, make_section, titles

pytestmark = pytest.mark.django_db


class Cache(ThreadingHTTPServer):
    """A real HTTP server that remembers what it was told to forget."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.told: list[tuple[str, str, str]] = []
        self.keys: list[str] = []
        self.status = 200


class Answer(BaseHTTPRequestHandler):
    """Of a cache."""

    server: Cache
    protocol_version = "HTTP/1.1"

    def do_PURGE(self) -> None:
        self.server.told.append((self.path, self.headers["Host"], self.headers.get("Authorization", "")))
        self.server.keys.append(self.headers.get("xkey-purge", ""))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments: Any) -> None:
        pass


@pytest.fixture
def cache(settings: Any, tmp_path: Path) -> Iterator[Cache]:
    server = Cache()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    settings.DATA_DIR = tmp_path
    settings.PUBLIC_BASE_URL = "https://kho57.example"
    settings.STORAGES = {
        **settings.STORAGES,
        "feeds": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path / "feeds")},
        },
    }
    settings.CDN_PURGE_URL = f"http://127.0.0.1:{server.server_port}"
    settings.CDN_PURGE_TOKEN = "s3cret"
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


UNTOUCHED = ("calendar.ics", "podcast.xml")
"""Forms that hold nothing of an article without a campaign."""


def all_paths(address: str, *, but: tuple[str, ...] = ()) -> set[str]:
    names = {
        in_language(form.name, language) for form in FEEDS for language in LANGUAGES if form.name not in but
    }
    return {f"/feeds/{address}/{name}" for name in names} | {f"/embed/{address}/", f"/embed/{address}/en/"}


def pages(resource: Resource) -> set[str]:
    found = set()
    for language in ("vi", "en"):
        page = resource.get_absolute_url(language)
        found |= {f"/{language}/r/{resource.public_id}/", page, f"{page}script/"}
    return found


def files_of(resource: Resource) -> set[str]:
    copies = [copy for asset in resource.assets.all() for copy in asset.file.renditions.all()]
    return {public_address(resource, copy) for copy in copies}


def test_a_withdrawal_is_told_for_every_form_in_one_drain(cache: Cache) -> None:
    section = make_section()
    resource = make.make_published("photo", title="Sai số liệu")
    drain()
    purging.drain(timezone.now())
    cache.told.clear()
    publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai.", at=timezone.now())
    drain()
    assert titles(section) == []
    changed = all_paths(section.address, but=UNTOUCHED)
    changed |= {f"/embed/r/{resource.public_id}/", f"/embed/r/{resource.public_id}/en/"}
    changed |= pages(resource) | files_of(resource)
    assert len(files_of(resource)) == 2
    assert purging.drain(timezone.now()) == len(changed) == 24
    assert {path for path, _host, _token in cache.told} == changed
    assert {(host, token) for _path, host, token in cache.told} == {("kho57.example", "Bearer s3cret")}
    assert not Purge.objects.exists()


def test_a_cache_that_knows_keys_is_told_one_for_each_section_and_resource(
    cache: Cache, settings: Any
) -> None:
    settings.CDN_PURGE_KEY_HEADER = "xkey-purge"
    section = make_section()
    resource = make.make_published("photo")
    drain()
    purging.drain(timezone.now())
    cache.told.clear(), cache.keys.clear()
    publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai.", at=timezone.now())
    drain()
    assert purging.drain(timezone.now()) == 2
    assert set(cache.keys) == {f"section/{section.address}", f"resource/{resource.public_id}"}
    assert {path for path, _host, _token in cache.told} == {"/"}


def test_what_stays_public_has_its_frames_told_and_no_more(cache: Cache) -> None:
    resource = make.make_published("photo")
    Purge.objects.all().delete()
    purging.resources_changed(resource_ids=[resource.pk])
    assert {row.path for row in Purge.objects.all()} == {
        f"/embed/r/{resource.public_id}/",
        f"/embed/r/{resource.public_id}/en/",
    }


def test_what_did_not_change_is_not_told(cache: Cache) -> None:
    section = make_section()
    drain()
    Purge.objects.all().delete()
    writing.bring([section.address], at=timezone.now())
    assert not Purge.objects.exists()


def test_a_section_that_is_gone_is_told(cache: Cache) -> None:
    section = make_section()
    drain()
    Purge.objects.all().delete()
    writing.withdraw(section.address)
    assert not has_files(section)
    assert set(Purge.objects.values_list("path", flat=True)) == all_paths(section.address)


@pytest.mark.parametrize("status", [403, 500])
def test_a_cache_that_refuses_is_asked_again_later(cache: Cache, status: int) -> None:
    at = timezone.now()
    Purge.objects.create(path="/feeds/a/s/feed.json")
    cache.status = status
    assert purging.drain(at) == 0
    row = Purge.objects.get()
    assert (row.attempts, row.problem) == (1, f"the cache answered {status}")
    assert purging.drain(at) == 0 and len(cache.told) == 1, "the pause was not kept"
    cache.status = 200
    assert purging.drain(at + timedelta(seconds=6)) == 1
    assert not Purge.objects.exists()


def test_a_cache_that_is_down_loses_nothing_and_is_asked_ever_more_rarely(
    cache: Cache, settings: Any
) -> None:
    settings.CDN_PURGE_URL = "http://127.0.0.1:1"
    at = timezone.now()
    purging.files_changed(names=["feeds/a/s/feed.json", "framed/a/s/index.html"])
    purging.drain(at)
    purging.drain(at + timedelta(seconds=6))
    pauses = {row.path: row.not_before - at for row in Purge.objects.all() if row.not_before}
    assert pauses == dict.fromkeys(["/feeds/a/s/feed.json", "/embed/a/s/"], timedelta(seconds=16))


@pytest.mark.parametrize("step", [(files, "write_with_twins"), (Purge.objects, "bulk_create")])
def test_a_rendering_that_breaks_off_before_its_manifest_is_told_by_the_next(
    cache: Cache, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str]
) -> None:
    section = make_section()
    with monkeypatch.context() as broken:
        broken.setattr(*step, _break)
        problems = writing.bring([section.address], at=timezone.now()).problems
        assert "full" in str(problems[section.address])
    assert not Purge.objects.exists()
    writing.bring([section.address], at=timezone.now())
    assert set(Purge.objects.values_list("path", flat=True)) == all_paths(section.address)


def _break(*arguments: Any, **named: Any) -> None:
    raise OSError("full")


def test_a_draft_is_not_told(cache: Cache) -> None:
    draft = make.make_resource()
    purging.resources_changed(resource_ids=[draft.pk])
    assert not Purge.objects.filter(path__startswith="/embed/r/").exists()


def test_without_a_cache_nothing_is_kept(cache: Cache, settings: Any) -> None:
    settings.CDN_PURGE_URL = ""
    make_section()
    drain()
    assert not Purge.objects.exists()
