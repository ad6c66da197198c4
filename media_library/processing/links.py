"""Slides and texts made safe to convert: a copy that names nothing outside itself. Runs in the sandbox.

A package of Office (ECMA-376 part 2) names other files in its relationships, a package of OpenDocument (OASIS
ODF 1.3 part 2) in ``xlink:href``. Links that a reader may follow stay; what a program would fetch while it
opens the document goes, and so do embedded objects, which only their own program could show. Needs no Django.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import defusedxml.ElementTree as safe
from defusedxml import DefusedXmlException

from media_library.processing.refusal import Refusal

_HREF = "{http://www.w3.org/1999/xlink}href"
_ODF = "{urn:oasis:names:tc:opendocument:xmlns"
_LINKS = (f"{_ODF}:text:1.0}}a", f"{_ODF}:drawing:1.0}}a")
_ACTING = (f"{_ODF}:office:1.0}}scripts", f"{_ODF}:office:1.0}}event-listeners")
_FOLLOWED = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_FETCHING = re.compile(r"INCLUDE|DDE|IMPORT|DATABASE|(?<!HYPER)LINK|MACROBUTTON|RD\b", re.IGNORECASE)
"""Field codes of WordprocessingML (ECMA-376 part 1, 17.16.5) that bring in other files or start something."""
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT_WORD = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
_OBJECTS = re.compile(
    r"(^|/)(embeddings|activeX|ObjectReplacements/ole|customUI|externalLinks)/", re.IGNORECASE
)


def without_links(package: zipfile.ZipFile, *, target: Path) -> None:
    """Write the copy to ``target``. Raises :class:`Refusal` (``damaged``, ``linked``)."""
    names = set(package.namelist())
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for part in package.infolist():
            if part.is_dir() or _OBJECTS.search(part.filename):
                continue
            try:
                content = package.read(part)
            except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError) as error:
                raise Refusal("damaged") from error
            packing = zipfile.ZIP_STORED if part.filename == "mimetype" else zipfile.ZIP_DEFLATED
            out.writestr(zipfile.ZipInfo(part.filename), _harmless(part.filename, content, names), packing)


def _harmless(name: str, content: bytes, names: set[str]) -> bytes:
    lowered = name.lower()
    if lowered.endswith(".rels"):
        return _relationships(content)
    if lowered.startswith("word/") and lowered.endswith(".xml"):
        _check_fields(content)
        return content
    if "mimetype" in names and lowered.endswith(".xml") and not lowered.startswith("meta-inf/"):
        return _references(content, names)
    return content


def parsed(content: bytes) -> Any:
    """The root of an XML part. Raises :class:`Refusal` (``damaged``) also where it declares a DTD."""
    try:
        return safe.fromstring(content, forbid_dtd=True)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Refusal("damaged") from error


def _relationships(content: bytes) -> bytes:
    """Without those that name something outside, except what a reader clicks on."""
    root = parsed(content)
    outside = [one for one in root if one.get("TargetMode", "").lower() == "external" and not _is_link(one)]
    outside += [one for one in root if one not in outside and _looks_outside(one)]
    for one in outside:
        root.remove(one)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) if outside else content


def _is_link(one: Any) -> bool:
    return one.get("Type", "").endswith("/hyperlink") and bool(_FOLLOWED.match(one.get("Target", "")))


def _looks_outside(one: Any) -> bool:
    """An address that was not called external; parts of the package are named by path alone."""
    target = one.get("Target", "")
    internal = one.get("TargetMode", "Internal").lower() == "internal"
    return internal and (":" in target or "\\" in target or target.startswith("//"))


def _check_fields(content: bytes) -> None:
    root = parsed(content)
    codes = []
    for space in (_WORD, _STRICT_WORD):
        codes += [one.text or "" for one in root.iter(f"{space}instrText")]
        codes += [one.get(f"{space}instr", "") for one in root.iter(f"{space}fldSimple")]
    if _FETCHING.search(re.sub(r'"[^"]*"', "", "".join(codes))):
        raise Refusal("linked")


def _references(content: bytes, names: set[str]) -> bytes:
    root = parsed(content)
    changed = False
    for parent in root.iter():
        for one in [child for child in parent if child.tag in _ACTING]:
            parent.remove(one)
            changed = True
    for one in root.iter():
        target = one.get(_HREF)
        if target is not None and not _stays(one, target, names):
            del one.attrib[_HREF]
            changed = True
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) if changed else content


def _stays(one: Any, target: str, names: set[str]) -> bool:
    if target.startswith("#") or not target:
        return True
    if one.tag in _LINKS:
        return bool(_FOLLOWED.match(target))
    within = target.removeprefix("./")
    return within in names or any(name.startswith(f"{within}/") for name in names)
