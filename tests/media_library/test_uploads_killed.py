"""The web server may be killed at any moment of an upload: what was acknowledged stays, nothing is left over."""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from media_library import collector
from media_library.files import storage
from media_library.intake import upload_expiry, uploads
from media_library.models import Agency, Job, StoredFile, Upload, UploadState
from media_library.processing import jobs, sandbox
from tests.editing import tus
from tests.factories import make_agency, make_communicator
from tests.media_library.conftest import stored_names

KILLS = 50
CUT_OFF = (OSError, http.client.HTTPException, KeyError)
"""The line broke; an answer that is cut off behind its first line has no headers."""
SENDERS = 3
ROOT = Path(__file__).parents[2]
_TOKEN = "a" * 32


@dataclass
class Servers:
    """One port, and a server behind it that is killed and follows itself."""

    process: subprocess.Popen[str]
    port: int = 0
    pid: int = 0
    sending: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        self.pid = int(self.process.stdout.readline())

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def servers(data_folder: Path) -> Iterator[Servers]:
    known = connection.settings_dict
    names = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    told = {"data_folder": str(data_folder), "database": {name: known[name] for name in names}}
    told["database"]["NAME"] = str(known["NAME"])
    environment = os.environ | {
        "WORKER_TEST": json.dumps(told),
        "DJANGO_SETTINGS_MODULE": "tests.media_library.worker_settings",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "tests.media_library.upload_nursery"]
    process = subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        servers = Servers(process)
        assert process.stdout and process.stdin
        servers.port = int(process.stdout.readline())
        servers.start()
        yield servers
        servers.kill()
        process.stdin.close()


@dataclass
class Sender:
    """Sends files as a browser does: asks where the upload stands, goes on from there, whatever happens."""

    servers: Servers
    agency: int
    session: str
    chance: random.Random
    sent: dict[str, bytes] = field(default_factory=dict)
    """Contents by the address of their upload."""
    cut: int = 0
    """How often a part was being sent when the line broke."""
    fell: int = 0
    """How often an offset was less than what had been acknowledged before."""

    def send(self, content: bytes) -> None:
        address = self._begin(content)
        self.sent[address] = content
        known = 0
        while known < len(content):
            with contextlib.suppress(*CUT_OFF):
                _status, headers = self._ask("HEAD", address, expected=(200,))
                offset = int(headers["upload-offset"])
                self.fell += offset < known
                known = offset
            if known < len(content):
                known = self._add(address, content, known)

    def _add(self, address: str, content: bytes, offset: int) -> int:
        """Send the next part; what is acknowledged after that."""
        part = content[offset : offset + self.chance.randint(1, 150_000)]
        told = {"Upload-Offset": str(offset)}
        self.servers.sending.set()
        try:
            status, headers = self._ask("PATCH", address, part, expected=(204, 409, 423), **told)
            return int(headers["upload-offset"]) if status == 204 else offset
        except CUT_OFF:
            self.cut += 1
            return offset

    def _begin(self, content: bytes) -> str:
        told = {"filename": "anh.png", "agency": self.agency, "sha256": hashlib.sha256(content).hexdigest()}
        headers = {"Upload-Length": str(len(content)), "Upload-Metadata": tus.metadata(**told)}
        while True:
            with contextlib.suppress(*CUT_OFF):
                _status, answered = self._ask("POST", tus.PLACE, expected=(201,), **headers)
                return answered["location"]

    def _ask(
        self, method: str, address: str, body: bytes = b"", *, expected: tuple[int, ...], **headers: str
    ) -> tuple[int, dict[str, str]]:
        about = {"Content-Type": tus.PART, "X-CSRFToken": _TOKEN, **tus.VERSION}
        about["Cookie"] = f"sessionid={self.session}; csrftoken={_TOKEN}"
        about["Content-Length"] = str(len(body))
        line = http.client.HTTPConnection("127.0.0.1", self.servers.port, timeout=20)
        with contextlib.closing(line):
            line.request(method, address, body=self._slowly(body) if body else None, headers=about | headers)
            answer = line.getresponse()
            assert answer.status in expected, (method, answer.status, answer.read())
            answer.read()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}

    def _slowly(self, body: bytes) -> Iterator[bytes]:
        for start in range(0, len(body), 20_000):
            yield body[start : start + 20_000]
            time.sleep(0.002)


def noise(chance: random.Random) -> bytes:
    """A picture that does not compress: 100 to 400 KB."""
    from io import BytesIO

    from PIL import Image

    side = chance.randint(180, 360)
    out = BytesIO()
    Image.frombytes("RGB", (side, side), chance.randbytes(side * side * 3)).save(out, "PNG", compress_level=0)
    return out.getvalue()


def senders(servers: Servers, agency: Agency) -> list[Sender]:
    made = []
    for number in range(SENDERS):
        client = Client()
        client.force_login(make_communicator(agency))
        session = client.cookies["sessionid"].value
        made.append(Sender(servers, agency.pk, session, random.Random(number)))
    return made


def send_until(over: threading.Event, sender: Sender) -> None:
    while not over.is_set():
        sender.send(noise(sender.chance))
    connections.close_all()


def finish_the_rest() -> None:
    """What a worker does with files whose last request was killed; their renditions are not wanted here."""
    while Job.objects.filter(kind=uploads.FINISH).exclude(state="done").exists():
        Job.objects.exclude(kind=uploads.FINISH).delete()
        jobs.run_next(worker="test", at=timezone.now() + timedelta(hours=1))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_killed_fifty_times_loses_nothing_and_leaves_nothing(
    servers: Servers, data_folder: Path
) -> None:
    over, chance, everyone = threading.Event(), random.Random(57), senders(servers, make_agency())
    threads = [threading.Thread(target=send_until, args=(over, sender)) for sender in everyone]
    for thread in threads:
        thread.start()
    for _kill in range(KILLS):
        servers.sending.clear()
        assert servers.sending.wait(20), "nobody sends"
        time.sleep(chance.uniform(0, 0.08))
        servers.kill()
        servers.start()
    over.set()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    finish_the_rest()

    sent = {address: content for sender in everyone for address, content in sender.sent.items()}
    assert len(sent) >= SENDERS
    assert sum(sender.cut for sender in everyone) > KILLS // 2, "kills met no work"
    assert sum(sender.fell for sender in everyone) == 0, "what was acknowledged was lost"
    for address, content in sent.items():
        upload = Upload.objects.select_related("file").get(token=address.split("/")[-2])
        assert (upload.state, upload.problem) == (UploadState.TAKEN, "")
        assert upload.file is not None
        stored = storage.fingerprint(data_folder / "files" / upload.file.storage_name)
        told = hashlib.sha256(content).hexdigest()
        assert upload.file.sha256 == stored.sha256 == told
    assert StoredFile.objects.count() == len(sent), "each once"

    later = timezone.now() + timedelta(days=8)
    while upload_expiry.expire_due(later):
        pass
    collector.collect(at=later, rows_age=timedelta(days=100), bytes_age=timedelta(0))
    assert Upload.objects.count() == len(sent)
    assert list((data_folder / "parts").iterdir()) == []
    assert stored_names(data_folder) == set(StoredFile.objects.values_list("storage_name", flat=True))
    for folder in (data_folder / "work").iterdir():
        os.utime(folder, (0, 0))  # what was killed before it had its lock is swept ten seconds later
    sandbox.sweep(data_folder / "work")
    assert list((data_folder / "work").iterdir()) == []
