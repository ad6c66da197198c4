"""Uploads of the admin: who may, what is said, and what becomes of the file."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.test import Client

from media_library.models import Agency, Job, StoredFile, Upload
from tests.editing import tus
from tests.factories import make_agency, make_communicator, picture_bytes

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(data_folder: Path) -> Agency:
    return make_agency()


@pytest.fixture
def ours(client: Client, agency: Agency) -> Client:
    client.force_login(make_communicator(agency))
    return client


def test_a_picture_in_two_parts_becomes_a_stored_file(
    ours: Client, agency: Agency, data_folder: Path
) -> None:
    content = picture_bytes()
    address = tus.begun(ours, length=len(content), agency=agency.pk, kind="infographic")
    assert tus.add(ours, address, content[:100], at=0).status_code == 204
    assert tus.offset(ours, address) == 100
    assert tus.add(ours, address, content[100:], at=100)["Upload-Offset"] == str(len(content))
    file = StoredFile.objects.get()
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    told = tus.state(ours, address)
    assert (told["state"], told["file"], told["kind"]) == ("taken", file.pk, "infographic")
    assert Upload.objects.get().file == file
    assert list(Job.objects.values_list("kind", flat=True)) == ["process_file"]
    assert not list((data_folder / "parts").iterdir())
