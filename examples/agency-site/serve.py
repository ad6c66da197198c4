"""A plain foreign site that shows a section of the library: ``python serve.py PORT LIBRARY_URL``.

Static files of another origin, standard library only. ``index.html`` holds what a webmaster pasted from the
embed page (``embed-code.html``); the only thing this script does is to write in where the library is.
"""

from __future__ import annotations

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HERE = Path(__file__).resolve().parent


def page(library: str) -> bytes:
    """The home page with the pasted code in it."""
    code = (HERE / "embed-code.html").read_text(encoding="utf-8").strip()
    text = (HERE / "index.html").read_text(encoding="utf-8").replace("{{EMBED_CODE}}", code)
    return text.replace("{{LIBRARY}}", library).encode()


class Site(BaseHTTPRequestHandler):
    """Answers ``/`` with the page and everything else with 404."""

    library = ""

    def do_GET(self) -> None:
        self.answer(body=True)

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def answer(self, *, body: bool) -> None:
        found = urlsplit(self.path).path in ("/", "/index.html")
        content = page(self.library) if found else "Không có trang này.".encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8" if found else "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: it stands beside the library's own log."""


def main(arguments: list[str]) -> int:
    if len(arguments) != 2 or not arguments[0].isdigit() or not 0 < int(arguments[0]) < 65536:
        print("Usage: serve.py PORT LIBRARY_URL, for example: serve.py 8001 http://localhost:8000")
        return 2
    library = arguments[1].rstrip("/")
    if urlsplit(library).scheme not in ("http", "https") or not urlsplit(library).netloc:
        print(f"Not the address of a library: {arguments[1]}")
        return 2
    Site.library = library
    try:
        server = ThreadingHTTPServer((os.environ.get("HOST", "127.0.0.1"), int(arguments[0])), Site)
    except OSError as problem:
        print(f"Port {arguments[0]} cannot be used ({problem.strerror}); choose another.")
        return 1
    print(f"An agency's site: http://localhost:{arguments[0]}/", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
