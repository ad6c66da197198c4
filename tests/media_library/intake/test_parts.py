"""Whatever is cut, repeated, lost or killed: the bytes that count are those that were sent."""

from __future__ import annotations

import base64
import hashlib
import os
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from media_library.intake import parts_remote, uploads
from media_library.intake.parts import LocalParts, PartStore
from media_library.intake.parts_remote import RemoteParts
from media_library.intake.upload_checksum import parse
from media_library.intake.upload_metadata import Told
from media_library.intake.upload_refusal import UploadRefused
from media_library.models import Agency, Upload, UploadState
from tests.factories import make_agency, make_lead
from tests.media_library.intake.bucket import Bucket

pytestmark = pytest.mark.django_db

AT = timezone.now()
PART, ACKNOWLEDGED, CHUNK = 64, 40, 16


class Killed(BaseException):
    """The process is gone: nothing of ours runs after it."""


@pytest.fixture(params=["local", "remote"])
def store(request: pytest.FixtureRequest, data_folder: Path, monkeypatch: pytest.MonkeyPatch) -> PartStore:
    (data_folder / "work").mkdir()
    monkeypatch.setattr(parts_remote, "PART", PART)
    monkeypatch.setattr(uploads, "ACKNOWLEDGE_BYTES", ACKNOWLEDGED)
    monkeypatch.setattr(uploads, "CHUNK", CHUNK)
    local = request.param == "local"
    store: Any = LocalParts(data_folder / "parts") if local else RemoteParts(Bucket(smallest_part=PART))
    monkeypatch.setattr(uploads, "part_store", lambda: store)
    chosen: PartStore = store
    return chosen


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def begin(agency: Agency) -> Callable[[int], Upload]:
    by = make_lead()
    return lambda length: uploads.create(
        told=Told(name="a.png", agency=agency.pk), length=length, by=by, at=AT
    )


class Line:
    """A stream that ends, breaks or dies after so many bytes."""

    def __init__(self, content: bytes, *, ends_after: int, how: str) -> None:
        self.left, self.ends_after, self.how = content, ends_after, how

    def read(self, size: int) -> bytes:
        now = min(size, self.ends_after)
        if now == 0 and self.how == "killed":
            raise Killed
        if now == 0 and self.how == "broken":
            raise OSError("connection reset")
        chunk, self.left = self.left[:now], self.left[now:]
        self.ends_after -= len(chunk)
        return chunk


def send(upload: Upload, stream: Any, *, offset: int, length: int, checksum: str | None = None) -> str:
    """One request; the code of its refusal, or nothing."""
    row = Upload.objects.get(pk=upload.pk)
    try:
        uploads.receive(
            upload=row, offset=offset, stream=stream, length=length, checksum=parse(checksum), at=AT
        )
    except UploadRefused as refusal:
        return refusal.code
    except Killed:
        return "killed"
    return ""


def kept_bytes(store: PartStore, upload: Upload) -> bytes:
    """The bytes that count, as the store has them."""
    row = Upload.objects.get(pk=upload.pk)
    if isinstance(store, LocalParts):
        path = store.folder / row.token
        return path.read_bytes()[: row.offset] if path.exists() else b""
    assert isinstance(store, RemoteParts)
    bucket: Bucket = store.client
    key, parts = store.key(row.token), row.parts
    if row.state == UploadState.CHECKING and not parts.get("id"):
        return bucket.objects[key]
    numbered = bucket.open[parts["id"]][1] if parts.get("id") else {}
    shipped = b"".join(numbered[n + 1] for n in range(len(parts.get("etags", ()))))
    lies = bucket.objects.get(f"{key}.{len(parts.get('etags', ()))}", b"")
    return shipped + lies[: parts.get("tail", 0)]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["whole", "whole", "cut", "broken", "killed", "again", "ahead", "checked", "damaged", "lost"]
        ),
        st.integers(1, 150),
        st.integers(0, 150),
    ),
    max_size=12,
)


def checksum(content: bytes) -> str:
    return f"sha1 {base64.b64encode(hashlib.sha1(content).digest()).decode()}"


def step(store: PartStore, upload: Upload, content: bytes, kind: str, size: int, ends: int) -> None:
    row = Upload.objects.get(pk=upload.pk)
    if kind == "lost":
        _lose(store, row, size)
        return
    begins = there = uploads.present(row)
    if kind == "again":
        begins = max(0, begins - size)
    elif kind == "ahead":
        begins = min(len(content), begins + size)
    part = content[begins : begins + size]
    how = kind if kind in ("broken", "killed") else "ends"
    stream: Any = Line(
        part, ends_after=min(ends, size) if kind in ("cut", "broken", "killed") else size, how=how
    )
    said = None
    if kind == "checked":
        said = checksum(part)
    elif kind == "damaged":
        said, stream = checksum(part), Line(bytes(byte ^ 1 for byte in part), ends_after=size, how="ends")
    heard = send(upload, stream, offset=begins, length=len(part), checksum=said)
    expected = {"killed": "killed", "damaged": "upload_checksum" if part else ""}.get(kind, "")
    if begins != there:
        expected = "upload_offset"
    assert heard == expected or (kind == "killed" and heard == "")


def _lose(store: PartStore, row: Upload, size: int) -> None:
    """A disk gives up its last bytes; in a bucket what may go missing is the tail."""
    if row.state != UploadState.RECEIVING:
        return
    if isinstance(store, LocalParts):
        path = store.folder / row.token
        if path.exists():
            os.truncate(path, max(0, path.stat().st_size - size))
    elif isinstance(store, RemoteParts):
        store.client.objects.pop(f"{store.key(row.token)}.{len(row.parts.get('etags', ()))}", None)


@settings(max_examples=35, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(min_size=1, max_size=400), steps=STEPS)
@example(content=b"x" * PART, steps=[])
@example(content=bytes(range(200)), steps=[("killed", 150, 130), ("damaged", 70, 0), ("whole", 10, 0)])
@example(content=bytes(range(200)), steps=[("whole", 70, 0), ("lost", 6, 0), ("broken", 130, 60)])
@example(content=bytes(range(200)), steps=[("whole", 2, 0), ("lost", 9, 0), ("whole", 1, 0)])
def test_the_bytes_that_count_are_always_those_that_were_sent(
    store: PartStore, begin: Callable[[int], Upload], data_folder: Path, content: bytes, steps: list[Any]
) -> None:
    upload = begin(len(content))
    for kind, size, ends in steps:
        before = uploads.present(Upload.objects.get(pk=upload.pk))
        step(store, upload, content, kind, size, ends)
        row = Upload.objects.get(pk=upload.pk)
        there = uploads.present(row)
        assert kept_bytes(store, upload)[:there] == content[:there]
        assert there >= before or kind == "lost", "what was acknowledged stays"
    for _turn in range(3):
        begins = uploads.present(Upload.objects.get(pk=upload.pk))
        assert not send(
            upload,
            Line(content[begins:], ends_after=1000, how="ends"),
            offset=begins,
            length=len(content) - begins,
        )
    row = Upload.objects.get(pk=upload.pk)
    assert (row.state, row.offset) == (UploadState.CHECKING, len(content))
    whole = store.whole(row, workspace=data_folder / "work")
    assert whole.read_bytes() == content
    name = store.store(row, whole)
    store.discard(row.token)
    if isinstance(store, RemoteParts):
        whole.unlink()
        assert store.client.objects.pop(f"files/{name}") == content
        assert (store.client.objects, store.client.open) == ({}, {})
    else:
        assert (data_folder / "files" / name).read_bytes() == content and not whole.exists()
    assert not list((data_folder / "parts").glob("*"))


@pytest.mark.contract
def test_who_writes_is_alone(store: PartStore) -> None:
    token = "ab" * 20

    def elsewhere() -> bool:
        """Another process has another connection to the database, and opens the file anew."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(_alone, store, token).result()

    with store.alone(token) as first:
        assert (first, elsewhere()) == (True, False)
    assert elsewhere()


def _alone(store: PartStore, token: str) -> bool:
    try:
        with store.alone(token) as alone:
            return alone
    finally:
        connections.close_all()


def test_memory_does_not_grow_with_the_file(
    data_folder: Path, begin: Callable[[int], Upload], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "part_store", lambda: LocalParts(data_folder / "parts"))
    size = 200 << 20
    upload = begin(size)
    tracemalloc.start()
    uploads.receive(upload=upload, offset=0, stream=_Zeros(), length=size, checksum=None, at=AT)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert Upload.objects.get().state == UploadState.CHECKING
    assert peak < 4_000_000


class _Zeros:
    def read(self, size: int) -> bytes:
        return bytes(size)


def test_what_was_begun_and_left_is_found(store: PartStore, begin: Callable[[int], Upload]) -> None:
    upload = begin(400)
    send(upload, Line(b"x" * 100, ends_after=100, how="ends"), offset=0, length=100)
    soon = timezone.now() + timedelta(minutes=1)
    assert set(store.abandoned(before=soon)) == {upload.token}
    assert set(store.abandoned(before=soon - timedelta(days=1))) == set()


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("media_library.intake.upload_room.check_disk", lambda length: None)
