"""Transcripts dropped with films: text and Word files of the same name, as captions are."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from media_library.editing.batch import places, words
from media_library.editing.batch.places import Named
from media_library.kinds import OFFICE, missing_for_publication
from media_library.models import Batch, BatchPlace, Fate, Resource, User
from tests.editing.batch.giving import address, again, ask, bytes_for, draft_at, give, make_batch, place_for
from tests.editing.batch.test_answers import patch
from tests.editing.batch.test_words import captions, film, says, states
from tests.editing.screens import signed_in
from tests.factories import make_agency, make_communicator, unreferenced
from tests.media_library import packages

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_communicator(make_agency())


@pytest.fixture
def batch(person: User) -> Batch:
    return make_batch(person.memberships.get().agency, person)


def transcript(batch: Batch, name: str = "phim.txt") -> BatchPlace:
    return give(batch, name, media_type="text/plain" if name.endswith("txt") else OFFICE[0])


def said(place: BatchPlace) -> list[tuple[str, str, str]]:
    found = [one for one in draft_at(place).assets.all() if one.role != "original"]
    return [(one.role, one.language, one.file.original_name) for one in found]


def test_a_transcript_completes_its_film_whichever_comes_first(batch: Batch) -> None:
    early = transcript(batch, "phim.vi.txt")
    assert (early.role, early.fate) == ("transcript", Fate.WORDS)
    assert states(batch) == ["astray"] and "No film" in says(early)
    place = film(batch)
    assert said(place) == [("transcript", "vi", "phim.vi.txt")]
    assert missing_for_publication(draft_at(place)) == [] or "caption_file" not in {
        one.field for one in missing_for_publication(draft_at(place))
    }
    transcript(batch, "phim_en.docx")
    captions(batch, "phim.vi.vtt")
    assert said(place) == [
        ("caption", "vi", "phim.vi.vtt"),
        ("transcript", "vi", "phim.vi.txt"),
        ("transcript", "en", "phim_en.docx"),
    ]
    assert states(batch) == ["beside", "ready", "beside", "beside"]


def test_a_second_transcript_in_a_language_waits_until_the_first_is_left_out(batch: Batch) -> None:
    place, first = film(batch), transcript(batch, "phim.txt")
    second = transcript(batch, "phim.docx")
    assert said(place) == [("transcript", "vi", "phim.txt")] and "phim.txt" in says(second)
    places.leave_out(place=again(first), by=batch.by)
    assert said(place) == [("transcript", "vi", "phim.docx")]


def test_a_text_document_whose_film_is_in_the_same_drop_is_its_transcript(batch: Batch) -> None:
    told = ["ban-tin.docx", "cam-nang.docx", "tuan-1/ban-tin.mp3"]
    found = places.register(
        batch=batch, files=[Named(name.rpartition("/")[2], name, 1000, 0) for name in told]
    )
    assert [place.role for place in found] == ["transcript", "original", "original"]


def test_a_text_document_that_came_before_any_film_of_its_name_is_a_document(batch: Batch) -> None:
    assert place_for(batch, "ban-tin.docx").role == "original"
    assert place_for(batch, "ban-tin.mp3").role == "original"


def test_a_transcript_whose_film_never_comes_is_told_kept_and_can_be_taken_out(
    batch: Batch, person: User
) -> None:
    its = transcript(batch, "khac.txt")
    assert states(batch) == ["astray"] and its.file is not None and not Resource.objects.exists()
    places.leave_out(place=its, by=person)
    assert states(batch) == ["left_out"]
    places.bring_back(place=again(its), by=person, at=timezone.now())
    assert states(batch) == ["astray"]
    place = film(batch, "phim.mp4")
    words.choose(place=again(its), film=place, language="en", by=person)
    assert said(place) == [("transcript", "en", "khac.txt")]


@pytest.mark.usefixtures("data_folder")
def test_without_script_transcripts_come_with_their_film_and_bad_ones_are_told(
    batch: Batch, person: User
) -> None:
    place = film(batch)
    sent = [
        SimpleUploadedFile("phim.docx", packages.docx()),
        SimpleUploadedFile("phim.en.txt", b"Hello"),
        SimpleUploadedFile("trong.txt", b"\n\n"),
        SimpleUploadedFile("xau.txt", b"MZ\x90\x00"),
        SimpleUploadedFile("phim.loi thoai.docx", packages.docx(**{"word/vbaProject.bin": b"x"})),
    ]
    client = signed_in(person)
    client.post(address(batch), {"files": sent})
    assert said(place) == [("transcript", "vi", "phim.docx"), ("transcript", "en", "phim.en.txt")]
    refused = batch.places.filter(fate=Fate.REFUSED).order_by("position")
    assert [one.name for one in refused] == ["trong.txt", "xau.txt", "phim.loi thoai.docx"]
    assert all(one.problem for one in refused)
    assert "Bản gỡ lời" in client.get(address(batch), headers={"accept-language": "vi"}).content.decode()


@unreferenced
def test_a_transcript_is_uploaded_in_parts(batch: Batch, person: User, data_folder: Any) -> None:
    place, client, text = film(batch), signed_in(person), "Xin chào quý vị.".encode()
    told = {"name": "phim.txt", "path": "", "size": len(text), "modified": 1}
    row = ask(client, batch, "files", files=[told]).json()["rows"][0]
    where = ask(client, batch, "begin", place=row["id"], sha256="").json()["upload"]
    assert patch(client, where, text, 0) == 204
    found = client.get(address(batch, "state") + f"?places={row['id']}").json()["rows"]
    assert (found[0]["id"], found[0]["state"]) == (row["id"], "beside")
    assert said(place) == [("transcript", "vi", "phim.txt")]


@pytest.mark.django_db(transaction=True)
def test_a_film_and_its_words_that_arrive_at_the_same_moment_find_each_other() -> None:
    person = make_communicator(make_agency())
    batch = make_batch(person.memberships.get().agency, person)
    names = {"phim.mp4": "video/mp4", "phim.vi.vtt": "text/vtt", "phim.txt": "text/plain"}
    given = [(place_for(batch, name), bytes_for(batch, name, media_type=names[name])) for name in names]
    begun, failed = threading.Barrier(len(given)), []

    def arrive(place: BatchPlace, file: Any) -> None:
        try:
            begun.wait()
            places.arrive(place=place, file=file, by=person, at=timezone.now())
        except Exception as error:  # told by the test, not by a thread
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=arrive, args=pair) for pair in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert said(given[0][0]) == [("caption", "vi", "phim.vi.vtt"), ("transcript", "vi", "phim.txt")]
    assert states(batch) == ["ready", "beside", "beside"]
