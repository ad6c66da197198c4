"""A bucket in memory that answers boto3's calls as S3 does, and looks at their parameters as boto3 does."""

from __future__ import annotations

import functools
import hashlib
import io
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

SMALLEST_PART = 5 << 20


@functools.cache
def _model() -> Any:
    session: Any = boto3.session.Session()
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x", "region_name": "us-east-1"}
    return session.client("s3", **keys).meta.service_model


class Body(io.BytesIO):
    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while chunk := self.read(size):
            yield chunk


class Bucket:
    """Stands for the client and for the storage around it. ``objects``: their bytes by key."""

    bucket_name = "library"

    def __init__(self, *, smallest_part: int = SMALLEST_PART) -> None:
        self.connection = SimpleNamespace(meta=SimpleNamespace(client=self))
        self.smallest_part = smallest_part
        self.objects: dict[str, bytes] = {}
        self.open: dict[str, tuple[str, dict[int, bytes]]] = {}
        self.at = datetime.now(UTC)
        self._numbers = itertools.count(1)

    def _normalize_name(self, name: str) -> str:
        return f"files/{name}"

    def delete(self, name: str) -> None:
        self.objects.pop(self._normalize_name(name), None)

    def put_object(self, **told: Any) -> None:
        _check("PutObject", told)
        self.objects[told["Key"]] = told["Body"].read()

    def get_object(self, **told: Any) -> dict[str, Any]:
        _check("GetObject", told)
        content = self._object(told["Key"], "NoSuchKey")
        if told.get("Range"):
            first, last = told["Range"].removeprefix("bytes=").split("-")
            content = content[int(first) : int(last) + 1]
        return {"Body": Body(content)}

    def head_object(self, **told: Any) -> dict[str, Any]:
        _check("HeadObject", told)
        return {"ContentLength": len(self._object(told["Key"], "404"))}

    def delete_object(self, **told: Any) -> None:
        _check("DeleteObject", told)
        self.objects.pop(told["Key"], None)

    def copy(self, source: dict[str, str], bucket: str, key: str) -> None:
        self.objects[key] = self._object(source["Key"], "404")

    def create_multipart_upload(self, **told: Any) -> dict[str, str]:
        _check("CreateMultipartUpload", told)
        number = f"upload-{next(self._numbers)}"
        self.open[number] = (told["Key"], {})
        return {"UploadId": number}

    def upload_part(self, **told: Any) -> dict[str, str]:
        _check("UploadPart", told)
        content = told["Body"].read()
        self._parts(told["UploadId"])[told["PartNumber"]] = content
        return {"ETag": _etag(content)}

    def complete_multipart_upload(self, **told: Any) -> None:
        _check("CompleteMultipartUpload", told)
        parts, named = self._parts(told["UploadId"]), told["MultipartUpload"]["Parts"]
        for part in named:
            assert _etag(parts[part["PartNumber"]]) == part["ETag"], "InvalidPart"
        whole = [parts[part["PartNumber"]] for part in named]
        assert all(len(content) >= self.smallest_part for content in whole[:-1]), "EntityTooSmall"
        self.objects[told["Key"]] = b"".join(whole)
        del self.open[told["UploadId"]]

    def abort_multipart_upload(self, **told: Any) -> None:
        _check("AbortMultipartUpload", told)
        self._parts(told["UploadId"])
        del self.open[told["UploadId"]]

    def get_paginator(self, name: str) -> Any:
        return SimpleNamespace(paginate=getattr(self, f"_{name}"))

    def _list_objects_v2(self, **told: Any) -> Iterator[dict[str, Any]]:
        _check("ListObjectsV2", told)
        keys = [key for key in sorted(self.objects) if key.startswith(told["Prefix"])]
        yield {"Contents": [{"Key": key, "LastModified": self.at} for key in keys]} if keys else {}

    def _list_multipart_uploads(self, **told: Any) -> Iterator[dict[str, Any]]:
        _check("ListMultipartUploads", told)
        found = [
            (number, key) for number, (key, _parts) in self.open.items() if key.startswith(told["Prefix"])
        ]
        yield {"Uploads": [{"Key": key, "UploadId": number, "Initiated": self.at} for number, key in found]}

    def _object(self, key: str, code: str) -> bytes:
        if key not in self.objects:
            raise ClientError({"Error": {"Code": code}}, "GetObject")
        return self.objects[key]

    def _parts(self, number: str) -> dict[int, bytes]:
        if number not in self.open:
            raise ClientError({"Error": {"Code": "NoSuchUpload"}}, "UploadPart")
        return self.open[number][1]


def _check(operation: str, told: dict[str, Any]) -> None:
    shape = _model().operation_model(operation).input_shape
    report = ParamValidator().validate(told, shape)
    assert not report.has_errors(), report.generate_report()


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content).hexdigest()}"'
