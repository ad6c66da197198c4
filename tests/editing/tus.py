"""A client of the protocol for tests: each call one request, with nothing hidden."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.test import Client

from media_library.models import StoredFile
from tests.media_library.conftest import stored_names

PLACE = "/admin/uploads/"
VERSION = {"Tus-Resumable": "1.0.0"}
PART = "application/offset+octet-stream"


def metadata(**pairs: object) -> str:
    """The header for ``pairs``, as a browser writes it."""
    return ",".join(f"{key} {base64.b64encode(str(value).encode()).decode()}" for key, value in pairs.items())


def begin(client: Client, *, length: object, body: bytes = b"", headers: Any = None, **told: object) -> Any:
    """POST; ``told`` goes into the metadata."""
    told.setdefault("filename", "anh.png")
    sent = {**VERSION, "Upload-Length": str(length), "Upload-Metadata": metadata(**told), **(headers or {})}
    return client.generic("POST", PLACE, body, content_type=PART, headers=sent)


def begun(client: Client, *, length: int, **told: object) -> str:
    """The address of a new upload."""
    answer = begin(client, length=length, **told)
    assert answer.status_code == 201, answer.content.decode()
    return str(answer["Location"])


def head(client: Client, address: str) -> Any:
    return client.head(address, headers=VERSION)


def offset(client: Client, address: str) -> int:
    return int(head(client, address)["Upload-Offset"])


def add(client: Client, address: str, content: bytes, *, at: object, headers: Any = None) -> Any:
    """PATCH ``content`` at an offset."""
    sent = {**VERSION, "Upload-Offset": str(at), **(headers or {})}
    length = str(len(content))  # Django's client is silent about an empty body
    return client.generic("PATCH", address, content, CONTENT_TYPE=PART, CONTENT_LENGTH=length, headers=sent)


def cancel(client: Client, address: str) -> Any:
    return client.delete(address, headers=VERSION)


def state(client: Client, address: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(address).json()
    return found


def sent(client: Client, content: bytes, **told: object) -> dict[str, Any]:
    """The state of a file that was sent in one part."""
    address = begun(client, length=len(content), **told)
    assert add(client, address, content, at=0).status_code == 204
    return state(client, address)


def nothing_is_left(folder: Path) -> bool:
    return not StoredFile.objects.exists() and not stored_names(folder) and not any(parts(folder))


def parts(folder: Path) -> Iterator[Path]:
    return (folder / "parts").glob("*")


def raising(error: BaseException) -> Any:
    def failing(*args: Any, **kwargs: Any) -> None:
        raise error

    return failing
