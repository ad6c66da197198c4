"""A text as a Word document: headings, paragraphs and lists, nothing else (ECMA-376, Office Open XML).

Written by hand because the same text must give the same bytes each time, so that a broken download can go on
where it broke off (decision 0131): a ZIP writer that notes the time of day cannot promise that.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_EPOCH = (1980, 1, 1, 0, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_CORE = "application/vnd.openxmlformats-package.core-properties+xml"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

_TYPES = f"""{_HEAD}<Types xmlns="{_PACKAGE}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="application/xml"/>\
<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}.document.main+xml"/>\
<Override PartName="/word/styles.xml" ContentType="{_WORD_TYPE}.styles+xml"/>\
<Override PartName="/docProps/core.xml" ContentType="{_CORE}"/>\
</Types>"""
_ROOT = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>\
<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>\
</Relationships>"""
_PARTS = f"""{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">\
<Relationship Id="rId1" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>"""
_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'


@dataclass(frozen=True, slots=True)
class Block:
    """``style``: ``title``, ``heading``, ``text``, ``entry`` of a list, or ``note`` (small)."""

    style: str
    text: str


_LOOKS = {
    "title": ("Title", "<w:b/>", 32),
    "heading": ("Heading1", "<w:b/>", 28),
    "text": ("Normal", "", 26),
    "entry": ("ListParagraph", "", 26),
    "note": ("Note", "<w:i/>", 22),
}
"""Style in the document, weight, and size in half points; 13 pt is what Decree 30/2020 asks of a text."""


def write(blocks: Iterable[Block], *, title: str, author: str, lang: str) -> bytes:
    """The document; ``lang`` is ``vi`` or ``en``. The same arguments give the same bytes."""
    region = "vi-VN" if lang == "vi" else "en-US"
    parts = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "docProps/core.xml": _core(title, author, region),
        "word/_rels/document.xml.rels": _PARTS,
        "word/styles.xml": _styles(region),
        "word/document.xml": _document(blocks),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            entry = zipfile.ZipInfo(name, date_time=_EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, text)
    return target.getvalue()


def _core(title: str, author: str, region: str) -> str:
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_xml(title)}</dc:title><dc:creator>{_xml(author)}</dc:creator>"
        f"<dc:language>{region}</dc:language></cp:coreProperties>"
    )


def _styles(region: str) -> str:
    styles = "".join(_style(style, region) for style in _LOOKS)
    return f'{_HEAD}<w:styles xmlns:w="{_WORD}">{styles}</w:styles>'


def _style(style: str, region: str) -> str:
    name, weight, size = _LOOKS[style]
    usual = ' w:default="1"' if style == "text" else ""
    inset = '<w:ind w:left="360"/>' if style == "entry" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{name}"{usual}><w:name w:val="{name}"/>'
        f'<w:pPr><w:spacing w:after="120"/>{inset}</w:pPr>'
        f'<w:rPr>{_FONT}{weight}<w:sz w:val="{size}"/><w:lang w:val="{region}"/></w:rPr></w:style>'
    )


def _document(blocks: Iterable[Block]) -> str:
    paragraphs = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{_LOOKS[block.style][0]}"/></w:pPr>{_runs(block)}</w:p>'
        for block in blocks
    )
    page = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1134" w:right="1134" w:bottom="1134"'
    page += ' w:left="1701" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>'
    return f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{paragraphs}{page}</w:body></w:document>'


def _runs(block: Block) -> str:
    words = f"• {block.text}" if block.style == "entry" else block.text
    lines = [f'<w:t xml:space="preserve">{_xml(line)}</w:t>' for line in words.split("\n")]
    return f"<w:r>{'<w:br/>'.join(lines)}</w:r>"


def _xml(text: str) -> str:
    """Escaped, without the control characters that XML 1.0 forbids."""
    return escape("".join(letter for letter in text if letter >= " " or letter in "\n\t"))
