"""What is written when it is asked for: captions as SRT, transcripts and articles as text, HTML and DOCX.

The same resource gives the same bytes, so that each has a length, a hash and parts that can be resumed.
Everything carries the credit, the licence and the address.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from cms.newsroom import docx
from cms.newsroom.docx import Block
from media_library.models import Resource

_BREATH = 1.0
"""Seconds without words that end a paragraph."""
_LONG = 320
_ENDS = (".", "!", "?", "…", ".”", "!”", "?”")
_TAGS = re.compile(r"<[^>]{0,2000}>")
_PARTS = re.compile(r"<(h[1-6]|li|p)\b[^>]{0,2000}>(.*?)</\1>", re.DOTALL | re.IGNORECASE)

Cues = list[dict[str, Any]]


def srt(cues: Cues) -> bytes:
    """SubRip, as cutting software reads it: UTF-8, lines ended by CR LF."""
    blocks = [
        f"{number}\r\n{_clock(cue['start'])} --> {_clock(cue['end'])}\r\n"
        + str(cue["text"]).replace("\n", "\r\n")
        for number, cue in enumerate(cues, start=1)
    ]
    return ("\r\n\r\n".join(blocks) + "\r\n").encode()


def _clock(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{thousandths:03d}"


def said(extracted: dict[str, Any]) -> list[Block]:
    """The words of captions in paragraphs, or the paragraphs of a transcript."""
    paragraphs = [Block("text", str(text)) for text in extracted.get("paragraphs", [])]
    return paragraphs or spoken(extracted.get("cues", []))


def spoken(cues: Cues) -> list[Block]:
    """What is said, in paragraphs: one ends with a pause, or with the sentence once it is long."""
    blocks: list[Block] = []
    words: list[str] = []
    end = 0.0
    for cue in cues:
        length = sum(map(len, words))
        if words and (cue["start"] - end > _BREATH or (length > _LONG and words[-1].endswith(_ENDS))):
            blocks.append(Block("text", " ".join(words)))
            words = []
        words.append(" ".join(str(cue["text"]).split()))
        end = cue["end"]
    return [*blocks, Block("text", " ".join(words))] if words else blocks


def article(resource: Resource) -> list[Block]:
    """The words of an article's body. What it shows of the library is not part of it."""
    return [block for stored in resource.body.raw_data for block in _blocks(stored["type"], stored["value"])]


def _blocks(kind: str, value: Any) -> Iterator[Block]:
    if kind == "heading":
        yield Block("heading", str(value))
    elif kind == "paragraph":
        yield from rich(str(value))
    elif kind == "list":
        yield from (Block("entry", str(entry)) for entry in _entries(value["entries"]))
    elif kind == "quote":
        source = value.get("source") or ""
        yield Block("text", f"“{value['text']}”" + (f" ({source})" if source else ""))
    elif kind == "callout":
        if value.get("title"):
            yield Block("heading", str(value["title"]))
        yield from rich(str(value.get("text") or ""))
    elif kind == "table":
        yield from _table(value.get("table") or {})
    elif kind == "references":
        for number, entry in enumerate(_entries(value), start=1):
            yield Block("note", f"[{number}] {entry.get('text') or ''} {entry.get('url') or ''}".strip())


def rich(text: str) -> Iterator[Block]:
    """The words of a rich text; what its links lead to is not told."""
    parts = _PARTS.findall(text) or ([("p", text)] if text.strip() else [])
    for tag, inner in parts:
        words = " ".join(html.unescape(_TAGS.sub("", inner)).split())
        style = {"p": "text", "li": "entry"}.get(tag.lower(), "heading")
        if words:
            yield Block(style, words)


def _entries(stored: list[Any]) -> list[Any]:
    """Members of a list block, as older and newer versions keep them."""
    return [one["value"] if isinstance(one, dict) and "value" in one else one for one in stored]


def _table(table: dict[str, Any]) -> Iterator[Block]:
    if table.get("caption"):
        yield Block("note", str(table["caption"]))
    columns = [str(column.get("heading") or "") for column in table.get("columns") or ()]
    for row in table.get("rows") or ():
        cells = zip(columns, row["values"], strict=False)
        yield Block("entry", "; ".join(f"{name}: {cell}" for name, cell in cells if cell))


def complete(resource: Resource, blocks: list[Block], *, lang: str) -> list[Block]:
    """``blocks`` below title and summary, and above credit, licence and address."""
    with translation.override(lang):
        licence = str(resource.licence_terms.name)
        credit = resource.credit_line or resource.agency.label_in(lang)
        told = _("Source: %(credit)s. Terms of use: %(licence)s.") % {"credit": credit, "licence": licence}
    summary = [Block("text", resource.summary)] if resource.summary else []
    address = f"{settings.PUBLIC_BASE_URL.rstrip('/')}{resource.get_absolute_url()}"
    return [Block("title", resource.title), *summary, *blocks, Block("note", told), Block("note", address)]


def plain(blocks: list[Block]) -> bytes:
    """UTF-8, an empty line between paragraphs."""
    lines = [f"- {block.text}" if block.style == "entry" else block.text for block in blocks]
    return ("\n\n".join(lines) + "\n").encode()


_ELEMENTS = {"title": "h1", "heading": "h2", "text": "p", "note": "p"}


def page(blocks: list[Block], *, title: str, lang: str) -> bytes:
    """A page of its own: plain elements without style or script, to be pasted into an editor."""
    body: list[str] = []
    listed = False
    for block in blocks:
        if (block.style == "entry") != listed:
            listed = not listed
            body.append("<ul>" if listed else "</ul>")
        element = "li" if listed else _ELEMENTS[block.style]
        body.append(f"<{element}>{html.escape(block.text, quote=False)}</{element}>")
    body += ["</ul>"] if listed else []
    head = f'<meta charset="utf-8"><title>{html.escape(title, quote=False)}</title>'
    inner = "\n".join(body)
    return f'<!doctype html>\n<html lang="{lang}"><head>{head}</head>\n<body>\n{inner}\n</body></html>\n'.encode()


def document(resource: Resource, blocks: list[Block], *, lang: str) -> bytes:
    return docx.write(blocks, title=resource.title, author=resource.agency.label_in(lang), lang=lang)
