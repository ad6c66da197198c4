"""Films: what they are, a picture to stand for them, a public copy. Runs in the sandbox; needs no Django.

The ladder of sizes is made afterwards, by :mod:`media_library.processing.ladder`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageStat

from media_library.processing import container as media
from media_library.processing.picture import MAX_PIXELS, render_ladder
from media_library.processing.refusal import Refusal

_POSTER_AT = (0.1, 0.03, 0.2, 0.35, 0.5, 0.0)
"""Shares of the duration at which a poster is looked for, in this order."""
_DARK, _PLAIN = 24.0, 8.0
"""Mean brightness and its spread (of 255) under which a frame says nothing."""
_CANDIDATES_AT = (0.1, 0.3, 0.5, 0.7, 0.9)
"""Shares of the duration at which posters to choose from are looked for."""
_CANDIDATE = (1280, 1280)
_SHORT_SIDE, _QUICK_SIDE = 720, 240
"""Lines of a copy that is coded anew: for good, and for the time until the ladder is there."""
_MP4_SOUND = {"aac", "mp3"}
_WEBM = {"vp8", "vp9", "av1"}
_WEBM_SOUND = {"opus", "vorbis"}


def inspect(path: str, seeming: str) -> dict[str, Any]:
    """Open, decode a first frame, look whether the end is there. Raises :class:`Refusal`."""
    with media.opened(path, media_type=seeming) as container:
        stream = media.film_stream(container)
        if stream is None:
            raise Refusal("no_picture")
        if stream.width * stream.height > MAX_PIXELS:
            raise Refusal(
                "too_many_pixels", width=stream.width, height=stream.height, limit=MAX_PIXELS // 1_000_000
            )
        frame = next(container.decode(stream), None)
        if frame is None:
            raise Refusal("damaged")
        duration = media.duration_of(container)
        facts = facts_of(container, stream=stream, frame=frame)
        facts["properties"] |= media.told_by(container, stream)
        media.check_whole(container, duration=duration)
    return {"media_type": _media_type(seeming, facts["properties"]), "duration": duration, **facts}


def render(source: str, folder: str, quick: bool = False) -> dict[str, Any]:
    """Make the poster ladder, posters to choose from and the public copy of ``source`` in ``folder``.

    ``quick``: a ladder follows; where the copy must be coded anew it is small and soon there.
    """
    out, path = Path(folder), Path(source)
    seeming = seeming_of(path)
    with media.opened(source, media_type=seeming) as container:
        stream = media.film_stream(container)
        if stream is None:
            raise Refusal("no_picture")
        frame = next(container.decode(stream), None)
        if frame is None:
            raise Refusal("damaged")
        duration = media.duration_of(container)
        facts = facts_of(container, stream=stream, frame=frame)
        poster = _poster(container, stream=stream, duration=duration)
        candidates = _candidates(container, stream=stream, duration=duration, folder=out)
        facts["properties"]["chapters"] = media.chapters_of(container)
    ladder = render_ladder(poster, folder=out, purpose="poster")
    copy = _public_copy(path, seeming=seeming, folder=out, facts=facts, duration=duration, quick=quick)
    facts["properties"]["colour"] = ladder["colour"]
    return {
        **facts,
        "duration": duration,
        "phash": ladder["phash"],
        "renditions": [*ladder["renditions"], *candidates, {**copy, "purpose": "download"}],
    }


def seeming_of(path: Path) -> str:
    """Which of the two families of containers it is."""
    with path.open("rb") as file:
        return "video/webm" if file.read(4) == b"\x1a\x45\xdf\xa3" else "video/mp4"


def _media_type(seeming: str, properties: dict[str, Any]) -> str:
    """Matroska counts as WebM when it holds only what WebM allows, whatever it calls itself."""
    if seeming in ("video/webm", "video/x-matroska"):
        return "video/webm" if _fits_webm(properties) else "video/x-matroska"
    return seeming


def _fits_webm(properties: dict[str, Any]) -> bool:
    sound = properties["audio_codec"]
    return properties["video_codec"] in _WEBM and (sound is None or sound in _WEBM_SOUND)


def facts_of(container: Any, *, stream: Any, frame: Any) -> dict[str, Any]:
    """Size as it is shown (turned, pixels square), codecs, rate. ``frame`` is the first of ``stream``."""
    turned = abs(frame.rotation) in (90, 270)
    width, height = (frame.height, frame.width) if turned else (frame.width, frame.height)
    ratio = stream.sample_aspect_ratio
    if ratio and ratio != 1 and not turned:
        width = round(width * float(ratio))
    sound = media.sound_stream(container)
    rate = stream.average_rate
    return {
        "width": width,
        "height": height,
        "properties": {
            "video_codec": stream.codec_context.codec.canonical_name,
            "audio_codec": sound.codec_context.codec.canonical_name if sound else None,
            "pixel_format": stream.codec_context.pix_fmt,
            "frame_rate": round(float(rate), 3) if rate else None,
        },
    }


def _poster(container: Any, *, stream: Any, duration: float) -> Image.Image:
    """The first telling key frame near one of the places to look; the most varied one if all are dark."""
    seen: list[tuple[float, Image.Image]] = []
    stream.codec_context.skip_frame = "NONKEY"
    for share in _POSTER_AT:
        frame = _frame_at(container, stream=stream, seconds=share * duration)
        if frame is None:
            continue
        picture = _upright(frame)
        light = ImageStat.Stat(picture.convert("L").resize((64, 64)))
        if light.mean[0] > _DARK and light.stddev[0] > _PLAIN:
            return picture
        seen.append((light.stddev[0], picture))
    if not seen:
        raise Refusal("damaged")
    return max(seen, key=lambda entry: entry[0])[1]


def _candidates(container: Any, *, stream: Any, duration: float, folder: Path) -> list[dict[str, Any]]:
    """Pictures from all over the film, none of them dark or plain; a film of a moment offers no choice."""
    stream.codec_context.skip_frame = "NONKEY"
    found: list[dict[str, Any]] = []
    seen: set[int] = set()
    for share in _CANDIDATES_AT if duration >= 2 else ():
        frame = _frame_at(container, stream=stream, seconds=share * duration)
        if frame is None or frame.pts in seen:
            continue
        seen.add(frame.pts)
        picture = _upright(frame)
        light = ImageStat.Stat(picture.convert("L").resize((64, 64)))
        if light.mean[0] <= _DARK or light.stddev[0] <= _PLAIN:
            continue
        picture.thumbnail(_CANDIDATE, Image.Resampling.BICUBIC)
        name = f"candidate{len(found) + 1}.jpg"
        picture.save(folder / name, "JPEG", quality=82)
        size = {"width": picture.width, "height": picture.height}
        found.append({"name": name, "purpose": "candidate", "media_type": "image/jpeg", **size})
    return found


def _frame_at(container: Any, *, stream: Any, seconds: float) -> Any:
    try:
        container.seek(int(seconds * av.time_base))
        return next(container.decode(stream), None)
    except (av.FFmpegError, EOFError):
        return None


def _upright(frame: Any) -> Image.Image:
    picture: Image.Image = frame.to_image()
    if frame.rotation:
        picture = picture.rotate(frame.rotation, expand=True)
    return picture


def plays_as_it_is(properties: dict[str, Any]) -> bool:
    """Whether every browser plays the picture of the film as it is coded."""
    return properties["video_codec"] == "h264" and properties["pixel_format"] in ("yuv420p", "yuvj420p")


def _public_copy(
    path: Path, *, seeming: str, folder: Path, facts: dict[str, Any], duration: float, quick: bool
) -> dict[str, Any]:
    """The film without metadata: the streams as they are where every browser plays them, else coded anew."""
    seconds = 60 + 20 * duration
    properties = facts["properties"]
    if plays_as_it_is(properties):
        sound = "copy" if properties["audio_codec"] in (*_MP4_SOUND, None) else "aac"
        options = [*_MAPS, "-c:v", "copy", "-c:a", sound, "-movflags", "+faststart"]
        name, media_type, width, height = "media.mp4", "video/mp4", facts["width"], facts["height"]
    elif seeming != "video/mp4" and _fits_webm(properties):
        options = [*_MAPS, "-c", "copy"]
        name, media_type, width, height = "media.webm", "video/webm", facts["width"], facts["height"]
    else:
        width, height = reduced(facts["width"], facts["height"], _QUICK_SIDE if quick else _SHORT_SIDE)
        options = [*_MAPS, *_coded_anew(width, height, quick=quick)]
        name, media_type = "media.mp4", "video/mp4"
    media.convert(source=path, media_type=seeming, target=folder / name, options=options, seconds=seconds)
    return {"name": name, "media_type": media_type, "width": width, "height": height}


_MAPS = ["-map", "0:V:0", "-map", "0:a:0?", "-dn", "-sn"]


def _coded_anew(width: int, height: int, *, quick: bool) -> list[str]:
    preset, scaler = ("superfast", "fast_bilinear") if quick else ("veryfast", "bicubic")
    return [
        *("-vf", f"scale={width}:{height}:flags={scaler},setsar=1", "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-preset", preset, "-crf", "23", "-profile:v", "high"),
        *("-c:a", "aac", "-b:a", "128k", "-ac", "2", "-movflags", "+faststart"),
    ]


def reduced(width: int, height: int, short: int) -> tuple[int, int]:
    """At most ``short`` on the short side, even numbers, as 4:2:0 needs; never more than it was."""
    scale = min(1.0, short / min(width, height))
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)
