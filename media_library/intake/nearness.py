"""How near two fingerprints are; 1 for the same, 0 under the threshold. Pure functions, no queries.

The thresholds were measured: docs/decisions/0106, ``bench/duplicates.py``.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy
from numpy.typing import NDArray

from media_library.text import fold

STRUCTURE_LIMIT = 7
"""Bits of 64 in which the structure of two pictures may differ: what the bands find for certain."""
GRADIENT_LIMIT = 14
FRAME_LIMIT = 8
"""Mean bits of 64 over the frames of two films."""
SOUND_LIMIT = 0.28
"""Share of the signs of two sounds that may differ; of strangers it is a half."""
TEXT_LIMIT = 0.7
"""Estimated share of common shingles."""
SHIFT = 5
"""Seconds by which a copy may begin later or earlier."""
_FEWEST_FRAMES = 4
_FEWEST_MOMENTS = 24
SIGNS = 16
"""Of one moment of a sound."""
MOMENTS_A_SECOND = 8
HASHES = 64
_SHINGLE = 5
_FEWEST_SHINGLES = 20
_MOST_WORDS = 200_000
_PRIME = numpy.uint64((1 << 31) - 1)
_random = numpy.random.default_rng(57)
_FACTORS = _random.integers(1, int(_PRIME), HASHES, dtype=numpy.uint64)
_TERMS = _random.integers(0, int(_PRIME), HASHES, dtype=numpy.uint64)


def duration_slack(seconds: float) -> float:
    """Seconds by which the length of a copy may differ: two hundredths, at least three."""
    return max(3.0, 0.02 * seconds)


def distance(one: str, other: str) -> int:
    """Bits in which two hashes of 16 hex digits differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def pictures(one: Mapping[str, str], other: Mapping[str, str]) -> float:
    """Of two pictures, ``other`` as it is or mirrored."""
    return max(
        _pictures(one, other["structure"], other["gradient"]),
        _pictures(one, other["mirrored_structure"], other["mirrored_gradient"]),
    )


def _pictures(one: Mapping[str, str], structure: str, gradient: str) -> float:
    structural, tonal = distance(one["structure"], structure), distance(one["gradient"], gradient)
    if structural > STRUCTURE_LIMIT or tonal > GRADIENT_LIMIT:
        return 0.0
    return 1 - (structural + tonal) / 128


def films(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Of two films: their frames at the best shift, and their sound where both have one."""
    return _films(one, other) if not _sound_differs(one, other) else 0.0


def _sound_differs(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    ours, theirs = one.get("sound") or {}, other.get("sound") or {}
    return bool(ours.get("stretches") and theirs.get("stretches")) and sounds(ours, theirs) == 0


def _films(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    ours, theirs = (dict(film["frames"]) for film in (one, other))
    best = 64.0
    for shift in range(-SHIFT, SHIFT + 1):
        pairs = [(mark, theirs.get(second + shift)) for second, mark in ours.items()]
        told = [distance(mark, seen) for mark, seen in pairs if mark and seen]
        enough = min(_FEWEST_FRAMES, sum(map(bool, ours.values())), sum(map(bool, theirs.values())))
        if told and len(told) >= enough:
            best = min(best, sum(told) / len(told))
    return 1 - best / 64 if best <= FRAME_LIMIT else 0.0


def sounds(one: Mapping[str, Any], other: Mapping[str, Any]) -> float:
    """Of two sounds, at the best shift."""
    ours, theirs = _moments(one), _moments(other)
    reach = SHIFT * MOMENTS_A_SECOND
    best = min((_share(ours, theirs, shift) for shift in range(-reach, reach + 1)), default=1.0)
    return 1 - best if best <= SOUND_LIMIT else 0.0


_Moments = dict[int, tuple[NDArray[numpy.uint16], NDArray[numpy.bool_]]]


def _moments(marks: Mapping[str, Any]) -> _Moments:
    """By the start of each stretch: its signs, 16 in a number, and which moments are loud."""
    found: _Moments = {}
    for stretch in marks.get("stretches", []):
        signs = numpy.frombuffer(base64.b64decode(stretch["bits"]), dtype=">u2").astype(numpy.uint16)
        loud = numpy.unpackbits(numpy.frombuffer(base64.b64decode(stretch["loud"]), dtype=numpy.uint8))
        found[stretch["from"]] = (signs, loud[: len(signs)].astype(bool))
    return found


def _share(ours: _Moments, theirs: _Moments, shift: int) -> float:
    """Share of differing signs where both are loud, with ``theirs`` moved by ``shift`` moments; 1 for too few."""
    differing = compared = 0
    for start in ours.keys() & theirs.keys():
        (one, one_loud), (other, other_loud) = ours[start], theirs[start]
        left, right = max(0, shift), max(0, -shift)
        length = min(len(one) - right, len(other) - left)
        if length <= 0:
            continue
        both = one_loud[right : right + length] & other_loud[left : left + length]
        turned = one[right : right + length][both] ^ other[left : left + length][both]
        differing += int(numpy.bitwise_count(turned).sum())
        compared += len(turned)
    return differing / (SIGNS * compared) if compared >= _FEWEST_MOMENTS else 1.0


def text_marks(text: str) -> list[int]:
    """MinHash of ``text``: the least of 64 hashes over its shingles of five folded words; empty if it is short.

    A. Broder: On the resemblance and containment of documents (1997).
    """
    words = "".join(c if c.isalnum() else " " for c in fold(text)).split()[:_MOST_WORDS]
    codes = numpy.array([zlib.crc32(word.encode()) for word in words], dtype=numpy.uint64)
    if len(codes) < _SHINGLE + _FEWEST_SHINGLES:
        return []
    shingles = numpy.zeros(len(codes) - _SHINGLE + 1, dtype=numpy.uint64)
    for place in range(_SHINGLE):
        part = codes[place : place + len(shingles)]
        shingles = (shingles * numpy.uint64(1_000_003) + part) % _PRIME
    return [
        int(((shingles * factor + term) % _PRIME).min())
        for factor, term in zip(_FACTORS, _TERMS, strict=True)
    ]


def texts(one: list[int], other: list[int]) -> float:
    """Estimated share of shingles that two texts have in common (Jaccard)."""
    share = sum(ours == theirs for ours, theirs in zip(one, other, strict=True)) / HASHES
    return share if share >= TEXT_LIMIT else 0.0


def text_bands(marks: list[int]) -> list[int]:
    """Four bands of two least hashes each, as numbers of 16 bits."""
    packed = [f"{marks[2 * band]}:{marks[2 * band + 1]}".encode() for band in range(4)]
    return [zlib.crc32(band) & 0xFFFF for band in packed]


def picture_bands(structure: str) -> list[int]:
    """The four numbers of 16 bits that a hash consists of."""
    return [int(structure[4 * band : 4 * band + 4], 16) for band in range(4)]


def probes(band: int) -> list[int]:
    """``band`` and every number that differs from it in one bit.

    Seven bits shared out among four bands leave one with at most one: nothing within seven bits is missed.
    """
    return [band, *(band ^ (1 << bit) for bit in range(16))]


def words_of(extracted: Mapping[str, Any]) -> str:
    """The words of a PDF, of captions or of a transcript."""
    cues = (cue.get("text", "") for cue in extracted.get("cues", []))
    return "\n".join(chain(extracted.get("pages", []), cues, extracted.get("paragraphs", [])))
