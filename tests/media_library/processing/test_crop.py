from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_library.processing.crop import SHAPES, box_of, write_crops

LENGTH = st.integers(min_value=1, max_value=3000)
SHARE = st.floats(min_value=0, max_value=1)


@given(LENGTH, LENGTH, SHARE, SHARE, st.sampled_from(sorted(SHAPES)))
def test_a_cut_lies_within_the_picture_keeps_its_shape_and_holds_the_focal_point(
    width: int, height: int, x: float, y: float, shape: str
) -> None:
    size = SHAPES[shape]
    left, upper, right, lower = box_of(Image.new("1", (width, height)), size=size, focus=(x, y))
    assert 0 <= left < right <= width
    assert 0 <= upper < lower <= height
    assert left - 1 <= x * width <= right + 1
    assert upper - 1 <= y * height <= lower + 1
    assert right - left == width or lower - upper == height, "as large as the picture allows"
    if min(right - left, lower - upper) > 100:
        assert abs((right - left) / (lower - upper) - size[0] / size[1]) < 0.03


def test_a_cut_is_never_larger_than_the_picture(tmp_path: Path) -> None:
    made = write_crops(Image.new("RGB", (600, 400)), folder=tmp_path, focus=None)
    sizes = {about["name"]: (about["width"], about["height"]) for about in made}
    assert sizes == {"social.jpg": (600, 315), "square.jpg": (400, 400), "tall.jpg": (225, 400)}
    large = write_crops(Image.new("RGB", (2600, 2200)), folder=tmp_path, focus=None)
    assert [(about["width"], about["height"]) for about in large] == list(SHAPES.values())


@pytest.mark.parametrize("at", [100, 500, 900])
def test_without_a_focal_point_the_part_with_detail_is_kept(at: int) -> None:
    picture = Image.new("L", (1200, 400), 200)
    picture.paste(Image.effect_noise((200, 200), 90), (at, 100))
    left, _upper, right, _lower = box_of(picture, size=(1080, 1080), focus=None)
    assert left <= at + 40
    assert right >= at + 160


def test_an_upright_picture_is_cut_from_its_top() -> None:
    """A poster begins with its title."""
    poster = Image.effect_noise((400, 1200), 80)
    assert box_of(poster, size=(1200, 630), focus=None)[:2] == (0, 0)
