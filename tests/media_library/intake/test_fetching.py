"""Nothing but the public internet is fetched, and of that no more than asked for."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_library.intake.fetching import (
    Answer,
    Fetched,
    Manners,
    NotFetched,
    destination,
    fetch,
    line,
    tell,
)
from media_library.intake.fetching.problem import MESSAGES
from media_library.intake.fetching.reach import public
from tests.media_library.intake.hostile_addresses import ANSWERS, HOSTILE
from tests.media_library.intake.sites import Site, leading_to, plain, site

ALLOWED = frozenset({"127.0.0.1"})


@pytest.fixture(scope="module")
def _served() -> Iterator[Site]:
    with site() as one:
        yield one


@pytest.fixture
def trap(_served: Site) -> Site:
    """A site on loopback; it knows every path it is asked for."""
    _served.asked.clear()
    _served.answers.clear()
    return _served


def resolving(host: str) -> list[str]:
    if host not in ANSWERS:
        raise OSError("no such name")
    return ANSWERS[host]


def manners(where: Site, **changes: Any) -> Manners:
    chosen: dict[str, Any] = {
        "agent": "Kho57-test",
        "ports": frozenset({80, 443, where.port}),
        "resolve": resolving,
        "idle": 5,
    }
    return Manners(**chosen | changes)


def get(
    where: Site, url: str, folder: Path, *, limit: int = 100_000, seconds: float = 10, **changes: Any
) -> Fetched:
    return fetch(url, target=folder / "got", limit=limit, seconds=seconds, manners=manners(where, **changes))


def refused(where: Site, url: str, folder: Path, **changes: Any) -> str:
    with pytest.raises(NotFetched) as refusal:
        get(where, url, folder, **changes)
    assert not (folder / "got").exists(), "something was left"
    assert refusal.value.message and "%(" not in refusal.value.message
    return refusal.value.code


def test_the_corpus_is_large_and_each_form_stands_in_it_once() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 100


def test_no_hostile_form_reaches_the_trap(trap: Site, tmp_path: Path) -> None:
    codes = {form: refused(trap, form.format(port=trap.port), tmp_path) for form in HOSTILE}
    assert trap.asked == []
    assert set(codes.values()) <= set(MESSAGES)
    assert "silent" not in codes.values(), "somewhere a line was opened"


def test_no_hostile_form_reaches_the_trap_through_a_redirect(tmp_path: Path, trap: Site) -> None:
    with site(on="127.0.0.2") as door:
        sent = 0
        ports = frozenset({80, 443, door.port, trap.port})
        for number, form in enumerate(HOSTILE):
            url = form.format(port=trap.port)
            if "\r" in url or not url:
                continue  # would end the header
            door.answers[f"/{number}"] = plain(b"", f"Location: {url}", status="302 Found")
            sent += 1
            # The door may be entered by its name alone, so that its own address stays forbidden.
            names = ANSWERS | {"door.example.vn": ["127.0.0.2"]}
            with pytest.raises(NotFetched):
                fetch(
                    door.address(f"/{number}", host="door.example.vn"),
                    target=tmp_path / "got",
                    limit=1000,
                    seconds=10,
                    manners=Manners(
                        agent="x",
                        ports=ports,
                        idle=2,
                        allowed=frozenset({"127.0.0.2"}),
                        resolve=lambda host, names=names: names.get(host, []),  # type: ignore[misc]
                    ),
                )
        assert len(door.asked) >= sent > 100  # what names no host stays on the site
    assert trap.asked == []


def test_every_kind_of_special_address_is_private() -> None:
    special = (
        "0.1.2.3 10.9.8.7 100.64.0.0 100.127.255.255 127.255.255.254 169.254.1.1 172.20.0.1 192.168.0.1 "
        "198.19.0.1 224.0.0.251 239.1.1.1 255.255.255.255 ::1 :: ::ffff:8.8.8.8 ::8.8.8.8 2002:808:808::1 "
        "2001::1 2001:10::1 2001:db8::1 3fff::1 fc00::1 fdff::1 fe80::1 ff0e::1 100::1 64:ff9b::10.0.0.1 "
        "64:ff9b:1::808:808 5f00::1 4000::1"
    )
    assert [text for text in special.split() if public(ip_address(text))] == []
    open_to_all = (
        "8.8.8.8 1.1.1.1 100.63.255.255 100.128.0.1 172.32.0.1 113.160.0.1 2606:4700::1 64:ff9b::8.8.8.8"
    )
    assert [text for text in open_to_all.split() if not public(ip_address(text))] == []


@given(st.integers(0, 2**32 - 1).map(ip_address) | st.integers(0, 2**128 - 1).map(ip_address))
def test_what_python_calls_private_is_never_public(address: Any) -> None:
    if address.is_private or address.is_multicast or address.is_reserved or address.is_loopback:
        assert not public(address) or str(address).startswith("64:ff9b::")


def test_a_name_that_answers_differently_the_second_time_is_asked_once(trap: Site, tmp_path: Path) -> None:
    """Rebinding: the first answer is public, every later one is the trap."""
    answers = [["192.0.2.80"]] + [["127.0.0.1"]] * 5
    opened = []
    taken = iter(answers)

    def open_line(place: Any, address: Any, **_more: Any) -> socket.socket:
        opened.append(str(address))
        raise NotFetched("silent", host=place.host)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(line, "connected", open_line)
        url = trap.address(host="rebound.example.vn")
        allowed = frozenset({"192.0.2.80"})
        assert refused(trap, url, tmp_path, resolve=lambda _host: next(taken), allowed=allowed) == "silent"
    assert opened == ["192.0.2.80"] and next(taken) == ["127.0.0.1"]
    assert trap.asked == []


def test_a_redirect_to_the_same_name_is_resolved_and_checked_anew(trap: Site, tmp_path: Path) -> None:
    trap.answers["/"] = leading_to("/next")
    answers = iter([["127.0.0.1"], ["127.0.0.3"]])
    url = trap.address(host="turning.example.vn")
    code = refused(trap, url, tmp_path, resolve=lambda _host: next(answers), allowed=ALLOWED)
    assert code == "host_private" and trap.paths == ["/"]


def test_no_proxy_cookie_or_password_of_the_environment_is_used(
    trap: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with site() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
        monkeypatch.setenv("HOME", str(tmp_path))
        trap.answers["/"] = plain(b"", "Set-Cookie: a=b", "Location: /file", status="303 See Other")
        trap.answers["/file"] = plain(b"bytes")
        get(trap, trap.address(), tmp_path, allowed=ALLOWED)
        assert proxy.asked == []
    assert trap.asked[1].decode().split("\r\n") == [
        "GET /file HTTP/1.1",
        f"Host: 127.0.0.1:{trap.port}",
        "User-Agent: Kho57-test",
        "Accept: */*",
        "Accept-Encoding: identity",
        "Connection: close",
        "",
        "",
    ]


def test_a_file_arrives_whole_with_the_name_that_the_site_gives_it(trap: Site, tmp_path: Path) -> None:
    bytes_sent = os.urandom(70_000)
    trap.answers["/a"] = leading_to("b?x=1#part", "301 Moved Permanently")
    trap.answers["/b?x=1"] = plain(
        bytes_sent,
        "Content-Type: application/pdf; charset=x",
        "Content-Disposition: attachment; filename*=UTF-8''..%2Fb%C3%A1o%20c%C3%A1o.pdf",
    )
    got = get(trap, trap.address("/a"), tmp_path, allowed=ALLOWED)
    assert (tmp_path / "got").read_bytes() == bytes_sent
    assert got == Fetched(trap.address("/b?x=1"), "báo cáo.pdf", "application/pdf", len(bytes_sent))


@pytest.mark.parametrize(
    ("path", "disposition", "name"),
    [
        ("/thu-muc/h%C3%ACnh.png?x=/y", "", "hình.png"),
        ("/", "", "127.0.0.1"),
        ("/x", 'attachment; filename="..\\\\..\\\\evil.exe"', "evil.exe"),
        ("/x", 'attachment; filename="báo cáo.pdf"', "báo cáo.pdf"),
    ],
)
def test_a_name_never_holds_a_folder(
    trap: Site, tmp_path: Path, path: str, disposition: str, name: str
) -> None:
    headers = [f"Content-Disposition: {disposition}"] if disposition else []
    trap.answers[path] = plain(b"x", *headers)
    assert get(trap, trap.address(path), tmp_path, allowed=ALLOWED).name == name


def test_a_path_with_vietnamese_letters_is_asked_for_in_utf_8(trap: Site, tmp_path: Path) -> None:
    trap.answers["/%E1%BA%A3nh.png"] = plain(b"x")
    trap.answers["/go"] = leading_to("/ảnh.png")
    get(trap, trap.address("/ảnh.png"), tmp_path, allowed=ALLOWED)
    get(trap, trap.address("/go"), tmp_path, allowed=ALLOWED)
    assert trap.paths == ["/%E1%BA%A3nh.png", "/go", "/%E1%BA%A3nh.png"]


def test_a_body_that_comes_in_pieces_is_put_together(trap: Site, tmp_path: Path) -> None:
    trap.answers["/"] = plain(b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", "Transfer-Encoding: chunked")
    assert get(trap, trap.address(), tmp_path, allowed=ALLOWED).size == 5
    assert (tmp_path / "got").read_bytes() == b"abcde"


def endless(head: bytes, piece: bytes) -> Any:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        for _count in range(200_000):
            connection.sendall(piece)

    return send


def dripping(head: bytes, stopped: Any) -> Any:
    def send(connection: socket.socket) -> None:
        connection.sendall(head)
        while not stopped.wait(0.05):
            connection.sendall(b"x")

    return send


BOMB = gzip.compress(bytes(5_000_000))
WRONG: dict[str, tuple[Any, str]] = {
    "endless body": (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"x" * 4096), "fetch_too_large"),
    "endless chunks": (
        endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n"),
        "fetch_too_large",
    ),
    "says more than is taken": (plain(b"x", "Content-Length: 100001"), "fetch_too_large"),
    "endless headers": (endless(b"HTTP/1.1 200 OK\r\n", b"X-A: b\r\n"), "nonsense"),
    "one endless header": (endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 4096), "nonsense"),
    "endless first line": (endless(b"HTTP/1.1 200 ", b"x" * 4096), "nonsense"),
    "endless interim answers": (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "nonsense"),
    "ends too early": (plain(b"half", "Content-Length: 8"), "cut_off"),
    "chunks end too early": (plain(b"8\r\nhalf", "Transfer-Encoding: chunked"), "cut_off"),
    "chunk of no size": (plain(b"zz\r\nhalf\r\n", "Transfer-Encoding: chunked"), "cut_off"),
    "two lengths": (plain(b"x", "Content-Length: 1", "Content-Length: 2"), "nonsense"),
    "negative length": (plain(b"x", "Content-Length: -1"), "nonsense"),
    "packed": (plain(BOMB, "Content-Encoding: gzip"), "encoded"),
    "not HTTP": (b"SSH-2.0-OpenSSH_9.2\r\n", "nonsense"),
    "nothing": (b"", "nonsense"),
    "forbidden": (plain(b"", status="403 Forbidden"), "forbidden"),
    "gone": (plain(b"", status="410 Gone"), "gone"),
    "no body": (plain(b"", status="204 No Content"), "gone"),
    "error": (plain(b"", status="503 Service Unavailable"), "status"),
    "a part": (plain(b"x", status="206 Partial Content"), "status"),
    "round and round": (leading_to("/"), "too_many_redirects"),
    "leads nowhere": (plain(b"", status="302 Found"), "too_many_redirects"),
    "leads to a file": (leading_to("file:///etc/passwd"), "address_scheme"),
    "leads to a user": (leading_to("http://a@127.0.0.1/"), "address_user"),
    "leads to the next host": (leading_to("//10.0.0.1/"), "host_private"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_site_that_misbehaves_is_told_and_nothing_is_kept(case: str, trap: Site, tmp_path: Path) -> None:
    trap.answers["/"], code = WRONG[case]
    assert refused(trap, trap.address(), tmp_path, allowed=ALLOWED, limit=100_000) == code
    if "redirects" in code:
        assert len(trap.asked) == 6, "the first address and five more"


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_site_that_drips_is_left_at_the_deadline(head: bytes, trap: Site, tmp_path: Path) -> None:
    trap.answers["/"] = dripping(head, trap.stopped)
    assert refused(trap, trap.address(), tmp_path, allowed=ALLOWED, seconds=0.4) == "fetch_late"


def test_a_silent_site_and_a_silent_resolver_are_left(trap: Site, tmp_path: Path) -> None:
    trap.answers["/"] = lambda _line: trap.stopped.wait(2)  # type: ignore[assignment,return-value]
    assert refused(trap, trap.address(), tmp_path, allowed=ALLOWED, idle=0.2) == "silent"
    waiting = {"resolve": lambda _host: [str(trap.stopped.wait(2))], "idle": 0.2}
    assert refused(trap, trap.address(host="slow.example.vn"), tmp_path, **waiting) == "silent"


def test_a_packed_body_is_never_unpacked(trap: Site, tmp_path: Path) -> None:
    """A .gz file is a file like any other: its bytes arrive as they are."""
    trap.answers["/"] = plain(BOMB, "Content-Type: application/gzip")
    assert get(trap, trap.address(), tmp_path, allowed=ALLOWED).size == len(BOMB)


@pytest.fixture(scope="module")
def certified() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """TLS of a server whose certificate names kho.example.vn (until 2126), and of a client that trusts it."""
    path = Path(__file__).with_name("tls") / "site.pem"
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cafile=str(path))


def test_a_site_must_prove_the_name_that_was_asked_for(certified: Any, tmp_path: Path) -> None:
    server, client = certified
    with site(tls=server) as safe:
        safe.answers["/"] = plain(b"safe")
        safe.answers["/down"] = leading_to(safe.address(host="kho.example.vn"))
        trusting = {"allowed": ALLOWED, "trust": client, "resolve": lambda _host: ["127.0.0.1"]}
        here = {"host": "kho.example.vn", "scheme": "https"}
        assert get(safe, safe.address(**here), tmp_path, **trusting).size == 4
        assert refused(safe, safe.address("/down", **here), tmp_path, **trusting) == "downgrade"
        other = safe.address(host="other.example.vn", scheme="https")
        assert refused(safe, other, tmp_path, **trusting) == "certificate"
        assert refused(safe, safe.address(**here), tmp_path, **trusting | {"trust": None}) == "certificate"


def test_an_address_is_parsed_into_what_is_asked_for() -> None:
    place = destination("  HTTPS://Kho.Example.VN/a b".replace(" b", "") + "?q=1#x ")
    assert (place.url, place.authority, place.port) == (
        "https://kho.example.vn/a?q=1",
        "kho.example.vn",
        443,
    )
    assert destination("http://8.8.8.8").url == "http://8.8.8.8/"
    assert destination("http://[2606:4700::1]?x").url == "http://[2606:4700::1]/?x"


@given(st.text(max_size=80) | st.text(alphabet="htp:/@[]\\%.0127x#?a", max_size=40).map("http://".__add__))
def test_any_text_is_parsed_or_refused_with_a_sentence(text: str) -> None:
    try:
        place = destination(text)
    except NotFetched as refusal:
        told = refusal.message
    else:
        told = place.url
        assert destination(told) == place, "reads otherwise the second time"
        assert told.isascii() and " " not in told
    assert told


class TestTelling:
    """A question to another site goes where it was meant to go, and nowhere else."""

    def tell(self, where: Site, path: str = "/", **changes: Any) -> Answer:
        chosen: dict[str, Any] = {"limit": 1000, "seconds": 5, "method": "POST", "body": b"{}"} | changes
        how = chosen.pop("manners", None) or manners(where, allowed=ALLOWED)
        return tell(chosen.pop("url", where.address(path)), manners=how, **chosen)

    def test_what_is_sent_arrives_with_its_headers_and_its_length(self, trap: Site) -> None:
        trap.answers["/hook?a=1"] = plain(b"thanks", status="202 Accepted")
        answer = self.tell(trap, "/hook?a=1", headers={"X-Signed": "sha256=1"})
        assert (answer.status, answer.body, answer.whole, answer.accepted) == (202, b"thanks", True, True)
        head = trap.asked[0].split(b"\r\n\r\n")[0].lower()
        assert head.startswith(b"post /hook?a=1 http/1.1")
        assert b"content-length: 2" in head and b"x-signed: sha256=1" in head

    def test_a_redirect_and_an_error_are_answers_and_lead_nowhere(self, trap: Site) -> None:
        trap.answers["/"] = leading_to("/elsewhere", "307 Temporary Redirect")
        assert self.tell(trap).status == 307 and trap.paths == ["/"]
        trap.answers["/"] = plain(b"", status="410 Gone")
        assert not self.tell(trap).accepted

    def test_of_a_long_answer_only_the_beginning_is_read(self, trap: Site) -> None:
        trap.answers["/"] = plain(b"x" * 1001)
        answer = self.tell(trap)
        assert (len(answer.body), answer.whole) == (1000, False)

    def test_no_hostile_form_is_told_anything(self, trap: Site) -> None:
        for form in HOSTILE:
            with pytest.raises(NotFetched):
                self.tell(trap, url=form.format(port=trap.port), manners=manners(trap))
        assert trap.asked == []

    def test_who_is_silent_is_left(self, trap: Site) -> None:
        trap.answers["/"] = lambda line: trap.stopped.wait(1) and None
        with pytest.raises(NotFetched) as refusal:
            self.tell(trap, manners=manners(trap, allowed=ALLOWED, idle=0.2))
        assert refusal.value.code == "silent"
