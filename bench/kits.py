"""A kit of four gigabytes against ``cat`` of the same file, through the same pipe, in one run.

1. ``kit_stream_over_cat``: bytes a second of the ZIP, from private storage into a pipe, over those of ``cat`` of
   its one large file into the same pipe; sides alternate, medians of ``--rounds``. The reader counts and drops.
2. ``kit_memory_growth``: peak resident memory of the process that streams, beyond what it had when it began.
3. ``kit_length_exact`` and ``kit_resumed_identical``: 1 where the bytes counted are the length announced, and
   where the rest after a cut in the middle is what it was (SHA-256).

The file is sparse: the disk is not what is measured. Prints ``name value unit`` a line; ends with an error where
a figure is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cms.newsroom.zipping import Archive

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
GB = 10**9


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--gigabytes", type=float, default=4.0)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--stream", nargs=2, metavar=("FOLDER", "SIZE"), help=argparse.SUPPRESS)
    chosen = asked.parse_args()
    if chosen.stream:
        return _stream(Path(chosen.stream[0]), int(chosen.stream[1]))
    size = int(chosen.gigabytes * GB)
    with tempfile.TemporaryDirectory(prefix="kho57-bench-") as folder:
        with (Path(folder) / "large").open("wb") as file:
            file.truncate(size)
        return _measured(Path(folder), size, chosen.rounds)


def _measured(folder: Path, size: int, rounds: int) -> int:
    ours = [sys.executable, str(Path(__file__).resolve()), "--stream", str(folder), str(size)]
    speeds: dict[str, list[float]] = {"kit": [], "cat": []}
    growth, exact = [], True
    for _round in range(rounds):
        count, _seconds, _told = _piped(["cat", str(folder / "large")])
        speeds["cat"].append(count / _seconds)
        count, _seconds, told = _piped(ours)
        announced, begun, peak, seconds = (float(one) for one in told.split())
        speeds["kit"].append(count / seconds)
        growth.append(max(0.0, peak - begun) / 1024)
        exact = exact and count == announced
    ratio = statistics.median(speeds["kit"]) / statistics.median(speeds["cat"])
    same = _resumed(folder, min(size, GB))
    print(f"kit_stream {statistics.median(speeds['kit']) / 1e6:.0f} MB/s")
    print(f"cat_stream {statistics.median(speeds['cat']) / 1e6:.0f} MB/s")
    print(f"kit_stream_over_cat {ratio:.2f} ratio")
    print(f"kit_memory_growth {max(growth):.1f} MB")
    print(f"kit_length_exact {int(exact)} boolean")
    print(f"kit_resumed_identical {int(same)} boolean")
    print(f"ran_on {os.cpu_count()} cores, {size / GB:.1f} GB, sparse")
    return 0 if ratio >= 0.8 and max(growth) <= 16 and exact and same else 1


def _piped(command: list[str]) -> tuple[int, float, str]:
    """Bytes that came out, seconds until the end, and what was said beside them."""
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=False) as process:
        assert process.stdout is not None and process.stderr is not None
        counted, room = 0, bytearray(1 << 20)
        while got := os.readv(process.stdout.fileno(), [room]):
            counted += got
        seconds = time.perf_counter() - started
        told = process.stderr.read().decode()
    if process.returncode:
        raise SystemExit(f"{command[0]} ended with {process.returncode}: {told}")
    return counted, seconds, told


def _stream(folder: Path, size: int) -> int:
    """The side that is measured: what the view sends, into the pipe. Its start is not counted, as a site runs."""
    archive = _archive(folder, size)
    for block in archive.read(0, 1 << 20):
        len(block)
    begun = _resident()
    started = time.perf_counter()
    for block in archive.read():
        left = memoryview(block)
        while left:
            left = left[os.write(1, left) :]
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(archive.size, begun, peak, seconds, file=sys.stderr)
    return 0


def _archive(folder: Path, size: int) -> Archive:
    from datetime import UTC, datetime

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    os.environ["DATA_DIR"] = str(folder)
    import django
    from django.conf import settings

    settings.STORAGES["private"] = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(folder)},
    }
    django.setup()
    from cms.newsroom.zipping import Archive, Entry, of_bytes
    from media_library.files.storage import open_range

    when = datetime(2026, 10, 10, 8, tzinfo=UTC)
    text = "Ghi nguồn như đã nêu.\n".encode()
    large = Entry(
        name="phim.mp4",
        size=size,
        crc32=0,
        modified=when,
        open=lambda start, length: open_range("large", start=start, length=length),
    )
    return Archive([of_bytes("LICENSES.txt", text, crc32=0, modified=when), large])


def _resumed(folder: Path, size: int) -> bool:
    """Whether what follows a cut is what would have followed, in a smaller kit of the same file."""
    archive = _archive(folder, size)
    cut = archive.size // 2 + 12_345
    whole, resumed, counted = hashlib.sha256(), hashlib.sha256(), 0
    for block in archive.read():
        whole.update(block)
    for start, length in ((0, cut), (cut, None)):
        for block in archive.read(start, length):
            resumed.update(block)
            counted += len(block)
    return whole.digest() == resumed.digest() and counted == archive.size


def _resident() -> int:
    """Of this process now, in KiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


if __name__ == "__main__":
    raise SystemExit(main())
