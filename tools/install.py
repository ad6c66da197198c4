"""The virtual environment ``.venv`` with the locked requirements; a second call does nothing."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools import problem, processes
from tools.places import CACHE, REQUIREMENTS, ROOT, VENV, VENV_PYTHON

NEEDED_BYTES = {"run": 1_200_000_000, "test": 2_000_000_000}
AT_ONCE = 2
"""Processes of pip: 46 s with one, 26 s with two, on two cores."""
_STAMP = VENV / "locked-requirements.json"
_NETWORK = ("connection", "name resolution", "temporary failure", "timed out", "unreachable", "proxyerror")


def ensure(group: str) -> None:
    """Have everything of requirements/``group``.txt (run or test) installed. Raises Problem."""
    lock = REQUIREMENTS / f"{group}.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if installed().get(group) == wanted:
        return
    refuse_full_disk(ROOT, needed=NEEDED_BYTES[group])
    make_venv()
    _install(lock, compiled=group == "run")
    stamp = {**installed(), group: wanted, "python": _own_python()}
    _STAMP.write_text(json.dumps(stamp, indent=2), encoding="utf-8")


def installed() -> dict[str, str]:
    """Digest of the lock file by group, as far as ``.venv`` is whole, in its place and of this Python."""
    if not (_STAMP.is_file() and VENV_PYTHON.exists()):
        return {}
    stamp: dict[str, str] = json.loads(_STAMP.read_text(encoding="utf-8"))
    return stamp if stamp.get("python") == _own_python() else {}


def _own_python() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]} in {VENV}"


def refuse_full_disk(place: Path, *, needed: int) -> None:
    if shutil.disk_usage(place).free < needed:
        raise problem.disk_full(place)


def make_venv() -> None:
    """Make ``.venv`` where there is none of this Python that works."""
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise problem.Problem(
            "This Python has no venv module. Install it and run the command again:\n"
            f"    sudo apt install python{version}-venv    (or: sudo apt install python3-venv)",
            "Python trên máy này thiếu mô-đun venv. Bạn hãy cài rồi chạy lại lệnh:\n"
            f"    sudo apt install python{version}-venv    (hoặc: sudo apt install python3-venv)",
        )
    if _venv_works():
        return
    print("Making .venv · Đang tạo .venv", flush=True)
    code, said = processes.answer([sys.executable, "-m", "venv", "--clear", VENV])
    if code:
        raise _failed("make .venv", "tạo .venv", said)


def _venv_works() -> bool:
    if not VENV_PYTHON.exists():
        return False
    code, said = processes.answer(
        [VENV_PYTHON, "-c", "import pip, sys; print(sys.version_info[:2], sys.prefix)"]
    )
    return code == 0 and said.strip() == f"{sys.version_info[:2]} {VENV}"


def _install(lock: Path, *, compiled: bool) -> None:
    """``compiled``: every module at once, so that the site starts quickly.

    Tests import a part, which compiles it and keeps that: 26 of 66 s of the processor are saved.
    """
    print(
        f"Installing {lock.name} (first time: minutes) · Đang cài thư viện (lần đầu mất vài phút)", flush=True
    )
    CACHE.mkdir(exist_ok=True)
    # The lock is the whole tree. Left to resolve extras such as coverage[toml] itself, pip takes the newest
    # release for them and then refuses it, because the lock holds the hashes of another.
    options = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--no-input"]
    options += ["--disable-pip-version-check", *([] if compiled else ["--no-compile"])]
    pip = [VENV_PYTHON, "-m", "pip", "install", "--quiet", *options]
    with tempfile.TemporaryDirectory(dir=CACHE) as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        parts = parts_of(lock, number=AT_ONCE, folder=Path(folder))
        answers = list(pool.map(lambda part: processes.answer([*pip, "-r", part]), parts))
    failed = [said for code, said in answers if code]
    if failed:
        said = "\n".join(failed)
        (CACHE / "install.log").write_text(said, encoding="utf-8")
        raise explain(said)


def parts_of(lock: Path, *, number: int, folder: Path) -> list[Path]:
    """The pins of ``lock`` with their hashes, dealt out to ``number`` files in ``folder``.

    pip fetches and unpacks one after the other. As no pin asks for another one, several may work side by side.
    """
    text = lock.read_text(encoding="utf-8")
    pins = [each for each in re.split(r"\n(?=[^\s#])", f"\n{text}") if "==" in each]
    files = [folder / f"{lock.stem}-{part}.txt" for part in range(number)]
    for part, file in enumerate(files):
        file.write_text("\n".join([*pins[part::number], ""]), encoding="utf-8")
    return files


def explain(said: str) -> problem.Problem:
    """The problem behind what pip printed."""
    if "No space left on device" in said or "Disk quota exceeded" in said:
        return problem.disk_full(ROOT)
    if any(sign in said.lower() for sign in _NETWORK):
        return problem.Problem(
            "The libraries cannot be fetched: no network, or a proxy is missing. Check the connection "
            "(HTTPS_PROXY where you need one) and run the command again.",
            "Không tải được thư viện: máy chưa có mạng, hoặc thiếu cấu hình proxy. Bạn hãy kiểm tra kết nối "
            "(đặt HTTPS_PROXY nếu cần) rồi chạy lại lệnh.",
            _last(said),
        )
    return _failed("install the libraries (.cache/install.log)", "cài thư viện (.cache/install.log)", said)


def _failed(english: str, vietnamese: str, said: str) -> problem.Problem:
    if "No space left on device" in said:
        return problem.disk_full(ROOT)
    return problem.Problem(
        f"It was not possible to {english}. The last lines say why; mend that and run the command again.",
        f"Không {vietnamese} được. Các dòng cuối cho biết lý do; bạn hãy khắc phục rồi chạy lại lệnh.",
        _last(said),
    )


def _last(said: str, *, lines: int = 12) -> str:
    return "\n".join(said.strip().splitlines()[-lines:])
