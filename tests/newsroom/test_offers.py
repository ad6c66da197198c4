"""What can be taken of each kind: named for its use, true in length and hash."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils import translation

from cms.newsroom.offers import Offer, offers, with_offers
from media_library.files.storage import open_range
from media_library.kinds import Role
from media_library.models import Asset, Resource, StoredFile
from media_library.models.asset import EARLIER
from tests.factories import make_agency, make_published, make_rendition, make_stored_file

pytestmark = pytest.mark.django_db

CUES = [
    {"start": 0.0, "end": 2.5, "text": "Chào các bạn & thầy cô."},
    {"start": 2.6, "end": 4.0, "text": "Hôm nay nói về <dữ liệu>."},
    {"start": 9.0, "end": 3671.25, "text": "Hết."},
]


def loaded(resource: Resource) -> Resource:
    return with_offers(Resource.objects.filter(pk=resource.pk)).get()


def of(resource: Resource) -> dict[str, Offer]:
    return {one.key: one for one in offers(loaded(resource))}


def with_captions(kind: str = "podcast", **fields: Any) -> Resource:
    resource = make_published(kind, title="Vì sao phải giữ gìn: dữ liệu?", **fields)
    for asset in resource.assets.filter(role__in=(Role.CAPTION, Role.TRANSCRIPT)):
        StoredFile.objects.filter(pk=asset.file_id).update(extracted={"cues": CUES})
        rendition = make_rendition(asset.file, name="captions.vtt", purpose="caption")
        rendition.media_type, rendition.width, rendition.height = "text/vtt", None, None
        rendition.save()
    return resource


def bytes_of(offer: Offer) -> bytes:
    if offer.made is not None:
        return offer.made
    return b"".join(open_range(offer.storage_name, start=0, length=offer.size))


def ladder(file: StoredFile) -> None:
    for width in (320, 1280, 1920):
        rendition = make_rendition(file, name=f"w{width}.jpg", format="jpeg")
        rendition.width, rendition.height = width, width // 2
        rendition.save()
    for name, purpose in (("full.png", "download"), ("square.jpg", "crop"), ("tall.jpg", "crop")):
        make_rendition(file, name=name, purpose=purpose, format="jpeg")


def test_a_picture_is_offered_for_each_use_once() -> None:
    file = make_stored_file(make_agency())
    ladder(file)
    resource = make_published("photo", file=file, title="Cầu: Trường Tiền")
    found = of(resource)
    assert list(found) == ["print", "broadcast", "web", "thumbnail", "social-square", "social-tall"]
    assert (found["broadcast"].width, found["web"].width, found["thumbnail"].width) == (1920, 1280, 320)
    assert found["web"].file_name == f"Cầu Trường Tiền - web 1280x640 - {resource.public_id}.jpg"
    with translation.override("en"):
        assert of(resource)["print"].label == "Full size, for print: 5.4 × 3.4 cm at 300 dpi"


def test_every_offer_is_true_in_length_and_sums() -> None:
    for resource in (make_published("photo"), with_captions(), make_published("article")):
        found = of(resource)
        assert found
        for offer in found.values():
            content = bytes_of(offer)
            assert (offer.size, offer.crc32) == (len(content), zlib.crc32(content))
            if offer.made is not None:
                assert offer.sha256 == hashlib.sha256(content).hexdigest()


def test_a_film_gives_its_rungs_its_light_sound_and_its_words() -> None:
    resource = with_captions("video")
    original = resource.original
    assert original is not None
    for name, purpose, media_type, lines in (
        ("media.mp4", "download", "video/mp4", 720),
        ("h240.mp4", "part", "video/mp4", 240),
        (f"{EARLIER}e50a57c996f9.mp4", "part", "video/mp4", 720),
        ("h720.mp4", "part", "video/mp4", 720),
        ("h720.m3u8", "part", "application/vnd.apple.mpegurl", None),
        ("candidate1.jpg", "candidate", "image/jpeg", 640),
    ):
        rendition = make_rendition(original.file, name=name, purpose=purpose)
        rendition.media_type, rendition.height = media_type, lines
        rendition.save()
    keys = list(of(resource))
    assert [key for key in keys if key.startswith("video")] == ["video", "video-720", "video-240"]
    assert {"captions-vi-vtt", "captions-vi-srt", "transcript-vi-txt", "transcript-vi-docx"} <= {*keys}


def test_captions_become_srt_with_times_and_words_as_they_are() -> None:
    text = bytes_of(of(with_captions())["captions-vi-srt"]).decode()
    assert text.startswith("1\r\n00:00:00,000 --> 00:00:02,500\r\nChào các bạn & thầy cô.\r\n\r\n2\r\n")
    assert "01:01:11,250" in text


def test_the_same_text_gives_the_same_bytes_and_opens_as_a_document() -> None:
    resource = with_captions()
    first, again = of(resource)["transcript-vi-docx"], of(resource)["transcript-vi-docx"]
    assert first.made == again.made
    with zipfile.ZipFile(io.BytesIO(bytes_of(first))) as archive:
        assert archive.testzip() is None
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
        words = "".join(ElementTree.fromstring(archive.read("word/document.xml")).itertext())
    assert "Chào các bạn & thầy cô. Hôm nay nói về <dữ liệu>." in words
    assert resource.credit_line in words and resource.public_id in words


def test_an_article_is_text_page_and_document_without_markup_of_its_own() -> None:
    body = [
        ("heading", "Mục <1>"),
        ("paragraph", "<p>Một &amp; <b>hai</b><script>alert(1)</script></p><ul><li>ba</li></ul>"),
        ("list", {"ordered": False, "entries": ["bốn", "năm"]}),
        ("quote", {"text": "Sáu", "source": "Bảy"}),
    ]
    found = of(make_published("article", body=body))
    page = bytes_of(found["article-html"]).decode()
    assert "<script" not in page and "<h2>Mục &lt;1&gt;</h2>" in page and "<p>Một &amp; hai" in page
    assert "<ul>\n<li>ba</li>\n<li>bốn</li>\n<li>năm</li>\n</ul>" in page
    assert "“Sáu” (Bảy)" in bytes_of(found["article-txt"]).decode()


def test_reading_offers_asks_the_same_few_queries_for_one_and_for_many(
    django_assert_num_queries: Any,
) -> None:
    for _each in range(4):
        with_captions()
    everything = with_offers(Resource.objects.all())
    for rows in (everything[:1], everything[:4]):
        with django_assert_num_queries(4):
            assert all(offers(row) for row in rows)


def test_bytes_are_sent_whole_and_in_parts_under_a_vietnamese_name(client: Client) -> None:
    resource = with_captions()
    offer = of(resource)["transcript-vi-docx"]
    whole = client.get(offer.address)
    assert (whole.status_code, whole.content) == (200, offer.made)
    assert "filename*=UTF-8''V%C3%AC%20sao" in whole["Content-Disposition"]
    assert 'filename="vi-sao-phai-giu-gin-du-lieu' in whole["Content-Disposition"]
    part = client.get(offer.address, headers={"Range": "bytes=100-", "If-Range": whole["ETag"]})
    assert (part.status_code, part.content) == (206, whole.content[100:])
    changed = client.get(offer.address, headers={"Range": "bytes=100-", "If-Range": '"other"'})
    assert (changed.status_code, changed.content) == (200, whole.content)
    beyond = client.get(offer.address, headers={"Range": f"bytes={offer.size}-"})
    assert beyond.status_code == 416


def test_an_attachment_is_numbered_and_named() -> None:
    resource = make_published("article")
    file = make_stored_file(resource.agency, name="Mẫu đơn.pdf", media_type="application/pdf")
    copy = make_rendition(file, name="document.pdf", purpose="download")
    copy.media_type = "application/pdf"
    copy.save()
    Asset.objects.create(resource=resource, role=Role.ATTACHMENT, file=file)
    found = of(resource)["attachment-1"]
    assert "Mẫu đơn.pdf" in found.label and found.file_name.endswith(".pdf")
