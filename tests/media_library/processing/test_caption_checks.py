from __future__ import annotations

import pytest

from media_library.processing import caption, caption_checks
from media_library.processing.caption import Cue


@pytest.mark.parametrize(
    ("cue", "codes"),
    [
        (Cue(0, 2, "Vừa đọc kịp."), []),
        (Cue(0, 1, "Câu này quá dài để đọc trong một giây."), ["fast"]),
        (Cue(0, 60, "m" * 43), ["long_line"]),
        (Cue(0, 60, "một\nhai\nba"), ["many_lines"]),
        (Cue(0, 0.4, "A"), ["short"]),
        (Cue(99, 101, "Sau khi hết phim"), ["past_end"]),
    ],
)
def test_what_is_hard_to_read_is_remarked(cue: Cue, codes: list[str]) -> None:
    assert [remark.code for remark in caption_checks.remarks([cue], duration=100)] == codes


def test_a_cue_that_begins_too_early_is_remarked_with_how_much() -> None:
    cues = [Cue(0, 3, "Một."), Cue(2.5, 5, "Hai."), Cue(5, 7, "Ba.")]
    assert caption_checks.remarks(cues) == [caption_checks.Remark(2, "overlaps", 0.5)]


def test_all_cues_are_moved_and_what_falls_before_the_beginning_is_cut() -> None:
    cues = [Cue(0, 1, "Một."), Cue(1, 3, "Hai."), Cue(3, 4, "Ba.")]
    assert caption.shifted(cues, -2) == [Cue(0, 1, "Hai."), Cue(1, 2, "Ba.")]
    assert caption.shifted(cues, 0.5)[0] == Cue(0.5, 1.5, "Một.")


def test_what_is_meant_as_a_cue_and_is_none_is_named() -> None:
    good = "WEBVTT\n\nNOTE a --> b\n\n1\n00:01.000 --> 00:02.000\nMột"
    assert caption.unreadable(good) == []
    assert caption.unreadable(good + "\n\n00:05.000 --> 00:04.000\nLùi") == ["00:05.000 --> 00:04.000"]
    assert caption.unreadable(good + "\n\n0:5 --> 00:09.000\nSai giờ") == ["0:5 --> 00:09.000"]
