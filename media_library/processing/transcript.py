"""A transcript as plain text or DOCX: its paragraphs, written as plain text. Runs in the sandbox, without Django.

It says what is spoken and not when: what is shown of it has no times. A file with times is captions
(:mod:`media_library.processing.caption`).
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from media_library.processing import links, office
from media_library.processing.caption import decode
from media_library.processing.refusal import Refusal

PLAIN = "plain_words"
"""The property of a stored file that is such a transcript."""
MAX_LETTERS = 2_000_000
"""Some forty hours of speech."""
_WORD = re.compile(r"\{http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org)/[^}]*\}(p|t|tab|br|cr)$")
_BREAKS = {"tab": " ", "br": "\n", "cr": "\n"}


def inspect(path: str, seeming: str) -> dict[str, Any]:
    """Read it. Raises :class:`Refusal` (``transcript_empty caption_encoding archive macro damaged too_much``)."""
    if seeming != "zip":
        paragraphs_of(path)
        return {"media_type": "text/plain", "properties": {PLAIN: True}}
    with office.opened(path) as package:
        media_type, ending = office.main_part(package)
    if ending == "docx":
        paragraphs_of(path)
    return {"media_type": media_type, "properties": {PLAIN: True}}


def render(source: str, folder: str) -> dict[str, Any]:
    """Write ``transcript.txt`` in ``folder``; the paragraphs are what search and the page show."""
    paragraphs = paragraphs_of(source)
    written = "\n\n".join(paragraphs) + "\n"
    (Path(folder) / "transcript.txt").write_text(written, encoding="utf-8", newline="\n")
    return {
        "extracted": {"paragraphs": paragraphs},
        "renditions": [{"name": "transcript.txt", "purpose": "caption", "media_type": "text/plain"}],
    }


def paragraphs_of(path: str) -> list[str]:
    """The words of the file at ``path``, without what cannot be shown."""
    found = [text for one in _read(path) if (text := _shown(one))]
    if not found:
        raise Refusal("transcript_empty")
    if sum(map(len, found)) > MAX_LETTERS:
        raise Refusal("too_much")
    return found


def _read(path: str) -> Iterable[str]:
    if zipfile.is_zipfile(path):
        return _of_word(path)
    return re.split(r"\n[ \t]*\n+", decode(Path(path).read_bytes()))


def _of_word(path: str) -> Iterator[str]:
    with office.opened(path) as package:
        office.main_part(package)
        try:
            content = package.read("word/document.xml")
        except (
            KeyError,
            zipfile.BadZipFile,
            OSError,
            ValueError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise Refusal("damaged") from error
    words: list[str] = []
    for one in links.parsed(content).iter():
        what = _WORD.match(one.tag) if isinstance(one.tag, str) else None
        if what is None:
            continue
        if what[1] == "p":
            yield "".join(words)
            words = []
        else:
            words.append(_BREAKS.get(what[1], one.text or ""))
    yield "".join(words)


def _shown(text: str) -> str:
    """NFC, one space between words, lines kept, nothing that steers a screen or the direction of writing."""
    text = unicodedata.normalize("NFC", text)
    kept = "".join(
        c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    lines = [" ".join(line.split()) for line in kept.split("\n")]
    return "\n".join(line for line in lines if line)
