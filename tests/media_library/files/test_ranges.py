from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.files.ranges import Span, Unsatisfiable, parse_range


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-", Span(0, 100)),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=10-19", Span(10, 10)),
        ("bytes=90-500", Span(90, 10)),
        ("bytes=-5", Span(95, 5)),
        ("bytes=-500", Span(0, 100)),
        ("bytes=5-4", None),
        ("bytes=0-1,5-6", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=-", None),
        ("", None),
    ],
)
def test_one_range_is_understood_and_anything_else_means_the_whole(header: str, span: Span | None) -> None:
    assert parse_range(header, size=100) == span


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, size=100)


@given(st.text(max_size=30), st.integers(1, 1000))
def test_any_header_gives_a_span_within_the_file_or_none(header: str, size: int) -> None:
    try:
        span = parse_range("bytes=" + header, size=size)
    except Unsatisfiable:
        return
    assert span is None or (span.start >= 0 and span.length > 0 and span.start + span.length <= size)
