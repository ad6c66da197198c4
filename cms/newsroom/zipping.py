"""A ZIP as a string of bytes that is nowhere: its length is known and any part can be read by itself.

Source: PKWARE APPNOTE.TXT 6.3.10; sections are named where a rule comes from. Entries are stored, not deflated
(4.4.5: method 0), their CRC-32 and sizes are known beforehand, so no data descriptor follows them (4.3.9) and
every offset is a sum. Names are UTF-8 (appendix D, bit 11). ZIP64 records stand only where a number does not
fit (4.3.14, 4.5.3). The same entries give the same bytes, always. Needs no Django.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

BLOCK = 256 * 1024
"""Bytes that are sent at once."""
_FULL_16, _FULL_32 = 0xFFFF, 0xFFFF_FFFF
"""These very values say that the number stands in the ZIP64 record (4.4.1.4), so they need it themselves."""
_UTF_8 = 1 << 11
_PLAIN, _WITH_ZIP64 = 20, 45
_UNIX = 3 << 8
_READABLE = 0o100644 << 16
_ZIP64 = 0x0001

Opener = Callable[[int, int], Iterator[bytes]]
"""``opener(start, length)``: these bytes of an entry, in chunks of any size."""


class CutShort(OSError):
    """An entry gave fewer bytes than it is long: the answer must break off, never be padded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the archive. ``name`` with ``/`` between folders; ``size`` in bytes; ``modified`` is written
    as it reads on the wall (4.4.6 knows no time zone), to two seconds.

    Raises :class:`ValueError` for a name that would leave the folder it is unpacked in.
    """

    name: str
    size: int
    crc32: int
    modified: datetime
    open: Opener

    def __post_init__(self) -> None:
        steps = self.name.split("/")
        if "\\" in self.name or "\0" in self.name or any(step in ("", ".", "..") for step in steps):
            raise ValueError(f"not a name within an archive: {self.name!r}")
        if len(self.name.encode()) > _FULL_16 or self.size < 0 or not 0 <= self.crc32 <= _FULL_32:
            raise ValueError(f"does not fit into an archive: {self.name[:80]!r}")


def of_bytes(name: str, content: bytes, *, crc32: int, modified: datetime) -> Entry:
    """An entry that is held in memory; for the few small texts of a kit."""

    def opened(start: int, length: int) -> Iterator[bytes]:
        yield content[start : start + length]

    return Entry(name=name, size=len(content), crc32=crc32, modified=modified, open=opened)


class Archive:
    """The archive of ``entries``, in their order; ``size`` is its exact length in bytes.

    Raises :class:`ValueError` where a name occurs twice.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        if len({one.name.casefold() for one in self.entries}) < len(self.entries):
            raise ValueError("a name occurs twice in an archive")
        lengths = [_local_length(one) + one.size for one in self.entries]
        self._offsets = list(accumulate(lengths, initial=0))
        self._directory = self._offsets[-1]
        directory = map(_central_length, self.entries, self._offsets)
        self._end = self._directory + sum(directory)
        self.size = self._end + len(self._end_records())

    def read(self, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """``length`` bytes from ``start`` on (without it: the rest), in blocks of :data:`BLOCK` or less.

        Opens only the entries that these bytes touch. Raises :class:`CutShort`.
        """
        stop = self.size if length is None else min(self.size, start + length)
        held = bytearray()
        for chunk in self._parts(start, stop):
            if len(chunk) >= BLOCK // 2:
                if held:
                    yield bytes(held)
                    held.clear()
                yield chunk
                continue
            held += chunk
            if len(held) >= BLOCK // 2:
                yield bytes(held)
                held.clear()
        if held:
            yield bytes(held)

    def _parts(self, start: int, stop: int) -> Iterator[bytes]:
        if start < self._directory:
            for number in range(bisect_right(self._offsets, start) - 1, len(self.entries)):
                offset = self._offsets[number]
                if offset >= stop:
                    return
                yield from _of_entry(self.entries[number], start - offset, stop - offset)
        offset = self._directory
        for part in self._tail():
            if offset >= stop:
                return
            if offset + len(part) > start:
                yield part[max(0, start - offset) : stop - offset]
            offset += len(part)

    def _tail(self) -> Iterator[bytes]:
        for entry, offset in zip(self.entries, self._offsets, strict=False):
            yield _central_header(entry, offset)
        yield self._end_records()

    def _end_records(self) -> bytes:
        """4.3.14 to 4.3.16: the end of the central directory, before it the one of ZIP64 and its locator."""
        count, size, offset = len(self.entries), self._end - self._directory, self._directory
        wide = b""
        if count >= _FULL_16 or size >= _FULL_32 or offset >= _FULL_32:
            version = _UNIX | _WITH_ZIP64
            wide = struct.pack(
                "<4sQHHLLQQQQ", b"PK\6\6", 44, version, _WITH_ZIP64, 0, 0, count, count, size, offset
            ) + struct.pack("<4sLQL", b"PK\6\7", 0, self._end, 1)
        few = min(count, _FULL_16)
        return wide + struct.pack(
            "<4sHHHHLLH", b"PK\5\6", 0, 0, few, few, min(size, _FULL_32), min(offset, _FULL_32), 0
        )


def _of_entry(entry: Entry, start: int, stop: int) -> Iterator[bytes]:
    """The bytes ``start`` to ``stop`` of what stands for ``entry``: its header, then itself."""
    header = _local_header(entry)
    if start < len(header):
        yield header[max(0, start) : stop]
    first, last = max(0, start - len(header)), min(entry.size, stop - len(header))
    if last <= first:
        return
    left = last - first
    chunks = entry.open(first, left)
    try:
        for chunk in chunks:
            for at in range(0, min(len(chunk), left), BLOCK):
                yield chunk[at : min(at + BLOCK, left)]
            left -= min(len(chunk), left)
            if left == 0:
                return
    finally:
        if hasattr(chunks, "close"):
            chunks.close()
    raise CutShort(f"{entry.name}: {left} bytes are missing")


def _local_length(entry: Entry) -> int:
    return 30 + len(entry.name.encode()) + (20 if entry.size >= _FULL_32 else 0)


def _central_length(entry: Entry, offset: int) -> int:
    wide = 2 * (entry.size >= _FULL_32) + (offset >= _FULL_32)
    return 46 + len(entry.name.encode()) + (4 + 8 * wide if wide else 0)


def _local_header(entry: Entry) -> bytes:
    """4.3.7. With ZIP64 both sizes stand in its field, whichever does not fit (4.5.3)."""
    wide = entry.size >= _FULL_32
    extra = struct.pack("<HHQQ", _ZIP64, 16, entry.size, entry.size) if wide else b""
    size, name = (_FULL_32 if wide else entry.size), entry.name.encode()
    clock, day = _dos(entry.modified)
    version = _WITH_ZIP64 if wide else _PLAIN
    head = struct.pack(
        "<4sHHHHHLLLHH",
        *(b"PK\3\4", version, _UTF_8, 0, clock, day, entry.crc32, size, size, len(name), len(extra)),
    )
    return head + name + extra


def _central_header(entry: Entry, offset: int) -> bytes:
    """4.3.12. Of the ZIP64 field only the numbers that do not fit, in their order (4.5.3)."""
    wide = [entry.size, entry.size] if entry.size >= _FULL_32 else []
    wide += [offset] if offset >= _FULL_32 else []
    extra = struct.pack(f"<HH{len(wide)}Q", _ZIP64, 8 * len(wide), *wide) if wide else b""
    size, name = min(entry.size, _FULL_32), entry.name.encode()
    clock, day = _dos(entry.modified)
    version = _WITH_ZIP64 if wide else _PLAIN
    head = struct.pack(
        "<4sHHHHHHLLLHHHHHLL",
        *(b"PK\1\2", _UNIX | _WITH_ZIP64, version, _UTF_8, 0, clock, day, entry.crc32, size, size),
        *(len(name), len(extra), 0, 0, 0, _READABLE, min(offset, _FULL_32)),
    )
    return head + name + extra


def _dos(moment: datetime) -> tuple[int, int]:
    """Time and day as MS-DOS counts them (4.4.6): from 1980 to 2107, seconds by two."""
    if moment.year < 1980:
        return 0, (1 << 5) | 1
    year = min(moment.year, 2107) - 1980
    clock = (moment.hour << 11) | (moment.minute << 5) | (moment.second // 2)
    return clock, (year << 9) | (moment.month << 5) | moment.day
