"""``make messages``: merge the Vietnamese fragments and list what has no translation yet."""

from __future__ import annotations

import sys

from tools import install, problem, processes
from tools.places import VENV_PYTHON


def main() -> int:
    if not install.installed():
        install.ensure("run")
    return processes.call([VENV_PYTHON, "-m", "tools.messages", "--here"])


def report() -> int:
    """Build and list; 1 where fragments disagree or a string has no Vietnamese."""
    from tools import translations

    try:
        translations.build()
        missing = translations.missing()
    except translations.Contradiction as contradiction:
        print(contradiction)
        return 1
    for wanted in missing:
        print(wanted)
    print(f"{len(missing)} strings without Vietnamese · {len(missing)} chuỗi chưa có tiếng Việt")
    return 1 if missing else 0


if __name__ == "__main__":
    problem.run(report if "--here" in sys.argv[1:] else main)
