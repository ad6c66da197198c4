"""nginx in front of folders of files, as ``server`` blocks of the caller's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

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
    server {{
        listen 127.0.0.1:{port};
        {server}
    }}
}}
"""


@contextlib.contextmanager
def started(server: str, *, workers: int = 1) -> Iterator[str]:
    """The address of a new server with the directives ``server``, until the end of the block.

    As root, files are read as the user ``nobody`` unless the folder is open to all. Raises NotStarted.
    """
    with servers.folder("nginx") as place:
        user, port, log = servers.as_user(place), servers.free_port(), place / "log"
        configuration = place / "nginx.conf"
        configuration.write_text(
            _FRAME.format(place=place, port=port, server=server, workers=workers), encoding="utf-8"
        )
        command = [*user, servers.program("nginx", "sbin/nginx"), "-p", place, "-c", configuration]
        command += ["-e", place / "error.log"]
        with log.open("wb") as out, processes.started(command, stdout=out, stderr=out, cwd=place) as process:
            servers.wait(until=lambda: servers.listens(port), process=process, log=log)
            yield f"http://127.0.0.1:{port}"
