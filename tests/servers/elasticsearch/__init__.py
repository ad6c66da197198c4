"""Elasticsearch with security off: in a container where an engine answers, else from its distribution."""

from __future__ import annotations

import contextlib
import json
import secrets
import subprocess
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests import servers
from tests.servers.elasticsearch import container, distribution, process

PATIENCE = 240.0
"""Seconds until a node must answer: 20 on two idle cores, many times that where others work."""

_QUICK = "-XX:TieredStopAtLevel=1"
"""Compile lightly: 26 instead of 45 seconds of processor time until it answers."""

_COMMON = {
    "cluster.name": "kho57-tests",
    "xpack.security.enabled": "false",
    # A nearly full disk of a developer's machine is no reason to refuse a few documents.
    "cluster.routing.allocation.disk.threshold_enabled": "false",
}


class Runner(Protocol):
    """How one node runs: as a process or in a container."""

    def start(self) -> subprocess.Popen[bytes]:
        """Begin; returns a process that lives as long as the node."""

    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def freeze(self) -> None: ...
    def thaw(self) -> None: ...
    def discard(self) -> None:
        """End it for good, in whatever state it is."""


@dataclass
class Node:
    """One node, with an address and data that stay the same when it is stopped and started again."""

    name: str
    url: str
    log: Path
    runner: Runner

    def start(self, *, nodes: int = 1) -> None:
        """Start and wait until it is in a healthy cluster of at least ``nodes``. Raises NotStarted."""
        self.wait(self.runner.start(), nodes=nodes)

    def wait(
        self, running: subprocess.Popen[bytes], *, nodes: int = 1, over: threading.Event | None = None
    ) -> None:
        """Return when it is in a healthy cluster of at least ``nodes``. Raises NotStarted."""
        servers.wait(
            until=lambda: self.healthy(nodes=nodes),
            process=running,
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
        """End it in order, as an operator does; connections to it are refused from then on."""
        self.runner.stop()

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        self.runner.kill()

    def freeze(self) -> None:
        """Let it hang: the kernel accepts connections and nobody answers."""
        self.runner.freeze()

    def thaw(self) -> None:
        """Let it go on where it hung."""
        self.runner.thaw()


@contextlib.contextmanager
def started(
    *,
    heap: str = "1g",
    settings: Mapping[str, str] | None = None,
    measured: bool = False,
    over: threading.Event | None = None,
) -> Iterator[str]:
    """The ELASTICSEARCH_URL of a new server of one node, until the end of the block.

    ``settings`` are added to elasticsearch.yml. ``measured``: at its full speed, which costs a slower start.
    Setting ``over`` in another thread gives up a start that is under way. Raises NotStarted with what to
    install, and never goes on without a server.
    """
    with started_cluster(nodes=1, heap=heap, settings=settings, measured=measured, over=over) as (node,):
        yield node.url


@contextlib.contextmanager
def started_cluster(
    *,
    nodes: int = 2,
    heap: str = "512m",
    settings: Mapping[str, str] | None = None,
    measured: bool = False,
    over: threading.Event | None = None,
) -> Iterator[list[Node]]:
    """A new cluster of ``nodes`` nodes, all of them answering, until the end of the block.

    Only the first may be master. Seen with two nodes and an index of one shard and one replica:

    - the second stopped or killed: the first goes on searching, writing and making indices at once (0.2 s);
      started again it has the whole index within two seconds of answering;
    - the second hanging: searches and writes on the first hang too, until the master drops it after 30 s
      (6 s with ``cluster.fault_detection.follower_check.timeout`` 2s and ``.retry_count`` 2); what changes
      mappings or indices hangs for ``cluster.publish.timeout``, 30 s. Then all work again, and the second is
      back three seconds after it is thawed;
    - the first stopped: the second goes on searching; writes and ``/_cluster/health`` answer 503 after their
      timeout, until the first is back.
    """
    options = f"-Xms{heap} -Xmx{heap} {'' if measured else _QUICK}".strip()
    given = {**_COMMON, **(settings or {})}
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(servers.folder("elasticsearch"))
        if container.can_be_had(over=over):
            made = _in_containers(place, count=nodes, options=options, settings=given, stack=stack)
        else:
            distribution.fetched(over=over)
            made = _as_processes(place, count=nodes, options=options, settings=given, stack=stack)
        running = [node.runner.start() for node in made]
        for node, its in zip(made, running, strict=True):
            node.wait(its, nodes=nodes, over=over)
        yield made


def must_be_fetched() -> bool:
    """Whether a start on this machine will call Maven."""
    return not distribution.home().is_dir() and not container.engine_answers()


def cluster_settings(*, hosts: Sequence[str]) -> list[dict[str, str]]:
    """What makes one cluster of nodes whose transport listens on ``hosts``; the first one is the master."""
    names = [f"node-{number}" for number in range(1, len(hosts) + 1)]
    if len(names) == 1:
        return [{"node.name": names[0], "discovery.type": "single-node"}]
    common = {"discovery.seed_hosts": ",".join(hosts), "cluster.initial_master_nodes": names[0]}
    first = {**common, "node.name": names[0], "node.roles": "master,data,ingest"}
    return [first, *({**common, "node.name": name, "node.roles": "data,ingest"} for name in names[1:])]


def _as_processes(
    place: Path, *, count: int, options: str, settings: Mapping[str, str], stack: contextlib.ExitStack
) -> list[Node]:
    home, user = distribution.readable(place=place), servers.as_user(place)
    ports = servers.free_ports(2 * count)
    hosts = [f"127.0.0.1:{transport}" for transport in ports[count:]]
    made = []
    for own, port, transport in zip(cluster_settings(hosts=hosts), ports, ports[count:], strict=False):
        folder = place / own["node.name"]
        local = process.local_settings(folder=folder, port=port, transport=transport)
        process.write_configuration(folder, home=home, settings={**own, **local, **settings})
        runner = process.Process(home=home, folder=folder, options=options, user=user)
        stack.callback(runner.discard)
        made.append(Node(own["node.name"], f"http://127.0.0.1:{port}", folder / "log", runner))
    return made


def _in_containers(
    place: Path, *, count: int, options: str, settings: Mapping[str, str], stack: contextlib.ExitStack
) -> list[Node]:
    prefix = f"kho57-tests-{secrets.token_hex(4)}"
    network = stack.enter_context(container.network(prefix)) if count > 1 else ""
    own = cluster_settings(hosts=[f"node-{number}" for number in range(1, count + 1)])
    made = []
    for its, port in zip(own, servers.free_ports(count), strict=True):
        name = its["node.name"]
        runner = container.Container(f"{prefix}-{name}", log=place / f"{name}.log")
        stack.callback(runner.discard)
        runner.create(port=port, network=network, options=options, settings={**its, **settings})
        made.append(Node(name, f"http://127.0.0.1:{port}", runner.log, runner))
    return made
