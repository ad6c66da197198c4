"""``python -m tools.component``: the web component, from its source to the file that sites load.

The source stands in cms/sections/component/. What is written to static/embed/ is kept in the repository, so that
the site needs no Node; a test compares both. ``v1/`` holds every version that was ever given out with a check
sum: a file there is never changed and never removed.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess

from tools import problem
from tools.places import ROOT

SOURCE = ROOT / "cms" / "sections" / "component"
TARGET = ROOT / "static" / "embed"
NAME = "kho57-section"
_TERSER = ROOT / "node_modules" / "terser" / "bin" / "terser"
_OPTIONS = ["--compress", "ecma=2017,passes=3,unsafe_arrows", "--mangle", "--ecma", "2017"]
_PREAMBLE = b"/* Kho 57, BSD-3-Clause */\n"


def build() -> bytes:
    """The component with its style sheet in it, minified. Raises Problem."""
    style = json.dumps(_smaller((SOURCE / f"{NAME}.css").read_text(encoding="utf-8")))
    source = (SOURCE / f"{NAME}.js").read_text(encoding="utf-8")
    whole = source.replace(f'"/* {NAME}.css */"', style)
    node = shutil.which("node")
    if node is None or not _TERSER.is_file():
        raise problem.Problem("Node and terser are missing: make test", "Thiếu Node và terser: make test")
    done = subprocess.run([node, _TERSER, *_OPTIONS], input=whole.encode(), capture_output=True, check=False)
    if done.returncode:
        raise problem.Problem(
            "The component cannot be made smaller.",
            "Không rút gọn được thành phần web.",
            done.stderr.decode(),
        )
    return _PREAMBLE + done.stdout.strip() + b"\n"


def _smaller(style: str) -> str:
    """``style`` without the spaces that mean nothing; it holds no string with a space but a font's name."""
    style = re.sub(r"\s+", " ", style)
    return re.sub(r" ?([{};,>]) ?", r"\1", style).replace(": ", ":").replace(";}", "}").strip()


def version(content: bytes) -> str:
    """The name under which ``content`` stands in ``v1/``."""
    return f"{NAME}.{hashlib.sha256(content).hexdigest()[:12]}.js"


def main() -> int:
    content = build()
    (TARGET / "v1").mkdir(exist_ok=True)
    (TARGET / f"{NAME}.js").write_bytes(content)
    (TARGET / "v1" / version(content)).write_bytes(content)
    print(f"{len(content)} bytes · {version(content)}")
    return 0


if __name__ == "__main__":
    problem.run(main)
