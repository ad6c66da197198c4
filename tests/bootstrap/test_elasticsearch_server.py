"""How Elasticsearch for tests is had and configured, without starting one."""

from __future__ import annotations

import contextlib
import threading
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests import servers
from tests.servers import beside
from tests.servers.elasticsearch import cluster_settings, container, distribution, process
from tools import debian, problem
from tools import test as make_test
from tools.places import ROOT

INSIDE = "product-1/elasticsearch"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty .cache."""
    monkeypatch.setattr(distribution, "CACHE", tmp_path)
    return tmp_path


def archive(folder: Path, **files: bytes) -> Path:
    """A zip with ``files`` inside its Elasticsearch, and something else."""
    path = folder / "product.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("product-1/lib/other.jar", b"other")
        for name, content in files.items():
            made.writestr(f"{INSIDE}/{name}", content)
    return path


def test_only_elasticsearch_is_taken_out_of_the_archive(tmp_path: Path) -> None:
    to = tmp_path / "elasticsearch-1.2.3"
    distribution.unpack(archive(tmp_path, lib=b"lib", config=b"config"), to=to)
    assert sorted(path.name for path in to.iterdir()) == ["config", "lib"]
    assert {path.name for path in tmp_path.iterdir()} == {"product.zip", to.name}


def test_an_archive_that_breaks_in_its_middle_leaves_nothing(tmp_path: Path) -> None:
    path, to = archive(tmp_path, first=b"whole", second=b"to be damaged"), tmp_path / "elasticsearch-1.2.3"
    path.write_bytes(path.read_bytes().replace(b"to be damaged", b"is now damaged"[1:]))
    with pytest.raises(zipfile.BadZipFile):
        distribution.unpack(path, to=to)
    assert [found.name for found in tmp_path.iterdir()] == ["product.zip"]


def test_what_an_interrupted_run_left_is_not_mixed_in(tmp_path: Path) -> None:
    left = tmp_path / "elasticsearch-1.2.3.unpacked" / INSIDE
    left.mkdir(parents=True)
    (left / "half").write_bytes(b"")
    to = tmp_path / "elasticsearch-1.2.3"
    distribution.unpack(archive(tmp_path, whole=b"whole"), to=to)
    assert [path.name for path in to.iterdir()] == ["whole"]


def test_a_second_start_does_not_call_maven(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "finish", lambda *a, **k: pytest.fail("called Maven"))
    distribution.home().mkdir()
    assert distribution.fetched() == cache / f"elasticsearch-{distribution.VERSION}"


def test_a_missing_maven_is_named_with_its_package(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(cache))
    with pytest.raises(servers.NotStarted, match=r"mvn is not installed.*Debian package maven"):
        distribution.fetched()


def test_when_maven_fails_the_ways_out_are_said_and_nothing_is_left(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "program", lambda *a, **k: "false")
    with pytest.raises(servers.NotStarted) as caught:
        distribution.fetched()
    for way in ("Docker", "ELASTICSEARCH_URL", "mvn -B"):
        assert way in str(caught.value)
    assert [path.name for path in cache.iterdir()] == ["elasticsearch.lock"]


def test_a_missing_java_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    node = process.Process(home=tmp_path, folder=tmp_path, options="", user=[])
    with pytest.raises(servers.NotStarted, match="default-jre-headless"):
        node.start()


def test_maven_is_asked_for_only_where_elasticsearch_must_be_fetched(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    monkeypatch.setattr(container, "engine_answers", lambda: False)
    assert "maven" in {program.package for program in make_test.programs()}
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:9200")
    assert make_test.programs() == debian.PROGRAMS
    monkeypatch.delenv("ELASTICSEARCH_URL")
    distribution.home().mkdir()
    assert make_test.programs() == debian.PROGRAMS


def test_the_node_listens_on_this_machine_alone_and_writes_in_its_own_folder(tmp_path: Path) -> None:
    folder, home = tmp_path / "node-1", tmp_path / "home"
    (home / "config").mkdir(parents=True)
    (home / "config" / "elasticsearch.yml").write_text("from.the: distribution\n")
    (home / "config" / "jvm.options").write_text(
        "-XX:+UseG1GC\n-XX:ErrorFile=hs_err_pid%p.log\n-Xlog:gc*:file=gc.log\n"
    )
    local = process.local_settings(folder=folder, port=9201, transport=9301)
    process.write_configuration(folder, home=home, settings=local)
    assert (folder / "conf" / "elasticsearch.yml").read_text() == (
        'network.host: "127.0.0.1"\nhttp.port: "9201"\ntransport.port: "9301"\n'
        f'path.data: "{folder}/data"\npath.logs: "{folder}/logs"\n'
    )
    assert (folder / "conf" / "jvm.options").read_text() == (
        f"-XX:+UseG1GC\n-XX:ErrorFile={folder}/logs/hs_err_pid%p.log\n"
    )


def test_one_node_looks_for_no_others() -> None:
    assert cluster_settings(hosts=["a:1"]) == [{"node.name": "node-1", "discovery.type": "single-node"}]


def test_of_two_nodes_only_the_first_may_be_master() -> None:
    first, second = cluster_settings(hosts=["a:1", "a:2"])
    assert first["cluster.initial_master_nodes"] == second["cluster.initial_master_nodes"] == "node-1"
    assert first["discovery.seed_hosts"] == second["discovery.seed_hosts"] == "a:1,a:2"
    assert "master" in first["node.roles"].split(",")
    assert "master" not in second["node.roles"].split(",")


def test_a_container_is_published_to_this_machine_alone() -> None:
    command = container.create_command(
        "one", port=9201, network="", options="-Xmx1g", settings={"node.name": "node-1"}
    )
    assert command[command.index("--publish") + 1] == "127.0.0.1:9201:9200"
    assert "--network" not in command
    assert command[-1] == container.IMAGE


@pytest.mark.parametrize(
    ("succeed", "had"),
    [
        ({"info", "image"}, True),
        ({"info", "pull"}, True),
        ({"info"}, False),  # no way to the image: the distribution serves
        ({"image", "pull"}, False),  # the command is there, its engine does not answer
    ],
)
def test_a_container_serves_where_an_engine_has_the_image(
    succeed: set[str], had: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(servers, "finish", lambda command, over=None: 0 if command[1] in succeed else 1)
    assert container.can_be_had() is had


def test_tests_and_deployment_use_the_same_version() -> None:
    assert f"image: {container.IMAGE}\n" in (ROOT / "compose.yaml").read_text(encoding="utf-8")


class Slow:
    """A server that starts when it is let, and notes what became of it."""

    def __init__(self) -> None:
        self.let = threading.Event()
        self.became: list[str] = []

    def __call__(self, over: threading.Event) -> AbstractContextManager[str]:
        return self._started(over)

    @contextlib.contextmanager
    def _started(self, over: threading.Event) -> Iterator[str]:
        while not self.let.wait(0.01):
            if over.is_set():
                self.became.append("given up")
                raise servers.NotStarted("given up")
        yield "http://127.0.0.1:1"
        self.became.append("stopped")


def test_a_server_starts_while_other_work_goes_on_and_ends_with_the_block() -> None:
    slow = Slow()
    with beside.started(slow) as address:
        assert not address.done()
        slow.let.set()
        assert address.result(10) == "http://127.0.0.1:1"
        assert slow.became == []
    assert slow.became == ["stopped"]


def test_a_start_that_nobody_waits_for_any_more_is_given_up() -> None:
    slow = Slow()
    with beside.started(slow):
        """The work ends first."""
    assert slow.became == ["given up"]


def test_a_server_that_does_not_start_is_a_problem_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_over: threading.Event) -> AbstractContextManager[str]:
        raise servers.NotStarted("no such thing")

    monkeypatch.setattr(make_test, "SERVERS", {"ELASTICSEARCH_URL": broken})
    monkeypatch.delenv("ELASTICSEARCH_URL", raising=False)
    with make_test.servers() as addresses, pytest.raises(problem.Problem, match="no such thing") as caught:
        addresses()
    assert "máy chủ" in str(caught.value)


def test_a_server_that_the_environment_gives_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_over: threading.Event) -> AbstractContextManager[str]:
        pytest.fail("started")

    monkeypatch.setattr(make_test, "SERVERS", {"ELASTICSEARCH_URL": start})
    monkeypatch.setenv("ELASTICSEARCH_URL", "http://127.0.0.1:9200")
    with make_test.servers() as addresses:
        assert addresses() == {"ELASTICSEARCH_URL": "http://127.0.0.1:9200"}
