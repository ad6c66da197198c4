"""An article's page: every kind of block, what it shows of the library, and numbers that lead to sources."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.blocks.struct_block import StructBlockValidationError

from cms.portal.cards import reading_minutes
from cms.portal.citations import Numbers
from media_library import publishing
from media_library.kinds import Kind
from media_library.models import Resource
from search.documents import _body
from tests import factories

pytestmark = pytest.mark.django_db

TABLE = {
    "row_headings": True,
    "table": {
        "columns": [{"type": "text", "heading": "Chỉ tiêu"}, {"type": "text", "heading": "Năm 2026"}],
        "rows": [{"values": ["Hồ sơ trực tuyến", "80%"]}, {"values": ["Thanh toán\nkhông tiền mặt", "60%"]}],
        "caption": "Chỉ tiêu dịch vụ công",
    },
}
CALLOUT = {"tone": "contact", "title": "", "text": "<p>Gọi <b>1022</b>, xem [2] và [9].</p>"}
SOURCES = [
    {"text": "Nghị quyết 57-NQ/TW", "url": "https://example.org/57"},
    {"text": "Kế hoạch 310/KH-UBND", "url": ""},
]


def article(*blocks: tuple[str, Any]) -> Resource:
    body = [{"type": kind, "value": value} for kind, value in blocks]
    return factories.make_published(Kind.ARTICLE, body=body)


def played(kind: Kind, **fields: Any) -> Resource:
    """A published film or sound whose copy is there."""
    made = factories.make_published(kind, **fields)
    media_type = {Kind.VIDEO: "video/mp4", Kind.PODCAST: "audio/mpeg"}[kind]
    copy = factories.make_rendition(made.original.file, name=f"copy-{made.pk}", purpose="download")
    copy.media_type = media_type
    copy.save()
    for asset in made.words:
        words = factories.make_rendition(asset.file, name=f"words-{made.pk}", purpose="caption")
        words.media_type = "text/vtt"
        words.save()
    return made


def shown(client: Client, resource: Resource) -> BeautifulSoup:
    response = client.get(resource.get_absolute_url())
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser").select_one(".prose")
    assert page is not None
    return page


def test_a_table_says_what_its_rows_and_columns_are(client: Client) -> None:
    page = shown(client, article(("table", TABLE)))
    assert page.caption and page.caption.text == "Chỉ tiêu dịch vụ công"
    assert [cell.text for cell in page.select("th[scope=col]")] == ["Chỉ tiêu", "Năm 2026"]
    assert [cell.get_text(" ") for cell in page.select("th[scope=row]")] == [
        "Hồ sơ trực tuyến",
        "Thanh toán không tiền mặt",
    ]
    region = page.select_one(".prose__table")
    assert region and (region["tabindex"], region["aria-label"]) == ("0", "Chỉ tiêu dịch vụ công")


def test_numbers_lead_to_sources_and_back(client: Client) -> None:
    text = '<p>Theo [1], lại theo [1] và <a href="https://example.org/">bài [1]</a>.</p>'
    page = shown(client, article(("references", SOURCES), ("paragraph", text), ("callout", CALLOUT)))
    links = page.select("sup a")
    assert [link["href"] for link in links] == ["#nguon-1", "#nguon-1", "#nguon-2"]
    assert [link.get("id") for link in links] == ["trich-1", None, "trich-2"], "one place to come back to"
    listed = page.select(".references li")
    assert [one["id"] for one in listed] == ["nguon-1", "nguon-2"]
    assert [back["href"] for back in page.select(".references__back")] == ["#trich-1", "#trich-2"]
    (callout,) = page.select(".callout")
    assert "[9]" in callout.text, "no such source: as it was written"
    assert [title.text for title in callout.select(".callout__title")] == ["Nơi giải đáp"]
    parts = page.find_all(recursive=False)
    assert parts[-1].name == "section", "sources come last, wherever their block stands"


def test_numbers_are_put_into_words_alone() -> None:
    numbers = Numbers(known=1)
    assert numbers.linked('<p title="[1]">x</p>') == '<p title="[1]">x</p>'
    assert numbers.linked("[0] [2] [1234] [1") == "[0] [2] [1234] [1"
    assert numbers.named == set()


@pytest.mark.parametrize("kind", [Kind.VIDEO, Kind.PODCAST])
def test_a_film_or_sound_plays_within_the_article_while_it_is_public(client: Client, kind: Kind) -> None:
    medium = played(kind, title="Hỏi đáp [1]")
    one = article(
        ("paragraph", "<p>Chữ.</p>"), ("medium", {"resource": medium.pk, "caption": "Phút thứ hai"})
    )
    page = shown(client, one)
    player = page.select_one("video, audio")
    assert player and player["aria-label"] == "Hỏi đáp [1]" and player["preload"] == "none"
    assert medium.get_absolute_url() in str(page) and "Phút thứ hai" in page.text
    if kind == Kind.VIDEO:
        assert player.select("track[kind=captions]")
    publishing.withdraw(resource=medium, by=factories.make_lead(), reason="Sai.", at=timezone.now())
    page = shown(client, one)
    assert not page.select("video, audio") and medium.public_id not in str(page)


def test_only_films_and_sounds_are_played(client: Client) -> None:
    photo = factories.make_published(Kind.PHOTO)
    block = Resource._meta.get_field("body").stream_block.child_blocks["medium"]
    with pytest.raises(StructBlockValidationError):
        block.clean(block.to_python({"resource": photo.pk, "caption": ""}))
    text, medium = ("paragraph", "<p>Chữ.</p>"), ("medium", {"resource": photo.pk, "caption": ""})
    assert not shown(client, article(text, medium)).select("figure")


@pytest.mark.parametrize(
    ("columns", "rows", "refused"),
    [
        ([], [], True),
        ([{"type": "text", "heading": " "}], [["a"]], True),
        ([{"type": "text", "heading": "A"}], [["a"]] * 201, True),
        ([{"type": "text", "heading": "A"}] * 13, [["a"] * 13], True),
        ([{"type": "text", "heading": "A"}], [["a"]], False),
    ],
)
def test_a_table_that_nobody_can_read_is_refused(columns: Any, rows: Any, refused: bool) -> None:
    block = Resource._meta.get_field("body").stream_block.child_blocks["table"]
    table = {"columns": columns, "rows": [{"values": row} for row in rows], "caption": ""}
    value = block.to_python({"row_headings": False, "table": table})
    if refused:
        with pytest.raises(StructBlockValidationError):
            block.clean(value)
    else:
        block.clean(value)


def test_all_of_it_is_found_by_its_words_and_by_no_mark() -> None:
    words = list(_body([{"type": "table", "value": TABLE}, {"type": "callout", "value": CALLOUT}]))
    words += _body([{"type": "references", "value": SOURCES}])
    assert (
        "Chỉ tiêu dịch vụ công" in words and "Hồ sơ trực tuyến" in words and "Kế hoạch 310/KH-UBND" in words
    )
    assert not any(mark in "".join(words) for mark in ("<b>", "contact", "https://", "text/"))


def test_only_what_is_read_takes_time_to_read() -> None:
    sources = [{"text": "một", "url": "https://example.org/" + "a b " * 5_000}]
    table = {
        "row_headings": False,
        "table": TABLE["table"] | {"columns": [{"type": "text " * 900, "heading": "A"}]},
    }
    assert reading_minutes(article(("references", sources), ("table", table))) == 1
    assert reading_minutes(article(("callout", CALLOUT | {"text": "<p>" + "chữ " * 900 + "</p>"}))) > 1


def test_a_long_article_asks_no_more_queries_than_a_short_one(client: Client) -> None:
    def queries(number: int) -> int:
        media = [
            factories.make_published(kind) for kind in [Kind.VIDEO, Kind.PHOTO] for _each in range(number)
        ]
        blocks = [
            ("medium", {"resource": one.pk})
            if one.kind == Kind.VIDEO
            else ("picture", {"resource": one.pk, "alt": "a"})
            for one in media
        ]
        one = article(*blocks)
        client.get(one.get_absolute_url())
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(one.get_absolute_url())
        return len(caught)

    assert queries(1) == queries(5)
