"""Forks a web server for each line it reads and answers with its process id; all serve one port.

Files are not looked at here: opening them would take a sandbox for each server, and another test kills workers
at that.
"""

import os
import signal
import socket
import sys
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.wsgi import get_wsgi_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def serve(listening: socket.socket, application: object) -> None:
    server = Server(listening.getsockname(), Quiet, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    server.server_name, server.server_port = listening.getsockname()
    server.setup_environ()
    server.set_app(application)
    server.serve_forever(poll_interval=0.5)


def main() -> None:
    application = get_wsgi_application()
    from django.test import Client

    from media_library.intake import accept, uploads
    from media_library.intake.inspection import Inspection

    Client().options("/admin/uploads/")  # loads what a first request loads, without the database
    accept.inspect = lambda **told: Inspection(media_type="image/png")
    uploads.ACKNOWLEDGE_BYTES = 50_000
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        print(listening.getsockname()[1], flush=True)
        for _line in sys.stdin:
            pid = os.fork()
            if pid == 0:
                serve(listening, application)
                os._exit(0)
            print(pid, flush=True)


main()
