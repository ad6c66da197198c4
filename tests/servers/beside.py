"""A server that starts while other work goes on."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager

Start = Callable[[threading.Event], AbstractContextManager[str]]
"""Starts a server, unless the event is set before it answers."""


@contextlib.contextmanager
def started(start: Start) -> Iterator[Future[str]]:
    """The address of the server, as soon as somebody asks for it; the server ends with the block.

    What prevents the start is raised where the address is asked for.
    """
    address: Future[str] = Future()
    over = threading.Event()
    thread = threading.Thread(target=_hold, args=(start, address, over))
    thread.start()
    try:
        yield address
    finally:
        over.set()
        thread.join()


def _hold(start: Start, address: Future[str], over: threading.Event) -> None:
    try:
        with start(over) as url:
            address.set_result(url)
            over.wait()
    except Exception as error:
        if address.done():
            raise
        address.set_exception(error)
