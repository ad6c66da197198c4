"""Marks of real media: kept through re-encoding, told apart from others."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps

from media_library.intake import nearness
from media_library.processing import marks, picture
from tests.media_library import specimens
from tests.media_library.likes import brighter, coded, photo


def of(image: Image.Image) -> dict[str, str]:
    return marks.picture_marks(image)


def test_a_picture_is_known_again_smaller_coarser_brighter_and_mirrored() -> None:
    ours = of(photo())
    with Image.open(io.BytesIO(coded(photo(), quality=25))) as coarse:
        assert nearness.pictures(ours, of(coarse.convert("RGB")))
    assert nearness.pictures(ours, of(photo().resize((200, 133))))
    assert nearness.pictures(ours, of(brighter(photo(), 1.2)))
    assert nearness.pictures(ours, of(ImageOps.mirror(photo())))
    assert not nearness.pictures(ours, of(photo("PINE")))


def test_a_plain_picture_says_nothing() -> None:
    assert of(Image.new("RGB", (400, 300), "#4f2a80")) == {}
    assert of(Image.new("RGBA", (400, 300), (0, 0, 0, 0))) == {}


def test_the_structure_is_the_hash_that_is_kept_with_the_file() -> None:
    assert of(photo())["structure"] == picture.perceptual_hash(photo())


def test_a_stored_picture_has_the_marks_that_its_processing_found(tmp_path: Path) -> None:
    made = picture.render(str(specimens.PINE), str(tmp_path))
    again = picture.marks_of_file(str(specimens.PINE))
    assert nearness.distance(made["marks"]["structure"], again["structure"]) <= 2
    assert nearness.pictures(made["marks"], again) > 0


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Marks of a sound, of copies of it, and of another."""
    folder = tmp_path_factory.mktemp("sounds")
    source = ("-i", str(specimens.SOUND))
    copies = {
        "smaller": ("-b:a", "32k", "-ac", "1"),
        "louder": ("-af", "volume=8dB"),
        "later": ("-af", "atrim=start=1,asetpts=PTS-STARTPTS"),
    }
    found = {"ours": marks.sound_marks(str(specimens.SOUND), "audio/mpeg")}
    for name, options in copies.items():
        path = specimens.made_with_ffmpeg(
            folder / f"{name}.mp3", *source, "-map", "0:a", "-t", "24", *options
        )
        found[name] = marks.sound_marks(str(path), "audio/mpeg")
    other = specimens.DEMO / "podcasts" / "pc-mat-khau-va-ban-chai.mp3"
    found["other"] = marks.sound_marks(str(other), "audio/mpeg")
    return found


@pytest.mark.parametrize("copy", ["smaller", "louder", "later"])
def test_a_sound_is_known_again(sounds: dict[str, Any], copy: str) -> None:
    assert nearness.sounds(sounds["ours"], sounds[copy]) > 0.75


def test_another_sound_is_not_taken_for_it(sounds: dict[str, Any]) -> None:
    assert nearness.sounds(sounds["ours"], sounds["other"]) == 0


def test_a_film_is_known_again_smaller_and_told_from_another(tmp_path: Path) -> None:
    source = ("-i", str(specimens.FILM), "-t", "8", "-c:a", "aac", "-preset", "ultrafast")
    film = specimens.made_with_ffmpeg(tmp_path / "a.mp4", *source, "-vf", "scale=640:-2")
    small = specimens.made_with_ffmpeg(tmp_path / "b.mp4", *source, "-vf", "scale=320:-2", "-crf", "34")
    ours, theirs = (marks.film_marks(str(path), "video/mp4") for path in (film, small))
    other = specimens.colour_bars(tmp_path / "c.mp4", seconds=8)
    assert nearness.films(ours, theirs) > 0.9
    assert nearness.films(ours, marks.film_marks(str(other), "video/mp4")) == 0
