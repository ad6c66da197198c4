"""A file gets a new version whole or not at all, and who reads the old one reads it to its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cms.sections import swapping

LONG, SHORT = b"a" * 9_000, b"b" * 100
_OPEN_AND_WAIT = """
import sys
file = open(sys.argv[1], "rb")
print(file.read(10).decode(), flush=True)
sys.stdin.readline()
print((file.read()).decode(), flush=True)
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "feed.json")


def test_every_version_is_there_whole_whatever_its_length(path: str) -> None:
    for content in (LONG, SHORT, b"", LONG, SHORT * 2):
        swapping.put(path, content)
        assert Path(path).read_bytes() == content


def test_from_the_third_version_on_no_file_is_made_or_deleted(path: str) -> None:
    inodes = []
    for number in range(6):
        swapping.put(path, b"%d" % number)
        inodes.append(Path(path).stat().st_ino)
    assert len(set(inodes)) == 2
    assert inodes[0] == inodes[2] == inodes[4]
    assert {each.name for each in Path(path).parent.iterdir()} == {"feed.json", ".feed.json.new"}


def test_nothing_is_left_of_the_version_before(path: str) -> None:
    for content in (LONG, SHORT, LONG):
        swapping.put(path, content)
        swapping.blank(path)
        left = [each.read_bytes() for each in Path(path).parent.iterdir() if each.name != "feed.json"]
        assert all(not any(each) for each in left)


@pytest.fixture
def reader(path: str) -> Iterator[Any]:
    """Another process that has read the first ten bytes of the version before the last, and no more."""
    swapping.put(path, LONG)
    process = subprocess.Popen(
        [sys.executable, "-c", _OPEN_AND_WAIT, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "a" * 10 + "\n"
    yield process
    process.kill()
    process.wait()
    process.communicate()


def test_who_reads_slowly_reads_the_version_that_was_begun(path: str, reader: Any) -> None:
    for number in range(5):
        swapping.put(path, b"%d" % number * 8_999)
        swapping.blank(path)
        spare = Path(swapping.spare(path))
        assert not spare.exists() or not any(spare.read_bytes())
    assert Path(path).read_bytes() == b"4" * 8_999
    reader.stdin.write("\n")
    reader.stdin.flush()
    rest = reader.stdout.read()
    assert rest.strip() == "a" * 8_990


def test_a_copy_that_shares_its_bytes_is_left_alone(path: str, tmp_path: Path) -> None:
    swapping.put(path, LONG)
    os.link(path, tmp_path / "snapshot")
    for content in (SHORT, b"c", b"d"):
        swapping.put(path, content)
    assert (tmp_path / "snapshot").read_bytes() == LONG
    assert Path(path).read_bytes() == b"d"


def test_who_opens_what_is_being_written_waits_until_it_is_whole_and_ends_nobody(path: str) -> None:
    swapping.put(path, LONG)
    swapping.put(path, SHORT)
    file = os.open(swapping.spare(path), os.O_RDWR)
    assert swapping._leased(file)
    before = signal.getsignal(signal.SIGURG)
    other = subprocess.Popen(
        [sys.executable, "-c", "import sys; print(open(sys.argv[1]).read())", swapping.spare(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        other.wait(0.5)
    swapping._write(file, b"whole")
    assert other.communicate(timeout=60)[0] == "whole\n"
    assert signal.getsignal(signal.SIGURG) is before


@pytest.mark.parametrize("missing", ["leases", "exchange", "both"])
def test_where_the_system_has_not_got_them_files_are_made_and_renamed(
    path: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if missing != "exchange":
        monkeypatch.setattr(swapping, "_LEASES", False)
    if missing != "leases":
        monkeypatch.setattr(swapping, "_exchange", None)
    for content in (LONG, SHORT, b"c"):
        swapping.put(path, content)
        assert Path(path).read_bytes() == content


def test_what_a_killed_writer_left_beside_it_is_written_over(path: str) -> None:
    swapping.put(path, LONG)
    Path(swapping.spare(path)).write_bytes(b"torn" * 9_000)
    swapping.put(path, SHORT)
    assert Path(path).read_bytes() == SHORT


def test_a_full_disk_leaves_the_version_that_was_there(path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    swapping.put(path, LONG)

    def full(*written: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(swapping, "_write", full)
        with pytest.raises(OSError, match="space"):
            swapping.put(path, SHORT)
    assert Path(path).read_bytes() == LONG
    swapping.put(path, SHORT)
    assert Path(path).read_bytes() == SHORT


def test_nothing_is_left_of_what_is_forgotten(path: str) -> None:
    swapping.put(path, LONG)
    swapping.put(path, SHORT)
    Path(path).unlink()
    swapping.forget(path)
    swapping.forget(path)
    assert not list(Path(path).parent.iterdir())


def test_without_its_folder_it_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        swapping.put(str(tmp_path / "none" / "feed.json"), SHORT)
