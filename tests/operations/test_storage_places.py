"""Files lie in folders by default, and in a bucket when one is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from storages.backends.s3 import S3Storage

from cms.settings import places


def test_private_storage_never_overwrites() -> None:
    place = storages["private"]
    first = place.save("one/name", ContentFile(b"first"))
    second = place.save("one/name", ContentFile(b"second"))
    assert first != second
    with place.open(first) as file:
        assert file.read() == b"first"


def test_a_rendered_feed_replaces_the_one_before() -> None:
    place = storages["feeds"]
    for content in (b"old", b"new"):
        assert place.save("a/feed.json", ContentFile(content)) == "a/feed.json"
    with place.open("a/feed.json") as file:
        assert file.read() == b"new"


def test_a_bucket_takes_the_place_of_the_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("S3_BUCKET", "library")
    monkeypatch.setenv("S3_ENDPOINT_URL", "http://127.0.0.1:9")
    chosen = places.storages(tmp_path, static="django.contrib.staticfiles.storage.StaticFilesStorage")
    private, feeds = (S3Storage(**chosen[name]["OPTIONS"]) for name in ("private", "feeds"))
    assert (private.location, private.file_overwrite, private.default_acl) == ("files", False, None)
    assert (feeds.location, feeds.file_overwrite) == ("feeds", True)
    assert private.querystring_auth is True
