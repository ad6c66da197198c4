from __future__ import annotations

from pathlib import Path

import pytest
import webvtt
from hypothesis import given
from hypothesis import strategies as st

from media_library.processing import caption
from media_library.processing.caption import Cue, parse, serialise
from media_library.processing.refusal import Refusal
from tests.media_library import specimens

SRT = (
    "1\r\n00:00:01,000 --> 00:00:02,500\r\n<i>Xin</i> chào\r\n\r\n"
    "2\r\n00:00:03,0 --> 00:00:04,5\r\n{\\an8}các bạn\r\n"
)


def test_srt_becomes_webvtt(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes(SRT.encode("utf-8-sig"))
    made = caption.render(str(tmp_path / "a.srt"), str(tmp_path))
    assert made["extracted"]["cues"] == [
        {"start": 1.0, "end": 2.5, "text": "Xin chào"},
        {"start": 3.0, "end": 4.5, "text": "các bạn"},
    ]
    assert (
        (tmp_path / "captions.vtt")
        .read_text(encoding="utf-8")
        .startswith("WEBVTT\n\n00:00:01.000 --> 00:00:02.500\nXin chào\n")
    )


def test_what_another_reader_reads_is_what_was_written(tmp_path: Path) -> None:
    made = caption.render(str(specimens.WORDS), str(tmp_path))
    others = webvtt.read(str(tmp_path / "captions.vtt"))
    assert [cue["text"] for cue in made["extracted"]["cues"]] == [cue.text for cue in others]
    assert len(others) > 10


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<c.red><b>đậm</b></c>",
        "<00:00:01.500>từ",
        "a\u202eb\x00c",
    ],
)
def test_no_markup_and_no_hidden_sign_passes(hostile: str) -> None:
    style = "STYLE\n::cue { background: url(//x) }"
    text = f"WEBVTT\n\n{style}\n\n00:01.000 --> 00:02.000 align:start\n{hostile} lời\n"
    written = serialise(parse(text))
    body = written.split("\n", 3)[3]
    assert "<" not in body
    assert "url(" not in written
    assert "align" not in written
    assert "\u202e" not in written
    assert "lời" in written


def test_cues_come_in_order_of_time_and_impossible_ones_are_left_out() -> None:
    late, backwards = "00:09.000 --> 00:10.000\nsau", "00:05.000 --> 00:04.000\nngược"
    text = f"WEBVTT\n\n{late}\n\n{backwards}\n\n00:01.000 --> 00:02.000\ntrước\n"
    assert [cue.text for cue in parse(text)] == ["trước", "sau"]


@given(
    st.lists(
        st.tuples(
            st.integers(0, 10_000_000),
            st.integers(1, 100_000),
            st.text(alphabet="aăâđe <>&\n-", min_size=1, max_size=40).filter(lambda text: text.strip()),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_was_written_is_read_again_as_the_same(raw: list[tuple[int, int, str]]) -> None:
    cues = [
        Cue(start / 1000, (start + length) / 1000, " ".join(text.split()).replace("-->", "→"))
        for start, length, text in raw
    ]
    cues = sorted(cues, key=lambda cue: (cue.start, cue.end))
    once = serialise(cues)
    assert [(cue.start, cue.end) for cue in parse(once)] == [(cue.start, cue.end) for cue in cues]
    assert serialise(parse(once)) == once


@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        cues = parse("WEBVTT\n\n" + text)
    except Refusal:
        return
    assert cues


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_that_say_what_they_are_are_read(encoding: str) -> None:
    assert caption.decode("Tiếng Việt".encode(encoding)) == "Tiếng Việt"
