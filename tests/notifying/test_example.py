"""The receiver in examples/takedown-receiver does what the documentation says, against our own notices."""

from __future__ import annotations

import runpy
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from cms.notifying import takedown
from cms.notifying.models import Notice, NoticeState, Subscriber
from cms.settings.environment import BASE_DIR
from media_library import publishing
from media_library.models import Resource
from tests import factories as make
from tests.notifying.others import Other, let_loopback_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
SECRET = "mot-bi-mat-du-dai-0123456789"


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its address; copies lie in the folder ``copies``."""
    example = runpy.run_path(str(BASE_DIR / "examples/takedown-receiver/receive.py"))
    example["Receiver"].log_message = lambda *_arguments: None
    server = example["serve"](0, copies=tmp_path / "copies", secret=SECRET)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    let_loopback_in(monkeypatch, Other(port=server.server_port))
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def copy(tmp_path: Path) -> tuple[Resource, Path]:
    """A resource that the other system has taken over, beside another."""
    resource = make.make_published()
    for name in (resource.public_id, "k57-stay-here"):
        (tmp_path / "copies" / name).mkdir(parents=True)
        (tmp_path / "copies" / name / "anh.jpg").write_bytes(b"jpeg")
    return resource, tmp_path / "copies"


def withdraw_and_tell(resource: Resource) -> Any:
    at = timezone.now()
    publishing.withdraw(resource=resource, by=make.make_lead(), reason="Sai.", at=at)
    takedown.drain(at)
    return Notice.objects.get()


def test_the_copy_is_gone_and_that_is_confirmed(receiver: str, copy: tuple[Resource, Path]) -> None:
    Subscriber.objects.create(name="Báo", url=receiver, secret=SECRET, contact="a@example.org")
    resource, copies = copy
    notice = withdraw_and_tell(resource)
    assert notice.state == NoticeState.CONFIRMED
    assert [folder.name for folder in copies.iterdir()] == ["k57-stay-here"]


def test_a_notice_of_somebody_else_removes_nothing(receiver: str, copy: tuple[Resource, Path]) -> None:
    Subscriber.objects.create(name="Báo", url=receiver, secret="x" * 20, contact="a@example.org")
    resource, copies = copy
    notice = withdraw_and_tell(resource)
    assert (notice.state, notice.problem) == (NoticeState.WAITING, "status 403")
    assert len(list(copies.iterdir())) == 2
