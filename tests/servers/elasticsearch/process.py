"""Elasticsearch as processes of this machine, from its distribution."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import servers
from tools import processes


def local_settings(*, folder: Path, port: int, transport: int) -> dict[str, str]:
    """Where a node keeps its data and logs, and the ports of this machine alone on which it listens."""
    return {
        "network.host": "127.0.0.1",
        "http.port": str(port),
        "transport.port": str(transport),
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
    }


def write_configuration(folder: Path, *, home: Path, settings: Mapping[str, str]) -> None:
    """The folders of one node and its configuration, of the user that the node runs as."""
    conf = folder / "conf"
    shutil.copytree(home / "config", conf)
    (conf / "elasticsearch.yml").write_text(yaml(settings), encoding="utf-8")
    options = conf / "jvm.options"
    options.write_text(jvm_options(options.read_text(encoding="utf-8"), logs=folder / "logs"), "utf-8")
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    servers.give(folder)


def yaml(settings: Mapping[str, str]) -> str:
    """Settings as elasticsearch.yml; a JSON string is a YAML string."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items())


def jvm_options(text: str, *, logs: Path) -> str:
    """The options, nothing written beside the distribution: a server's user may not, and two would clash."""
    kept = [line for line in text.splitlines() if not line.startswith(("-Xlog:", "-XX:+HeapDump"))]
    return "\n".join([*(line.replace("ErrorFile=", f"ErrorFile={logs}/") for line in kept), ""])


def launch_command(java: str, *, home: Path, conf: Path) -> list[str]:
    """What the start script of a whole Elasticsearch calls; this distribution has no such script.

    The launcher compiles lightly (3.2 instead of 5.1 seconds of processor time): it only starts the server.
    """
    return [
        *(java, "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        *("-Dcli.name=server", f"-Dcli.script={home}/bin/elasticsearch", "-Dcli.libs=lib/tools/server-cli"),
        *(f"-Des.path.home={home}", f"-Des.path.conf={conf}", "-Des.distribution.type=tar"),
        *("-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*"),
        "org.elasticsearch.launcher.CliToolLauncher",
    ]


@dataclass
class Process:
    """A node as a launcher and the server, which is its child and in its process group."""

    home: Path
    folder: Path
    options: str
    user: list[str]
    running: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self) -> subprocess.Popen[bytes]:
        java = servers.program("java", package="default-jre-headless")
        with (self.folder / "log").open("ab") as out:
            self.running = subprocess.Popen(
                [*self.user, *launch_command(java, home=self.home, conf=self.folder / "conf")],
                cwd=self.home,  # the launcher looks for lib/tools/server-cli from here
                env={**os.environ, **self._environment()},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        return self.running

    def _environment(self) -> dict[str, str]:
        return {
            "ES_HOME": str(self.home),
            "ES_PATH_CONF": str(self.folder / "conf"),
            "ES_TMPDIR": str(self.folder / "tmp"),
            "ES_JAVA_OPTS": self.options,
        }

    def stop(self) -> None:
        if self.running is not None:
            processes.end(self.running)

    def kill(self) -> None:
        self._tell(signal.SIGKILL)
        if self.running is not None:
            self.running.wait()

    def freeze(self) -> None:
        self._tell(signal.SIGSTOP)

    def thaw(self) -> None:
        self._tell(signal.SIGCONT)

    def discard(self) -> None:
        self.kill()

    def _tell(self, number: int) -> None:
        if self.running is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)
