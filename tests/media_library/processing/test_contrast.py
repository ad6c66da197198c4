"""Weak words in infographics are warned of; strong ones are not. Figures on a larger set: decision 0113."""

from __future__ import annotations

import pytest
from django.utils import translation
from PIL import Image

from media_library.hints import contrast_hints
from media_library.processing import contrast
from tests.media_library.processing.drawn_words import infographic


@pytest.mark.parametrize("seed", range(3))
def test_weak_words_are_told_from_strong_ones(seed: int) -> None:
    weak = contrast.weak_words(infographic(seed, weak=True))
    assert weak is not None
    assert contrast.SEEN < weak["ratio"] < contrast.WEAK
    assert contrast.weak_words(infographic(seed, weak=False)) is None


@pytest.mark.parametrize("size", [(1, 1), (31, 400), (4000, 20), (40, 4000)])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_any_size_is_looked_at(size: tuple[int, int], mode: str) -> None:
    assert contrast.weak_words(Image.new(mode, size)) is None


def test_noise_is_no_text() -> None:
    assert contrast.weak_words(Image.effect_noise((640, 640), 30).convert("RGB")) is None


def test_the_hint_says_the_figure_and_what_to_do() -> None:
    assert contrast_hints({}) == contrast_hints({"weak_words": None}) == []
    with translation.override("vi"):
        (hint,) = contrast_hints({"weak_words": {"ratio": 2.1, "share": 0.2}})
    assert "2,1 : 1" in hint
