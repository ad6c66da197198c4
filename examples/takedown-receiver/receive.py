"""A system that keeps copies and takes them down when Kho 57 says so; nothing but Python's standard library.

    KHO57_SECRET=… python receive.py 8080 /srv/copies

Copies lie in a folder for each resource (``/srv/copies/k57-7f3q-28mv/``). A notice of a withdrawal comes by POST,
is checked, its folder is removed, and the answer confirms it. Put a server with TLS in front.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import shutil
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

LIMIT = 64 * 1024
RESOURCE = re.compile(r"[a-z0-9-]{1,40}")


class Receiver(BaseHTTPRequestHandler):
    secret: bytes
    copies: Path

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LIMIT:
            return self._answer(413, {"error": "too long"})
        body = self.rfile.read(int(length))
        if not self._is_signed(body):
            return self._answer(403, {"error": "not signed with our secret"})
        notice = json.loads(body)
        resource = notice["kho57"]["resource"]
        if notice["type"] != "Delete" or not RESOURCE.fullmatch(resource):
            return self._answer(400, {"error": "not understood"})
        shutil.rmtree(self.copies / resource, ignore_errors=True)
        if (self.copies / resource).exists():
            return self._answer(500, {"error": "the copy could not be removed"})
        return self._answer(200, {"confirmed": notice["id"]})

    def _is_signed(self, body: bytes) -> bool:
        right = "sha256=" + hmac.new(self.secret, body, hashlib.sha256).hexdigest()
        return hmac.compare_digest(right, self.headers.get("X-Hub-Signature", ""))

    def _answer(self, status: int, said: dict[str, str]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def serve(port: int, *, copies: Path, secret: str) -> ThreadingHTTPServer:
    """A server that listens on this machine; ``serve_forever`` runs it. Port 0: one that is free."""
    kind = type("Configured", (Receiver,), {"secret": secret.encode(), "copies": copies})
    return ThreadingHTTPServer(("127.0.0.1", port), kind)


if __name__ == "__main__":
    serve(int(sys.argv[1]), copies=Path(sys.argv[2]), secret=os.environ["KHO57_SECRET"]).serve_forever()
