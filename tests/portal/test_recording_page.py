"""The page of a recording: its words, its script, its loudness, the languages that are heard and read."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from cms.newsroom import offers
from media_library import publishing
from media_library.kinds import Kind, Role
from media_library.models import Asset, Chapter, Rendition, Resource
from search import documents
from tests import factories
from tests.portal.pages import give_media, page_text, structured

pytestmark = pytest.mark.django_db


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
    text = page_text(client, _script(resource))
    shown = re.findall(r"<p><time>([^<]+)</time>(.*?)</p>", text)
    assert shown[0] == ("00:00", "Kính thưa bà con. Đây là bản tin.")
    assert shown[1][0] == "00:07" and shown[1][1].startswith("Xin &lt;b&gt;chào&lt;/b&gt;.")
    assert len(shown) == 3
    assert '<h1 lang="vi">Bản tin xã</h1>' in text and 'content="noindex"' in text
    assert _script(resource) in page_text(client, resource.get_absolute_url("vi"))


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
    text = page_text(client, resource.get_absolute_url())
    assert 'd="M1 49v2M3 25v50M5 0v100"' in text
    first, second = re.findall(r'<source src="([^"]+)" type="([^"]+)"', text)
    assert first[0].endswith(".opus") and "opus" in first[1] and second[0].endswith(".mp3")
    assert "Trong tệp" in text
    Chapter.objects.create(resource=resource, start=1, title="Đã biên tập")
    edited = page_text(client, resource.get_absolute_url())
    assert "Đã biên tập" in edited and "Trong tệp" not in edited


def test_only_the_page_of_a_film_with_a_ladder_may_play_what_a_script_feeds(client: Client) -> None:
    resource = factories.make_published(Kind.VIDEO)
    give_media(resource)

    def media_from() -> str:
        policy = client.get(resource.get_absolute_url())["Content-Security-Policy"]
        return next(part.strip() for part in policy.split(";") if part.strip().startswith("media-src"))

    assert media_from() == "media-src 'self'"
    assert resource.original is not None
    stream = factories.make_rendition(resource.original.file, name="stream.m3u8", purpose="stream")
    stream.media_type = "application/vnd.apple.mpegurl"
    stream.save()
    assert media_from() == "media-src 'self' blob:"
    text = page_text(client, resource.get_absolute_url())
    assert re.search(r'data-stream="/files/[^"]+\.m3u8"', text) and "hls.light.min.js" in text
    assert '<script src="/static/vendor' not in text


def test_the_language_heard_is_told_apart_from_that_of_the_record(client: Client) -> None:
    film = factories.make_published(Kind.VIDEO, spoken="vi pac")
    page = page_text(client, film.get_absolute_url("en"))
    assert structured(page)["inLanguage"] == ["vi", "pac"]
    assert "Vietnamese, Pa Co" in page
    silent = factories.make_published(Kind.VIDEO, spoken="zxx")
    assert structured(page_text(client, silent.get_absolute_url()))["inLanguage"] == "zxx"
    assert "Spoken languages" not in page_text(client, factories.make_published().get_absolute_url("en"))


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
    vietnamese = re.findall(tracks, page_text(client, film.get_absolute_url("vi")))
    assert vietnamese == [("subtitles", "vi", " default"), ("captions", "en", "")]
    english_page = re.findall(tracks, page_text(client, film.get_absolute_url("en")))
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
    page = page_text(client, resource.get_absolute_url("en"))
    assert "<li>Host: &lt;b&gt;hello&lt;/b&gt;<br>all.</li>" in page
    assert "Download the words (TXT)" in page and "Transcript: English" in page and "TXT, " in page
    with translation.override("en"):
        script = page_text(client, reverse("portal:script", args=[resource.public_id, resource.slug]))
    assert "<p>Host: &lt;b&gt;hello&lt;/b&gt;<br>all.</p>" in script
    assert {"transcript-en-txt", "transcript-en-docx"} <= {one.key for one in offers.offers(resource)}
    found, _hidden = documents.at_this_moment([resource.pk], timezone.now())
    assert all("Guest: hi." in one.body for one in found) and found


def test_words_with_times_stand_beside_the_player_before_those_without(client: Client) -> None:
    resource = _with_plain_words(Kind.VIDEO, language="vi", paragraphs=["Không có giờ."])
    page = page_text(client, resource.get_absolute_url())
    assert "Xin chào các bạn." in page and "Không có giờ." not in page
