"""Uploads of the admin: who may, and what is told before bytes are sent."""

from __future__ import annotations

import io
import unicodedata
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from media_library.intake import upload_room
from media_library.intake.parts import LocalParts
from media_library.intake.upload_refusal import REASONS
from media_library.models import Agency, Upload
from tests.editing import tus
from tests.editing.tus import PLACE, VERSION, add, begin, begun, nothing_is_left, raising, sent
from tests.factories import (
    make_agency,
    make_communicator,
    make_lead,
    make_stored_file,
    make_user,
    picture_bytes,
)

pytestmark = pytest.mark.django_db

PICTURE = picture_bytes()
"""Of 1.6 KB."""


# Who may


def test_who_is_signed_out_is_told_so_and_not_sent_elsewhere(ours: Client, agency: Agency) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    for client in (Client(), _signed_in(make_user())):
        for answer in (
            begin(client, length=100, agency=agency.pk),
            add(client, address, b"x", at=0),
            client.get(address),
            client.options(PLACE),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "upload_signed_out")
    assert tus.offset(ours, address) == 0


def test_another_persons_upload_is_as_unknown_as_none(ours: Client, agency: Agency) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    missing = f"{PLACE}{'0' * 40}/"
    for other in (make_communicator(agency), make_communicator(make_agency()), make_lead()):
        client = _signed_in(other)
        for ask in (tus.head, lambda c, a: c.get(a), lambda c, a: add(c, a, b"x", at=0), tus.cancel):
            theirs, none = ask(client, address), ask(client, missing)
            assert theirs.status_code == none.status_code == 404
            assert theirs.content == none.content
    assert tus.offset(ours, address) == 0


def test_who_left_the_agency_does_not_go_on(ours: Client, agency: Agency) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    user = Upload.objects.get().by
    user.memberships.all().delete()
    user.memberships.create(agency=make_agency(), role="communicator")
    assert tus.head(ours, address).status_code == add(ours, address, b"x", at=0).status_code == 404


def test_another_agency_answers_as_one_that_does_not_exist(ours: Client) -> None:
    for given in (make_agency().pk, "0", "999999999", "x", "²", "", "9" * 40):
        answer = begin(ours, length=100, agency=given)
        assert (answer.status_code, answer.json()["code"]) == (403, "upload_agency"), given
    assert not Upload.objects.exists()


def test_the_lead_department_uploads_for_every_agency(agency: Agency) -> None:
    assert begin(_signed_in(make_lead()), length=100, agency=agency.pk).status_code == 201


def test_without_its_csrf_token_no_request_changes_anything(ours: Client, agency: Agency) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Upload.objects.get().by)
    answers = [
        begin(strict, length=100, agency=agency.pk),
        add(strict, address, b"x", at=0),
        tus.cancel(strict, address),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert Upload.objects.get().offset == 0


# What is told before bytes are sent


WRONG = [
    ({"filename": ""}, "name_empty"),
    ({"filename": "a/b.png"}, "name_path"),
    ({"filename": "..\\b.png"}, "name_path"),
    ({"filename": ".."}, "name_empty"),
    ({"filename": "a\x00.png"}, "name_control"),
    ({"filename": "anh\u202egnp.exe"}, "name_direction"),
    ({"filename": "a" * 201}, "name_long"),
    ({"path": "a/../b"}, "name_empty"),
    ({"path": "a/\u202e"}, "name_direction"),
    ({"path": "/".join(["a" * 150] * 8)}, "name_long"),
    ({"path": "a" * 7000}, "upload_header"),
    ({"kind": "film"}, "upload_kind"),
    ({"kind": "article"}, "upload_kind"),
    ({"sha256": "12"}, "upload_header"),
    ({"batch": "a\x00"}, "upload_header"),
]


def test_what_is_told_wrongly_is_said_at_once(ours: Client, agency: Agency) -> None:
    for told, code in WRONG:
        answer = begin(ours, length=100, **({"agency": agency.pk} | told))
        assert (answer.status_code, answer.json()["code"]) == (400, code), told
        assert answer.json()["problem"]
    assert not Upload.objects.exists()


MALFORMED = ["filename", "filename YQ==,filename YQ==", "filename Y Q==", "filename !", " YQ==", ","]
MALFORMED += ["filename YQ==,", "tên YQ==", "a" * 10_000, "filename YQ=\x00="]


def test_malformed_metadata_is_refused(ours: Client) -> None:
    for header in MALFORMED:
        answer = begin(ours, length=100, headers={"Upload-Metadata": header})
        assert answer.status_code == 400 and answer.json()["problem"], header


def test_a_name_from_a_mac_is_kept_as_everyone_writes_it(ours: Client, agency: Agency) -> None:
    address = begun(
        ours, length=100, agency=agency.pk, filename=unicodedata.normalize("NFD", "Ảnh lễ hội.png")
    )
    assert tus.state(ours, address)["name"] == "Ảnh lễ hội.png"


def test_a_name_that_is_no_text_is_refused(ours: Client) -> None:
    answer = begin(ours, length=100, headers={"Upload-Metadata": "filename /////w=="})
    assert (answer.status_code, answer.json()["code"]) == (400, "name_control")


def test_an_empty_file_is_refused(ours: Client, agency: Agency) -> None:
    answer = begin(ours, length=0, agency=agency.pk)
    assert (answer.status_code, answer.json()["code"]) == (400, "empty")


def test_the_limit_of_the_kind_is_told_at_once(ours: Client, agency: Agency, settings: Any) -> None:
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"photo": 1000, "video": 5000}
    assert begin(ours, length=1001, agency=agency.pk, kind="photo").status_code == 413
    assert begin(ours, length=1000, agency=agency.pk, kind="photo").status_code == 201
    assert begin(ours, length=1001, agency=agency.pk).status_code == 201


def test_the_limit_of_a_kind_holds_where_only_the_content_told_it(
    ours: Client, agency: Agency, data_folder: Path, settings: Any
) -> None:
    settings.UPLOAD_LIMITS = settings.UPLOAD_LIMITS | {"photo": 1000}
    assert sent(ours, PICTURE, agency=agency.pk)["state"] == "refused"
    assert nothing_is_left(data_folder)


def test_the_quota_counts_what_is_stored_and_what_is_open(
    ours: Client, agency: Agency, settings: Any
) -> None:
    settings.UPLOAD_QUOTA = 3000
    make_stored_file(agency, content=b"x" * 1000, renditions=False)
    make_stored_file(make_agency(), content=b"y" * 3000, renditions=False)
    address = begun(ours, length=1500, agency=agency.pk)
    answer = begin(ours, length=501, agency=agency.pk)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload_quota")
    assert begin(ours, length=500, agency=agency.pk).status_code == 201
    tus.cancel(ours, address)
    assert begin(ours, length=1500, agency=agency.pk).status_code == 201


def test_a_full_disk_is_told_before_bytes_are_sent(
    ours: Client, agency: Agency, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_RESERVE = 500
    _free(monkeypatch, 1500)
    address = begun(ours, length=900, agency=agency.pk)
    answer = begin(ours, length=101, agency=agency.pk)
    assert (answer.status_code, answer.json()["code"]) == (507, "storage_full"), "900 bytes are promised"
    _free(monkeypatch, 599)
    assert add(ours, address, b"x" * 100, at=0).status_code == 507
    assert tus.offset(ours, address) == 0


def test_a_disk_that_fills_up_meanwhile_keeps_what_was_acknowledged(
    ours: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    add(ours, address, b"x" * 10, at=0)
    with monkeypatch.context() as full:
        full.setattr("media_library.intake.parts.os.pwrite", raising(OSError(28, "No space left")))
        assert add(ours, address, b"x" * 10, at=10).status_code == 507
    assert tus.offset(ours, address) == 10


def test_nobody_opens_uploads_without_end(
    ours: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_room, "OPEN_AT_ONCE", 2)
    assert [begin(ours, length=9, agency=agency.pk).status_code for _ in range(3)] == [201, 201, 429]


def test_two_requests_for_one_upload_do_not_mix(ours: Client, agency: Agency, data_folder: Path) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    with LocalParts(data_folder / "parts").alone(Upload.objects.get().token):
        answer = add(ours, address, b"x", at=0)
        assert (answer.status_code, answer.json()["code"]) == (423, "upload_held")
    assert add(ours, address, b"x", at=0).status_code == 204


def test_a_part_of_unknown_length_is_refused(ours: Client, agency: Agency) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    headers = {**VERSION, "Upload-Offset": "0", "Transfer-Encoding": "chunked"}
    assert ours.generic("PATCH", address, CONTENT_TYPE=tus.PART, headers=headers).status_code == 411


@pytest.mark.parametrize(("size", "left"), [(1 << 20, 0), ((32 << 20) + 1, (32 << 20) + 1)])
def test_a_refused_part_of_usual_length_is_read_away_so_that_the_answer_is_heard(
    ours: Client, agency: Agency, size: int, left: int
) -> None:
    address = begun(ours, length=10, agency=agency.pk)
    body = io.BytesIO(bytes(size))
    headers = {**VERSION, "Upload-Offset": "0"}
    sent = {"CONTENT_TYPE": tus.PART, "CONTENT_LENGTH": str(size), "wsgi.input": body}
    assert ours.generic("PATCH", address, headers=headers, **sent).status_code == 413
    assert size - body.tell() == left


def test_other_methods_are_refused(ours: Client, agency: Agency) -> None:
    address = begun(ours, length=100, agency=agency.pk)
    assert ours.get(PLACE).status_code == ours.put(address).status_code == 405
    assert ours.put(address)["Allow"] == "HEAD, PATCH, DELETE, GET, OPTIONS"


def test_every_request_asks_the_database_a_few_times(
    ours: Client, agency: Agency, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        begun(ours, length=100 + number, agency=agency.pk)
    with django_assert_max_num_queries(16):
        address = begun(ours, length=100, agency=agency.pk)
    with django_assert_max_num_queries(10):
        tus.head(ours, address)
    with django_assert_max_num_queries(12):
        add(ours, address, b"x", at=0)


def test_every_refusal_has_its_sentence_in_vietnamese() -> None:
    from django.utils.translation import gettext, override

    with override("vi"):
        assert all(gettext(reason.sentence) != reason.sentence for reason in REASONS.values())


def _signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _free(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    usage = namedtuple("usage", "total used free")(10_000, 10_000 - free, free)
    monkeypatch.setattr(upload_room.shutil, "disk_usage", lambda path: usage)
