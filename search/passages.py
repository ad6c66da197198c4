"""A document cut into passages: pieces of text short enough to mean one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from search.engines.contract import Document

LENGTH = 600
"""Characters of a passage, about: some 200 of the 512 tokens that the model reads at once."""
SHORTEST = 40
"""Characters below which a piece by itself says nothing: a page number, a heading."""
MOST = 40
"""Passages of a document: 24,000 characters, some ten printed pages, 12 s of one core at the most."""
LONGEST_TITLE = 200
_SENTENCE_END = re.compile(r"(?<=[.!?…:;])\s+")


def passages_of(document: Document) -> list[str]:
    """What ``document`` says: first what it is about, then its text in passages, :data:`MOST` at most.

    Each begins with the title, without which a piece of text often does not say what it speaks of. A passage
    never runs from one page, or one kind of text, into the next.
    """
    title = document.title[:LONGEST_TITLE]
    sources: list[Iterable[str]] = [
        (*document.alt, *document.text_alternative),
        document.body,
        (cue.text for cue in document.cues),
        *((page,) for page in document.pages),
    ]
    found = [_about(document)]
    for source in sources:
        for passage in _grouped(source):
            if len(found) == MOST:
                return found
            found.append(f"{title}. {passage}")
    return found


def _about(document: Document) -> str:
    """Title, summary, and the words it is filed under, whose agency it is and whom it is for."""
    labels = (
        *document.keywords,
        *document.topic_labels,
        *document.audience_labels,
        *document.agency_names,
    )
    return f"{document.title}. {document.summary[:LENGTH]} {', '.join(labels)}"[: 2 * LENGTH].strip()


def _grouped(texts: Iterable[str]) -> Iterator[str]:
    """Sentences of ``texts`` joined up to about :data:`LENGTH` characters."""
    group = ""
    for sentence in _sentences(texts):
        if group and len(group) + 1 + len(sentence) > LENGTH:
            yield group
            group = ""
        group = f"{group} {sentence}".strip()
    if len(group) >= SHORTEST:
        yield group


def _sentences(texts: Iterable[str]) -> Iterator[str]:
    for one in texts:
        for sentence in _SENTENCE_END.split(" ".join(one.split())):
            yield from _lines(sentence)


def _lines(sentence: str) -> Iterator[str]:
    """``sentence`` in pieces of :data:`LENGTH` at most, cut between words where there are any."""
    while len(sentence) > LENGTH:
        end = sentence.rfind(" ", 1, LENGTH + 1)
        end = end if end > 0 else LENGTH
        yield sentence[:end]
        sentence = sentence[end:].lstrip()
    if sentence:
        yield sentence
