"""Elasticsearch in containers, where an engine answers."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests import servers
from tests.servers.elasticsearch.distribution import VERSION

IMAGE = f"elasticsearch:{VERSION}"
"""As in compose.yaml."""


def can_be_had(*, over: threading.Event | None = None) -> bool:
    """Whether an engine answers and has the image, or can pull it."""
    return engine_answers() and (
        servers.finish(["docker", "image", "inspect", IMAGE], over=over) == 0
        or servers.finish(["docker", "pull", "--quiet", IMAGE], over=over) == 0
    )


def engine_answers() -> bool:
    return bool(shutil.which("docker")) and servers.finish(["docker", "info"]) == 0


@contextlib.contextmanager
def network(name: str) -> Iterator[str]:
    """A network in which nodes find one another by name, until the end of the block."""
    _must(["docker", "network", "create", name])
    try:
        yield name
    finally:
        servers.finish(["docker", "network", "rm", name])


def create_command(
    name: str, *, port: int, network: str, options: str, settings: Mapping[str, str]
) -> list[str]:
    """A container that only this machine reaches; in ``network`` others find it by its node's name."""
    together = ["--network", network, "--network-alias", settings["node.name"]] if network else []
    # Memory maps: else a host with the usual vm.max_map_count refuses a cluster of several nodes.
    environment = {"ES_JAVA_OPTS": options, "node.store.allow_mmap": "false", **settings}
    given = [word for key, value in environment.items() for word in ("--env", f"{key}={value}")]
    published = ["--publish", f"127.0.0.1:{port}:9200"]
    return ["docker", "create", "--name", name, *published, *together, *given, IMAGE]


@dataclass
class Container:
    """A node as a container; its data are the container's and go with it."""

    name: str
    log: Path
    attached: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def create(self, *, port: int, network: str, options: str, settings: Mapping[str, str]) -> None:
        """Make it, without starting it. Raises NotStarted."""
        _must(create_command(self.name, port=port, network=network, options=options, settings=settings))

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as out:
            self.attached = subprocess.Popen(
                ["docker", "start", "--attach", self.name], stdout=out, stderr=out, start_new_session=True
            )
        return self.attached

    def stop(self) -> None:
        self._tell("stop", "--time", "20")
        self._collect()

    def kill(self) -> None:
        self._tell("kill")
        self._collect()

    def freeze(self) -> None:
        self._tell("pause")

    def thaw(self) -> None:
        self._tell("unpause")

    def discard(self) -> None:
        self._tell("rm", "--force", "--volumes")
        self._collect()

    def _tell(self, *words: str) -> None:
        servers.finish(["docker", *words, self.name])

    def _collect(self) -> None:
        if self.attached is not None:
            self.attached.wait()


def _must(command: list[str]) -> None:
    if servers.finish(command):
        raise servers.NotStarted(f"this failed: {' '.join(command)}")
