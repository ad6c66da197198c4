"""The proxy of fault tests fails in the way that was asked for, and counts what was tried."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest

from tests.servers import proxy

WHOLE = b"0123456789" * 10


class Echo(BaseHTTPRequestHandler):
    """Answers every request with WHOLE, a POST with what it brought."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(WHOLE)

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(WHOLE)))
        self.end_headers()

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("X-Server", "echo")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_words: object) -> None:
        pass


@pytest.fixture
def between() -> Iterator[proxy.Proxy]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        with proxy.started(f"http://127.0.0.1:{server.server_port}") as made:
            yield made
        server.shutdown()
        thread.join()


def connected(between: proxy.Proxy, *, timeout: float = 10) -> closing[http.client.HTTPConnection]:
    parts = urlsplit(between.url)
    return closing(http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=timeout))


def get(between: proxy.Proxy, *, timeout: float = 10) -> tuple[int, bytes]:
    with connected(between, timeout=timeout) as connection:
        connection.request("GET", "/a?b=c")
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_at_first_everything_passes_and_is_counted(between: proxy.Proxy) -> None:
    with connected(between) as connection:
        for body in (b"one", b"two"):
            connection.request("POST", "/_bulk", body)
            answer = connection.getresponse()
            assert (answer.read(), answer.headers["X-Server"]) == (body, "echo")
    assert (between.connections, between.requests) == (1, 2)
    assert between.seen == ["POST /_bulk"] * 2


def test_an_answer_to_head_keeps_the_length_of_what_it_does_not_bring(between: proxy.Proxy) -> None:
    with connected(between) as connection:
        connection.request("HEAD", "/")
        answer = connection.getresponse()
        assert (answer.read(), answer.headers["Content-Length"]) == (b"", str(len(WHOLE)))


def test_what_refuses_can_be_had_back_at_the_same_address(between: proxy.Proxy) -> None:
    address = between.url
    between.refuses()
    with pytest.raises(ConnectionRefusedError):
        get(between)
    between.passes()
    assert between.url == address
    assert get(between) == (200, WHOLE)
    assert between.connections == 1


def test_refusing_ends_connections_that_are_open(between: proxy.Proxy) -> None:
    with connected(between) as connection:
        connection.request("GET", "/")
        connection.getresponse().read()
        between.refuses()
        assert connection.sock.recv(1) == b""


def test_a_dropped_request_is_counted(between: proxy.Proxy) -> None:
    between.drops()
    for _attempt in range(2):
        with pytest.raises(ConnectionError):
            get(between)
    assert between.requests == 2


def test_a_hanging_request_has_no_answer_until_the_client_gives_up(between: proxy.Proxy) -> None:
    between.hangs()
    with pytest.raises(TimeoutError):
        get(between, timeout=0.1)
    assert between.requests == 1


def test_a_delayed_answer_comes_whole(between: proxy.Proxy) -> None:
    between.delays(seconds=0.3)
    with pytest.raises(TimeoutError):
        get(between, timeout=0.1)
    assert get(between) == (200, WHOLE)


def test_a_cut_answer_breaks_in_its_middle(between: proxy.Proxy) -> None:
    between.cuts(after=30)
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        get(between)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_proxy_answers_in_place_of_the_server(between: proxy.Proxy, status: int) -> None:
    between.answers(status=status, body=b"{}", headers={"Content-Type": "application/json"})
    assert get(between) == (status, b"{}")


def test_a_behaviour_with_a_number_ends_by_itself(between: proxy.Proxy) -> None:
    between.answers(status=503, times=2)
    assert [get(between)[0] for _attempt in range(3)] == [503, 503, 200]
    between.forget()
    assert (between.connections, between.requests) == (0, 0)
