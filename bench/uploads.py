"""Resumable uploads through the production web server: memory of its process, and speed against a bare one.

Prints ``name value unit`` for each figure, then what it ran on. The film of so many megabytes goes in as one
part, as tus-js-client sends it where nothing is set, and then once more in parts of 16 MB with a checksum each;
growth is the peak of the process over what it took before. The bare side is the same server with an
application that writes the body to a file. Run: ``python bench/uploads.py [megabytes] [rounds]``.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import os
import platform
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILM = ROOT / "demo" / "videos" / "vd-du-lieu-mo-30-giay.mp4"
FOLDER = Path(tempfile.mkdtemp(prefix="bench-uploads-"))
MEGABYTE = 1 << 20
BLOCK = os.urandom(MEGABYTE)
TOKEN = "a" * 32
sys.path.insert(0, str(ROOT))
os.environ |= {"DJANGO_SETTINGS_MODULE": "cms.settings.dev", "DATA_DIR": str(FOLDER / "data")}
os.environ.pop("DATABASE_URL", None)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from media_library.intake import upload_finish  # noqa: E402
from media_library.models import Agency, Upload, User  # noqa: E402

BARE = """
import os
def application(environ, start_response):
    stream, left = environ["wsgi.input"], int(environ["CONTENT_LENGTH"])
    with open({target!r}, "wb") as out:
        while left and (chunk := stream.read(min(65536, left))):
            out.write(chunk)
            left -= len(chunk)
        os.fdatasync(out.fileno())
    start_response("204 No Content", [])
    return []
"""


def film(megabytes: int) -> Iterator[bytes]:
    """A film that plays, with a box of nothing (``free``) behind it: ISO/IEC 14496-12, 8.1.2."""
    real = FILM.read_bytes()
    box = megabytes * MEGABYTE - len(real)
    yield real
    yield struct.pack(">I4sQ", 1, b"free", box)
    left = box - 16
    while left:
        yield BLOCK[: min(left, len(BLOCK))]
        left -= min(left, len(BLOCK))


@contextlib.contextmanager
def serving(application: str, folder: Path) -> Iterator[tuple[int, int]]:
    """Port and process of the only worker of the web server, as the Procfile starts it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    granian = Path(sys.executable).with_name("granian")
    options = ["--interface", "wsgi", "--workers", "1", "--blocking-threads", "8", "--port", str(port)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [str(granian), *options, application]
    log = (FOLDER / "server.log").open("w")
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield port, _worker(process.pid, port)
    finally:
        process.terminate()
        process.wait(15)
        log.close()


def _worker(parent: int, port: int) -> int:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
            served = [int(pid) for pid in children if "resource_tracker" not in _command(pid)]
            if served:
                return served[-1]
        time.sleep(0.2)
    raise SystemExit((FOLDER / "server.log").read_text())


def _command(pid: str) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def memory(pid: int, name: str) -> int:
    """``VmRSS`` or ``VmHWM`` of a process in KiB (proc(5))."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class Sender:
    def __init__(self, port: int, session: str, agency: Agency) -> None:
        self.port, self.agency = port, agency
        self.about = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Tus-Resumable": "1.0.0",
            "Content-Type": "application/offset+octet-stream",
        }

    def ask(self, method: str, address: str, body: object = None, **headers: str) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        line.request(method, address, body=body, headers=self.about | headers)  # type: ignore[arg-type]
        answer = line.getresponse()
        answer.read()
        line.close()
        assert answer.status < 300, answer.status
        return answer

    def begin(self, length: int) -> str:
        named = {"filename": "phim.mp4", "agency": str(self.agency.pk), "kind": "video"}
        told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in named.items())
        length_told = {"Upload-Length": str(length), "Upload-Metadata": told, "Content-Length": "0"}
        return str(self.ask("POST", "/admin/uploads/", **length_told).headers["Location"])

    def send(self, address: str, body: object, *, offset: int, length: int, **headers: str) -> None:
        told = {"Upload-Offset": str(offset), "Content-Length": str(length)}
        self.ask("PATCH", address, body, **told, **headers)

    def in_one(self, megabytes: int) -> str:
        length = megabytes * MEGABYTE
        address = self.begin(length)
        self.send(address, film(megabytes), offset=0, length=length)
        return address

    def in_parts(self, megabytes: int, *, part: int = 16 * MEGABYTE) -> str:
        length = megabytes * MEGABYTE
        address, offset, waiting = self.begin(length), 0, b""
        for block in film(megabytes):
            waiting += block
            while len(waiting) >= part or (waiting and offset + len(waiting) == length):
                now, waiting = waiting[:part], waiting[part:]
                digest = base64.b64encode(hashlib.sha1(now).digest()).decode()
                self.send(
                    address, now, offset=offset, length=len(now), **{"Upload-Checksum": f"sha1 {digest}"}
                )
                offset += len(now)
        return address


def sender(port: int) -> Sender:
    agency = Agency.objects.get_or_create(code="BENCH", defaults={"name": "Bench", "type": "other"})[0]
    user = User.objects.filter(username="bench").first() or User.objects.create_superuser(
        "bench", "b@x.vn", "x"
    )
    client = Client()
    client.force_login(user)
    return Sender(port, client.cookies["sessionid"].value, agency)


def growth(pid: int, send: object) -> int:
    """KiB by which the peak of the process passes what it took before."""
    forget_peak(pid)
    before = memory(pid, "VmRSS")
    send()  # type: ignore[operator]
    return memory(pid, "VmHWM") - before


def finish(address: str) -> float:
    """Seconds in which a worker takes the file in."""
    upload = Upload.objects.get(token=address.split("/")[-2])
    began = time.perf_counter()
    upload_finish.finish(upload, at=timezone.now())
    upload.refresh_from_db()
    assert upload.state == "taken", upload.problem
    return time.perf_counter() - began


def seconds(call: object) -> float:
    began = time.perf_counter()
    call()  # type: ignore[operator]
    return time.perf_counter() - began


def bare(port: int, megabytes: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    length = {"Content-Length": str(megabytes * MEGABYTE)}
    line.request("PATCH", "/", body=film(megabytes), headers=length)
    assert line.getresponse().status == 204
    line.close()


def main(megabytes: int, rounds: int) -> None:
    call_command("migrate", verbosity=0)
    (FOLDER / "bare.py").write_text(BARE.format(target=str(FOLDER / "received")))
    with (
        serving("cms.wsgi:application", ROOT) as (port, pid),
        serving("bare:application", FOLDER) as (other, _),
    ):
        ours = sender(port)
        ours.in_one(1)
        # Before the disk is busy with the large film.
        pairs = [
            (seconds(lambda: ours.in_one(256)), seconds(lambda: bare(other, 256))) for _round in range(rounds)
        ]
        one = growth(pid, lambda: ours.in_one(megabytes))
        parts = growth(pid, lambda: ours.in_parts(megabytes))
        print(f"upload_memory_growth {one / 1024:.1f} MiB")
        print(f"upload_in_parts_memory_growth {parts / 1024:.1f} MiB")
        address = f"/{Upload.objects.latest('pk').token}/"
        own = os.getpid()
        taken: list[float] = []
        worker = growth(own, lambda: taken.append(finish(address)))
        print(f"upload_finish {taken[0]:.2f} s")
        print(f"upload_finish_memory_growth {worker / 1024:.1f} MiB")
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"upload_256_mb {mine * 1000:.0f} ms")
    print(f"bare_receive_256_mb {theirs * 1000:.0f} ms")
    print(f"upload_over_bare_receive {mine / theirs:.2f} ratio")
    print(f"# {megabytes} MB in one part and in parts of 16 MB; speed: 256 MB, {rounds} rounds, medians")
    print(f"# Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2048, int(sys.argv[2]) if len(sys.argv) > 2 else 3)
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
