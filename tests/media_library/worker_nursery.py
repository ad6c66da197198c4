"""Forks a worker for each line it reads and answers with its process id: a worker within milliseconds."""

import os
import signal
import sys

import django


def main() -> None:
    django.setup()
    from media_library.worker import Worker

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("ready", flush=True)
    for _line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            Worker().run()
            os._exit(0)
        print(pid, flush=True)


main()
