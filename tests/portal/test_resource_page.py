"""A resource at its own address."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from cms.newsroom import offers
from cms.portal.previews import resource as preview
from media_library import publishing
from media_library.kinds import Kind, Role
from media_library.models import Asset, Chapter, Rendition, Resource
from search import documents
from tests import factories

pytestmark = pytest.mark.django_db


def _text(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_kind_has_a_page_in_both_languages(client: Client, kind: str, lang: str) -> None:
    resource = factories.make_published(kind, title="Bình dân học vụ số")
    text = _text(client, resource.get_absolute_url(lang))
    assert '<h1 lang="vi">Bình dân học vụ số</h1>' in text
    assert f'<html lang="{lang}">' in text
    assert resource.credit_line in text


def test_a_page_sets_no_cookie_and_must_be_asked_for_again(client: Client) -> None:
    response = client.get(factories.make_published().get_absolute_url())
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("tail", ["", "ten-cu/", "ten-cu/?t=12"])
def test_another_slug_leads_to_the_present_one_for_ever(client: Client, tail: str) -> None:
    resource = factories.make_published()
    response = client.get(f"/vi/r/{resource.public_id}/{tail}")
    assert response.status_code == 301
    assert response["Location"] == resource.get_absolute_url("vi") + tail.partition("/")[2]


def test_an_id_typed_in_capitals_leads_to_the_resource(client: Client) -> None:
    resource = factories.make_published()
    response = client.get(f"/vi/r/{resource.public_id.upper()}/{resource.slug}/")
    assert (response.status_code, response["Location"]) == (301, resource.get_absolute_url("vi"))


def test_what_is_hidden_answers_like_what_never_was(client: Client) -> None:
    hidden = [
        factories.make_resource(),
        factories.make_scheduled(),
        factories.make_embargoed(),
        factories.make_expired(),
    ]
    missing = _text(client, "/vi/r/k57-0000-0000/khong-co/", status=404)
    for resource in hidden:
        answer = _text(client, f"/vi/r/{resource.public_id}/khong-co/", status=404)
        blank = re.compile(rf"{resource.public_id}|k57-0000-0000|[0-9a-f]{{16}}")
        assert blank.sub("", answer) == blank.sub("", missing)
        assert resource.title not in answer


def test_a_withdrawn_resource_says_why_and_what_to_use_instead(client: Client) -> None:
    replacement = factories.make_published(title="Bản mới")
    old = factories.make_published(title="Bản cũ")
    publishing.withdraw(
        resource=old,
        by=factories.make_lead(),
        reason="Quy trình đã thay đổi.",
        replaced_by=replacement,
        at=timezone.now(),
    )
    text = _text(client, old.get_absolute_url(), status=410)
    assert "Quy trình đã thay đổi." in text
    assert replacement.get_absolute_url() in text
    assert old.summary not in text


def test_a_hidden_replacement_is_not_betrayed(client: Client) -> None:
    replacement = factories.make_published(title="Bản thay thế kín")
    old = factories.make_published()
    lead = factories.make_lead()
    publishing.withdraw(resource=old, by=lead, reason="Sai.", replaced_by=replacement, at=timezone.now())
    publishing.withdraw(resource=replacement, by=lead, reason="Cũng sai.", at=timezone.now())
    text = _text(client, old.get_absolute_url(), status=410)
    assert "Bản thay thế kín" not in text and replacement.public_id not in text


def test_an_announced_embargo_tells_title_kind_agency_and_time_only(client: Client) -> None:
    resource = factories.make_embargoed(
        embargo_announced=True, title="Công bố lớn", summary="Bí mật đến giờ."
    )
    text = _text(client, resource.get_absolute_url(), status=403)
    assert "Công bố lớn" in text and resource.agency.name in text
    assert timezone.localtime(resource.embargo_until).strftime("%d/%m/%Y") in text
    assert "Bí mật" not in text and "Nội dung bài viết" not in text


def test_an_embargo_that_has_passed_hides_nothing(client: Client) -> None:
    resource = factories.make_embargoed(embargo_announced=True)
    Resource.objects.filter(pk=resource.pk).update(embargo_until=timezone.now() - timedelta(seconds=1))
    assert resource.title in _text(client, resource.get_absolute_url())


def test_a_place_in_the_address_starts_the_player_there_without_script(client: Client) -> None:
    resource = factories.make_published(Kind.VIDEO)
    _give_media(resource)
    assert re.search(r'<source src="[^"]+#t=83"', _text(client, f"{resource.get_absolute_url()}?t=83"))


@pytest.mark.parametrize("bad", ["", "-1", "abc", "1e9", "99999999999", "٣"])
def test_a_senseless_place_is_left_aside(client: Client, bad: str) -> None:
    resource = factories.make_published(Kind.VIDEO)
    _give_media(resource)
    assert "#t=" not in _text(client, f"{resource.get_absolute_url()}?t={bad}")


def _give_media(resource: Resource) -> None:
    assert resource.original is not None
    rendition = factories.make_rendition(resource.original.file, name="media.mp4", purpose="download")
    rendition.media_type = "video/mp4"
    rendition.save()


def test_the_words_stand_beside_the_player_and_lead_into_it(client: Client) -> None:
    text = _text(client, factories.make_published(Kind.PODCAST).get_absolute_url())
    assert "Xin chào các bạn." in text
    assert 'href="?t=0"' in text


def test_a_resource_that_is_not_open_offers_no_download(client: Client) -> None:
    closed = factories.make_published(Kind.PHOTO, licence="all-rights")
    assert "?download=1" not in _text(client, closed.get_absolute_url())
    opened = factories.make_published(Kind.PHOTO, licence="cc-by-4.0")
    assert opened.original is not None
    factories.make_rendition(opened.original.file, name="full.png", format="png", purpose="download")
    assert "?download=1" in _text(client, opened.get_absolute_url())


def test_structured_data_says_what_it_is_and_for_whom(client: Client) -> None:
    resource = factories.make_published(Kind.VIDEO)
    data = _structured(_text(client, resource.get_absolute_url()))
    assert data["@type"] == "VideoObject"
    assert data["audience"] == [{"@type": "Audience", "audienceType": "Học sinh, sinh viên"}]
    assert data["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert data["inLanguage"] == "vi"


def test_rights_are_answered_by_purpose_on_the_page_and_for_machines(client: Client) -> None:
    resource = factories.make_published(Kind.PHOTO, licence="cc-by-nc-4.0", people_release="missing")
    page = client.get(resource.get_absolute_url("en")).content.decode()
    assert "Yes, if you name the source." in page and "No: its licence excludes commercial use." in page
    assert "Ask the agency first: the people shown have not agreed to this use." in page
    assert f"/en/press/r/{resource.public_id}/" in page
    data = _structured(page)
    assert data["creditText"] == f"{resource.credit_line}, CC BY-NC 4.0"
    assert str(data["copyrightNotice"]).startswith("© 20")
    assert str(data["usageInfo"]).endswith(f"/r/{resource.public_id}/rights.json")
    assert str(data["acquireLicensePage"]).endswith(f"/vi/press/r/{resource.public_id}/")


def test_structured_data_cannot_be_broken_out_of(client: Client) -> None:
    resource = factories.make_published(title="</script><script>alert(1)</script>&lt;")
    text = _text(client, resource.get_absolute_url())
    assert "<script>alert" not in text
    assert _structured(text)["name"] == "</script><script>alert(1)</script>&lt;"


def _structured(text: str) -> dict[str, object]:
    match = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert match
    data: dict[str, object] = json.loads(match[1])
    return data


def test_translations_name_each_other_and_each_is_canonical_in_its_own_language(client: Client) -> None:
    vietnamese = factories.make_published(title="Bản tiếng Việt")
    english = factories.make_published(
        title="The English one", language="en", translation_key=vietnamese.translation_key
    )
    for resource, lang in ((vietnamese, "vi"), (english, "en"), (vietnamese, "en")):
        text = _text(client, resource.get_absolute_url(lang))
        own = f'<link rel="canonical" href="[^"]*{resource.get_absolute_url()}">'
        assert re.search(own, text)
        assert re.search(f'hreflang="en" href="[^"]*{english.get_absolute_url()}"', text)
        assert re.search(f'hreflang="vi" href="[^"]*{vietnamese.get_absolute_url()}"', text)


def test_a_hidden_translation_is_not_named(client: Client) -> None:
    vietnamese = factories.make_published()
    draft = factories.make_resource(
        title="Secret draft", language="en", translation_key=vietnamese.translation_key
    )
    text = _text(client, vietnamese.get_absolute_url())
    assert draft.public_id not in text and "Secret draft" not in text


@pytest.mark.parametrize(("form", "start"), [("bib", "@misc{"), ("ris", "TY  - ")])
def test_citations_come_as_files(client: Client, form: str, start: str) -> None:
    resource = factories.make_published(title="Tên có {ngoặc}")
    response = client.get(f"/vi/r/{resource.public_id}/cite.{form}")
    assert response.content.decode().startswith(start)
    assert resource.public_id in response["Content-Disposition"]


@pytest.mark.parametrize("form", ["bib", "ris"])
def test_what_is_hidden_has_no_citation(client: Client, form: str) -> None:
    assert client.get(f"/vi/r/{factories.make_resource().public_id}/cite.{form}").status_code == 404


def test_pictures_of_a_body_are_shown_only_while_they_are_public(client: Client) -> None:
    photo = factories.make_published(Kind.PHOTO, title="Ảnh trong bài")
    picture = {"resource": photo.pk, "alt": "Một tấm ảnh", "caption": "Chú thích"}
    article = factories.make_published(
        body=[{"type": "paragraph", "value": "<p>Chữ.</p>"}, {"type": "picture", "value": picture}]
    )
    assert "Một tấm ảnh" in _text(client, article.get_absolute_url())
    publishing.withdraw(resource=photo, by=factories.make_lead(), reason="Sai.", at=timezone.now())
    text = _text(client, article.get_absolute_url())
    assert "Một tấm ảnh" not in text and photo.public_id not in text


@pytest.mark.parametrize("kind", Kind.values)
def test_a_draft_is_previewed_as_its_page_and_never_kept(rf: object, kind: str) -> None:
    draft = factories.make_resource(kind, title="Chưa công bố").get_latest_revision_as_object()
    draft.title = "Tên vừa gõ, chưa lưu"
    with translation.override("en"):
        response = preview(rf.get("/admin/"), draft)  # type: ignore[attr-defined]
    text = response.content.decode()
    assert "Tên vừa gõ, chưa lưu" in text
    assert response["Cache-Control"] == "private, no-store"
    assert "application/ld+json" not in text


def _speaks(resource: Resource, *cues: tuple[float, float, str]) -> None:
    file = resource.words[0].file
    file.extracted = {"cues": [{"start": start, "end": end, "text": text} for start, end, text in cues]}
    file.save()


def _script(resource: Resource, lang: str = "vi", slug: str = "") -> str:
    with translation.override(lang):
        return reverse(
            "portal:script", kwargs={"public_id": resource.public_id, "slug": slug or resource.slug}
        )


def test_the_script_of_a_podcast_is_paragraphs_by_pause_and_length(client: Client) -> None:
    resource = factories.make_published(Kind.PODCAST, title="Bản tin xã")
    _speaks(
        resource,
        (0, 2, "Kính thưa\nbà con."),
        (2.2, 4, "Đây là bản tin."),
        (7, 8, "Xin <b>chào</b>."),
        *((8 + n, 9 + n, f"Câu thứ {n} khá dài để đoạn văn này vượt quá giới hạn.") for n in range(8)),
    )
    text = _text(client, _script(resource))
    shown = re.findall(r"<p><time>([^<]+)</time>(.*?)</p>", text)
    assert shown[0] == ("00:00", "Kính thưa bà con. Đây là bản tin.")
    assert shown[1][0] == "00:07" and shown[1][1].startswith("Xin &lt;b&gt;chào&lt;/b&gt;.")
    assert len(shown) == 3
    assert '<h1 lang="vi">Bản tin xã</h1>' in text and 'content="noindex"' in text
    assert _script(resource) in _text(client, resource.get_absolute_url("vi"))


def test_the_script_follows_a_new_slug_and_is_not_there_without_words(client: Client) -> None:
    resource = factories.make_published(Kind.PODCAST)
    response = client.get(_script(resource, slug="ten-cu"))
    assert (response.status_code, response["Location"]) == (301, _script(resource))
    _speaks(resource)
    assert client.get(_script(resource)).status_code == 404
    assert client.get(_script(factories.make_published(Kind.PHOTO))).status_code == 404


def test_the_script_of_a_withdrawn_podcast_is_gone(client: Client) -> None:
    resource = factories.make_withdrawn(kind=Kind.PODCAST)
    assert client.get(_script(resource)).status_code == 410


def test_a_podcast_shows_its_loudness_as_a_drawing_and_offers_the_light_sound_first(client: Client) -> None:
    resource = factories.make_published(Kind.PODCAST)
    assert resource.original is not None
    file = resource.original.file
    file.properties = {"peaks": [0, 50, 100], "chapters": [{"start": 3.5, "title": "Trong tệp"}]}
    file.save()
    for name, purpose, media_type in (
        ("media.mp3", "download", "audio/mpeg"),
        ("light.opus", "stream", "audio/ogg"),
    ):
        rendition = factories.make_rendition(file, name=name, purpose=purpose)
        rendition.media_type = media_type
        rendition.save()
    text = _text(client, resource.get_absolute_url())
    assert 'd="M1 49v2M3 25v50M5 0v100"' in text
    first, second = re.findall(r'<source src="([^"]+)" type="([^"]+)"', text)
    assert first[0].endswith(".opus") and "opus" in first[1] and second[0].endswith(".mp3")
    assert "Trong tệp" in text
    Chapter.objects.create(resource=resource, start=1, title="Đã biên tập")
    edited = _text(client, resource.get_absolute_url())
    assert "Đã biên tập" in edited and "Trong tệp" not in edited


def test_only_the_page_of_a_film_with_a_ladder_may_play_what_a_script_feeds(client: Client) -> None:
    resource = factories.make_published(Kind.VIDEO)
    _give_media(resource)

    def media_from() -> str:
        policy = client.get(resource.get_absolute_url())["Content-Security-Policy"]
        return next(part.strip() for part in policy.split(";") if part.strip().startswith("media-src"))

    assert media_from() == "media-src 'self'"
    assert resource.original is not None
    stream = factories.make_rendition(resource.original.file, name="stream.m3u8", purpose="stream")
    stream.media_type = "application/vnd.apple.mpegurl"
    stream.save()
    assert media_from() == "media-src 'self' blob:"
    text = _text(client, resource.get_absolute_url())
    assert re.search(r'data-stream="/files/[^"]+\.m3u8"', text) and "hls.light.min.js" in text
    assert '<script src="/static/vendor' not in text


def test_the_language_heard_is_told_apart_from_that_of_the_record(client: Client) -> None:
    film = factories.make_published(Kind.VIDEO, spoken="vi pac")
    page = _text(client, film.get_absolute_url("en"))
    assert _structured(page)["inLanguage"] == ["vi", "pac"]
    assert "Vietnamese, Pa Co" in page
    silent = factories.make_published(Kind.VIDEO, spoken="zxx")
    assert _structured(_text(client, silent.get_absolute_url()))["inLanguage"] == "zxx"
    assert "Spoken languages" not in _text(client, factories.make_published().get_absolute_url("en"))


def test_words_that_translate_are_subtitles_and_those_of_the_readers_language_come_first(
    client: Client,
) -> None:
    film = factories.make_resource(Kind.VIDEO, spoken="en")
    agency = film.agency
    shown = factories.make_rendition(film.original.file, name="media.mp4", purpose="download")
    Rendition.objects.filter(pk=shown.pk).update(media_type="video/mp4")
    english = factories.make_stored_file(agency, content=b"WEBVTT\n\n", media_type="text/vtt", name="en.vtt")
    film.assets.add(Asset(role=Role.CAPTION, file=english, language="en", sort_order=2))
    for asset in film.words:
        factories.make_rendition(asset.file, name=f"{asset.file_id}.vtt", purpose="caption")
    film.save_revision()
    publishing.publish(resource=film, by=None, at=timezone.now())
    tracks = r'<track kind="(\w+)"[^>]* srclang="(\w+)"[^>]*?( default)?>'
    vietnamese = re.findall(tracks, _text(client, film.get_absolute_url("vi")))
    assert vietnamese == [("subtitles", "vi", " default"), ("captions", "en", "")]
    english_page = re.findall(tracks, _text(client, film.get_absolute_url("en")))
    assert english_page == [("captions", "en", " default"), ("subtitles", "vi", "")]


def _with_plain_words(kind: str, *, language: str, paragraphs: list[str]) -> Resource:
    """Published, with captions in Vietnamese and a transcript without times in ``language``."""
    resource = factories.make_resource(kind)
    words = factories.make_stored_file(
        resource.agency, content=b"loi", media_type="text/plain", name="loi.txt"
    )
    words.extracted = {"paragraphs": paragraphs}
    words.save()
    copy = factories.make_rendition(words, name="transcript.txt", purpose="caption")
    Rendition.objects.filter(pk=copy.pk).update(media_type="text/plain")
    resource.assets.add(Asset(role=Role.TRANSCRIPT, file=words, language=language, sort_order=2))
    resource.save_revision()
    publishing.publish(resource=resource, by=None, at=timezone.now())
    return Resource.objects.get(pk=resource.pk)


def test_a_transcript_without_times_is_read_on_the_page_in_its_script_and_by_the_press(
    client: Client,
) -> None:
    resource = _with_plain_words(
        Kind.PODCAST, language="en", paragraphs=["Host: <b>hello</b>\nall.", "Guest: hi."]
    )
    page = _text(client, resource.get_absolute_url("en"))
    assert "<li>Host: &lt;b&gt;hello&lt;/b&gt;<br>all.</li>" in page
    assert "Download the words (TXT)" in page and "Transcript: English" in page and "TXT, " in page
    with translation.override("en"):
        script = _text(client, reverse("portal:script", args=[resource.public_id, resource.slug]))
    assert "<p>Host: &lt;b&gt;hello&lt;/b&gt;<br>all.</p>" in script
    assert {"transcript-en-txt", "transcript-en-docx"} <= {one.key for one in offers.offers(resource)}
    found, _hidden = documents.at_this_moment([resource.pk], timezone.now())
    assert all("Guest: hi." in one.body for one in found) and found


def test_words_with_times_stand_beside_the_player_before_those_without(client: Client) -> None:
    resource = _with_plain_words(Kind.VIDEO, language="vi", paragraphs=["Không có giờ."])
    page = _text(client, resource.get_absolute_url())
    assert "Xin chào các bạn." in page and "Không có giờ." not in page
