"""Unfinished uploads in an object storage (S3): a multipart upload each, so that any machine can go on.

Parts have one size, as some storages ask. What does not fill a part when a request ends lies as an object of
its own (the tail) and is the beginning of the next part; its name carries the number of parts before it, so
that it cannot be taken for another. A file smaller than a part is one plain object.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import ClientError
from django.conf import settings
from django.db import connection

from media_library.files import storage
from media_library.intake.parts import Kept, LocalParts, Writer
from media_library.models import Upload

PART = 8 << 20
"""Bytes of a part: S3 takes at least 5 MiB and at most 10,000 parts, which makes 78 GiB."""
FOLDER = "incoming"
_MISSING = {"404", "NoSuchKey", "NoSuchUpload", "NotFound"}


class RemoteParts:
    """``parts`` of a row: ``id`` of the multipart upload, ``etags`` of its parts, bytes of the ``tail``."""

    def __init__(self, private: Any) -> None:
        self.private = private
        self.client: Any = private.connection.meta.client
        self.bucket: str = private.bucket_name

    def alone(self, token: str) -> AbstractContextManager[bool]:
        """Among all machines by PostgreSQL, on one machine by the kernel."""
        from media_library.scheduler import alone

        if connection.vendor == "postgresql":
            return alone(f"upload-{token}")
        return self._locks().alone(token)

    def present(self, upload: Upload) -> Kept:
        """A tail that is gone takes its bytes with it; parts do not get lost."""
        parts, tail = upload.parts, upload.parts.get("tail", 0)
        if upload.offset == upload.length:
            there = self._size(self.key(upload.token)) == upload.length or bool(parts.get("id"))
            return Kept(upload.offset, parts) if there else Kept(0)
        if not tail or self._size(self._tail_key(upload)) >= tail:
            return Kept(upload.offset, parts)
        return Kept(upload.offset - tail, parts | {"tail": 0})

    @contextlib.contextmanager
    def writer(self, upload: Upload) -> Iterator[Writer]:
        with tempfile.TemporaryFile(dir=storage.work_folder()) as buffer:
            yield _RemoteWriter(self, upload, buffer)

    def whole(self, upload: Upload, *, workspace: Path) -> Path:
        """Close the multipart upload, unless an earlier attempt did, and fetch the object."""
        key, parts = self.key(upload.token), upload.parts
        if parts.get("id") and self._size(key) != upload.length:
            numbered = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(parts["etags"], start=1)]
            with _ignoring_missing():
                self.client.complete_multipart_upload(
                    Bucket=self.bucket, Key=key, UploadId=parts["id"], MultipartUpload={"Parts": numbered}
                )
        path = workspace / "received"
        with path.open("wb") as target, _ignoring_missing():
            self.fetch(key, target)
        return path

    def store(self, upload: Upload, path: Path) -> str:
        """The storage copies within itself: no byte travels again."""
        name = storage.new_name(storage.ORIGINALS)
        source = {"Bucket": self.bucket, "Key": self.key(upload.token)}
        self.client.copy(source, self.bucket, self.private._normalize_name(name))
        return name

    def discard(self, token: str) -> None:
        for key, number in self._open(self.key(token)):
            with _ignoring_missing():
                self.client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=number)
        for key, _changed in self._objects(self.key(token)):
            self.client.delete_object(Bucket=self.bucket, Key=key)
        self._locks().discard(token)

    def abandoned(self, *, before: datetime) -> Iterator[str]:
        prefix = self.key("")
        for key, changed in self._objects(prefix):
            if changed < before:
                yield key.removeprefix(prefix)[:40]
        for key, _number in self._open(prefix, before=before):
            yield key.removeprefix(prefix)[:40]

    def key(self, token: str) -> str:
        """The object's full name; that of the folder for no token."""
        return f"{self.private._normalize_name(FOLDER)}/{token}"

    def put(self, key: str, body: IO[bytes]) -> None:
        self.client.put_object(Bucket=self.bucket, Key=key, Body=body)

    def fetch(self, key: str, target: IO[bytes], *, length: int | None = None) -> None:
        """Write an object, or its first ``length`` bytes, to ``target``, in chunks."""
        only: dict[str, str] = {} if length is None else {"Range": f"bytes=0-{length - 1}"}
        answer = self.client.get_object(Bucket=self.bucket, Key=key, **only)
        for chunk in answer["Body"].iter_chunks(storage.CHUNK):
            target.write(chunk)

    def _tail_key(self, upload: Upload) -> str:
        return self.tail_key(upload.token, len(upload.parts.get("etags", ())))

    def tail_key(self, token: str, number: int) -> str:
        return f"{self.key(token)}.{number}"

    def _size(self, key: str) -> int:
        """Bytes of an object; -1 where there is none."""
        found = {"ContentLength": -1}
        with _ignoring_missing():
            found = self.client.head_object(Bucket=self.bucket, Key=key)
        return found["ContentLength"]

    def _objects(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        for page in self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
            yield from ((found["Key"], found["LastModified"]) for found in page.get("Contents", ()))

    def _open(self, prefix: str, *, before: datetime | None = None) -> Iterator[tuple[str, str]]:
        pages = self.client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.bucket, Prefix=prefix):
            for found in page.get("Uploads", ()):
                if before is None or found["Initiated"] < before:
                    yield found["Key"], found["UploadId"]

    def _locks(self) -> LocalParts:
        return LocalParts(Path(settings.DATA_DIR) / "parts")


class _RemoteWriter:
    """Gathers a part on the disk, then sends it; memory stays that of a chunk."""

    def __init__(self, store: RemoteParts, upload: Upload, buffer: IO[bytes]) -> None:
        self._store, self._upload, self._buffer = store, upload, buffer
        self._id: str = upload.parts.get("id", "")
        self._etags: list[str] = list(upload.parts.get("etags", ()))
        self._kept = Kept(upload.offset, upload.parts)
        self._filled: int = upload.parts.get("tail", 0)
        if self._filled:
            store.fetch(store.tail_key(upload.token, len(self._etags)), buffer, length=self._filled)

    def write(self, chunk: bytes) -> None:
        while chunk:
            now, chunk = chunk[: PART - self._filled], chunk[PART - self._filled :]
            self._buffer.write(now)
            self._filled += len(now)
            if self._filled == PART:
                self._send_part()

    def settle(self, *, last: bool) -> Kept:
        offset = len(self._etags) * PART + self._filled
        if last and self._filled and offset == self._upload.length:
            return self._end(offset)
        if last and self._filled:
            self._put(self._store.tail_key(self._upload.token, len(self._etags)))
            return Kept(offset, self._parts(tail=self._filled))
        if len(self._etags) > len(self._kept.parts.get("etags", ())):
            self._kept = Kept(offset - self._filled, self._parts(tail=0))
        return self._kept

    def _end(self, offset: int) -> Kept:
        if self._etags:
            self._send_part()
        else:
            self._put(self._store.key(self._upload.token))
        return Kept(offset, self._parts(tail=0))

    def _parts(self, *, tail: int) -> dict[str, Any]:
        return {"id": self._id, "etags": self._etags.copy(), "tail": tail}

    def _send_part(self) -> None:
        store, key = self._store, self._store.key(self._upload.token)
        if not self._id:
            self._id = store.client.create_multipart_upload(Bucket=store.bucket, Key=key)["UploadId"]
        self._buffer.seek(0)
        answer = store.client.upload_part(
            Bucket=store.bucket,
            Key=key,
            UploadId=self._id,
            PartNumber=len(self._etags) + 1,
            Body=self._buffer,
        )
        self._etags.append(answer["ETag"])
        self._buffer.seek(0)
        self._buffer.truncate()
        self._filled = 0

    def _put(self, key: str) -> None:
        self._buffer.seek(0)
        self._store.put(key, self._buffer)
        self._buffer.seek(0, 2)


@contextlib.contextmanager
def _ignoring_missing() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _MISSING:
            raise
