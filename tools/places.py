"""Where things lie in a checkout, and where a run keeps its own."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements"
CACHE = ROOT / ".cache"
LOCALE = ROOT / "locale"


def data_dir() -> Path:
    """The folder of a run: ``DATA_DIR``, or ``var`` in the checkout."""
    return (ROOT / (os.environ.get("DATA_DIR", "").strip() or "var")).resolve()


def _read_env_file(path: Path) -> None:
    """Lines NAME=value of ``.env`` stand for variables that the environment does not give."""
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#") and not os.environ.get(name.strip()):
            os.environ[name.strip()] = value.strip().strip("\"'")


_read_env_file(ROOT / ".env")
