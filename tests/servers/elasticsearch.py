"""Elasticsearch with security off: in a container where an engine answers, else from its distribution.

A cluster of two has one node that may be master, the first. See ``started_cluster`` for what still works
when one of them is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tests import servers
from tests.servers import elasticsearch_distribution as distribution
from tools import processes

PATIENCE = 240.0
"""Seconds until a node must answer: 20 on two idle cores, many times that where others work."""

_COMMON = {
    "cluster.name": "kho57-tests",
    "xpack.security.enabled": "false",
    # A nearly full disk of a developer's machine is no reason to refuse a few documents.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


class Runner(Protocol):
    """How one node runs: as a process or as a container."""

    def start(self) -> subprocess.Popen[bytes]:
        """Begin; returns a process that lives as long as the node."""

    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...


@dataclass
class Node:
    """One node with an address and data that stay the same when it is stopped and started again."""

    name: str
    url: str
    log: Path
    runner: Runner

    def start(self, *, nodes: int = 1, over: threading.Event | None = None) -> None:
        """Start and wait until the node is in a healthy cluster of at least ``nodes``. Raises NotStarted."""
        self.wait(self.launch(), nodes=nodes, over=over)

    def launch(self) -> subprocess.Popen[bytes]:
        """Start without waiting."""
        return self.runner.start()

    def wait(
        self, process: subprocess.Popen[bytes], *, nodes: int = 1, over: threading.Event | None = None
    ) -> None:
        """Return when the node is in a healthy cluster of at least ``nodes``. Raises NotStarted."""
        servers.wait(
            until=lambda: self.healthy(nodes=nodes),
            process=process,
            log=self.log,
            patience=PATIENCE,
            over=over,
        )

    def healthy(self, *, nodes: int = 1) -> bool:
        """Whether every primary shard is there and at least ``nodes`` nodes, as this node sees it."""
        asked = f"{self.url}/_cluster/health?wait_for_status=yellow&wait_for_nodes=%3E%3D{nodes}&timeout=1s"
        try:
            with urllib.request.urlopen(asked, timeout=5) as answer:
                return not json.load(answer)["timed_out"]
        except (OSError, ValueError):
            return False

    def stop(self) -> None:
        """End it in order, as an operator does; its connections are closed."""
        self.runner.stop()

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.runner.kill()

    def freeze(self) -> None:
        """Let it hang: connections are accepted by the kernel and nobody answers."""
        self.runner.freeze()

    def thaw(self) -> None:
        """Let it go on where it hung."""
        self.runner.thaw()


@contextlib.contextmanager
def started(
    *, heap: str = "1g", settings: Mapping[str, str] | None = None, over: threading.Event | None = None
) -> Iterator[str]:
    """The ELASTICSEARCH_URL of a new server of one node, until the end of the block.

    ``settings`` are added to elasticsearch.yml; setting ``over`` in another thread gives up a start that is
    under way. Raises NotStarted with what to install, and never goes on without a server.
    """
    with started_cluster(nodes=1, heap=heap, settings=settings, over=over) as (node,):
        yield node.url


@contextlib.contextmanager
def started_cluster(
    *,
    nodes: int = 2,
    heap: str = "512m",
    settings: Mapping[str, str] | None = None,
    over: threading.Event | None = None,
) -> Iterator[list[Node]]:
    """A new cluster of ``nodes`` nodes, all of them answering, until the end of the block."""
    home = distribution.fetched(over=over)
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(servers.folder("elasticsearch"))
        made = _as_processes(place, count=nodes, heap=heap, settings=settings or {}, home=home)
        running = []
        for node in made:
            stack.callback(node.runner.kill)
            running.append(node.launch())
        for node, process in zip(made, running, strict=True):
            node.wait(process, nodes=nodes, over=over)
        yield made
        for node in made:
            node.thaw()
            node.stop()


def _as_processes(
    place: Path, *, count: int, heap: str, settings: Mapping[str, str], home: Path
) -> list[Node]:
    http, transport = _ports(count), _ports(count)
    home = distribution.readable(place=place)
    user = servers.as_user(place)
    shape = cluster_settings(hosts=[f"127.0.0.1:{port}" for port in transport])
    made = []
    for number, own in enumerate(shape):
        ports = {"http.port": str(http[number]), "transport.port": str(transport[number])}
        folder = place / own["node.name"]
        local = {"network.host": "127.0.0.1", "path.data": str(folder / "data")}
        local["path.logs"] = str(folder / "logs")
        write_configuration(folder, home=home, settings={**_COMMON, **own, **local, **ports, **settings})
        runner = Process(home=home, folder=folder, heap=heap, user=user)
        made.append(Node(own["node.name"], f"http://127.0.0.1:{http[number]}", folder / "log", runner))
    return made


def _ports(count: int) -> list[int]:
    """Free ports, no two the same."""
    found: set[int] = set()
    while len(found) < count:
        found.add(servers.free_port())
    return sorted(found)


def cluster_settings(*, hosts: Sequence[str]) -> list[dict[str, str]]:
    """What makes one cluster of nodes whose transport listens on ``hosts``; the first one is the master."""
    names = [f"node-{number}" for number in range(1, len(hosts) + 1)]
    if len(names) == 1:
        return [{"node.name": names[0], "discovery.type": "single-node"}]
    common = {"discovery.seed_hosts": ",".join(hosts), "cluster.initial_master_nodes": names[0]}
    first = {**common, "node.name": names[0], "node.roles": "master,data,ingest"}
    return [first, *({**common, "node.name": name, "node.roles": "data,ingest"} for name in names[1:])]


def write_configuration(folder: Path, *, home: Path, settings: Mapping[str, str]) -> None:
    """The folders of one node and its configuration, of the user that the node runs as."""
    conf = folder / "conf"
    shutil.copytree(home / "config", conf)
    (conf / "elasticsearch.yml").write_text(yaml(settings), encoding="utf-8")
    options = conf / "jvm.options"
    options.write_text(jvm_options(options.read_text(encoding="utf-8"), folder=folder), encoding="utf-8")
    for name in ("data", "logs", "tmp"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            shutil.chown(path, "nobody", "nogroup")


def yaml(settings: Mapping[str, str]) -> str:
    """Settings as elasticsearch.yml; a JSON string is a YAML string."""
    return "".join(f"{name}: {json.dumps(value)}\n" for name, value in settings.items())


def jvm_options(text: str, *, folder: Path) -> str:
    """The options without those that write beside the distribution, which a server's user may not."""
    kept = [line for line in text.splitlines() if not line.startswith(("-Xlog:", "-XX:+HeapDump"))]
    moved = (line.replace("ErrorFile=", f"ErrorFile={folder / 'logs'}/") for line in kept)
    return "\n".join([*moved, ""])


@dataclass
class Process(Runner):
    """A node as a process: the launcher and the server, which is its child and in its process group."""

    home: Path
    folder: Path
    heap: str
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
            "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap}",
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

    def _tell(self, number: int) -> None:
        if self.running is not None and self.running.poll() is None:
            os.killpg(self.running.pid, number)


def launch_command(java: str, *, home: Path, conf: Path) -> list[str]:
    """What the start script of a whole Elasticsearch calls; this distribution has no such script."""
    return [
        *(java, "-Xms4m", "-Xmx64m", "-XX:+UseSerialGC"),
        *("-Dcli.name=server", f"-Dcli.script={home}/bin/elasticsearch", "-Dcli.libs=lib/tools/server-cli"),
        *(f"-Des.path.home={home}", f"-Des.path.conf={conf}", "-Des.distribution.type=tar"),
        *("-cp", f"{home}/lib/*:{home}/lib/cli-launcher/*"),
        "org.elasticsearch.launcher.CliToolLauncher",
    ]
