"""``make demo-reset``: throw the data of a run away and load the demonstration anew."""

from __future__ import annotations

import os
import sys

from tools import install, problem, processes
from tools.places import VENV_PYTHON, data_dir


def main() -> int:
    install.ensure("run")
    confirm()
    return processes.call([VENV_PYTHON, "-m", "tools.demo_reset", "--here"])


def confirm() -> None:
    """Ask, unless ``YES=1``. Raises Problem for any answer but yes."""
    database = os.environ.get("DATABASE_URL", "").strip() and "DATABASE_URL"
    print(
        f"This deletes all resources, files and accounts in {data_dir()}"
        f"{f' and in the database of {database}' if database else ''}.\n"
        f"Lệnh này xóa toàn bộ tài nguyên, tệp và tài khoản trong {data_dir()}"
        f"{f' và trong cơ sở dữ liệu {database}' if database else ''}."
    )
    if os.environ.get("YES", "").strip() == "1":
        return
    try:
        answer = input("Type yes to go on · Gõ yes để tiếp tục: ")
    except EOFError:
        answer = ""
    if answer.strip().lower() != "yes":
        raise problem.Problem(
            "Nothing was deleted. Answer yes, or give YES=1, to begin anew.",
            "Chưa xóa gì. Bạn hãy trả lời yes, hoặc đặt YES=1, để làm lại từ đầu.",
        )


def reset() -> int:
    from tools import prepare

    with prepare.alone():
        prepare.empty()
        prepare.prepare()
    print("make run")
    return 0


if __name__ == "__main__":
    problem.run(reset if "--here" in sys.argv[1:] else main)
