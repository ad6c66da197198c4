"""Captions edited in place: saved as a new file of a new draft, checked, imported, moved; nothing is lost."""

from __future__ import annotations

import hashlib

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from media_library.kinds import Kind, Role
from media_library.models import Agency, Asset, Resource, StoredFile
from media_library.processing import jobs
from tests.editing.screens import address, said, signed_in
from tests.factories import make_agency, make_communicator, make_published, make_resource

pytestmark = pytest.mark.django_db
TWO = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nXin chào.\n\n00:00:02.000 --> 00:00:05.000\nTạm biệt & hẹn gặp.\n"


@pytest.fixture
def agency() -> Agency:
    return make_agency()


@pytest.fixture
def client(agency: Agency) -> Client:
    return signed_in(make_communicator(agency))


def place(resource: Resource, lang: str = "vi") -> str:
    return address("captions", resource.pk, lang)


def opened(client: Client, resource: Resource, lang: str = "vi") -> dict[str, str]:
    page = client.get(place(resource, lang))
    assert page.status_code == 200
    return fields(page)


def fields(page: HttpResponse) -> dict[str, str]:
    form = BeautifulSoup(page.content, "html.parser").select_one("[data-k57-captions]")
    assert form is not None
    text, revision = form.select_one("[name=text]"), form.select_one("[name=revision]")
    assert text is not None and revision is not None
    return {"text": text.text.removeprefix("\n"), "revision": str(revision.get("value", ""))}


def errors(page: HttpResponse) -> str:
    assert page.status_code == 200
    return " ".join(str(error) for found in page.context["form"].errors.values() for error in found)


def captions(resource: Resource, lang: str = "vi") -> StoredFile | None:
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    found = [one for one in draft.assets.all() if one.role == Role.CAPTION and one.language == lang]
    assert len(found) <= 1
    return found[0].file if found else None


def test_what_is_saved_is_a_new_file_of_the_draft_and_the_public_version_keeps_its_own(
    client: Client, agency: Agency
) -> None:
    resource = make_published(Kind.VIDEO, agency=agency)
    before = captions(resource)
    form = opened(client, resource)
    assert "Xin chào các bạn." in form["text"]
    answer = client.post(place(resource), {**form, "text": TWO, "act": "save"}, follow=True)
    assert "bản nháp" in said(answer)
    after = captions(resource)
    assert after is not None and before is not None and after.pk != before.pk
    assert after.sha256 == hashlib.sha256(TWO.replace("&", "&amp;").encode()).hexdigest()
    assert [one.file for one in Resource.objects.get(pk=resource.pk).words] == [before]
    assert opened(client, resource)["text"] == TWO.replace("&", "&amp;")
    jobs.run_all_due()
    assert opened(client, resource)["text"] == TWO.replace("&", "&amp;")
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    order = [one.role for one in draft.assets.all()]
    assert order == [Role.ORIGINAL, Role.CAPTION]


def test_captions_in_another_language_stand_beside_the_first(client: Client, agency: Agency) -> None:
    resource = make_resource(Kind.PODCAST, agency=agency)
    form = opened(client, resource, "en")
    assert form["text"] == "WEBVTT\n"
    client.post(place(resource, "en"), {**form, "text": TWO, "act": "save"})
    assert captions(resource, "en") is not None and captions(resource, "vi") is not None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "không có dòng nào"),
        ("WEBVTT\n\nkhông có giờ", "không có dòng nào"),
        (TWO + "\n00:00:09.000 --> 00:00:08.000\nLùi giờ\n", "00:00:09.000"),
        (TWO + "\n0:9 --> 00:00:10.000\nSai\n", "0:9"),
    ],
)
def test_a_text_that_would_lose_words_is_refused_and_kept_in_the_form(
    client: Client, agency: Agency, text: str, told: str
) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    form, before = opened(client, resource), captions(resource)
    answer = client.post(place(resource), {**form, "text": text, "act": "save"})
    assert told in errors(answer)
    assert fields(answer)["text"].strip() == text.strip()
    assert captions(resource) == before


def test_nothing_of_somebody_else_is_overwritten(client: Client, agency: Agency) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    form = opened(client, resource)
    theirs = resource.get_latest_revision_as_object()
    theirs.title = "Người khác đã lưu"
    theirs.save_revision()
    answer = client.post(place(resource), {**form, "text": TWO, "act": "save"})
    assert "Có người khác đã lưu" in errors(answer) and "Tạm biệt" in fields(answer)["text"]
    draft = Resource.objects.get(pk=resource.pk).get_latest_revision_as_object()
    assert draft.title == "Người khác đã lưu"


def test_a_locked_resource_is_left_as_it_is(client: Client, agency: Agency) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    form, before = opened(client, resource), captions(resource)
    other = make_communicator(agency, "nguoi-khac")
    Resource.objects.filter(pk=resource.pk).update(locked=True, locked_by=other)
    answer = client.post(place(resource), {**form, "text": TWO, "act": "save"})
    assert "khóa" in errors(answer) and captions(resource) == before


def test_checking_moving_and_importing_save_nothing(client: Client, agency: Agency) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    form, before = opened(client, resource), captions(resource)
    fast = "WEBVTT\n\n00:00:01.000 --> 00:00:01.500\nMột câu quá dài cho nửa giây.\n"
    checked = client.post(place(resource), {**form, "text": fast, "act": "check"})
    assert "quá nhanh để đọc (tối đa 21)" in checked.content.decode()
    moved = client.post(place(resource), {**form, "text": TWO, "act": "shift", "shift": "-1.5"})
    assert "00:00:00.000 --> 00:00:00.500\nXin chào." in fields(moved)["text"]
    srt = SimpleUploadedFile("a.srt", "1\n00:00:03,000 --> 00:00:04,000\n<i>Từ tệp</i>\n".encode())
    taken = client.post(place(resource), {**form, "act": "import", "upload": srt})
    assert fields(taken)["text"] == "WEBVTT\n\n00:00:03.000 --> 00:00:04.000\nTừ tệp\n"
    assert captions(resource) == before


@pytest.mark.parametrize("content", [b"", b"\xff\xfb\x90\x00 mp3", b"WEBVTT\n\nno cue", b"a\xe9b" * 9])
def test_a_file_that_is_no_captions_is_refused_in_words(
    client: Client, agency: Agency, content: bytes
) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    upload = SimpleUploadedFile("a.vtt", content)
    answer = client.post(place(resource), {**opened(client, resource), "act": "import", "upload": upload})
    assert answer.context["form"].errors["upload"]
    assert "Xin chào các bạn." in fields(answer)["text"]


def test_an_unknown_language_or_kind_has_no_captions(client: Client, agency: Agency) -> None:
    assert client.get(place(make_resource(Kind.VIDEO, agency=agency), "fr")).status_code == 404
    assert client.get(place(make_resource(Kind.PHOTO, agency=agency))).status_code == 404
    assert client.get(place(make_resource(Kind.VIDEO))).status_code == 404


def test_captions_without_a_language_count_as_the_resources_own(client: Client, agency: Agency) -> None:
    resource = make_resource(Kind.VIDEO, agency=agency)
    draft = resource.get_latest_revision_as_object()
    kept = [one for one in draft.assets.all() if one.role != Role.CAPTION]
    file = resource.words[0].file
    draft.assets.set([*kept, Asset(role=Role.CAPTION, file=file, language="", sort_order=1)])
    draft.save_revision()
    form = opened(client, resource)
    assert "Xin chào các bạn." in form["text"]
    client.post(place(resource), {**form, "text": TWO, "act": "save"})
    assert captions(resource) is not None
