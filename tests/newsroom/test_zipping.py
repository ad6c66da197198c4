"""An archive read in parts is the archive: what Python, unzip and 7-Zip read from it is what went in."""

from __future__ import annotations

import hashlib
import io
import random
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cms.newsroom.zipping import BLOCK, Archive, CutShort, Entry, of_bytes

WHEN = datetime(2026, 10, 10, 7, 30, 24)
GIB = 1 << 30
SEGMENT = st.text(
    st.characters(exclude_characters="/\\\0", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12
).filter(lambda name: name not in (".", ".."))


def entry(name: str, content: bytes) -> Entry:
    return of_bytes(name, content, crc32=zlib.crc32(content), modified=WHEN)


def endless(name: str, size: int, opened: list[tuple[int, int]] | None = None) -> Entry:
    """Zero bytes that nobody holds; what was opened of them is noted."""

    def zeros(start: int, length: int) -> Iterator[bytes]:
        if opened is not None:
            opened.append((start, length))
        while length:
            yield bytes(min(length, BLOCK))
            length -= min(length, BLOCK)

    crc32 = zlib.crc32(bytes(size)) if size < BLOCK else 0
    return Entry(name=name, size=size, crc32=crc32, modified=WHEN, open=zeros)


def whole(archive: Archive) -> bytes:
    return b"".join(archive.read())


@given(
    names=st.lists(
        st.lists(SEGMENT, min_size=1, max_size=3).map("/".join), max_size=6, unique_by=str.casefold
    ),
    contents=st.lists(st.binary(max_size=300), min_size=6, max_size=6),
    cut=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
@settings(max_examples=40, deadline=None)
def test_python_reads_what_went_in_and_every_part_is_that_part(
    names: list[str], contents: list[bytes], cut: tuple[float, float]
) -> None:
    archive = Archive([entry(*pair) for pair in zip(names, contents, strict=False)])
    content = whole(archive)
    assert len(content) == archive.size
    with zipfile.ZipFile(io.BytesIO(content)) as read:
        assert read.testzip() is None
        assert read.namelist() == names
        assert [read.read(name) for name in names] == contents[: len(names)]
        assert all(one.date_time == WHEN.timetuple()[:6] for one in read.infolist())
    start = int(cut[0] * archive.size)
    length = int(cut[1] * (archive.size - start))
    assert b"".join(archive.read(start, length)) == content[start : start + length]


def test_every_byte_by_itself_and_from_it_to_the_end() -> None:
    archive = Archive([entry("Ảnh/a.txt", b"mot"), entry("b.txt", b""), entry("c", b"hai ba")])
    content = whole(archive)
    assert [b"".join(archive.read(at, 1)) for at in range(archive.size)] == [bytes([one]) for one in content]
    assert all(b"".join(archive.read(at)) == content[at:] for at in range(archive.size + 1))


def test_a_part_opens_only_what_it_touches() -> None:
    opened: list[tuple[int, int]] = []
    archive = Archive([endless(f"{n}.bin", 5 * GIB, opened) for n in range(4)])
    middle = archive._offsets[2] + GIB
    assert sum(map(len, archive.read(middle, 3 * BLOCK))) == 3 * BLOCK
    header = len("2.bin") + 30 + 20
    assert opened == [(GIB - header, 3 * BLOCK)]


def test_blocks_are_neither_large_nor_many() -> None:
    archive = Archive([endless("lon.bin", 9 * BLOCK + 7), *(endless(f"{n}.txt", 5) for n in range(2000))])
    sizes = [len(block) for block in archive.read()]
    assert max(sizes) <= BLOCK
    assert len(sizes) < 9 + 8


@pytest.mark.parametrize("program", [["unzip", "-tqq"], ["7z", "t", "-bd"]], ids=["unzip", "7z"])
def test_other_programs_open_it_with_its_vietnamese_names(program: list[str], tmp_path: Path) -> None:
    noise = random.Random(57).randbytes(3 * BLOCK + 11)
    name = "Ảnh báo chí/Cầu Trường Tiền – đêm 10/ảnh.jpg"
    archive = Archive([entry(name, noise), entry("Đọc trước.txt", "Ghi nguồn".encode()), entry("rỗng", b"")])
    path = tmp_path / "gói.zip"
    path.write_bytes(whole(archive))
    subprocess.run([*program, str(path)], check=True, capture_output=True, timeout=60)
    with zipfile.ZipFile(path) as read:
        assert hashlib.sha256(read.read(name)).digest() == hashlib.sha256(noise).digest()


def test_more_than_four_gib_need_zip64_and_nobody_writes_them() -> None:
    """The directory at the end is read by zipfile from a file that is not there but for its parts."""
    archive = Archive([endless("phim.mov", 5 * GIB), endless("sau.mov", 7), endless("vừa.mov", 0xFFFFFFFF)])
    assert archive.size > 9 * GIB
    with zipfile.ZipFile(_Virtual(archive)) as read:
        sizes = {one.filename: (one.file_size, one.header_offset) for one in read.infolist()}
        assert sizes == {
            "phim.mov": (5 * GIB, 0),
            "sau.mov": (7, archive._offsets[1]),
            "vừa.mov": (0xFFFFFFFF, archive._offsets[2]),
        }
        assert read.read("sau.mov") == bytes(7)


def test_unzip_and_7z_list_five_gib_in_a_sparse_file(tmp_path: Path) -> None:
    archive = Archive([endless("phim.mov", 5 * GIB), endless("sau.txt", 7)])
    path = tmp_path / "lon.zip"
    with path.open("wb") as file:
        file.write(b"".join(archive.read(0, 100)))
        file.seek(archive._offsets[1])
        file.write(b"".join(archive.read(archive._offsets[1])))
    assert path.stat().st_size == archive.size
    for command in (["unzip", "-l"], ["7z", "l", "-bd"]):
        listed = subprocess.run([*command, str(path)], check=True, capture_output=True, text=True, timeout=60)
        assert str(5 * GIB) in listed.stdout, command
    shutil.rmtree(tmp_path)


def test_many_entries_and_the_borders_of_zip64() -> None:
    files = [endless(str(number), 0) for number in range(65_535)]
    archive = Archive(files)
    assert Archive(files[1:])._end_records().startswith(b"PK\5\6")
    assert archive._end_records().startswith(b"PK\6\6")
    end = b"".join(archive.read(archive._end))
    assert struct.unpack_from("<QQ", end, 24) == (65_535, 65_535)
    assert struct.unpack_from("<Q", end, 56 + 8) == (archive._end,), "the locator finds it"
    assert end[76:80] == b"PK\5\6" and end[84:88] == b"\xff\xff\xff\xff" and len(end) == 98
    for size, wide in ((0xFFFFFFFE, False), (0xFFFFFFFF, True)):
        head = b"".join(Archive([endless("a", size)]).read(0, 30))
        assert (struct.unpack_from("<L", head, 18)[0] == 0xFFFFFFFF) is wide


def test_an_entry_that_ends_early_breaks_off() -> None:
    def short(start: int, length: int) -> Iterator[bytes]:
        yield b"nua"

    broken = Entry(name="a.txt", size=10, crc32=0, modified=WHEN, open=short)
    with pytest.raises(CutShort):
        whole(Archive([broken]))


def test_an_entry_that_gives_too_much_is_cut_and_closed() -> None:
    closed = []

    def long(start: int, length: int) -> Iterator[bytes]:
        try:
            while True:
                yield b"nhieu hon"
        finally:
            closed.append(True)

    archive = Archive([Entry(name="a.txt", size=4, crc32=0, modified=WHEN, open=long)])
    assert whole(archive)[30 + 5 : 30 + 9] == b"nhie"
    assert closed


@pytest.mark.parametrize("name", ["", "/a", "a//b", "../a", "a/..", "a\\b", "a\0", "x" * 70_000])
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    with pytest.raises(ValueError):
        entry(name, b"")


def test_no_two_names_are_one_on_some_system() -> None:
    with pytest.raises(ValueError):
        Archive([entry("Ảnh.jpg", b"1"), entry("ảnh.JPG", b"2")])


class _Virtual(io.RawIOBase):
    """An archive as an open file."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self._at = archive, 0

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._archive.size)[whence]
        return self._at

    def read(self, size: int = -1) -> bytes:
        length = self._archive.size - self._at if size < 0 else size
        found = b"".join(self._archive.read(self._at, length))
        self._at += len(found)
        return found
