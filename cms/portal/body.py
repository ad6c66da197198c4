"""An article's body as nodes that a template walks.

What it shows of the library is loaded once, and only what is public: the rest is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString
from wagtail.rich_text import RichText

from cms.portal import media, pictures
from cms.portal.citations import Numbers
from cms.portal.media import Source, Track
from cms.portal.pictures import Picture, picture_of
from media_library.kinds import Kind
from media_library.models import Resource
from media_library.models.body import PLAYED
from media_library.text import slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """``type`` is the name of a body block; which other fields are filled depends on it."""

    type: str
    text: str = ""
    html: SafeString | str = ""
    anchor: str = ""
    entries: list[str] = field(default_factory=list)
    ordered: bool = False
    start: int = 1
    source: str = ""
    picture: Picture | None = None
    caption: str = ""
    credit: str = ""
    url: str = ""
    tone: str = ""
    columns: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    row_headings: bool = False
    references: list[Reference] = field(default_factory=list)
    title: str = ""
    lang: str = ""
    is_sound: bool = False
    source_file: Source | None = None
    tracks: list[Track] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reference:
    """A source; ``named``: whether the text refers to it by its number."""

    number: int
    text: str
    url: str
    named: bool


@dataclass(frozen=True, slots=True)
class _Around:
    """What the blocks of one article share."""

    shown: dict[int, Resource]
    numbers: Numbers
    lang: str


def nodes_of(resource: Resource, *, lang: str, at: datetime) -> list[Node]:
    """A few queries, however many blocks: what is chosen from the library, with its files."""
    blocks = list(resource.body.raw_data)
    ids = {block["value"].get("resource") for block in blocks if block["type"] in _CHOSEN} - {None}
    sources = sum(len(block["value"]) for block in blocks if block["type"] == "references")
    around = _Around(
        shown=Resource.objects.public(at).with_cards().in_bulk(list(ids)) if ids else {},
        numbers=Numbers(known=sources),
        lang=lang,
    )
    text = [block for block in blocks if block["type"] != "references"]
    nodes = [_node(block, around) for block in text]
    listed = [one for block in blocks if block["type"] == "references" for one in block["value"]]
    if listed:  # at the end, wherever the block stands: the text has named them by then
        nodes.append(Node(type="references", references=_references(listed, around.numbers)))
    return [node for node in nodes if node is not None]


_CHOSEN = ("picture", "medium")


def _node(block: dict[str, Any], around: _Around) -> Node | None:
    kind, value = block["type"], block["value"]
    if kind == "heading":
        return Node(type=kind, text=value, anchor=slug(value))
    if kind == "paragraph":
        return Node(type=kind, html=around.numbers.linked(_html(value)))
    if kind == "list":
        entries = _entries(value["entries"])
        start = value.get("start") or 1
        return Node(type=kind, entries=entries, ordered=bool(value.get("ordered")), start=start)
    if kind == "quote":
        return Node(type=kind, text=value["text"], source=value.get("source") or "")
    if kind == "callout":
        html = around.numbers.linked(_html(value.get("text") or ""))
        return Node(type=kind, tone=value.get("tone") or "note", title=value.get("title") or "", html=html)
    if kind == "table":
        return _table(value)
    resource = around.shown.get(value.get("resource") or 0)
    if resource is None:
        return None
    return _medium(value, resource, around) if kind == "medium" else _picture(value, resource, around)


def _html(value: str) -> str:
    """What ``|richtext`` makes of it: links to pages and documents resolved."""
    return str(RichText(value))


def _entries(stored: list[Any]) -> list[Any]:
    """Members of a list block, as older and newer versions keep them."""
    return [one["value"] if isinstance(one, dict) and "value" in one else one for one in stored]


def _references(stored: list[Any], numbers: Numbers) -> list[Reference]:
    return [
        Reference(number, one.get("text") or "", one.get("url") or "", number in numbers.named)
        for number, one in enumerate(_entries(stored), start=1)
    ]


def _table(value: dict[str, Any]) -> Node:
    table = value.get("table") or {}
    return Node(
        type="table",
        caption=table.get("caption") or "",
        columns=[column.get("heading") or "" for column in table.get("columns") or ()],
        rows=[[str(cell or "") for cell in row["values"]] for row in table.get("rows") or ()],
        row_headings=bool(value.get("row_headings")),
    )


def _picture(value: dict[str, Any], resource: Resource, around: _Around) -> Node | None:
    picture = picture_of(resource, resource.picture, alt=value.get("alt") or "")
    if picture is None:
        return None
    return Node(
        type="picture",
        picture=picture,
        caption=value.get("caption") or "",
        credit=resource.credit_line,
        url=resource.get_absolute_url(around.lang),
    )


def _medium(value: dict[str, Any], resource: Resource, around: _Around) -> Node | None:
    source = media.source_of(resource, address=pictures.public)
    if resource.kind not in PLAYED or source is None:
        return None
    return Node(
        type="medium",
        title=resource.title,
        lang=resource.language,
        is_sound=resource.kind == Kind.PODCAST,
        picture=picture_of(resource, resource.picture),
        source_file=source,
        tracks=media.tracks_of(resource, address=pictures.public),
        caption=value.get("caption") or "",
        credit=resource.credit_line,
        url=resource.get_absolute_url(around.lang),
    )
