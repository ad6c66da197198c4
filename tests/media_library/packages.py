"""Slides and texts as small packages that LibreOffice opens, and what hostile ones carry besides."""

from __future__ import annotations

import io
import zipfile

_MAIN = "application/vnd.openxmlformats-officedocument"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
WORDS = "Nghị quyết số 57 về đột phá"


def _zipped(parts: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def relationships(*lines: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def relationship(kind: str, target: str, *, mode: str = "External") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r{abs(hash(target))}" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/>'


def docx(body: str = "", **more: str | bytes) -> bytes:
    """Two pages, the first with :data:`WORDS`; ``body`` is put before the second."""
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml"'
        f' ContentType="{_MAIN}.wordprocessingml.document.main+xml"/></Types>'
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    text = (
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>{WORDS}</w:t></w:r></w:p>{body}'
        '<w:p><w:r><w:br w:type="page"/><w:t>Trang hai</w:t></w:r></w:p></w:body></w:document>'
    )
    whole = relationships(relationship("officeDocument", "word/document.xml", mode=""))
    parts: dict[str, str | bytes] = {"[Content_Types].xml": types, "_rels/.rels": whole}
    return _zipped({**parts, "word/document.xml": text, **more})


def odf(kind: str, body: str, **more: str | bytes) -> bytes:
    """``text`` or ``presentation`` with ``body`` in it."""
    spaces = "".join(
        f' xmlns:{short}="{_ODF}:{name}:1.0"'
        for short, name in (
            ("office", "office"),
            ("text", "text"),
            ("draw", "drawing"),
            ("svg", "svg-compatible"),
        )
    )
    content = (
        f'<office:document-content{spaces} xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.3">'
        f"<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"
    )
    media_type = f"application/vnd.oasis.opendocument.{kind}"
    manifest = (
        f'<m:manifest xmlns:m="{_ODF}:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{media_type}"/>'
        '<m:file-entry m:full-path="content.xml" m:media-type="text/xml"/></m:manifest>'
    )
    return _zipped(
        {"mimetype": media_type, "META-INF/manifest.xml": manifest, "content.xml": content, **more}
    )


def odt(body: str = "", **more: str | bytes) -> bytes:
    return odf("text", f"<text:p>{WORDS}</text:p>{body}", **more)


def odp(*texts: str) -> bytes:
    """A slide for each text."""
    slides = "".join(
        f'<draw:page draw:name="s{number}"><draw:frame svg:width="20cm" svg:height="3cm"><draw:text-box>'
        f"<text:p>{text}</text:p></draw:text-box></draw:frame></draw:page>"
        for number, text in enumerate(texts)
    )
    return odf("presentation", slides)


def pptx(text: str = WORDS) -> bytes:
    """One slide, with the master and layout that the format asks for."""
    a = "http://schemas.openxmlformats.org/drawingml/2006/main"
    spaces = (
        f'xmlns:a="{a}" xmlns:r="{_RELATIONS}"'
        ' xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
    )
    group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    shape = (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="8000000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr>'
        f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    named = (
        ("ppt/presentation.xml", "presentation.main"),
        ("ppt/slides/slide1.xml", "slide"),
        ("ppt/slideLayouts/slideLayout1.xml", "slideLayout"),
        ("ppt/slideMasters/slideMaster1.xml", "slideMaster"),
    )
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{_MAIN}.presentationml.{kind}+xml"/>'
        for name, kind in named
    )
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )
    link = f'<Relationship Id="rId{{}}" Type="{_RELATIONS}/{{}}" Target="{{}}"/>'
    same = [*(f"accent{number}" for number in range(1, 7)), "hlink", "folHlink"]
    colours = {"bg1": "lt1", "tx1": "dk1", "bg2": "lt2", "tx2": "dk2", **{name: name for name in same}}
    mapped = " ".join(f'{name}="{to}"' for name, to in colours.items())
    master_id = '<p:sldMasterId id="2147483648" r:id="rId1"/>'
    return _zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relationships(link.format(1, "officeDocument", "ppt/presentation.xml")),
            "ppt/presentation.xml": (
                f"<p:presentation {spaces}><p:sldMasterIdLst>{master_id}</p:sldMasterIdLst><p:sldIdLst>"
                '<p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz cx="9144000" cy="5143500"/>'
                '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
            ),
            "ppt/_rels/presentation.xml.rels": relationships(
                link.format(1, "slideMaster", "slideMasters/slideMaster1.xml"),
                link.format(2, "slide", "slides/slide1.xml"),
            ),
            "ppt/slides/slide1.xml": (
                f"<p:sld {spaces}><p:cSld><p:spTree>{group}{shape}</p:spTree></p:cSld></p:sld>"
            ),
            "ppt/slides/_rels/slide1.xml.rels": relationships(
                link.format(1, "slideLayout", "../slideLayouts/slideLayout1.xml")
            ),
            "ppt/slideLayouts/slideLayout1.xml": (
                f"<p:sldLayout {spaces}><p:cSld><p:spTree>{group}</p:spTree></p:cSld></p:sldLayout>"
            ),
            "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relationships(
                link.format(1, "slideMaster", "../slideMasters/slideMaster1.xml")
            ),
            "ppt/slideMasters/slideMaster1.xml": (
                f"<p:sldMaster {spaces}><p:cSld><p:spTree>{group}</p:spTree></p:cSld><p:clrMap {mapped}/>"
                '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
            ),
            "ppt/slideMasters/_rels/slideMaster1.xml.rels": relationships(
                link.format(1, "slideLayout", "../slideLayouts/slideLayout1.xml")
            ),
        }
    )
