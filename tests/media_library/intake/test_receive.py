from __future__ import annotations

import errno
import hashlib
import io
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from media_library.intake.receive import receive
from media_library.intake.rejection import Rejected


def test_bytes_arrive_whole_and_are_fingerprinted_on_the_way(tmp_path: Path) -> None:
    content = bytes(range(256)) * 5000
    got = receive(stream=io.BytesIO(content), target=tmp_path / "a", limit=len(content))
    assert (tmp_path / "a").read_bytes() == content
    assert got.size == len(content)
    assert got.sha256 == hashlib.sha256(content).hexdigest()
    assert got.crc32 == zlib.crc32(content)


@pytest.mark.parametrize("form", ["upload", "chunks"])
def test_an_upload_and_plain_chunks_are_taken_like_a_file(tmp_path: Path, form: str) -> None:
    stream = SimpleUploadedFile("a.txt", b"xin chao") if form == "upload" else [b"xin ", b"chao"]
    assert receive(stream=stream, target=tmp_path / "a", limit=100).size == 8


def test_an_empty_file_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as refused:
        receive(stream=io.BytesIO(b""), target=tmp_path / "a", limit=100)
    assert refused.value.code == "empty"
    assert list(tmp_path.iterdir()) == []


def test_the_limit_is_told_while_the_bytes_come_and_nothing_is_left(tmp_path: Path) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        while True:
            sent.append(1)
            yield b"x" * 1000

    with pytest.raises(Rejected) as refused:
        receive(stream=endless(), target=tmp_path / "a", limit=10_000)
    assert refused.value.code == "too_large"
    assert len(sent) == 11
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_in_words(tmp_path: Path) -> None:
    def failing() -> Iterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Rejected) as refused:
        receive(stream=failing(), target=tmp_path / "a", limit=100)
    assert refused.value.code == "storage_full"
    assert list(tmp_path.iterdir()) == []


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    piece = b"\x00" * 100_000
    tracemalloc.start()
    receive(stream=(piece for _number in range(1000)), target=tmp_path / "a", limit=1 << 30)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
