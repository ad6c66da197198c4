"""The manifest reads as its schema says."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from cms.demonstration.load import FOLDER
from cms.demonstration.manifest import BadManifest, read, resolve

HUE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=HUE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-P2D", NOW - timedelta(days=2)),
        ("P10D", NOW + timedelta(days=10)),
        ("-PT6H", NOW - timedelta(hours=6)),
        ("P1DT12H", NOW + timedelta(days=1, hours=12)),
        ("2025-07-24T08:00:00+07:00", datetime(2025, 7, 24, 8, tzinfo=HUE)),
    ],
)
def test_a_time_is_absolute_or_counted_from_the_import(text: str, expected: datetime) -> None:
    assert resolve(text, at=NOW) == expected


def test_a_word_that_is_no_time_is_refused() -> None:
    with pytest.raises(BadManifest):
        resolve("hôm qua", at=NOW)


def test_the_library_has_ninety_five_resources_of_fifty_agencies() -> None:
    entries = read(FOLDER, at=NOW)
    assert len(entries) == 95
    assert len({entry.agency for entry in entries}) == 50


def test_what_an_entry_refers_to_comes_before_it() -> None:
    entries = read(FOLDER, at=NOW)
    place = {entry.id: number for number, entry in enumerate(entries)}
    shown = {file.path: entry.id for entry in entries for file in entry.files}
    for entry in entries:
        if entry.translation_of:
            assert place[entry.translation_of] < place[entry.id]
        for block in entry.body:
            if block["type"] == "image":
                assert place[shown[block["value"]["path"]]] < place[entry.id]


def test_every_file_of_the_manifest_is_there() -> None:
    for entry in read(FOLDER, at=NOW):
        for file in entry.files:
            assert (FOLDER / file.path).is_file(), file.path


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    good = (FOLDER / "resources.jsonl").read_text(encoding="utf-8").splitlines()[0]
    bad = {**json.loads(good), "created": "hôm qua"}
    lines = [good, json.dumps(bad)]
    (tmp_path / "resources.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(BadManifest, match="line 2"):
        read(tmp_path, at=NOW)
