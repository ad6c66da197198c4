"""The programs that agencies put on their own servers: each is run as it is given out, against a library that
answers, fails and says that the section is gone."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cms.sections.includes import PLACEHOLDER, includes

PIECE = '<section class="kho57" lang="vi"><h2>Bản tin – “xã”</h2></section>\n'
EXAMPLES = Path(settings.BASE_DIR) / "examples" / "server-include"


@dataclass
class Library:
    """Answers every address with ``status`` and the piece."""

    address: str
    status: int = 200
    body: str = PIECE
    asked: int = 0


@pytest.fixture
def library() -> Iterator[Library]:
    class Site(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked += 1
            self.send_response(told.status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(told.body.encode())

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    told = Library(f"http://127.0.0.1:{server.server_port}/feeds/A/s/section.html")
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield told
    server.shutdown()
    server.server_close()


def written(library: Library, language: str, folder: Path) -> Path:
    found = next(each for each in includes(library.address) if each.language == language)
    path = folder / found.name
    path.write_text(found.code, encoding="utf-8")
    return path


def test_every_example_names_the_address_once_and_is_given_out_whole() -> None:
    for each in includes("https://x.example/feeds/topic/stem/section.en.html"):
        assert each.code.count("https://x.example/feeds/topic/stem/section.en.html") == 1
        assert PLACEHOLDER not in each.code
        assert each.code.replace("https://x.example/feeds/topic/stem/section.en.html", PLACEHOLDER) == (
            EXAMPLES / each.name
        ).read_text(encoding="utf-8")


def test_python_asks_once_in_five_minutes_keeps_and_drops(library: Library, tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("include", written(library, "Python", tmp_path))
    assert spec is not None and spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    def later() -> str:
        module._state["asked"] = float("-inf")
        return str(module.html())

    assert [module.html(), module.html()] == [PIECE, PIECE] and library.asked == 1
    library.status = 503
    assert later() == PIECE
    library.status, library.body = 200, "<h1>Trang đăng nhập mạng</h1>"
    assert later() == PIECE, "what is no piece of ours is not taken"
    library.status = 404
    assert later() == f'<p><a href="{library.address.partition("/feeds/")[0]}/">Kho 57</a></p>'


def test_php_keeps_the_last_copy_and_drops_what_is_gone(library: Library, tmp_path: Path) -> None:
    script = written(library, "PHP", tmp_path)

    def shown() -> str:
        given = {**os.environ, "TMPDIR": str(tmp_path)}
        ran = subprocess.run(["php", script], capture_output=True, check=True, env=given)
        assert ran.stderr == b""
        return ran.stdout.decode()

    def later() -> str:
        for kept in tmp_path.glob("kho57-*.html"):
            os.utime(kept, (time.time() - 600, time.time() - 600))
        return shown()

    assert [shown(), shown()] == [PIECE, PIECE] and library.asked == 1
    library.status = 503
    assert later() == PIECE
    library.status = 410
    assert later().startswith('<p><a href="http://127.0.0.1')
    library.status = 200
    assert shown() == PIECE


def test_java_compiles_for_java_8_and_shows_the_piece(library: Library, tmp_path: Path) -> None:
    source = written(library, "Java (JSP)", tmp_path)
    built = subprocess.run(
        ["javac", "-Xlint:-options", "--release", "8", source], capture_output=True, check=False
    )
    assert built.returncode == 0, built.stderr.decode()
    ran = subprocess.run(["java", "-cp", tmp_path, "Kho57Section"], capture_output=True, check=True)
    assert ran.stdout.decode() == PIECE


def test_csharp_compiles_without_a_warning(library: Library, tmp_path: Path) -> None:
    source = written(library, "ASP.NET", tmp_path)
    built = subprocess.run(
        ["mcs", "-target:library", "-warnaserror", f"-out:{tmp_path}/x.dll", source],
        capture_output=True,
        check=False,
    )
    assert built.returncode == 0, built.stdout.decode() + built.stderr.decode()
