"""nginx with what the caller gives: directives as they stand within ``http { … }``."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests import servers
from tools import processes

_FRAME = """\
daemon off;
pid {place}/pid;
error_log {place}/error.log warn;
worker_processes {workers};
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    sendfile on;
    client_body_temp_path {place}/body;
    proxy_temp_path {place}/proxy;
    fastcgi_temp_path {place}/fastcgi;
    uwsgi_temp_path {place}/uwsgi;
    scgi_temp_path {place}/scgi;
    {http}
}}
"""


@contextlib.contextmanager
def started(http: str, *, place: Path, port: int, workers: int = 1) -> Iterator[None]:
    """A new server with the directives ``http``, one of which listens on ``port``; until the end of the block.

    ``place`` is a folder for its own files, as of ``servers.folder``. As root the server runs as the user
    ``nobody``, who then owns that folder with all that is in it. Raises NotStarted.
    """
    configuration, log = place / "nginx.conf", place / "log"
    configuration.write_text(_FRAME.format(place=place, http=http, workers=workers), encoding="utf-8")
    user = servers.as_user(place)
    servers.give(place)
    command = [*user, servers.program("nginx", "sbin/nginx", package="nginx-light"), "-p", place]
    command += ["-c", configuration, "-e", place / "error.log"]
    with log.open("wb") as out, processes.started(command, stdout=out, stderr=out, cwd=place) as process:
        servers.wait(until=lambda: servers.listens(port), process=process, log=log)
        yield
