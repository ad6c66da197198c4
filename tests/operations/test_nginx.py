"""nginx with the configuration that an operator takes over, before the application as production sets it."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import brotli
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import override_settings
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from cms.sections import feeds, files, fragment, scripts
from cms.sections.forms import FEEDS, LANGUAGES, Form, in_language
from cms.settings import places
from cms.settings.environment import BASE_DIR
from cms.urls import urlpatterns as site
from media_library.files import serving
from media_library.models import StoredFile
from tests import servers
from tests.servers import nginx

CONFIGURATION = BASE_DIR / "deploy" / "nginx" / "kho57.conf"
HOST = "kho57.example"
OPEN, CLOSED = "KIN-1/chuyen-muc", "KIN-1/rieng"
VERSION = "v1/kho57-section.0123456789ab.js"
FEED = f"/feeds/{OPEN}/feed.json"
CONTENT = json.dumps({"title": "Chuyên mục", "items": ["mục"] * 400}, ensure_ascii=False).encode()
STORED = b"WEBVTT\n\n00:01.000 --> 00:02.000\nXin ch\xc3\xa0o\n"


def _stored(request: HttpRequest) -> HttpResponseBase:
    """What ``/files/…`` answers once the rights are clear."""
    row = StoredFile(storage_name="a b/c.vtt", sha256="5" * 64, size=len(STORED), media_type="text/vtt")
    return serving.send(request, row, cache=serving.PUBLIC_CACHE, save_as="Phụ đề.vtt")


def _told(request: HttpRequest) -> HttpResponse:
    """What reaches the application of a request."""
    said = {
        "secure": request.is_secure(),
        "from": request.headers["X-Forwarded-For"],
        "host": request.get_host(),
    }
    return HttpResponse(json.dumps(said), content_type="application/json")


_ARRIVING = threading.Event()


@csrf_exempt
def _part(request: HttpRequest) -> HttpResponse:
    """The place of an upload: tells when the first bytes of a body are here."""
    first = request.read(5)
    _ARRIVING.set()
    return HttpResponse(first + request.read())


urlpatterns = [
    path("stored/", _stored),
    path("told/", _told),
    path("admin/uploads/part/", _part),
    *site,
]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@dataclass
class Application:
    """The site in a thread of this process."""

    port: int
    _running: list[WSGIServer] = field(default_factory=list)

    def start(self) -> None:
        server = WSGIServer(("127.0.0.1", self.port), Quiet)
        server.set_app(WSGIHandler())
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        self._running.append(server)

    def stop(self) -> None:
        server = self._running.pop()
        server.shutdown()
        server.server_close()

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        self.stop()
        try:
            yield
        finally:
            self.start()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Front:
    """nginx before ``application``, with everything in the folder ``place``."""

    place: Path
    plain: int
    secure: int
    application: Application

    def get(self, address: str, *, method: str = "GET", **headers: str) -> Answer:
        trusted = ssl.create_default_context(cafile=self.place / "fullchain.pem")
        return _ask(
            http.client.HTTPSConnection("127.0.0.1", self.secure, context=trusted), method, address, headers
        )

    def get_plain(self, address: str) -> Answer:
        return _ask(http.client.HTTPConnection("127.0.0.1", self.plain), "GET", address, {})


def _ask(
    connection: http.client.HTTPConnection, method: str, address: str, headers: dict[str, str]
) -> Answer:
    sent = {"Host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    with contextlib.closing(connection):
        connection.request(method, address, headers=sent)
        answer = connection.getresponse()
        return Answer(
            answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        )


def _certificate(place: Path) -> None:
    key, made = place / "privkey.pem", place / "fullchain.pem"
    command = [
        servers.program("openssl"),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
    ]
    command += [
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={HOST}",
        "-addext",
        f"subjectAltName=DNS:{HOST},IP:127.0.0.1",
    ]
    subprocess.run([*command, "-keyout", key, "-out", made], check=True, capture_output=True)


def _configuration(front: Front) -> str:
    """``kho57.conf`` with the places and ports of this test; every other word is the operator's."""
    said, place = CONFIGURATION.read_text(encoding="utf-8"), front.place
    for theirs, ours in {
        "/srv/kho57/var": str(place),
        "listen 80;": f"listen 127.0.0.1:{front.plain};",
        "listen 443 ": f"listen 127.0.0.1:{front.secure} ",
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{front.application.port};",
        "/etc/ssl/kho57": str(place),
        "/var/log/nginx": str(place),
        "/var/cache/nginx": str(place),
    }.items():
        assert theirs in said, f"{theirs} is no longer in {CONFIGURATION.name}"
        said = said.replace(theirs, ours)
    return said


def _write(place: Path) -> None:
    for form in FEEDS:
        for language in LANGUAGES:
            files.write_with_twins(f"feeds/{OPEN}/{in_language(form.name, language)}", CONTENT)
    files.write_with_twins(f"embed/{OPEN}/index.html", "<p>Mở".encode())
    files.write_with_twins(f"framed/{CLOSED}/index.html", "<p>Riêng".encode())
    files.Manifest(frame_ancestors="https://xa.example").save(CLOSED)
    (place / "static" / "style.css").write_text("p {}")
    (place / "static" / "embed" / "v1").mkdir(parents=True)
    for script in ("kho57-section.js", VERSION):  # as collecting static files leaves them
        (place / "static" / "embed" / script).write_bytes(CONTENT)
        (place / "static" / "embed" / f"{script}.br").write_bytes(brotli.compress(CONTENT))
    (place / "files" / "a b").mkdir()
    (place / "files" / "a b" / "c.vtt").write_bytes(STORED)


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    plain, secure, behind = servers.free_ports(3)
    with servers.folder("front") as place:
        places.data_folder(place)
        front = Front(place, plain, secure, Application(behind))
        as_in_production = override_settings(
            ROOT_URLCONF=__name__,
            ALLOWED_HOSTS=[HOST],
            STORAGES=places.storages(place, static="django.contrib.staticfiles.storage.StaticFilesStorage"),
            FILES_ACCEL_PREFIX="/protected/",
            TRUSTED_PROXIES=1,
            SECURE_SSL_REDIRECT=True,
            SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
            SECURE_HSTS_SECONDS=3600,
        )
        with as_in_production:
            _write(place)
            _certificate(place)
            front.application.start()
            try:
                with nginx.started(_configuration(front), place=place, port=secure):
                    yield front
            finally:
                front.application.stop()


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpack"),
    [
        ("gzip, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("br;q=0, gzip", "gzip", gzip.decompress),
        ("gzip;q=0.0, br;q=0", None, bytes),
        ("br;q=0.5", "br", brotli.decompress),
    ],
)
def test_a_feed_comes_in_the_best_form_that_is_taken(
    front: Front, accepted: str, encoding: str | None, unpack: type[bytes]
) -> None:
    answer = front.get(FEED, Accept_Encoding=accepted)
    assert answer.status == 200
    assert answer.headers.get("content-encoding") == encoding
    assert unpack(answer.body) == CONTENT
    assert answer.headers["content-type"] == "application/feed+json; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "stale-if-error" in answer.headers["cache-control"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("form", FEEDS, ids=lambda form: form.name)
def test_every_form_is_the_file_that_the_application_would_send(
    front: Front, form: Form, language: str
) -> None:
    address = f"/feeds/{OPEN}/{in_language(form.name, language)}"
    answer = front.get(address, Accept_Encoding="br")
    assert (answer.status, brotli.decompress(answer.body)) == (200, CONTENT)
    wanted = {
        "content-type": form.media_type,
        "cache-control": feeds.CACHE,
        "surrogate-key": feeds.surrogate_key(OPEN),
        "access-control-allow-origin": "*",
        "content-security-policy": fragment.POLICY if form.name == "section.html" else None,
    }
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert answer.headers["etag"] and answer.headers["last-modified"]


def test_feeds_of_selections_come_from_the_application(front: Front) -> None:
    answer = front.get("/feeds/search/feed.exe")
    assert answer.status == 404 and answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("accepted", ["br", "gzip", "identity"])
def test_who_has_a_feed_gets_no_bytes(front: Front, accepted: str) -> None:
    etag = front.get(FEED, Accept_Encoding=accepted).headers["etag"]
    again = front.get(FEED, Accept_Encoding=accepted, If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")


def test_feeds_and_frames_outlast_the_application(front: Front) -> None:
    closed = f"/embed/{CLOSED}/"
    before = front.get(closed)
    with front.application.stopped():
        assert front.get(FEED).body == CONTENT
        assert front.get(f"/embed/{OPEN}/").body == "<p>Mở".encode()
        time.sleep(2.1)  # what nginx keeps for a second is old by then
        assert front.get(closed).body == before.body == "<p>Riêng".encode()
        assert front.get("/told/").status == 502


def test_a_frame_says_who_may_show_it(front: Front) -> None:
    anywhere, somewhere = front.get(f"/embed/{OPEN}/"), front.get(f"/embed/{CLOSED}/")
    assert anywhere.headers["content-security-policy"].endswith("frame-ancestors *")
    assert somewhere.headers["content-security-policy"].endswith("frame-ancestors https://xa.example")
    assert "x-frame-options" not in {**anywhere.headers, **somewhere.headers}


def test_collected_files_come_from_the_disk_and_others_from_the_application(front: Front) -> None:
    collected = front.get("/static/style.css")
    assert (collected.status, collected.body) == (200, b"p {}")
    assert collected.headers["content-type"] == "text/css"
    script, source = front.get("/embed/kho57-frame.js"), BASE_DIR / "static" / "embed" / "kho57-frame.js"
    assert (script.status, script.body) == (200, source.read_bytes())
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"


def test_the_component_comes_packed_from_the_disk_and_each_version_for_ever(front: Front) -> None:
    with front.application.stopped():
        newest = front.get("/embed/kho57-section.js", Accept_Encoding="br")
        version = front.get(f"/embed/{VERSION}", Accept_Encoding="gzip")
    assert (newest.headers["content-encoding"], brotli.decompress(newest.body)) == ("br", CONTENT)
    assert newest.headers["cache-control"] == scripts.CACHE
    assert ("content-encoding" in version.headers, version.body) == (False, CONTENT), "has no such twin"
    assert version.headers["cache-control"] == scripts.CACHE_FOR_EVER
    for answer in (newest, version):
        assert answer.headers["content-type"] == scripts.MEDIA_TYPE
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["vary"] == "Accept-Encoding"
    kept = front.get(scripts.version_path())
    assert "immutable" in kept.headers["cache-control"], "what is not collected comes from the application"


@pytest.mark.parametrize(
    "address",
    [f"/framed/{CLOSED}/index.html", f"/manifests/{CLOSED}.json", "/protected/a%20b/c.vtt", "/files/c.vtt"],
)
def test_what_lies_beside_the_feeds_has_no_address(front: Front, address: str) -> None:
    answer = front.get(address)
    assert answer.status == 404 and STORED not in answer.body


def test_nginx_sends_the_file_that_the_application_allows(front: Front) -> None:
    answer = front.get("/stored/")
    assert (answer.status, answer.body) == (200, STORED)
    assert "x-accel-redirect" not in answer.headers
    told = {
        "etag": '"' + "5" * 32 + '"',
        "content-type": "text/vtt; charset=utf-8",
        "cache-control": serving.PUBLIC_CACHE,
        "x-content-type-options": "nosniff",
        "strict-transport-security": "max-age=3600",
    }
    assert {name: answer.headers.get(name) for name in told} == told
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("attachment")


def test_a_part_of_a_file_is_sent_to_who_has_the_rest(front: Front) -> None:
    etag = front.get("/stored/", method="HEAD").headers["etag"]
    part = front.get("/stored/", Range="bytes=0-5", If_Range=etag)
    assert (part.status, part.body) == (206, STORED[:6])
    other = front.get("/stored/", Range="bytes=0-5", If_Range='"another"')
    assert (other.status, other.body) == (200, STORED)
    assert front.get("/stored/", If_None_Match=etag).status == 304


def test_who_comes_without_tls_is_sent_there_and_does_not_turn_in_a_circle(front: Front) -> None:
    sent = front.get_plain("/told/?a=1")
    assert (sent.status, sent.headers["location"]) == (301, f"https://{HOST}/told/?a=1")
    assert json.loads(front.get("/told/?a=1").body) == {"secure": True, "from": "127.0.0.1", "host": HOST}


def test_a_part_of_an_upload_arrives_while_it_is_being_sent(front: Front) -> None:
    trusted = ssl.create_default_context(cafile=front.place / "fullchain.pem")
    line = http.client.HTTPSConnection("127.0.0.1", front.secure, context=trusted)
    with contextlib.closing(line):
        line.putrequest("PATCH", "/admin/uploads/part/", skip_host=True)
        line.putheader("Host", HOST)
        line.putheader("Content-Length", "10")
        line.endheaders(b"first")
        assert _ARRIVING.wait(10), "nginx keeps the bytes until all of them are there"
        line.send(b"-last")
        assert line.getresponse().read() == b"first-last"


def test_the_journals_hold_no_address_and_no_question(front: Front) -> None:
    front.get("/told/?q=benh-cua-toi")
    front.get_plain("/told/?q=benh-cua-toi")
    with front.application.stopped():
        front.get("/told/?q=benh-cua-toi")
    lines = (front.place / "kho57.log").read_text().splitlines()
    assert any(" 200 GET /told/ " in line for line in lines) and any(
        " 502 GET /told/ " in line for line in lines
    )
    written = "".join(lines) + (front.place / "kho57-error.log").read_text()
    assert "benh" not in written and "127.0.0.1" not in written
