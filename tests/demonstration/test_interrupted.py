"""``manage.py demo`` when something goes wrong: nothing is kept half, and the next run completes it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from cms.demonstration import load, resources
from cms.demonstration.manifest import BadManifest, Entry
from cms.demonstration.progress import Silent
from media_library import collector
from media_library.models import Agency, Identifier, Resource, State, StoredFile
from tests.demonstration.conftest import storages_in

pytestmark = pytest.mark.django_db


def found(id: str) -> Resource:
    resource = resources.find(id)
    assert resource is not None
    return resource


ARTICLES = frozenset(
    {"bai-doi-mat-khau-moi-thang", "bai-nghi-quyet-57-noi-gi", "bai-ve-sinh-an-toan-thong-tin"}
)


@override_settings(DEMONSTRATION=True)
def test_a_run_that_was_cut_off_is_completed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = resources.load_resource
    done: list[str] = []

    def dying(entry: Entry, *, shelf: resources.Shelf) -> Resource:
        if done:
            raise KeyboardInterrupt
        done.append(entry.id)
        return whole(entry, shelf=shelf)

    monkeypatch.setattr(resources, "load_resource", dying)
    with pytest.raises(KeyboardInterrupt):
        load.load(at=timezone.now(), progress=Silent(), only=ARTICLES, workers=0)
    assert Resource.objects.count() == 1
    monkeypatch.setattr(resources, "load_resource", whole)
    assert load.load(at=timezone.now(), progress=Silent(), only=ARTICLES, workers=0) == 2
    assert found("bai-doi-mat-khau-moi-thang").state(timezone.now()) == State.WITHDRAWN
    assert Resource.objects.count() == 3


@override_settings(DEMONSTRATION=True)
def test_a_resource_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(entry: Entry, resource: Resource, *, shelf: resources.Shelf) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(resources, "_bring_to_state", failing)
    with pytest.raises(RuntimeError):
        load.load(at=timezone.now(), progress=Silent(), only=ARTICLES, workers=0)
    assert not Resource.objects.exists()
    assert not Identifier.objects.exists()


@override_settings(DEMONSTRATION=False)
def test_the_demonstration_is_refused_where_the_settings_do_not_allow_it() -> None:
    with pytest.raises(CommandError, match="DEMONSTRATION"):
        call_command("demo")
    assert not Agency.objects.exists()


@pytest.fixture
def one_picture(tmp_path: Path, settings: Any) -> Path:
    """A folder like ``demo/`` with a single picture in it; storage lies beside it."""
    settings.DATA_DIR, settings.STORAGES = tmp_path / "data", storages_in(tmp_path / "data")
    settings.DEMONSTRATION = True
    folder = tmp_path / "demo"
    (folder / "photos").mkdir(parents=True)
    for name in ("agencies.csv", "audiences.json", "topics.json", "campaigns.json", "sections.json"):
        shutil.copy(load.FOLDER / name, folder / name)
    shutil.copy(load.FOLDER / "photos" / "anh-gau-truc-do.jpg", folder / "photos")
    lines = (load.FOLDER / "resources.jsonl").read_text(encoding="utf-8").splitlines()
    row = next(line for line in lines if '"id": "anh-gau-truc-do"' in line)
    (folder / "resources.jsonl").write_text(row, encoding="utf-8")
    return folder


def test_a_file_left_by_a_run_that_was_cut_off_is_used_again(
    one_picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(load.files, "process", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            load.load(at=timezone.now(), progress=Silent(), folder=one_picture, workers=0)
    left = StoredFile.objects.get()
    assert not collector.collect(at=timezone.now()).rows, "the clean-up must not take it meanwhile"
    assert load.load(at=timezone.now(), progress=Silent(), folder=one_picture, workers=0) == 1
    assert StoredFile.objects.get() == left
    assert found("anh-gau-truc-do").original.file == left


def test_an_altered_file_is_named_and_nothing_is_published(one_picture: Path) -> None:
    shutil.copy(
        load.FOLDER / "photos" / "anh-ca-voi-nhay.jpg", one_picture / "photos" / "anh-gau-truc-do.jpg"
    )
    with pytest.raises(BadManifest, match=r"anh-gau-truc-do\.jpg: these are not the bytes"):
        load.load(at=timezone.now(), progress=Silent(), folder=one_picture, workers=0)
    assert not Resource.objects.exists()


def test_a_file_that_is_no_picture_is_named(one_picture: Path) -> None:
    (one_picture / "photos" / "anh-gau-truc-do.jpg").write_bytes(b"<html>")
    with pytest.raises(BadManifest, match=r"anh-gau-truc-do\.jpg"):
        load.load(at=timezone.now(), progress=Silent(), folder=one_picture, workers=0)
    assert not StoredFile.objects.exists()
