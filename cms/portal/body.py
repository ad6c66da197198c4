"""An article's body as nodes that a template walks; its pictures are loaded once, and only public ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from wagtail.rich_text import RichText

from cms.portal.pictures import Picture, picture_of
from media_library.models import Resource
from media_library.text import slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """``type`` is the name of a body block; which other fields are filled depends on it."""

    type: str
    text: str = ""
    html: RichText | None = None
    anchor: str = ""
    entries: list[str] = field(default_factory=list)
    ordered: bool = False
    start: int = 1
    source: str = ""
    picture: Picture | None = None
    caption: str = ""
    credit: str = ""
    url: str = ""


def nodes_of(resource: Resource, *, lang: str, at: datetime) -> list[Node]:
    """Two queries at most: the chosen pictures with their renditions. A hidden picture is left out."""
    blocks = list(resource.body.raw_data)
    chosen = {block["value"].get("resource") for block in blocks if block["type"] == "picture"} - {None}
    pictures = Resource.objects.public(at).with_cards().in_bulk(list(chosen)) if chosen else {}
    nodes = [_node(block, pictures=pictures, lang=lang) for block in blocks]
    return [node for node in nodes if node is not None]


def _node(block: dict[str, Any], *, pictures: dict[int, Resource], lang: str) -> Node | None:
    kind, value = block["type"], block["value"]
    if kind == "heading":
        return Node(type=kind, text=value, anchor=slug(value))
    if kind == "paragraph":
        return Node(type=kind, html=RichText(value))
    if kind == "list":
        entries = [entry["value"] if isinstance(entry, dict) else entry for entry in value["entries"]]
        start = value.get("start") or 1
        return Node(type=kind, entries=entries, ordered=bool(value.get("ordered")), start=start)
    if kind == "quote":
        return Node(type=kind, text=value["text"], source=value.get("source") or "")
    return _picture_node(value, pictures=pictures, lang=lang)


def _picture_node(value: dict[str, Any], *, pictures: dict[int, Resource], lang: str) -> Node | None:
    resource = pictures.get(value.get("resource") or 0)
    picture = picture_of(resource, resource.picture, alt=value.get("alt") or "") if resource else None
    if resource is None or picture is None:
        return None
    return Node(
        type="picture",
        picture=picture,
        caption=value.get("caption") or "",
        credit=resource.credit_line,
        url=resource.get_absolute_url(lang),
    )
