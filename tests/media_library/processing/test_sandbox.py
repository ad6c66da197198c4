from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from media_library.processing import sandbox, zygote
from media_library.processing.refusal import Refusal

HERE = "tests.media_library.processing.misbehaviour"


def call(name: str, folder: Path, limits: sandbox.Limits | None = None, **arguments: Any) -> Any:
    return sandbox.run(f"{HERE}:{name}", arguments, folder=folder, limits=limits)


def test_a_function_gets_json_and_answers_json_from_a_folder_of_its_own(tmp_path: Path) -> None:
    told = call("answer", tmp_path, word="xin chào")
    assert told["word"] == "xin chào"
    assert Path(told["folder"]).parent == tmp_path
    assert not Path(told["folder"]).exists()


def test_a_refusal_arrives_as_it_was_raised(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        call("refuse", tmp_path)
    assert (refused.value.code, refused.value.facts) == ("damaged", {"page": 3})


def test_what_is_too_slow_ends_with_everything_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    started = time.monotonic()
    with pytest.raises(sandbox.TooSlow):
        call("sleep", tmp_path, sandbox.Limits(seconds=0.5), mark=str(mark))
    assert time.monotonic() - started < 3
    time.sleep(3.2)
    assert not mark.exists()


class Stopped(Exception):
    """What a watcher raises that wants no more."""


def test_a_watcher_hears_how_far_it_is_and_what_it_raises_ends_everything_that_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[float] = []
    mark = tmp_path / "mark"
    monkeypatch.setattr(sandbox, "_LOOK", 0.8)

    def watch(share: float) -> None:
        heard.append(share)
        raise Stopped

    with pytest.raises(Stopped):
        sandbox.run(f"{HERE}:come_half_way", {"mark": str(mark)}, folder=tmp_path, watch=watch)
    assert heard == [0.5]
    time.sleep(1.0)
    assert not mark.exists()


def test_what_burns_cpu_is_too_slow(tmp_path: Path) -> None:
    with pytest.raises(sandbox.TooSlow):
        call("spin", tmp_path, sandbox.Limits(seconds=20, cpu_seconds=1))


def test_what_wants_too_much_memory_is_too_big(tmp_path: Path) -> None:
    with pytest.raises(sandbox.TooBig):
        call("hoard", tmp_path, sandbox.Limits(memory=200 << 20))


def test_what_writes_too_much_is_too_big(tmp_path: Path) -> None:
    with pytest.raises(sandbox.TooBig):
        call("fill_the_disk", tmp_path, sandbox.Limits(file_size=10 << 20), path=str(tmp_path / "big"))
    assert (tmp_path / "big").stat().st_size <= 10 << 20


@pytest.mark.parametrize("way", ["crash", "fail"])
def test_a_crash_harms_nobody_else(tmp_path: Path, way: str) -> None:
    with pytest.raises(sandbox.Crashed):
        call(way, tmp_path)
    assert call("answer", tmp_path, word="still here")["word"] == "still here"


def test_no_core_is_written_and_no_descriptor_is_inherited(tmp_path: Path) -> None:
    told = call("limits", tmp_path)
    assert told["core"] == 0
    assert told["descriptors"] <= 4


def test_calls_run_side_by_side(tmp_path: Path) -> None:
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(call("answer", tmp_path, word=str(n))["word"]))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [str(n) for n in range(8)]


def test_a_zygote_that_was_killed_is_started_again(tmp_path: Path) -> None:
    call("answer", tmp_path)
    process = sandbox._nursery.process
    assert process is not None
    process.kill()
    process.wait()
    assert call("answer", tmp_path, word="anew")["word"] == "anew"


def test_the_child_dies_with_the_process_that_asked(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = (
        "from pathlib import Path; from media_library.processing import sandbox;"
        f"sandbox.run('{HERE}:report_then_sleep', {{'mark': '{mark}'}}, folder=Path('{tmp_path}'))"
    )
    asker = subprocess.Popen([sys.executable, "-c", code])
    child = int(_wait_for(mark))
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    assert _ended(child)


def _wait_for(path: Path) -> str:
    for _turn in range(200):
        if path.exists() and path.read_text():
            return path.read_text()
        time.sleep(0.05)
    raise AssertionError("the child never began")


def _ended(pid: int) -> bool:
    for _turn in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_workspace_is_removed_whatever_happens(tmp_path: Path) -> None:
    def fail_halfway() -> None:
        with sandbox.workspace(tmp_path / "work") as folder:
            (folder / "half").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert list((tmp_path / "work").iterdir()) == []


def test_the_sweep_takes_workspaces_of_dead_processes_only(tmp_path: Path) -> None:
    code = (
        "import os; from pathlib import Path; from media_library.processing import sandbox\n"
        f"with sandbox.workspace(Path('{tmp_path}')) as folder: os._exit(9)"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    with sandbox.workspace(tmp_path) as mine:
        assert len(list(tmp_path.iterdir())) == 2
        assert sandbox.sweep(tmp_path) == 1
        assert list(tmp_path.iterdir()) == [mine]


def test_the_sweep_takes_a_workspace_that_was_never_locked_once_it_is_old(tmp_path: Path) -> None:
    """Its process was killed between making and locking it, or while it removed it."""
    fresh, old = tmp_path / "work-fresh", tmp_path / "work-old"
    for folder in (fresh, old):
        folder.mkdir()
    os.utime(old, (0, 0))
    assert sandbox.sweep(tmp_path) == 1
    assert fresh.exists()
    assert not old.exists()


def test_a_client_that_leaves_as_its_child_ends_harms_nobody_else() -> None:
    """Both are told in one turn of the zygote; what was reaped cannot be abandoned any more."""
    ours, theirs = socket.socketpair()
    reply, client = socket.socketpair()
    with ours, theirs, reply:
        nursery = zygote.Zygote(ours)
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        child = zygote.Child(pid, os.pidfd_open(pid), reply, deadline=time.monotonic() + 60)
        nursery.children.append(child)
        nursery.selector.register(child.handle, selectors.EVENT_READ)
        nursery.selector.register(reply, selectors.EVENT_READ)
        client.close()
        nursery._reap(child)
        nursery._abandon(child)
        assert nursery.children == []
        nursery.selector.close()
