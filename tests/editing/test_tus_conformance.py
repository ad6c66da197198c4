"""Every MUST of tus 1.0.0 that concerns a server, in the order of its text; SHOULD where it says so.

https://tus.io/protocols/resumable-upload: core protocol, creation, creation-with-upload, expiration,
checksum, termination.
"""

from __future__ import annotations

import base64
import hashlib
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from media_library.models import Agency, Upload
from tests.editing import tus
from tests.editing.tus import PART, PLACE, VERSION, add, begin, begun, cancel, head, offset
from tests.factories import make_agency, make_communicator

pytestmark = pytest.mark.django_db

CONTENT = bytes(range(100))


@pytest.fixture
def agency(data_folder: Path) -> Agency:
    return make_agency()


@pytest.fixture
def client(agency: Agency) -> Client:
    client = Client()
    client.force_login(make_communicator(agency))
    return client


@pytest.fixture
def address(client: Client, agency: Agency) -> str:
    return begun(client, length=200, agency=agency.pk)


def checksum(content: bytes, algorithm: str = "sha1") -> dict[str, str]:
    digest = base64.b64encode(hashlib.new(algorithm, content).digest()).decode()
    return {"Upload-Checksum": f"{algorithm} {digest}"}


# Core protocol: headers


def test_an_offset_is_a_number_from_nought(client: Client, address: str) -> None:
    for value in ("-1", "x", "", "1.5", "0x10", "+1", "１"):
        assert add(client, address, CONTENT, at=value).status_code == 400, value
    assert offset(client, address) == 0


def test_a_length_is_a_number_from_nought(client: Client, agency: Agency) -> None:
    for value in ("-1", "x", "", "1.5", "-9223372036854775809"):
        assert begin(client, length=value, agency=agency.pk).status_code == 400, value
    assert not Upload.objects.exists()


def test_versions_are_a_list(client: Client) -> None:
    assert client.options(PLACE)["Tus-Version"] == "1.0.0"


def test_every_answer_names_the_version(client: Client, agency: Agency, address: str) -> None:
    answers = [
        begin(client, length=10, agency=agency.pk),
        begin(client, length=-10, agency=agency.pk),
        head(client, address),
        add(client, address, CONTENT, at=0),
        add(client, address, CONTENT, at=7),
        head(client, f"{PLACE}{'0' * 40}/"),
        client.put(address, headers=VERSION),
        cancel(client, address),
    ]
    assert [answer.headers.get("Tus-Resumable") for answer in answers] == ["1.0.0"] * len(answers)


def test_another_version_is_told_and_the_request_is_not_processed(client: Client, address: str) -> None:
    for version, method in product((None, "0.2.2", "1.0.1", "2", ""), ("HEAD", "PATCH", "DELETE", "POST")):
        headers = {"Upload-Offset": "0", "Upload-Length": "10"}
        if version is not None:
            headers["Tus-Resumable"] = version
        place = PLACE if method == "POST" else address
        answer = client.generic(method, place, CONTENT, content_type=PART, headers=headers)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0"), (version, method)
    assert offset(client, address) == 0 and Upload.objects.count() == 1


def test_the_largest_size_and_the_extensions_are_told(client: Client) -> None:
    told = client.options(PLACE)
    assert told["Tus-Extension"].split(",") == [
        "creation",
        "creation-with-upload",
        "checksum",
        "expiration",
        "termination",
    ]
    assert int(told["Tus-Max-Size"]) > 0


@pytest.mark.parametrize("actual", ["POST", "GET"])
def test_the_method_is_the_overriding_one_whatever_the_actual_one_is(
    client: Client, address: str, actual: str
) -> None:
    headers = {**VERSION, "Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = client.generic(actual, address, CONTENT, content_type=PART, headers=headers)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "100")


def test_an_overriding_method_needs_the_csrf_token_as_any_other(address: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Upload.objects.get().by)
    headers = {**VERSION, "X-HTTP-Method-Override": "DELETE"}
    assert strict.get(address, headers=headers).status_code == 403
    assert Upload.objects.exists()


# HEAD


def test_head_tells_offset_and_length_from_the_first_to_the_last_moment(client: Client, address: str) -> None:
    for written in (0, 100, 200):
        answer = head(client, address)
        assert answer.status_code in (200, 204)
        assert (answer["Upload-Offset"], answer["Upload-Length"]) == (str(written), "200")
        assert "no-store" in answer["Cache-Control"]
        if written < 200:
            add(client, address, CONTENT, at=written)


def test_head_of_nothing_is_404_without_an_offset(client: Client) -> None:
    answer = head(client, f"{PLACE}{'0' * 40}/")
    assert answer.status_code == 404
    assert "Upload-Offset" not in answer


# PATCH


def test_a_part_has_the_protocols_type(client: Client, address: str) -> None:
    headers = {**VERSION, "Upload-Offset": "0"}
    for kind in ("application/octet-stream", "text/plain", "multipart/form-data; boundary=x"):
        answer = client.generic("PATCH", address, CONTENT, content_type=kind, headers=headers)
        assert answer.status_code == 415, kind
    assert offset(client, address) == 0


def test_another_offset_conflicts_and_changes_nothing(client: Client, address: str) -> None:
    add(client, address, CONTENT, at=0)
    before = Upload.objects.values().get()
    for wrong in (0, 99, 101, 10**25):
        assert add(client, address, CONTENT, at=wrong).status_code == 409, wrong
    assert Upload.objects.values().get() == before


def test_a_part_without_an_offset_is_refused(client: Client, address: str) -> None:
    answer = client.generic("PATCH", address, CONTENT, content_type=PART, headers=VERSION)
    assert answer.status_code == 400


def test_a_part_is_acknowledged_with_204_and_the_new_offset(client: Client, address: str) -> None:
    answer = add(client, address, CONTENT, at=0)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "100")
    answer = add(client, address, CONTENT[:30], at=100)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "130")


def test_an_empty_part_changes_nothing(client: Client, address: str) -> None:
    answer = add(client, address, b"", at=0)
    assert (answer.status_code, answer["Upload-Offset"]) == (204, "0")


def test_a_part_for_nothing_is_404(client: Client) -> None:
    assert add(client, f"{PLACE}{'0' * 40}/", CONTENT, at=0).status_code == 404


def test_more_than_the_length_is_refused_before_it_is_read(client: Client, address: str) -> None:
    add(client, address, CONTENT, at=0)
    assert add(client, address, CONTENT + b"x", at=100).status_code == 413
    assert offset(client, address) == 100


# OPTIONS


def test_options_ignores_the_version_of_the_client(client: Client, address: str) -> None:
    for place, version in product((PLACE, address), ("1.0.0", "0.1", "")):
        answer = client.options(place, headers={"Tus-Resumable": version})
        assert answer.status_code in (200, 204) and answer["Tus-Version"]


# Creation


def test_a_creation_is_201_with_its_address(client: Client, agency: Agency) -> None:
    answer = begin(client, length=100, agency=agency.pk)
    assert answer.status_code == 201
    assert offset(client, answer["Location"]) == 0


def test_a_creation_without_length_is_refused(client: Client, agency: Agency) -> None:
    told = {**VERSION, "Upload-Metadata": tus.metadata(filename="a.png", agency=agency.pk)}
    assert client.generic("POST", PLACE, headers=told).status_code == 400


def test_a_deferred_length_is_not_offered_and_refused(client: Client, agency: Agency) -> None:
    assert "creation-defer-length" not in client.options(PLACE)["Tus-Extension"]
    for value in ("1", "0", "yes"):
        answer = begin(client, length=100, agency=agency.pk, headers={"Upload-Defer-Length": value})
        assert answer.status_code == 400, value


def test_metadata_comes_back_as_it_was_sent(client: Client, agency: Agency) -> None:
    pairs = tus.metadata(filename="ảnh.png", agency=agency.pk) + ",is_confidential,empty ,other /////w=="
    answer = begin(client, length=100, headers={"Upload-Metadata": pairs})
    assert answer.status_code == 201
    assert head(client, answer["Location"])["Upload-Metadata"] == pairs


def test_a_length_beyond_the_maximum_is_413(client: Client, agency: Agency) -> None:
    most = int(client.options(PLACE)["Tus-Max-Size"])
    for length in (most + 1, 10**18, 10**25):
        assert begin(client, length=length, agency=agency.pk).status_code == 413
    assert not Upload.objects.exists()


# Creation with upload


def test_a_creation_may_carry_bytes_and_says_how_many_it_took(client: Client, agency: Agency) -> None:
    for sent in (1, 100):
        answer = begin(client, length=200, body=CONTENT[:sent], agency=agency.pk)
        assert (answer.status_code, answer["Upload-Offset"]) == (201, str(sent))
        assert offset(client, answer["Location"]) == sent


def test_a_creation_with_bytes_of_another_type_is_refused(client: Client, agency: Agency) -> None:
    headers = {**VERSION, "Upload-Length": "200", "Upload-Metadata": tus.metadata(filename="a", agency=1)}
    answer = client.generic("POST", PLACE, CONTENT, content_type="image/png", headers=headers)
    assert answer.status_code == 415


def test_a_creation_with_more_bytes_than_its_length_leaves_nothing(client: Client, agency: Agency) -> None:
    assert begin(client, length=50, body=CONTENT, agency=agency.pk).status_code == 413
    assert not Upload.objects.exists()


# Expiration


def test_every_part_and_the_creation_tell_when_the_upload_expires(client: Client, agency: Agency) -> None:
    answer = begin(client, length=200, agency=agency.pk)
    for told in (answer, add(client, answer["Location"], CONTENT, at=0)):
        expires = parsedate_to_datetime(told["Upload-Expires"])
        assert timedelta(days=6) < expires - timezone.now() < timedelta(days=8)
        assert told["Upload-Expires"].endswith(" GMT")


def test_an_expired_upload_is_gone(client: Client, address: str) -> None:
    Upload.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert head(client, address).status_code == 410
    assert add(client, address, CONTENT, at=0).status_code == 410


def test_each_part_prolongs(client: Client, address: str) -> None:
    soon = timezone.now() + timedelta(hours=1)
    Upload.objects.update(expires_at=soon)
    add(client, address, CONTENT, at=0)
    expires: datetime = Upload.objects.get().expires_at
    assert expires > soon


# Checksum


def test_the_algorithms_are_told_and_sha1_is_one(client: Client) -> None:
    assert "sha1" in client.options(PLACE)["Tus-Checksum-Algorithm"].split(",")


def test_a_right_checksum_is_taken(client: Client, address: str) -> None:
    for at, algorithm in enumerate(("sha1", "sha256", "md5")):
        answer = add(client, address, b"x", at=at, headers=checksum(b"x", algorithm))
        assert (answer.status_code, answer["Upload-Offset"]) == (204, str(at + 1)), algorithm


def test_a_wrong_checksum_is_460_and_the_part_is_discarded(client: Client, address: str) -> None:
    add(client, address, CONTENT[:10], at=0)
    before = Upload.objects.values().get()
    for algorithm in ("sha1", "sha256", "md5"):
        answer = add(client, address, CONTENT, at=10, headers=checksum(CONTENT[::-1], algorithm))
        assert answer.status_code == 460, algorithm
    assert Upload.objects.values().get() == before
    assert add(client, address, CONTENT, at=10, headers=checksum(CONTENT)).status_code == 204


def test_another_algorithm_and_a_malformed_checksum_are_400(client: Client, address: str) -> None:
    for value in ("crc32 AAAA", "SHA1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "sha1", "sha1 !", "sha1 AA==", ""):
        answer = add(client, address, CONTENT, at=0, headers={"Upload-Checksum": value})
        assert answer.status_code == 400, value
    assert offset(client, address) == 0


def test_a_creation_with_a_wrong_checksum_leaves_nothing(client: Client, agency: Agency) -> None:
    answer = begin(client, length=200, body=CONTENT, agency=agency.pk, headers=checksum(b"other"))
    assert answer.status_code == 460
    assert not Upload.objects.exists()


# Termination


def test_a_cancelled_upload_is_gone_with_its_bytes(client: Client, address: str, data_folder: Path) -> None:
    add(client, address, CONTENT, at=0)
    assert cancel(client, address).status_code == 204
    answers: list[Any] = [
        head(client, address),
        add(client, address, CONTENT, at=100),
        cancel(client, address),
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert not list((data_folder / "parts").iterdir())
