"""What counts as near, on marks made by hand; on real media: ``processing/test_marks.py``."""

from __future__ import annotations

import base64
import random

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.intake import nearness
from tests.media_library.likes import LONG_TEXT

HASHES = st.integers(0, (1 << 64) - 1)


@given(value=HASHES, turned=st.sets(st.integers(0, 63), max_size=nearness.STRUCTURE_LIMIT))
def test_no_hash_within_the_limit_is_missed_by_the_bands(value: int, turned: set[int]) -> None:
    other = value
    for bit in turned:
        other ^= 1 << bit
    ours, theirs = (nearness.picture_bands(f"{one:016x}") for one in (value, other))
    assert any(band in nearness.probes(sought) for sought, band in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("place", range(64))
def test_one_turned_bit_in_a_single_band_and_two_in_each_other_are_found(place: int) -> None:
    """The hardest sharing out of seven bits: one band alone leads there, by the neighbour of that bit."""
    bands = nearness.picture_bands("0123456789abcdef")
    turned = [band ^ 0b11 << 4 for band in bands]
    turned[place // 16] = bands[place // 16] ^ 1 << place % 16
    assert any(band in nearness.probes(sought) for sought, band in zip(bands, turned, strict=True))


def marks(value: int, mirrored: int = 0) -> dict[str, str]:
    return {
        "structure": f"{value:016x}",
        "gradient": f"{value:016x}",
        "mirrored_structure": f"{mirrored:016x}",
        "mirrored_gradient": f"{mirrored:016x}",
    }


def test_a_picture_is_near_as_it_is_and_mirrored_and_not_past_the_limit() -> None:
    some, far = 0x0123456789ABCDEF, 0xFEDCBA9876543210
    assert nearness.pictures(marks(some), marks(some ^ 0b1111, far)) == 1 - 4 / 64
    assert nearness.pictures(marks(some), marks(far, some)) == 1
    assert nearness.pictures(marks(some), marks(some ^ 0b1111_1111, far)) == 0


def sound(seed: int, *, shift: int = 0, noise: float = 0.0, moments: int = 300) -> dict[str, object]:
    random_bits = numpy.random.default_rng(seed).random((moments + 60, 16)) < 0.5
    turned = numpy.random.default_rng(99).random(random_bits.shape) < noise
    bits = (random_bits ^ turned)[shift : shift + moments]
    loud = numpy.ones(moments, dtype=bool)
    packed = [base64.b64encode(numpy.packbits(one.ravel()).tobytes()).decode() for one in (bits, loud)]
    return {"seconds": 40.0, "stretches": [{"from": 0, "bits": packed[0], "loud": packed[1]}]}


@pytest.mark.parametrize("shift", [0, 8, 40])
def test_a_sound_is_known_again_though_it_begins_later_and_is_coarser(shift: int) -> None:
    assert nearness.sounds(sound(1), sound(1, shift=shift, noise=0.15)) == pytest.approx(0.85, abs=0.02)
    assert nearness.sounds(sound(1, shift=shift), sound(1)) == 1


def test_other_sounds_too_short_ones_and_those_begun_much_later_are_not_near() -> None:
    assert nearness.sounds(sound(1), sound(2)) == 0
    assert nearness.sounds(sound(1), sound(1, shift=60)) == 0
    assert nearness.sounds(sound(1, moments=16), sound(1, moments=16)) == 0


def film(*frames: str, **more: object) -> dict[str, object]:
    return {"frames": list(enumerate(frames)), "seconds": float(len(frames)), "sound": {}, **more}


def scenes(seed: int, count: int = 8) -> list[str]:
    chance = random.Random(seed)
    return [f"{chance.getrandbits(64):016x}" for _frame in range(count)]


def test_a_film_is_known_by_its_frames_with_plain_ones_left_out_and_begun_a_second_later() -> None:
    whole = scenes(1)
    assert nearness.films(film(*whole), film(*whole)) == 1
    assert nearness.films(film("", *whole), film(*whole)) == 1
    assert nearness.films(film(*whole), film(*scenes(2))) == 0
    assert nearness.films(film("", "", "", "", ""), film("", "", "", "", "")) == 0


def test_a_film_with_another_sound_is_another() -> None:
    whole = scenes(1)
    assert nearness.films(film(*whole, sound=sound(1)), film(*whole, sound=sound(1))) == 1
    assert nearness.films(film(*whole, sound=sound(1)), film(*whole, sound=sound(2))) == 0


def test_a_text_is_known_without_its_accents_signs_and_with_a_sentence_changed() -> None:
    ours = nearness.text_marks(LONG_TEXT)
    plain = nearness.text_marks(nearness.fold(LONG_TEXT).upper().replace(".", " –\n"))
    assert plain == ours
    changed = nearness.text_marks(LONG_TEXT.replace("Câu số 30", "Một câu khác hẳn"))
    assert nearness.texts(ours, changed) > 0.85
    other = nearness.text_marks(" ".join(f"Bài {number} kể về di sản và lễ hội." for number in range(60)))
    assert nearness.texts(ours, other) == 0
    assert nearness.text_marks("Quá ngắn để nói gì.") == []
