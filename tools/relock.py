"""``make lock``: see tools/lock.py, which needs what this installs first."""

from tools import install, problem, processes
from tools.places import VENV_PYTHON


def main() -> int:
    if not install.installed():
        install.ensure("test")
    return processes.call([VENV_PYTHON, "-m", "tools.lock"])


if __name__ == "__main__":
    problem.run(main)
