"""Feeds as files: nginx with ours over nginx with any file; the application's fallback over an empty view.

Prints ``name value unit`` a line. Both sides of a ratio alternate in one run; medians. Needs nginx and wrk
(Debian: nginx-light, wrk). Writes only to a temporary folder, listens on loopback ports chosen free.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 7
SECONDS = 2
ADDRESS = "XA-19777/nghi-quyet-57"


def main() -> int:
    missing = [tool for tool in ("nginx", "wrk") if not shutil.which(tool, path=_path())]
    if missing:
        print(
            f"bench/feeds.py needs {' and '.join(missing)}: apt-get install nginx-light wrk", file=sys.stderr
        )
        return 1
    with tempfile.TemporaryDirectory(prefix="kho57-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        _configure(folder)
        content = _render()
        from cms.sections import files

        print(f"feed_json_ten_items {len(content)} bytes")
        for ending, label in ((".gz", "gzip"), (".br", "brotli")):
            size = len(files.read(f"feeds/{ADDRESS}/feed.json{ending}") or b"")
            print(f"feed_json_ten_items_{label} {size} bytes")
        print(f"feed_json_ten_unlike_items_brotli {_size_of_unlike()} bytes")
        with _nginx(folder, content) as (port, spent):
            ours, plain = f"/feeds/{ADDRESS}/feed.json", "/plain/feed.json"
            dressed = "/dressed/feed.json"
            _check_served(port, ours, content)
            pairs = _alternate(lambda: _wrk(port, ours), lambda: _wrk(port, plain))
            alike = _alternate(lambda: _wrk(port, ours), lambda: _wrk(port, dressed))
            work = _alternate(lambda: _work(port, plain, spent), lambda: _work(port, ours, spent))
        _print_ratio("feed_file_over_static_file", pairs, unit="requests/s")
        print(f"feed_file_over_static_file_processor {_ratio(work):.3f} ratio")
        _print_ratio("feed_file_over_static_file_with_its_headers", alike, unit="requests/s")
        _fallback()
    print(f"ran_on {os.cpu_count()} cores")
    return 0


def _path() -> str:
    return os.environ.get("PATH", "") + ":/usr/sbin"


def _configure(folder: Path) -> None:
    os.environ["DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.test")
    sys.path.insert(0, str(ROOT))
    import django

    django.setup()


def _render() -> bytes:
    """A feed of ten entries, written by the product's own code, without a database."""
    from django.utils import timezone

    from cms.sections import files, json_feed
    from cms.sections.entries import Publication, Term

    now = timezone.now().replace(microsecond=0)
    agency = Term("XA-19777", "UBND phường Vỹ Dạ")
    published = Publication(
        section=None,
        language="vi",
        address=ADDRESS,
        title="Chuyên mục Nghị quyết 57",
        intro="Tư liệu do phường chọn cho người dân.",
        agency=agency,
        page_url=f"https://kho57.example/vi/s/{ADDRESS}/",
        entries=tuple(_entry(number, agency, now - timedelta(days=number)) for number in range(10)),
    )
    content = json_feed.write(published, f"https://kho57.example/feeds/{ADDRESS}/feed.json")
    files.write_with_twins(f"feeds/{ADDRESS}/feed.json", content)
    files.Manifest(files={f"feeds/{ADDRESS}/feed.json": {"sha256": "x", "modified": now.isoformat()}}).save(
        ADDRESS
    )
    return content


def _entry(number: int, agency: Any, published: datetime) -> Any:
    from cms.sections.entries import Entry, Picture, Term

    id = f"k57-7f3q-28m{number}"
    widths = (320, 640, 1280)
    at = f"https://kho57.example/files/{id}/nam-buoc-w"
    return Entry(
        id=id,
        kind="infographic",
        kind_label="Infographic",
        title=f"Năm bước nộp hồ sơ trực tuyến tại nhà, phần {number}",
        summary="Đăng nhập, chọn thủ tục, điền tờ khai, nộp phí, theo dõi: năm bước trên một tờ.",
        url=f"https://kho57.example/vi/r/{id}/nam-buoc-nop-ho-so/",
        language="vi",
        published=published,
        modified=published,
        agency=agency,
        audiences=(Term("citizens", "Người dân"),),
        topics=(Term("chuyen-doi-so", "Chuyển đổi số"), Term("dich-vu-cong", "Dịch vụ công")),
        campaign=None,
        duration=None,
        pages=None,
        captions=(),
        licence="cc-by-4.0",
        licence_name="CC BY 4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        credit="UBND phường Vỹ Dạ / Kho 57",
        pictures=tuple(Picture(f"{at}{width}.webp", "image/webp", width, width * 3 // 2) for width in widths),
        alt="Năm bước từ đăng nhập đến nhận kết quả.",
        attachments=(),
        pinned=number == 0,
    )


_UNLIKE = (
    "Bảy bước nộp hồ sơ dịch vụ công trực tuyến tại nhà",
    "Kho 57 là gì và vì sao thành phố cần một kho chung",
    "Những điểm người dân cần biết trong hai phút",
    "Đổi mật khẩu an toàn cho tài khoản định danh điện tử",
    "Câu chuyện bảo tồn di sản bằng dữ liệu số",
    "Tờ gấp hướng dẫn thanh toán học phí không dùng tiền mặt",
    "Doanh nghiệp nhỏ bắt đầu chuyển đổi số từ đâu",
    "Cuộc thi STEM cấp thành phố: thể lệ và mốc thời gian",
    "Nhận diện cuộc gọi giả mạo cơ quan nhà nước",
    "Sổ tay kỹ năng số cho tổ công nghệ số cộng đồng",
)


def _size_of_unlike() -> int:
    """Bytes in brotli of ten entries that have nothing in common, without their body text."""
    import random
    from dataclasses import replace

    import brotli
    from django.utils import timezone
    from django.utils.text import slugify

    from cms.sections import files, json_feed
    from cms.sections.entries import Picture, Publication, Term

    dice, now, entries = random.Random(57), timezone.now().replace(microsecond=0), []
    for number, title in enumerate(_UNLIKE):
        id, slug = f"k57-{dice.getrandbits(16):04x}-{dice.getrandbits(16):04x}", slugify(title)
        agency = Term(f"XA-{dice.randrange(19000, 20000)}", f"UBND phường số {number}")
        at = f"https://kho57.example/files/{id}/{slug}"
        pictures = tuple(
            Picture(f"{at}-w{width}-{dice.getrandbits(48):012x}.{ending}", f"image/{kind}", width, width)
            for width in (320, 640, 1280)
            for ending, kind in (("webp", "webp"), ("jpg", "jpeg"))
        )
        made = _entry(number, agency, now - timedelta(hours=dice.randrange(2000)))
        url = f"https://kho57.example/vi/r/{id}/{slug}/"
        entries.append(replace(made, id=id, title=title, summary="-", url=url, pictures=pictures))
    whole = Publication(
        None, "vi", ADDRESS, "Chuyên mục", "", agency, "https://kho57.example/", tuple(entries)
    )
    content = json_feed.write(whole, f"https://kho57.example/feeds/{ADDRESS}/feed.json")
    return len(brotli.compress(content, quality=files.BROTLI_QUALITY))


@contextmanager
def _nginx(folder: Path, content: bytes) -> Iterator[tuple[int, Callable[[], float]]]:
    """The project's own nginx configuration with a plain folder beside it, on a free loopback port.

    And what gives the processor seconds that its worker has taken.
    """
    for name in ("plain", "dressed"):
        (folder / "beside" / name).mkdir(parents=True)
        (folder / "beside" / name / "feed.json").write_bytes(content)
    port = _free_port()
    site = (ROOT / "deploy" / "nginx" / "kho57.conf").read_text()
    from cms.sections.files import feeds_storage

    site = site.replace("/srv/kho57/var/feeds", str(feeds_storage().path("")).rstrip("/"))
    site = site.replace("/srv/kho57/var", str(folder)).replace(
        "listen 80;", f"listen 127.0.0.1:{_free_port()};"
    )
    # Both sides without TLS and without a journal: the file is what is measured.
    site = site.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    site = re.sub(r"^ +(ssl_|access_log|error_log).*$", "", site, flags=re.MULTILINE)
    site = site.replace("/var/cache/nginx/kho57", str(folder / "cache"))
    beside = "".join(
        f"    location /{name}/ {{ root {folder / 'beside'}; gzip_static off; {headers} }}\n"
        for name, headers in (("plain", ""), ("dressed", _headers_of_a_feed(site)))
    )
    site = site.replace("    location /static/ {", beside + "\n    location /static/ {", 1)
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        + ("user root;\n" if os.geteuid() == 0 else "")
        + "events { worker_connections 512; }\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;"
        f" client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;"
        f" uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5; include {folder}/site.conf; }}\n"
    )
    process = subprocess.Popen(
        ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")],
        env={**os.environ, "PATH": _path()},
    )
    try:
        _await(port, process, folder)
        yield port, lambda: _spent_by_children_of(process.pid)
    finally:
        process.terminate()
        process.wait(10)


def _headers_of_a_feed(site: str) -> str:
    """What the configuration adds to a feed."""
    place = site[site.index("location ~ ^/feeds/") :]
    return " ".join(
        re.findall(r"""add_header (?:'[^']*'|"[^"]*"|[^;'"])*;""", place[: place.index("error_page")])
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await(port: int, process: subprocess.Popen[Any], folder: Path) -> None:
    for _attempt in range(100):
        if process.poll() is not None:
            raise SystemExit(f"nginx did not start: {(folder / 'error.log').read_text()[-500:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("nginx does not answer")


def _check_served(port: int, path: str, content: bytes) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        if answer.read() != content or answer.headers["Access-Control-Allow-Origin"] != "*":
            raise SystemExit("nginx does not serve the feed as it should")


def _spent_by_children_of(pid: int) -> float:
    """Seconds in user and system mode (proc(5), fields 14 and 15)."""
    spent = 0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / os.sysconf("SC_CLK_TCK")


def _work(port: int, path: str, spent: Callable[[], float]) -> float:
    """Processor seconds of nginx for a request: other work on the machine hardly changes them."""
    before = spent()
    requests = _wrk(port, path) * SECONDS
    return (spent() - before) / requests


def _wrk(port: int, path: str) -> float:
    run = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{SECONDS}s", f"http://127.0.0.1:{port}{path}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS + 20,
    )
    if "Non-2xx" in run.stdout:
        raise SystemExit(f"nginx refuses {path}: {run.stdout}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)
    return float(found[1]) if found else 0.0


def _alternate(one: Callable[[], float], other: Callable[[], float]) -> list[tuple[float, float]]:
    """Both sides in turn, the first of each round changing; one round before is not counted."""
    one(), other()
    pairs = []
    for number in range(ROUNDS):
        first, second = (one, other) if number % 2 else (other, one)
        a, b = first(), second()
        pairs.append((a, b) if number % 2 else (b, a))
    return pairs


def _print_ratio(name: str, pairs: list[tuple[float, float]], *, unit: str) -> None:
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{name}_ours {ours:.2f} {unit}")
    print(f"{name}_theirs {theirs:.2f} {unit}")
    print(f"{name} {_ratio(pairs):.3f} ratio")


def _ratio(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(a / b for a, b in pairs)


def _fallback() -> None:
    """CPU of one request through the whole application, middleware included, against an empty view."""
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import path

    from cms import urls

    def empty(request: Any) -> HttpResponse:
        return HttpResponse(b"")

    urls.urlpatterns.insert(0, path("bench/empty/", empty))
    application = get_wsgi_application()
    feed, nothing = f"/feeds/{ADDRESS}/feed.json", "/bench/empty/"
    pairs = _alternate(lambda: _cpu(application, feed), lambda: _cpu(application, nothing))
    _print_ratio("fallback_cpu_over_empty_view", pairs, unit="ms")


def _cpu(application: Any, path: str, count: int = 1500) -> float:
    """Milliseconds of CPU for one request."""
    answers: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": open(os.devnull, "rb"),  # noqa: SIM115
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "HTTP_ACCEPT_ENCODING": "gzip, br",
    }
    start = time.process_time()
    for _number in range(count):
        answer = application(dict(environ), lambda status, headers: answers.append(status))
        b"".join(answer)
        answer.close()
    spent = time.process_time() - start
    if set(answers) != {"200 OK"}:
        raise SystemExit(f"{path} answered {set(answers)}")
    return spent / count * 1000


if __name__ == "__main__":
    raise SystemExit(main())
