"""What is left of a picture, a film or a sound when its coding is taken away. For the sandbox: no Django.

A picture: two hashes of 64 bits, and those of its mirror image. A film: the hash of one frame a second, in
five stretches. A sound: the signs by which its energy changes from band to band and moment to moment
(J. Haitsma, T. Kalker: A Highly Robust Audio Fingerprinting System, ISMIR 2002), in five stretches. What was
chosen, and its precision and recall: docs/decisions/0106.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import av
import numpy
from numpy.typing import NDArray
from PIL import Image

from media_library.intake.nearness import MOMENTS_A_SECOND, SIGNS
from media_library.processing import container as media
from media_library.processing.refusal import Refusal

PLAIN = 3.0
"""Spread of the grey values (of 255) under which a picture says nothing, and gets no fingerprint."""
BARS = (0.05, 0.08, 0.111, 0.15, 0.2)
"""Shares of a picture's height that a bar with words, put under or above it by others, commonly takes."""
FILM_STRETCHES = ((0, 24), (60, 72), (300, 312), (1200, 1212), (3600, 3612))
SOUND_STRETCHES = ((0, 40), (120, 150), (600, 630), (1800, 1830), (5400, 5430))
"""From and to, in seconds from the start: the same in every copy, however its length was written down."""
RATE = 8000
_WINDOW, HOP = 4096, RATE // MOMENTS_A_SECOND
"""Samples: half a second, moved on by an eighth."""
_BANDS = SIGNS + 1
_LOW, _HIGH = 300.0, 3000.0
_SILENT = 1e-4
"""Share of the loudest moment's energy under which a moment says nothing."""

Grey = NDArray[numpy.float64]
_COSINES = 2 * numpy.cos(numpy.pi / 64 * numpy.outer(numpy.arange(32), 2 * numpy.arange(32) + 1))


def picture_marks(image: Image.Image) -> dict[str, str]:
    """``structure`` and ``gradient`` of an upright RGB(A) picture, and of its mirror image; 16 hex digits each.

    Empty for one that is plain.
    """
    grey = _grey(image)
    if grey.std() < PLAIN:
        return {}
    mirror = grey[:, ::-1]
    return {
        "structure": structure(grey),
        "gradient": gradient(grey),
        "mirrored_structure": structure(mirror),
        "mirrored_gradient": gradient(mirror),
    }


def structure(grey: Grey) -> str:
    """The signs of the 8 x 8 lowest frequencies of 32 x 32 grey pixels against their median (pHash)."""
    low = (_COSINES @ grey @ _COSINES.T)[:8, :8]
    return _hex(low > numpy.median(low))


def gradient(grey: Grey) -> str:
    """Whether each of 8 x 8 blocks is brighter than its right neighbour (dHash on means of blocks)."""
    cuts = numpy.linspace(0, 32, 10).round().astype(int)
    columns = numpy.add.reduceat(grey, cuts[:-1], axis=1) / numpy.diff(cuts)
    blocks = columns.reshape(8, 4, 9).mean(axis=1)
    return _hex(blocks[:, :-1] > blocks[:, 1:])


def _grey(image: Image.Image) -> Grey:
    if image.mode == "RGBA":
        ground = Image.new("RGB", image.size, "white")
        ground.paste(image, mask=image.getchannel("A"))
        image = ground
    small = image.convert("L").resize((32, 32), Image.Resampling.LANCZOS)
    return numpy.asarray(small, dtype=float)


def _hex(bits: NDArray[numpy.bool_]) -> str:
    return numpy.packbits(bits.ravel()).tobytes().hex()


def film_marks(source: str, seeming: str) -> dict[str, Any]:
    """``frames`` (second, hash of its frame or "" where it is plain), ``seconds``, ``sound`` of a film."""
    with media.opened(source, media_type=seeming) as container:
        stream = media.film_stream(container)
        if stream is None:
            raise Refusal("no_picture")
        stream.thread_type = "AUTO"
        frames = [entry for stretch in FILM_STRETCHES for entry in _frames(container, stream, stretch)]
        seconds = media.duration_of(container)
        heard = media.sound_stream(container) is not None
    return {
        "frames": frames,
        "seconds": seconds,
        "sound": sound_marks(source, seeming) if heard else {},
    }


def _frames(container: Any, stream: Any, stretch: tuple[int, int]) -> Iterator[tuple[int, str]]:
    """The first frame at or after each whole second of ``stretch``."""
    start, end = stretch
    length = media.duration_of(container)
    if length and start >= length:
        return
    try:
        container.seek(int(start * av.time_base))
        due = start
        for frame in container.decode(stream):
            if frame.time is None or frame.time < due:
                continue
            if frame.time >= end:
                return
            yield due, _frame_hash(frame)
            due = int(frame.time) + 1
            if due >= end:
                return
    except (av.FFmpegError, EOFError):
        return


def _frame_hash(frame: Any) -> str:
    small = frame.reformat(width=64, height=64, format="gray", interpolation="AREA")
    picture = Image.fromarray(small.to_ndarray())
    if frame.rotation:
        picture = picture.rotate(frame.rotation)
    grey = numpy.asarray(picture.resize((32, 32), Image.Resampling.BOX), dtype=float)
    return "" if grey.std() < PLAIN else structure(grey)


def sound_marks(source: str, seeming: str) -> dict[str, Any]:
    """``stretches`` (``from`` in steps of ``HOP``, ``bits`` and ``loud`` in base 64) and ``seconds`` heard."""
    with media.opened(source, media_type=seeming) as container:
        stream = media.sound_stream(container)
        if stream is None:
            raise Refusal("no_sound")
        pieces, samples = _pieces(container, stream)
    kept = []
    for (start, _end), piece in zip(SOUND_STRETCHES, pieces, strict=True):
        if len(piece) >= 4 * _WINDOW:
            bits, loud = band_signs(piece)
            kept.append({"from": start * RATE // HOP, "bits": _packed(bits), "loud": _packed(loud)})
    return {"seconds": round(samples / RATE, 2), "stretches": kept}


def _pieces(container: Any, stream: Any) -> tuple[list[NDArray[numpy.float64]], int]:
    """The samples of each stretch, and how many there are in all. Only the stretches are held in memory."""
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts: list[list[NDArray[numpy.int16]]] = [[] for _stretch in SOUND_STRETCHES]
    at = 0
    for packet in container.demux(stream):
        try:
            decoded = packet.decode()
        except av.FFmpegError:
            continue
        for frame in decoded:
            for piece in resampler.resample(frame):
                samples = piece.to_ndarray()[0]
                for (start, end), part in zip(SOUND_STRETCHES, parts, strict=True):
                    inside = samples[max(0, start * RATE - at) : max(0, end * RATE - at)]
                    if len(inside):
                        part.append(inside.copy())
                at += len(samples)
    empty = numpy.zeros(0)
    return [numpy.concatenate(part).astype(float) if part else empty for part in parts], at


def band_signs(samples: NDArray[numpy.float64]) -> tuple[NDArray[numpy.bool_], NDArray[numpy.bool_]]:
    """For each moment 16 signs, and whether it is loud enough to say something.

    A sign tells whether the difference between two neighbouring bands grew since the moment before; it does
    not change when the whole is made louder.
    """
    count = (len(samples) - _WINDOW) // HOP + 1
    moments = numpy.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::HOP][:count]
    spectrum = numpy.abs(numpy.fft.rfft(moments * numpy.hanning(_WINDOW), axis=1)) ** 2
    edges = numpy.geomspace(_LOW, _HIGH, _BANDS + 1) * _WINDOW / RATE
    energy = numpy.add.reduceat(spectrum, edges.round().astype(int), axis=1)[:, :_BANDS]
    steps = numpy.diff(energy, axis=1)
    signs = numpy.diff(steps, axis=0) > 0
    loudness = energy.sum(axis=1)[1:]
    return signs, loudness > _SILENT * max(float(loudness.max()), 1.0)


def _packed(bits: NDArray[numpy.bool_]) -> str:
    return base64.b64encode(numpy.packbits(bits.ravel()).tobytes()).decode()


def of_picture(source: str, media_type: str) -> dict[str, str]:
    """:func:`picture_marks` of a file; opened small, as the cascade's smallest step is."""
    from media_library.processing import picture

    return picture.marks_of_file(source)


def of_trimmed_picture(source: str, media_type: str) -> list[dict[str, str]]:
    """:func:`picture_marks` of a file as it is, and without a bar under or above it (:data:`BARS`)."""
    from media_library.processing import picture

    whole = picture.small(source, width=320)
    left, right = 0, whole.width
    trimmed = [whole]
    for share in BARS:
        bar = round(whole.height * share)
        trimmed.append(whole.crop((left, 0, right, whole.height - bar)))
        trimmed.append(whole.crop((left, bar, right, whole.height)))
    return [marks for marks in map(picture_marks, trimmed) if marks]


def of_film(source: str, media_type: str) -> dict[str, Any]:
    """:func:`film_marks` of a stored film."""
    return film_marks(source, media_type)


def of_sound(source: str, media_type: str) -> dict[str, Any]:
    """:func:`sound_marks` of a stored sound; nothing where it is too short to say something."""
    found = sound_marks(source, media_type)
    return found if found["stretches"] else {}
