"""The work on files, as those who keep them see it: how far, why not, once more, a stop; posters to choose."""

from __future__ import annotations

import hashlib
import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from media_library.files import storage
from media_library.intake.accept import accept
from media_library.kinds import Kind, Role
from media_library.models import Agency, Job, JobState, Resource, StoredFile
from media_library.processing import jobs, pipeline
from tests.editing.screens import address, edit, problems, said, signed_in
from tests.factories import (
    make_administrator,
    make_agency,
    make_communicator,
    make_rendition,
    make_resource,
    make_stored_file,
    picture_bytes,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency() -> Agency:
    return make_agency()


def upload(agency: Agency, number: int = 1) -> StoredFile:
    return accept(
        stream=io.BytesIO(picture_bytes(40 + number, 40)),
        name="anh.png",
        kind=Kind.PHOTO,
        agency=agency,
        by=None,
        at=timezone.now(),
    )


def progress(client: Client, *keys: object) -> dict[str, dict[str, object]]:
    answer = client.get(reverse("kho57_files_progress"), {"files": ",".join(map(str, keys))})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    told: dict[str, dict[str, object]] = answer.json()["files"]
    return told


def test_how_far_files_are_is_told_to_their_agency_alone(agency: Agency) -> None:
    file, other = upload(agency), upload(make_agency(), 2)
    claimed = jobs.claim(worker="w", at=timezone.now())
    assert claimed and claimed.payload == {"file": file.pk}
    claimed.progress(0.25)
    told = progress(signed_in(make_communicator(agency)), file.pk, other.pk, "x", -1, "²", 10**30, "")
    assert told == {
        str(file.pk): {
            "state": "waiting",
            "label": "Đang xử lý",
            "problem": "",
            "weak": "",
            "share": 0.25,
            "later": None,
        }
    }


def test_how_far_files_are_costs_the_same_for_one_and_for_many(agency: Agency) -> None:
    client = signed_in(make_communicator(agency))
    keys = [upload(agency, number).pk for number in range(8)]
    progress(client, keys[0])
    with CaptureQueriesContext(connection) as one:
        progress(client, keys[0])
    with CaptureQueriesContext(connection) as many:
        assert len(progress(client, *keys)) == 8
    assert len(one) == len(many)


def test_work_is_stopped_and_tried_again_by_who_keeps_the_file(agency: Agency) -> None:
    file, client = upload(agency), signed_in(make_communicator(agency))
    place = reverse("kho57_file_work", args=[file.pk])
    page = client.get(place)
    assert "Dừng" in page.content.decode() and "anh.png" in page.content.decode()
    stopped = client.post(place, {"kind": pipeline.PROCESS, "act": "stop"}, follow=True)
    assert "Đã dừng" in said(stopped)
    file.refresh_from_db()
    assert file.problem in stopped.content.decode()
    assert "không còn gì để dừng" in said(client.post(place, {"act": "stop"}, follow=True))
    client.post(place, {"kind": "senseless", "act": "again"})
    jobs.run_all_due()
    file.refresh_from_db()
    assert file.processing_state == "ready"
    assert said(client.post(place, {"act": "again"}, follow=True))
    assert Job.objects.get().state == JobState.DONE


def test_a_file_of_another_agency_answers_like_one_that_is_not_there(agency: Agency) -> None:
    file, client = upload(agency), signed_in(make_communicator(make_agency()))
    for method in (client.get, client.post):
        hidden = method(reverse("kho57_file_work", args=[file.pk]))
        missing = method(reverse("kho57_file_work", args=[file.pk + 999]))
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content.replace(str(file.pk + 999).encode(), str(file.pk).encode())
    assert Job.objects.get().state == JobState.QUEUED


def test_the_page_of_jobs_stops_one_and_tells_how_far_the_others_are() -> None:
    client = signed_in(make_administrator())
    file = upload(make_agency())
    job = Job.objects.get()
    place = reverse("kho57_jobs")
    page = client.get(place).content.decode()
    assert "anh.png" in page and f'data-k57-job="{job.pk}"' in page
    client.post(place, {"stop": job.pk})
    state = client.get(reverse("kho57_jobs_state"), {"jobs": f"{job.pk},x,²,{10**30}"}).json()["jobs"]
    assert [(one["job"], one["state"], one["label"]) for one in state] == [(job.pk, "cancelled", "Đã dừng")]
    client.post(place, {"job": job.pk})
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert client.post(place, {"stop": "9" * 40}).status_code == 404
    file.refresh_from_db()
    assert file.processing_state == "waiting"


def test_the_page_of_jobs_is_for_administrators() -> None:
    client = signed_in(make_communicator(make_agency()))
    for name in ("kho57_jobs", "kho57_jobs_state"):
        assert client.get(reverse(name)).status_code in (302, 403)


def test_the_page_of_jobs_costs_the_same_for_one_job_and_for_many() -> None:
    client = signed_in(make_administrator())
    agency = make_agency()
    upload(agency)
    client.get(reverse("kho57_jobs"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("kho57_jobs"))
    for number in range(2, 9):
        upload(agency, number)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("kho57_jobs"))
    assert len(one) == len(many)


def test_the_listing_shows_what_is_being_prepared_and_what_failed(agency: Agency) -> None:
    file = upload(agency)
    make_resource(Kind.PHOTO, agency=agency, file=file)
    client = signed_in(make_communicator(agency))
    page = BeautifulSoup(client.get(address("list")).content, "html.parser")
    place = page.select_one("[data-k57-work]")
    assert place is not None and place["data-k57-work"] == str(file.pk)
    jobs.cancel(key=f"{pipeline.PROCESS}:{file.pk}", at=timezone.now() + timedelta(seconds=1))
    page = BeautifulSoup(client.get(address("list")).content, "html.parser")
    link = page.select_one("a.k57-work--failed")
    assert link is not None and link["href"] == reverse("kho57_file_work", args=[file.pk])


# Posters


@pytest.fixture
def film(agency: Agency) -> Resource:
    """A film of which two pictures can be chosen."""
    resource = make_resource(Kind.VIDEO, agency=agency)
    assert resource.original is not None
    for number in (1, 2):
        one = make_rendition(
            resource.original.file, name=f"candidate{number}.jpg", format="jpeg", purpose="candidate"
        )
        content = picture_bytes(640, 400, colour=("#c02020", "#2020c0")[number - 1], format="JPEG")
        one.storage_name = storages["private"].save(f"test/{one.name}", ContentFile(content))
        one.size, one.sha256 = len(content), hashlib.sha256(content).hexdigest()
        one.save()
    return resource


def draft(resource: Resource) -> Resource:
    found: Resource = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    return found


def cover_of(resource: Resource) -> StoredFile | None:
    return next((one.file for one in draft(resource).assets.all() if one.role == Role.COVER), None)


def test_a_picture_of_the_film_becomes_its_cover_in_the_draft(agency: Agency, film: Resource) -> None:
    client = signed_in(make_communicator(agency))
    answer = edit(client, film, poster="candidate2.jpg")
    assert answer.status_code == 302, problems(answer)
    cover = cover_of(film)
    assert cover is not None and film.original is not None
    assert cover.sha256 == film.original.file.renditions.get(name="candidate2.jpg").sha256
    page = BeautifulSoup(client.get(address("edit", film.pk)).content, "html.parser")
    chosen = page.select_one("input[name=poster][checked]")
    assert chosen is not None and chosen["value"] == "candidate2.jpg"
    before = StoredFile.objects.count()
    edit(client, film, title="Tên khác")
    assert StoredFile.objects.count() == before
    jobs.run_all_due()
    picture = draft(film).picture_renditions()
    assert picture and picture[0].file_id == cover.pk


def test_a_choice_that_is_not_offered_is_refused_in_words(agency: Agency, film: Resource) -> None:
    answer = edit(signed_in(make_communicator(agency)), film, poster="candidate9.jpg")
    assert "poster" in problems(answer)
    assert cover_of(film) is None


def test_a_picture_that_is_gone_from_the_store_is_told_and_nothing_is_lost(
    agency: Agency, film: Resource
) -> None:
    assert film.original is not None
    storage.remove(film.original.file.renditions.get(name="candidate1.jpg").storage_name)
    client = signed_in(make_communicator(agency))
    answer = edit(client, film, poster="candidate1.jpg", title="Tên đã gõ")
    assert "poster" in problems(answer) and "Tên đã gõ" in answer.content.decode()


def test_a_film_that_is_not_prepared_offers_no_choice(agency: Agency) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    page = signed_in(make_communicator(agency)).get(address("edit", resource.pk)).content.decode()
    assert 'name="poster"' not in page


@pytest.mark.parametrize(("kind", "shown"), [("infographic", True), ("photo", False)])
def test_weak_contrast_is_told_at_the_state_of_the_file(agency: Agency, kind: str, shown: bool) -> None:
    file = make_stored_file(agency)
    file.properties = {"weak_words": {"ratio": 2.1, "share": 0.3}}
    file.save()
    resource, client = make_resource(kind, agency=agency, file=file), signed_in(make_communicator(agency))
    page = BeautifulSoup(client.get(address("edit", resource.pk)).content, "html.parser")
    hint = page.select_one("[data-k57-work-weak]")
    assert (hint is not None and "2,1 : 1" in hint.text and not hint.has_attr("hidden")) is shown
    assert "2,1 : 1" in str(progress(client, file.pk)[str(file.pk)]["weak"])
    StoredFile.objects.filter(pk=file.pk).update(properties={})
    page = BeautifulSoup(client.get(address("edit", resource.pk)).content, "html.parser")
    assert all(one.has_attr("hidden") for one in page.select("[data-k57-work-weak]"))
    assert progress(client, file.pk)[str(file.pk)]["weak"] == ""
