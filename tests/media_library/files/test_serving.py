from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone

from media_library import publishing
from media_library.files import original_address, public_address, staff_address
from media_library.intake.accept import accept
from media_library.models import Asset, Rendition, Resource, StoredFile
from media_library.processing import jobs
from tests.factories import (
    make_agency,
    make_communicator,
    make_embargoed,
    make_expired,
    make_lead,
    make_published,
    make_rendition,
    make_resource,
    make_stored_file,
    make_withdrawn,
)
from tests.media_library.specimens import picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data_folder")]


def rendition_of(resource: Resource, name: str = "w640.webp") -> Rendition:
    return Rendition.objects.get(file__assets__resource=resource, name=name)


def address(resource: Resource, name: str = "w640.webp") -> str:
    return public_address(resource, rendition_of(resource, name))


def download_copy(file: StoredFile, content: bytes = b"ban day du") -> Rendition:
    stored = storages["private"].save("test/full", ContentFile(content))
    rendition = make_rendition(file, name="full.webp", purpose="download")
    Rendition.objects.filter(pk=rendition.pk).update(storage_name=stored, size=len(content))
    return Rendition.objects.get(pk=rendition.pk)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def test_a_published_rendition_is_given_to_anyone_whole_and_cacheable(client: Client) -> None:
    resource = make_published("photo")
    rendition = rendition_of(resource)
    response = client.get(address(resource))
    assert response.status_code == 200
    assert len(body(response)) == rendition.size == int(response["Content-Length"])
    assert response["Content-Type"] == "image/webp"
    assert response["Cache-Control"] == "public, max-age=300, must-revalidate"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in response
    assert "Cookie" not in response.get("Vary", "")


def test_the_address_speaks_of_the_title_and_carries_the_hash(client: Client) -> None:
    resource = make_published("photo", title="Đồ họa Chuyển đổi số")
    rendition = rendition_of(resource)
    shown = address(resource)
    assert shown == f"/files/{resource.public_id}/do-hoa-chuyen-doi-so-w640-{rendition.sha256[:12]}.webp"
    renamed = shown.replace("do-hoa-chuyen-doi-so", "ten-cu")
    assert client.get(renamed).status_code == 200


def hidden(state: str) -> Resource:
    if state == "draft":
        return make_resource("photo")
    if state == "embargoed":
        return make_embargoed(kind="photo")
    return make_expired(kind="photo")


@pytest.mark.parametrize("state", ["draft", "embargoed", "expired"])
def test_what_is_hidden_answers_like_what_is_missing(client: Client, state: str) -> None:
    resource = hidden(state)
    there = client.get(address(resource))
    missing = client.get("/files/k57-0000-0000/a-w640-0123456789ab.webp")
    assert there.status_code == missing.status_code == 404
    assert "Hình" not in there.content.decode()


@pytest.mark.parametrize("state", ["draft", "embargoed", "expired"])
def test_people_of_the_agency_get_it_privately(client: Client, state: str) -> None:
    resource = hidden(state)
    client.force_login(make_communicator(resource.agency))
    response = client.get(address(resource))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert "Access-Control-Allow-Origin" not in response
    client.force_login(make_communicator(make_agency()))
    assert client.get(address(resource)).status_code == 404


def test_withdrawal_takes_every_address_back_with_the_reason(client: Client) -> None:
    resource = make_published("photo")
    shown = address(resource)
    assert client.get(shown).status_code == 200
    publishing.withdraw(resource=resource, by=make_lead(), reason="Số liệu sai.", at=timezone.now())
    response = client.get(shown)
    assert response.status_code == 410
    assert "Số liệu sai." in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_a_draft_that_was_withdrawn_never_was_there(client: Client) -> None:
    resource = make_withdrawn(kind="photo")
    Resource.objects.filter(pk=resource.pk).update(first_published_at=None)
    assert client.get(address(resource)).status_code == 404


def test_a_file_of_another_resource_is_not_found_under_this_one(client: Client) -> None:
    mine, others = make_published("photo"), make_resource("photo")
    rendition = rendition_of(others)
    assert client.get(public_address(mine, rendition)).status_code == 404


def test_a_replaced_file_leaves_with_the_publication_that_replaces_it(client: Client) -> None:
    resource = make_published("photo")
    before = address(resource)
    draft = Resource.objects.get(pk=resource.pk)
    fresh = make_stored_file(resource.agency, content=picture(333, 222, format="PNG"))
    draft.assets.set([Asset(role="original", file=fresh, alt="Mới.", sort_order=0, language="vi")])
    revision = draft.save_revision()
    assert client.get(before).status_code == 200
    publishing.publish(resource=draft, revision=revision, by=None, at=timezone.now())
    assert client.get(before).status_code == 404
    assert client.get(address(resource)).status_code == 200


@pytest.mark.parametrize("licence", ["press-only", "all-rights"])
def test_the_full_copy_follows_the_licence_and_the_pictures_do_not(client: Client, licence: str) -> None:
    resource = make_published("photo", licence=licence)
    copy = download_copy(resource.original.file)
    assert client.get(address(resource)).status_code == 200
    assert client.get(public_address(resource, copy)).status_code == 404
    client.force_login(make_communicator(resource.agency))
    response = client.get(public_address(resource, copy))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_a_download_carries_its_vietnamese_title_as_file_name(client: Client) -> None:
    resource = make_published("photo", title="Đồ họa: 5 kỹ năng / “số”")
    copy = download_copy(resource.original.file)
    disposition = client.get(public_address(resource, copy) + "?download=1")["Content-Disposition"]
    assert disposition.startswith('attachment; filename="do-ho')
    encoded = re.search(r"filename\*=UTF-8''(\S+)", disposition)
    assert encoded
    assert unquote(encoded[1]) == "Đồ họa 5 kỹ năng “số”.webp"
    assert "/" not in encoded[1]


@pytest.mark.parametrize(
    ("header", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=4-", 206, slice(4, None)),
        ("bytes=-3", 206, slice(-3, None)),
        ("bytes=0-1,4-5", 200, slice(None)),
        ("bytes=99-", 416, slice(0, 0)),
    ],
)
def test_a_part_of_a_file_can_be_asked_for(client: Client, header: str, status: int, part: slice) -> None:
    resource = make_published("photo")
    copy = download_copy(resource.original.file)
    response = client.get(public_address(resource, copy), headers={"range": header})
    assert response.status_code == status
    assert body(response) == b"ban day du"[part]
    if status == 206:
        assert int(response["Content-Length"]) == len(b"ban day du"[part])
        assert response["Content-Range"].endswith("/10")
    if status == 416:
        assert response["Content-Range"] == "bytes */10"


def test_a_part_is_given_only_of_the_file_the_client_has_a_part_of(client: Client) -> None:
    resource = make_published("photo")
    shown = public_address(resource, download_copy(resource.original.file))
    etag = client.get(shown)["ETag"]
    same = client.get(shown, headers={"range": "bytes=0-3", "if-range": etag})
    other = client.get(shown, headers={"range": "bytes=0-3", "if-range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_what_the_client_has_is_not_sent_again(client: Client) -> None:
    resource = make_published("photo")
    shown = address(resource)
    etag = client.get(shown)["ETag"]
    response = client.get(shown, headers={"if-none-match": f'"x", W/{etag}'})
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"] == etag


def test_a_withdrawn_file_is_not_confirmed_to_those_who_have_it(client: Client) -> None:
    resource = make_published("photo")
    shown = address(resource)
    etag = client.get(shown)["ETag"]
    publishing.withdraw(resource=resource, by=make_lead(), reason="Sai.", at=timezone.now())
    assert client.get(shown, headers={"if-none-match": etag}).status_code == 410


def test_head_tells_the_length_and_sends_nothing(client: Client) -> None:
    resource = make_published("photo")
    response = client.head(address(resource))
    assert response.status_code == 200
    assert int(response["Content-Length"]) == rendition_of(resource).size
    assert body(response) == b""


def test_other_methods_are_not_taken(client: Client) -> None:
    assert client.post(address(make_published("photo"))).status_code == 405


def test_bytes_that_are_gone_answer_404_not_500(client: Client) -> None:
    resource = make_published("photo")
    storages["private"].delete(rendition_of(resource).storage_name)
    assert client.get(address(resource)).status_code == 404


def test_the_web_server_can_send_the_bytes(client: Client, settings: Any) -> None:
    settings.FILES_ACCEL_PREFIX = "/private-files"
    resource = make_published("photo")
    response = client.get(address(resource))
    assert response["X-Accel-Redirect"] == f"/private-files/{rendition_of(resource).storage_name}"
    assert response.content == b""


@pytest.mark.parametrize("crowd", [1, 30])
def test_the_number_of_queries_does_not_depend_on_how_much_there_is(
    client: Client, crowd: int, django_assert_num_queries: Any
) -> None:
    resource = make_published("photo")
    for number in range(crowd):
        make_rendition(resource.original.file, name=f"x{number}.webp")
    shown = address(resource)
    with django_assert_num_queries(2):
        client.get(shown)


@pytest.mark.parametrize(
    "name", ["x", "w640.webp", "a-0123456789zz.webp", "-0123456789ab.webp", "a-0123456789ab", "..", "%00"]
)
def test_nonsense_names_are_not_found(client: Client, name: str) -> None:
    resource = make_published("photo")
    assert client.get(f"/files/{resource.public_id}/{name}").status_code == 404


def test_staff_see_what_they_uploaded_before_publication_and_others_do_not(client: Client) -> None:
    agency = make_agency()
    stored = make_stored_file(agency, name="Ảnh gốc “bí mật”.png")
    rendition = stored.renditions.get(name="w640.webp")
    addresses = [staff_address(rendition), original_address(stored)]
    assert [client.get(shown).status_code for shown in addresses] == [404, 404]
    client.force_login(make_communicator(make_agency()))
    assert [client.get(shown).status_code for shown in addresses] == [404, 404]
    client.force_login(make_communicator(agency))
    answers = [client.get(shown) for shown in addresses]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all(answer["Cache-Control"] == "private, no-store" for answer in answers)
    assert answers[1]["Content-Disposition"].startswith("attachment")
    client.force_login(make_lead())
    assert client.get(addresses[0]).status_code == 200
    assert client.get(f"/admin/files/{stored.pk}/w9.webp").status_code == 404
    assert client.get("/admin/files/999999/w640.webp").status_code == 404


def test_a_real_upload_can_be_fetched_in_every_size_once_it_is_published(
    client: Client, data_folder: Path
) -> None:
    agency = make_agency()
    file = accept(
        stream=io.BytesIO(picture(1000, 700)),
        name="Ảnh.jpg",
        kind="photo",
        agency=agency,
        by=None,
        at=timezone.now(),
    )
    jobs.run_all_due()
    file.refresh_from_db()
    resource = make_resource("photo", agency=agency, file=file)
    shown = [public_address(resource, rendition) for rendition in file.renditions.all()]
    assert len(shown) == 10
    assert {client.get(one).status_code for one in shown} == {404}
    publishing.publish(resource=resource, by=None, at=timezone.now() - timedelta(seconds=1))
    assert {client.get(one).status_code for one in shown} == {200}


def streamed(resource: Resource) -> tuple[Rendition, Rendition]:
    """A playlist and a rung of the main file, by type and purpose."""
    assert resource.original is not None
    playlist = make_rendition(resource.original.file, name="stream.m3u8", purpose="stream")
    playlist.media_type = "application/vnd.apple.mpegurl"
    rung = make_rendition(resource.original.file, name="h240.mp4", purpose="part")
    rung.media_type = "video/mp4"
    for one in (playlist, rung):
        one.save()
    return playlist, rung


def test_what_a_playlist_names_resolves_beside_it_for_the_public_and_for_staff(client: Client) -> None:
    resource = make_published("video")
    playlist, rung = streamed(resource)
    listed = f"h240-{rung.digest}.mp4"
    public = client.get(public_address(resource, playlist))
    assert public["Content-Type"] == "application/vnd.apple.mpegurl"
    assert "max-age=300" in public["Cache-Control"]
    beside = public_address(resource, playlist).rpartition("/")[0]
    part = client.get(f"{beside}/{listed}", headers={"range": "bytes=10-19"})
    assert (part.status_code, len(body(part))) == (206, 10)
    draft = make_resource("video")
    playlist, rung = streamed(draft)
    place = staff_address(playlist).rpartition("/")[0] + f"/h240-{rung.digest}.mp4"
    assert client.get(place).status_code == 404
    client.force_login(make_communicator(draft.agency))
    assert client.get(place).status_code == 200
    assert client.get(place.replace(rung.digest, "0" * 12)).status_code == 404


def test_a_withdrawal_takes_playlists_and_rungs_back_at_once(client: Client) -> None:
    resource = make_published("video")
    addresses = [public_address(resource, one) for one in streamed(resource)]
    assert [client.get(one).status_code for one in addresses] == [200, 200]
    publishing.withdraw(resource=resource, by=make_lead(), reason="Sai.", at=timezone.now())
    assert [client.get(one).status_code for one in addresses] == [410, 410]


def test_a_rung_is_played_under_every_licence_and_saved_under_an_open_one_only(client: Client) -> None:
    resource = make_published("video", licence="all-rights")
    for one in streamed(resource):
        place = public_address(resource, one)
        assert (client.get(place).status_code, client.get(f"{place}?download=1").status_code) == (200, 404)


def test_one_size_of_several_tells_its_pixels_in_the_name_of_the_saved_file(client: Client) -> None:
    resource = make_published("photo", title="Cầu Trường Tiền")
    saved = client.get(f"{address(resource, 'w640.jpg')}?download=1")["Content-Disposition"]
    assert unquote(saved).endswith("UTF-8''Cầu Trường Tiền 640x400.jpg")
