"""Public copies bear the credit, the licence and the address of their resource, and nothing else."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from media_library import publishing
from media_library.collector import collect
from media_library.files.addresses import public_address
from media_library.intake.accept import accept
from media_library.models import Job, JobState, Rendition, Resource, StoredFile
from media_library.processing import dress, dressing, jobs
from tests.factories import make_agency, make_lead, make_resource
from tests.media_library import specimens
from tests.media_library.conftest import stored_names

pytestmark = pytest.mark.django_db

ADDRESS = "/vi/r/"


def taken_in(path_or_bytes: Path | bytes, kind: str = "photo") -> StoredFile:
    content = path_or_bytes if isinstance(path_or_bytes, bytes) else path_or_bytes.read_bytes()
    return accept(
        stream=io.BytesIO(content),
        name="tep.bin",
        kind=kind,
        agency=make_agency(),
        by=None,
        at=timezone.now(),
    )


def said_by(folder: Path, rendition: Rendition) -> str:
    """Everything that a picture says in its XMP, as Pillow reads it."""
    with Image.open(folder / "files" / rendition.storage_name) as image:
        return str(image.getxmp())


def small() -> StoredFile:
    return taken_in(specimens.picture(400, 300))


def test_a_draft_that_names_a_source_dresses_its_files_before_publication(data_folder: Path) -> None:
    file = small()
    resource = make_resource("photo", file=file, credit_line="Sở Khoa học & Công nghệ / Kho 57")
    jobs.run_all_due()
    file.refresh_from_db()
    assert (file.processing_state, file.dressed) == ("ready", dress.dress_of(file).digest)
    for rendition in file.renditions.all():
        said = said_by(data_folder, rendition)
        assert "Sở Khoa học & Công nghệ / Kho 57" in said, rendition.name
        assert "https://creativecommons.org/licenses/by/4.0/" in said
        assert f"{ADDRESS}{resource.public_id}/" in said


def test_the_file_may_be_ready_before_the_draft_is_saved_and_after(data_folder: Path) -> None:
    early = small()
    jobs.run_all_due()
    make_resource("photo", file=early)
    jobs.run_all_due()
    late = small()
    make_resource("photo", file=late)
    jobs.run_all_due()
    for file in (early, late):
        file.refresh_from_db()
        assert file.dressed


def test_a_file_that_only_a_later_draft_names_is_dressed_too(data_folder: Path) -> None:
    """The row of a published resource does not name what its draft adds."""
    resource = make_resource("photo")
    publishing.publish(resource=resource, by=None, at=timezone.now())
    added = small()
    draft = Resource.objects.get(pk=resource.pk)
    draft.assets.add(specimens_asset(added))
    draft.save_revision()
    jobs.run_all_due()
    added.refresh_from_db()
    assert added.dressed


def specimens_asset(file: StoredFile) -> Any:
    from media_library.models import Asset

    return Asset(role="attachment", file=file, sort_order=5)


@pytest.mark.contract
def test_another_credit_changes_the_bytes_on_publication_and_leaves_the_addresses(data_folder: Path) -> None:
    file = small()
    resource = make_resource("photo", file=file, credit_line="Trước")
    jobs.run_all_due()
    publishing.publish(resource=resource, by=None, at=timezone.now())
    jobs.run_all_due()
    before = {row.name: (public_address(resource, row), row.sha256) for row in file.renditions.all()}
    draft = Resource.objects.get(pk=resource.pk)
    draft.credit_line = "Sau"
    revision = draft.save_revision()
    jobs.run_all_due()
    assert {row.name: row.sha256 for row in file.renditions.all()} == {
        name: sha for name, (_address, sha) in before.items()
    }, "a draft does not touch what is public"
    version = Resource.objects.get(pk=resource.pk).version
    publishing.publish(resource=draft, revision=revision, by=None, at=timezone.now())
    jobs.run_all_due()
    for row in file.renditions.all():
        address, sha = before[row.name]
        assert public_address(resource, row) == address
        assert row.sha256 != sha
        assert "Sau" in said_by(data_folder, row)
        assert "Trước" not in said_by(data_folder, row)
    assert Resource.objects.get(pk=resource.pk).version == version + 2, "published, then dressed: announced"


def test_dressed_again_it_is_there_once_and_the_old_bytes_are_collected(data_folder: Path) -> None:
    file = small()
    make_resource("photo", file=file)
    jobs.run_all_due()
    told = set(file.renditions.values_list("storage_name", "sha256"))
    dressing.ready(file.pk, attempt="again")
    jobs.run_all_due()
    assert set(file.renditions.values_list("storage_name", "sha256")) == told
    later = timezone.now()
    collect(at=later, bytes_age=later - later)
    assert stored_names(data_folder) == {file.storage_name, *(name for name, _sha in told)}


def test_the_one_that_was_there_first_speaks_for_a_file_that_two_show(data_folder: Path) -> None:
    file = small()
    first = make_resource("photo", file=file, credit_line="Thứ nhất")
    second = make_resource("photo", file=file, credit_line="Thứ hai")
    jobs.run_all_due()
    for resource in (second, first):
        publishing.publish(resource=resource, by=None, at=timezone.now())
        jobs.run_all_due()
    assert dress.dress_of(file).credit.line == "Thứ nhất"  # type: ignore[union-attr]
    publishing.withdraw(resource=first, by=make_lead(), reason="Sai.", at=timezone.now())
    jobs.run_all_due()
    assert all("Thứ hai" in said_by(data_folder, row) for row in file.renditions.all())


@pytest.mark.contract
def test_what_changes_while_it_is_dressed_begins_again(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = small()
    resource = make_resource("photo", file=file, credit_line="Trước")
    jobs.run_all_due()
    draft = Resource.objects.get(pk=resource.pk)
    draft.credit_line = "Giữa"
    draft.save_revision()
    real = dressing._credited

    def meanwhile(*arguments: Any, **named: Any) -> Any:
        monkeypatch.setattr(dressing, "_credited", real)
        draft.credit_line = "Sau"
        draft.save_revision()
        return real(*arguments, **named)

    monkeypatch.setattr(dressing, "_credited", meanwhile)
    jobs.run_all_due()
    assert Job.objects.filter(state=JobState.QUEUED, error__startswith="Overtaken").count() == 1
    assert all("Sau" in said_by(data_folder, row) for row in file.renditions.all())
    held = {file.storage_name, *file.renditions.values_list("storage_name", flat=True)}
    collect(at=timezone.now(), bytes_age=timezone.now() - timezone.now())
    assert stored_names(data_folder) == held


def test_the_crops_follow_the_focal_point_and_their_old_addresses_answer(
    data_folder: Path, client: Any
) -> None:
    halves = Image.new("RGB", (1200, 600), "red")
    halves.paste("blue", (600, 0, 1200, 600))
    out = io.BytesIO()
    halves.save(out, "PNG")
    file = taken_in(out.getvalue())
    resource = make_resource("photo", file=file)
    jobs.run_all_due()
    publishing.publish(resource=resource, by=None, at=timezone.now())
    former = public_address(resource, file.renditions.get(name="square.jpg"))
    for x, colour in ((0.1, "red"), (0.9, "blue")):
        draft = Resource.objects.get(pk=resource.pk)
        asset = draft.assets.get()
        asset.focal_x, asset.focal_y = x, 0.5
        draft.assets.set([asset])
        publishing.publish(resource=draft, revision=draft.save_revision(), by=None, at=timezone.now())
        jobs.run_all_due()
        with Image.open(data_folder / "files" / file.renditions.get(name="square.jpg").storage_name) as cut:
            red, _green, blue = cut.getpixel((300, 300))
        assert ("red" if red > blue else "blue") == colour
    now = public_address(resource, file.renditions.get(name="square.jpg"))
    assert now != former
    answers = [client.get(address) for address in (former, now)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0]["ETag"] == answers[1]["ETag"]


def test_a_file_without_a_name_to_credit_stays_plain(data_folder: Path) -> None:
    file = small()
    make_resource("photo", file=file, credit_line="")
    jobs.run_all_due()
    file.refresh_from_db()
    assert file.dressed == ""
    assert not file.renditions.exclude(uncredited_sha256="").exists()


def test_parts_of_a_stream_are_left_as_they_are(data_folder: Path) -> None:
    file = small()
    jobs.run_all_due()
    part = file.renditions.get(name="w320.jpg")
    part.purpose = "part"
    part.save()
    make_resource("photo", file=file)
    jobs.run_all_due()
    assert file.renditions.get(name="w320.jpg").sha256 == part.sha256
    assert file.renditions.get(name="w400.jpg").uncredited_sha256


def test_what_is_public_and_names_nobody_is_asked_for_each_day(data_folder: Path) -> None:
    file = small()
    resource = make_resource("photo", file=file)
    jobs.run_all_due()
    publishing.publish(resource=resource, by=None, at=timezone.now())
    StoredFile.objects.update(dressed="")
    dressing.ask_for_the_plain(timezone.now())
    dressing.ask_for_the_plain(timezone.now())
    assert Job.objects.filter(state=JobState.QUEUED).count() == 1
    jobs.run_all_due()
    file.refresh_from_db()
    assert file.dressed
