"""Feeds and frames as the application serves them: conditional, compressed, without a query or a cookie."""

from __future__ import annotations

import gzip
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import brotli
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from cms.sections import feeds, files
from cms.sections.models import Section
from media_library.models import Agency, Resource
from tests import factories as make
from tests.sections.making import drain, feed, make_section

pytestmark = pytest.mark.django_db
BASE = "https://kho57.example"


def rendered(**fields: Any) -> Section:
    section = make_section(**fields)
    drain()
    return section


def forms(section: Section) -> list[str]:
    return [
        f"/feeds/{section.address}/feed.json",
        f"/feeds/{section.address}/feed.en.json",
        f"/feeds/{section.address}/rss.xml",
        f"/feeds/{section.address}/rss.en.xml",
        f"/embed/{section.address}/",
        f"/embed/{section.address}/en/",
    ]


@pytest.mark.parametrize("resources", [10, 1000])
def test_every_form_is_served_without_a_query_a_session_or_a_cookie(
    resources: int, client: Client, django_assert_num_queries: Any
) -> None:
    one = make.make_published()
    copies = [_copy_of(one, number) for number in range(resources - 1)]
    Resource.objects.bulk_create(copies)
    section = rendered(limit=50)
    client.force_login(make.make_lead())
    for path in forms(section):
        with django_assert_num_queries(0):
            response = client.get(path)
        assert response.status_code == 200, path
        assert not response.cookies
        assert "Cookie" not in response.get("Vary", "")
        assert response["Cache-Control"] == feeds.CACHE


_OWN = ("id", "public_id", "translation_key", "latest_revision_id", "live_revision_id")


def _copy_of(resource: Resource, number: int) -> Resource:
    fields = {
        field.attname: getattr(resource, field.attname)
        for field in Resource._meta.concrete_fields
        if field.attname
        not in ("id", "public_id", "translation_key", "latest_revision_id", "live_revision_id")
    }
    return Resource(**fields, public_id=f"k57-0000-{number:04d}")


def test_a_client_that_has_it_gets_304_by_etag_and_by_time(client: Client) -> None:
    section = rendered()
    for path in forms(section):
        first = client.get(path)
        assert first["ETag"].startswith('"')
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"] and again["Cache-Control"] == feeds.CACHE
        assert client.get(path, headers={"If-None-Match": f'"x", W/{first["ETag"]}'}).status_code == 304
        assert client.get(path, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_changes_the_etag_and_the_time(client: Client) -> None:
    section = rendered()
    path = forms(section)[0]
    before = client.get(path)
    make.make_published()
    drain(timezone.now() + timedelta(seconds=5))
    after = client.get(path, headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after["ETag"] != before["ETag"] and after["Last-Modified"] != before["Last-Modified"]


def test_each_compression_has_the_same_content_and_its_own_strong_etag(client: Client) -> None:
    section = rendered()
    path = forms(section)[0]
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip, deflate"})
    smallest = client.get(path, headers={"Accept-Encoding": "gzip, deflate, br"})
    assert packed["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content
    assert smallest["Content-Encoding"] == "br" and brotli.decompress(smallest.content) == plain.content
    assert len({plain["ETag"], packed["ETag"], smallest["ETag"]}) == 3
    assert "Accept-Encoding" in plain["Vary"]
    refused = client.get(path, headers={"Accept-Encoding": "br;q=0, gzip;q=0"})
    assert "Content-Encoding" not in refused


def test_head_tells_the_same_without_a_body_and_other_methods_are_refused(client: Client) -> None:
    section = rendered()
    path = forms(section)[0]
    head, full = client.head(path), client.get(path)
    assert head.content == b"" and head["ETag"] == full["ETag"]
    assert client.post(path).status_code == 405
    options = client.options(path, headers={"Origin": "https://a.example"})
    assert options.status_code == 204 and "GET" in options["Access-Control-Allow-Methods"]


def test_feeds_may_be_read_by_scripts_of_every_site(client: Client) -> None:
    section = rendered()
    for path in forms(section)[:4]:
        assert client.get(path)["Access-Control-Allow-Origin"] == "*"
    assert client.get("/feeds/XA-1/khong-co/feed.json")["Access-Control-Allow-Origin"] == "*"


def test_types_and_language_are_said(client: Client) -> None:
    section = rendered()
    types = [client.get(path)["Content-Type"].partition(";")[0] for path in forms(section)]
    assert types == [
        "application/feed+json",
        "application/feed+json",
        "application/rss+xml",
        "application/rss+xml",
        "text/html",
        "text/html",
    ]
    assert client.get(forms(section)[1])["Content-Language"] == "en"
    assert client.get(forms(section)[0])["Content-Language"] == "vi"


def test_a_frame_may_stand_everywhere_unless_the_section_names_its_sites(client: Client) -> None:
    anywhere = rendered()
    named = rendered(slug="rieng", allowed_hosts=["skhcn.example"])
    everywhere = client.get(f"/embed/{anywhere.address}/")
    assert _ancestors(everywhere) == "*"
    assert "X-Frame-Options" not in everywhere
    some = client.get(f"/embed/{named.address}/?theme=dark")
    assert _ancestors(some) == "'self' https://skhcn.example http://skhcn.example"
    assert client.get(f"/embed/{named.address}/en/").status_code == 200


def _ancestors(response: Any) -> str:
    policy = dict(
        part.strip().split(" ", 1)
        for part in response["Content-Security-Policy"].split(";")
        if " " in part.strip()
    )
    return policy["frame-ancestors"]


def test_a_frame_page_has_no_inline_script_or_style_and_asks_nobody_else(client: Client) -> None:
    make.make_published("infographic")
    section = rendered()
    text = client.get(f"/embed/{section.address}/").content.decode()
    assert " style=" not in text and "<style" not in text and " onclick" not in text
    for part in text.split('src="')[1:]:
        address = part.partition('"')[0]
        assert address.startswith(("/static/", f"{BASE}/files/")), address


@pytest.mark.parametrize(
    ("path", "type"),
    [
        ("/feeds/XA-1/khong-co/feed.json", "application/json"),
        ("/feeds/XA-1/khong-co/rss.xml", "application/xml"),
        ("/feeds/XA-1/khong-co/rss.en.xml", "application/xml"),
        ("/embed/XA-1/khong-co/", "text/html"),
        ("/feeds/XA-1/khong-co/feed.fr.json", "text/html"),
        ("/feeds/XA-1/khong-co/manifest.json", "text/html"),
        ("/feeds/../manifests/feed.json", "text/html"),
        ("/feeds/%2e%2e/%2e%2e/feed.json", "application/json"),
        ("/feeds/a%00b/c/feed.json", "application/json"),
        ("/embed/%2e%2e/%2e%2e/", "text/html"),
    ],
)
def test_an_unknown_section_answers_404_in_the_forms_own_format(
    path: str, type: str, client: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(1):  # whether the agency was merged
        response = client.get(path)
    assert response.status_code == 404
    if response["Content-Type"].startswith("application/json"):
        assert json.loads(response.content)["error"]["help"].startswith(BASE)
    if response["Content-Type"].startswith("application/xml"):
        assert ElementTree.fromstring(response.content).tag == "error"
    if path.startswith(("/feeds/XA", "/embed/XA")):
        assert response["Content-Type"].startswith(type)


def test_unknown_parameters_change_nothing(client: Client) -> None:
    section = rendered()
    path = forms(section)[0]
    assert client.get(f"{path}?utm_source=x&limit=%00&q[]=1").content == client.get(path).content


def test_a_section_switched_off_is_gone_from_the_memory_too(client: Client) -> None:
    section = rendered()
    assert client.get(forms(section)[0]).status_code == 200
    section.live = False
    section.save()
    drain()
    for path in forms(section):
        assert client.get(path).status_code == 404


def test_the_script_of_the_host_page_is_at_most_one_kilobyte_and_can_be_cached(client: Client) -> None:
    response = client.get("/embed/kho57-frame.js")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/javascript")
    assert 0 < len(response.content) <= 1024
    assert client.get("/embed/kho57-frame.js", headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_rss_is_well_formed_and_names_absolute_addresses() -> None:
    resource = make.make_published("podcast", title="Âm thanh & <thẻ> “ngoặc”", summary="Một\x0bhai & ba")
    agency = make.make_agency("Sở \x02 Khoa học & Công nghệ")
    section = rendered(agency=agency, title="Chuyên mục <57> & hơn thế")
    for name, language in (("rss.xml", "vi"), ("rss.en.xml", "en")):
        root = ElementTree.fromstring(files.read(f"feeds/{section.address}/{name}") or b"")
        channel = root.find("channel")
        assert root.get("version") == "2.0" and channel is not None
        assert channel.findtext("title") == "Chuyên mục <57> & hơn thế"
        assert channel.findtext("language") == language
        item = channel.find("item")
        assert item is not None
        assert item.findtext("title") == "Âm thanh & <thẻ> “ngoặc”"
        assert item.findtext("guid") == resource.public_id
        for address in [node.text for node in root.iter("link")]:
            assert urlsplit(address or "").netloc == "kho57.example"
        assert f"/{language}/r/{resource.public_id}/" in (item.findtext("link") or "")


def test_a_licence_that_opens_no_download_gives_no_attachment() -> None:
    make.make_published("photo", title="Mở", licence="cc-by-4.0", file=_photo())
    make.make_published("photo", title="Đóng", licence="press-only", file=_photo())
    section = rendered()
    attached = {item["title"]: "attachments" in item for item in feed(section)["items"]}
    assert attached == {"Mở": True, "Đóng": False}
    rss = (files.read(f"feeds/{section.address}/rss.xml") or b"").decode()
    assert rss.count("<enclosure") == 1


def _photo() -> Any:
    file = make.make_stored_file(make.make_agency())
    make.make_rendition(file, name="full.jpg", format="jpeg", purpose="download")
    return file


def test_a_feed_is_the_same_bytes_until_something_changes() -> None:
    section = rendered()
    names = [f"feeds/{section.address}/feed.json", f"feeds/{section.address}/rss.xml"]
    before = [files.read(name) for name in names]
    from django.core.management import call_command

    call_command("sections_render")
    assert [files.read(name) for name in names] == before


def test_the_feed_fits_its_published_schema_in_every_state() -> None:
    from tests.sections.schema import check

    campaign_free = make.make_published("video", title="Phim có lời", topics=[make.topic("ky-nang-so")])
    make.make_published("document")
    make.make_published("article", language="en", title="In English")
    make.make_published("photo", file=_photo())
    section = rendered(pins=[campaign_free], title_en="Section 57")
    empty = rendered(slug="trong", kinds=["podcast"])
    for each in (section, empty):
        for language in ("vi", "en"):
            check(feed(each, language))


def test_the_schema_names_every_member_of_the_extension_and_no_other() -> None:
    """docs/schemas/feed.schema.json is what others rely on: it and the code may not part."""
    schema = json.loads((Path(settings.BASE_DIR) / "docs/schemas/feed.schema.json").read_text())
    item = schema["$defs"]["item"]["properties"]["_kho57"]
    from cms.sections import json_feed

    source = Path(json_feed.__file__).read_text()
    body = source.partition("def _extension")[2].partition("\ndef ")[0]
    for name in item["properties"]:
        assert f'"{name}"' in body, f"{name} is in the schema and not in the feed"
    assert item["additionalProperties"] is False
    assert schema["properties"]["_kho57"]["additionalProperties"] is False


def test_the_english_form_has_english_words_and_the_same_resources() -> None:
    agency = make.make_agency("Sở Khoa học và Công nghệ", name_en="Department of Science and Technology")
    make.make_published(
        title="Tiêu đề giữ nguyên", agency=agency, topics=[make.topic("stem", "STEM", "STEM skills")]
    )
    section = rendered(agency=agency, title="Chuyên mục", title_en="Section", intro_en="For all.")
    english = feed(section, "en")
    assert english["title"] == "Section" and english["language"] == "en"
    assert english["authors"] == [{"name": "Department of Science and Technology"}]
    assert english["items"][0]["tags"] == ["STEM skills"]
    assert [item["id"] for item in english["items"]] == [item["id"] for item in feed(section)["items"]]
    assert "/en/r/" in english["items"][0]["url"]


def test_a_broken_manifest_does_not_break_the_answer(client: Client) -> None:
    section = rendered()
    files.write(files.manifest_name(section.address), b"{ broken")
    feeds._kept.clear()
    response = client.get(forms(section)[0])
    assert response.status_code == 200 and "Last-Modified" not in response


def test_after_a_merger_old_addresses_answer(client: Client) -> None:
    old, new = make.make_agency(), make.make_agency()
    section = rendered(agency=old)
    Agency.objects.filter(pk=old.pk).update(successor=new)
    assert client.get(forms(section)[0]).status_code == 200
