"""A storyboard: small pictures of the film on one sheet, and a list that says when and where. In the sandbox.

The list is WebVTT whose cues name a part of the sheet as a media fragment (W3C Media Fragments, ``#xywh``), as
common players read it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
from PIL import Image

from media_library.processing.caption import clock
from media_library.processing.playlist import address_of

MOST = 100
"""Pictures on a sheet: a long film gets them at longer steps."""
_STEP = 5.0
_COLUMNS = 10
_BOX = (160, 160)


def draw(path: Path, *, duration: float, folder: Path) -> list[dict[str, Any]]:
    """From the key frames of the rung ``path``: ``storyboard.webp`` and ``storyboard.vtt`` in ``folder``."""
    step = max(_STEP, duration / MOST)
    tiles = _tiles(path, step=step)
    if len(tiles) < 2:
        return []
    width, height = tiles[0].size
    columns = min(_COLUMNS, len(tiles))
    sheet = Image.new("RGB", (columns * width, -(-len(tiles) // columns) * height))
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % columns * width, number // columns * height))
    drawn = folder / "storyboard.webp"
    sheet.save(drawn, "WEBP", quality=60, method=4)
    address, cues = address_of(drawn), []
    for number in range(len(tiles)):
        end = duration if number == len(tiles) - 1 else (number + 1) * step
        place = f"{number % columns * width},{number // columns * height},{width},{height}"
        times = f"{clock(number * step)} --> {clock(max(end, number * step + 0.1))}"
        cues.append(f"{times}\n{address}#xywh={place}")
    listed = folder / "storyboard.vtt"
    listed.write_text("WEBVTT\n\n" + "\n\n".join(cues) + "\n", encoding="utf-8", newline="\n")
    return [
        {"name": drawn.name, "purpose": "part", "media_type": "image/webp", "width": sheet.width}
        | {"height": sheet.height},
        {"name": listed.name, "purpose": "stream", "media_type": "text/vtt"},
    ]


def _tiles(path: Path, *, step: float) -> list[Image.Image]:
    """The last key frame at or before each step."""
    found: list[Image.Image] = []
    film: Any
    with av.open(str(path), format="mov", options={"protocol_whitelist": "file"}) as film:
        stream = film.streams.video[0]
        stream.codec_context.skip_frame = "NONKEY"
        for frame in film.decode(stream):
            if float(frame.time or 0.0) + 0.05 < len(found) * step:
                continue
            picture = frame.to_image()
            picture.thumbnail(_BOX, Image.Resampling.BICUBIC)
            found.append(picture)
            if len(found) == MOST:
                break
    return found
