"""What the Makefile calls. Modules need Python's standard library alone, unless they say otherwise.

This file is read by whatever Python a machine has, so it keeps to what every Python 3 understands.
"""

import sys

OLDEST = (3, 11)


def explain_old_python(version):  # type: ignore[no-untyped-def]
    """What to tell somebody whose Python is ``version``; empty where it will do."""
    if tuple(version[:2]) >= OLDEST:
        return ""
    found = "%d.%d" % (version[0], version[1])  # noqa: UP031
    return (
        "\nKho 57 needs Python 3.11 or newer; this is " + found + "."
        "\n  Install one (Debian 12 or Ubuntu 24.04: apt install python3 python3-venv), or name it:"
        "\n  make run PYTHON=python3.12"
        "\n\nKho 57 cần Python 3.11 trở lên; máy này đang dùng " + found + "."
        "\n  Hãy cài bản mới (Debian 12 hoặc Ubuntu 24.04: apt install python3 python3-venv), hoặc chỉ rõ:"
        "\n  make run PYTHON=python3.12\n"
    )


if explain_old_python(sys.version_info):
    sys.stderr.write(explain_old_python(sys.version_info))
    sys.exit(1)
