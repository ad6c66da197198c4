"""Every form as readers written by others take it, in both languages, full and empty."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import feedparser
import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import transaction
from django.test import override_settings
from jsonschema import Draft7Validator
from lxml import etree
from PIL import Image

from cms.sections.forms import FEEDS
from cms.sections.models import Section
from media_library.models import Resource
from tests import factories as make
from tests.demonstration.conftest import storages_in
from tests.sections.making import drain, feed, make_section
from tests.sections.rich import TITLE, episode, file_of, rich_section
from tests.sections.schema import check

pytestmark = pytest.mark.django_db
BASE = "https://kho57.example"
LANGUAGES = ("vi", "en")
XML = ("rss.xml", "atom.xml", "media.xml", "podcast.xml")
MODULES = Path(settings.BASE_DIR) / "node_modules"


@dataclass(frozen=True)
class Rendered:
    """The files of one section, as they were written."""

    title: str
    files: dict[tuple[str, str], bytes]


@dataclass(frozen=True)
class Made:
    full: Rendered
    empty: Rendered
    gone: Resource


def form(section: Rendered, name: str, language: str = "vi") -> bytes:
    return section.files[name, language]


def _rendered(section: Section) -> Rendered:
    names = [(each.name, language) for each in FEEDS for language in LANGUAGES]
    return Rendered(section.title, {key: file_of(section, *key) for key in names})


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """One rich section and one empty one, rendered once for tests that only read the files."""
    folder = tmp_path_factory.mktemp("forms")
    changed = override_settings(
        DATA_DIR=folder, STORAGES=storages_in(folder), PUBLIC_BASE_URL="https://kho57.example"
    )
    with django_db_blocker.unblock(), changed, transaction.atomic():
        empty = make_section(slug="trong")
        drain()
        nothing = _rendered(empty)  # while nothing at all is public
        section, gone = rich_section()
        drain()
        found = Made(_rendered(section), nothing, gone)
        transaction.set_rollback(True)
    return found


def named(name: str) -> str:
    return (
        "{"
        + {"at": "http://purl.org/atompub/tombstones/1.0", "a": "http://www.w3.org/2005/Atom"}[
            name.partition(":")[0]
        ]
        + "}"
        + name.partition(":")[2]
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", XML)
def test_feedparser_takes_every_feed_as_well_formed(made: Made, name: str, language: str) -> None:
    for section in (made.full, made.empty):
        read = feedparser.parse(form(section, name, language))
        assert read.bozo == 0, read.get("bozo_exception")
        assert read.feed.title == (
            "Section & you" if language == "en" and section is made.full else section.title
        )
        for entry in read.entries:
            assert entry.link.startswith(f"{BASE}/{language}/r/")
            assert entry.published_parsed
    assert [entry.title for entry in feedparser.parse(form(made.full, name, language)).entries][-1] == TITLE


@pytest.mark.parametrize("language", LANGUAGES)
def test_atom_fits_the_grammar_of_its_standard(made: Made, language: str) -> None:
    grammar = etree.RelaxNG(etree.parse(Path(__file__).with_name("published") / "atom.rng"))
    for section in (made.full, made.empty):
        document = etree.fromstring(form(section, "atom.xml", language))
        assert grammar.validate(document), grammar.error_log
    broken = (
        form(made.full, "atom.xml").replace(b"<updated>", b"<updatet>").replace(b"</updated>", b"</updatet>")
    )
    assert not grammar.validate(etree.fromstring(broken))


@pytest.mark.parametrize("language", LANGUAGES)
def test_json_fits_our_schema_and_one_that_others_published(made: Made, language: str) -> None:
    published = json.loads((MODULES / "jsonfeed-schema" / "schema-v1.1.json").read_text())
    for section in (made.full, made.empty):
        read = json.loads(form(section, "feed.json", language))
        check(read)
        Draft7Validator(published).validate(read)


def test_what_was_withdrawn_is_told_by_identity_time_and_short_address_alone(made: Made) -> None:
    section, gone = made.full, made.gone
    for language in LANGUAGES:
        (told,) = json.loads(form(section, "feed.json", language))["_kho57"]["withdrawn"]
        assert told["id"] == gone.public_id and told["url"] == f"{BASE}/{language}/r/{gone.public_id}/"
        (deleted,) = etree.fromstring(form(section, "atom.xml", language)).iter(named("at:deleted-entry"))
        assert deleted.get("ref").endswith(f":{gone.public_id}")
        assert deleted.get("when") == told["date"]
        for each in FEEDS:
            text = form(section, each.name, language).decode()
            assert gone.title not in text and gone.slug not in text and "Số liệu sai" not in text, each.name


def partytime(*texts: bytes) -> list[dict[str, Any]]:
    """What podcast-partytime reads in each of ``texts``, by one start of Node."""
    node = shutil.which("node")
    assert node, "Node is missing: make test"
    done = subprocess.run(
        [node, str(Path(__file__).with_name("read_podcast.js")), str(MODULES)],
        input=json.dumps([text.decode() for text in texts]),
        capture_output=True,
        text=True,
        check=True,
        env={"LOG": "silent", "PATH": ""},
    )
    read: list[dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])  # its journal comes before
    return read


def test_podcast_partytime_reads_the_podcast_with_the_tags_of_every_phase(made: Made) -> None:
    full, empty, english = partytime(
        form(made.full, "podcast.xml"), form(made.empty, "podcast.xml"), form(made.full, "podcast.xml", "en")
    )
    (one,) = full["items"]
    assert full["title"] == "Chuyên mục <57> & bạn" and english["title"] == "Section & you"
    assert full["locked"] is True and full["guid"] != english["guid"]
    told = {phase: set(tags) for phase, tags in full["pc20support"].items()}
    assert told == {
        "1": {"locked", "transcript", "chapters"},
        "2": {"person"},
        "3": {"guid", "license"},
        "4": {"medium"},
    }
    assert full["medium"] == "podcast" and full["explicit"] is False
    assert one["enclosure"]["type"] == "audio/mpeg" and one["duration"] == 322
    assert one["podcastTranscripts"][0]["type"] == "text/vtt"
    assert one["podcastChapters"] == {
        "url": f"{BASE}/feeds/r/{one['guid']}/chapters.json",
        "type": "application/json+chapters",
    }
    assert one["license"]["identifier"] == "cc-by-4.0"
    assert one["podcastPeople"][0]["name"] == "Sở Khoa học & Công nghệ"
    assert empty["items"] == [] and empty["title"]


def test_every_programme_has_a_cover_that_directories_take(made: Made) -> None:
    """A square of 1400 to 3000 pixels in RGB (Apple, "Podcast artwork requirements")."""
    covers = {
        etree.fromstring(form(section, "podcast.xml", language)).find("channel/{*}image").get("href")
        for section in (made.full, made.empty)
        for language in LANGUAGES
    }
    (cover,) = covers
    path = finders.find(cover.removeprefix(f"{BASE}{settings.STATIC_URL}"))
    assert path, cover
    with Image.open(path) as picture:
        assert picture.width == picture.height and 1400 <= picture.width <= 3000 and picture.mode == "RGB"


def test_media_rss_gives_every_public_copy_and_none_that_the_licence_closes(made: Made) -> None:
    document = etree.fromstring(form(made.full, "media.xml"))
    media = {"media": "http://search.yahoo.com/mrss/"}
    rows = {row.findtext("title"): row for row in document.iter("item")}
    sound = rows[TITLE].findall("media:group/media:content", media)
    assert [(each.get("type"), each.get("isDefault"), each.get("duration")) for each in sound[:1]] == [
        ("audio/mpeg", "true", "322")
    ]
    assert rows[TITLE].find("media:subTitle", media).get("lang") == "vi"
    assert {each.get("medium") for each in rows["Ảnh"].findall("media:group/media:content", media)} == {
        "image"
    }
    assert rows["Ảnh"].find("enclosure") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_links_are_a_list_of_titles_and_addresses(made: Made, language: str) -> None:
    lines = form(made.full, "links.txt", language).decode().split("\r\n")
    assert lines[0].startswith("# ") and lines[-1] == ""
    assert [line.startswith("#") for line in lines[1:-1]] == [True, False] * 5
    assert all(line.startswith(f"{BASE}/{language}/r/") for line in lines[2:-1:2])


def test_the_piece_for_an_include_holds_no_script_style_or_identifier(made: Made) -> None:
    for section in (made.full, made.empty):
        for language in LANGUAGES:
            text = form(section, "section.html", language).decode()
            for never in ("<script", "<style", " style=", " id=", "<h1", "<html", "<link"):
                assert never not in text, never
            assert not re.search(r"\son[a-z]+=", text)
            assert "itemscope" in text


def test_a_calendar_has_the_campaign_and_its_day_in_lines_that_fit(made: Made) -> None:
    text = form(made.full, "calendar.ics").decode()
    assert text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", "")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:Ngày Chuyển đổi số\\, 10/10\\; toàn quốc" in whole
    assert "DTSTART;VALUE=DATE:20251001" in whole and "DTEND;VALUE=DATE:20251101" in whole
    assert "DTSTART;VALUE=DATE:20251010" in whole and whole.count("RRULE:FREQ=YEARLY") == 2
    nothing = form(made.empty, "calendar.ics").decode()
    assert "BEGIN:VEVENT" not in nothing and "BEGIN:VTIMEZONE" in nothing


@pytest.mark.slow
def test_the_nu_checker_finds_no_error_in_the_piece_for_an_include(made: Made, tmp_path: Path) -> None:
    from tests.browser.test_markup import check as checked
    from tests.browser.test_markup import errors

    paths = []
    for number, section in enumerate((made.full, made.empty)):
        for language in LANGUAGES:
            paths.append(tmp_path / f"{number}.{language}.html")
            piece = form(section, "section.html", language).decode()
            head = f'<!doctype html><html lang="{language}"><head><title>Trang của xã</title></head>'
            paths[-1].write_text(f"{head}<body><h1>Trang của xã</h1>{piece}</body></html>")
    assert errors(checked(files=paths)) == []


def test_feeds_tell_what_is_heard_where_it_is_not_the_language_of_the_item() -> None:
    agency = make.make_agency()
    section = make_section(agency=agency)
    episode(title="Phỏng vấn", agency=agency, spoken="en")
    episode(title="Bản tin", agency=agency)
    drain()
    told = {item["title"]: item["_kho57"].get("spoken") for item in feed(section)["items"]}
    assert told == {"Phỏng vấn": ["en"], "Bản tin": None}
    rows = etree.fromstring(file_of(section, "media.xml")).iter("item")
    media = {"media": "http://search.yahoo.com/mrss/"}
    heard = {row.findtext("title"): row.find("media:group/media:content", media).get("lang") for row in rows}
    assert heard == {"Phỏng vấn": "en", "Bản tin": "vi"}
