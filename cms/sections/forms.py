"""The forms of a feed: the name of each, its media type, and what writes it.

A name is ``atom.xml`` in Vietnamese and ``atom.en.xml`` in English, whatever the feed is of.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from cms.sections import (
    atom,
    calendar,
    fragment,
    json_feed,
    links,
    media_rss,
    podcast,
    rss,
)
from cms.sections.entries import Publication

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"


class Form(NamedTuple):
    """``write`` makes the bytes of a publication; its second argument is the form's own address."""

    name: str
    media_type: str
    write: Callable[[Publication, str], bytes]


class Asked(NamedTuple):
    """A form in a language, as an address names it."""

    form: Form
    language: str


FEEDS = (
    Form("feed.json", json_feed.MEDIA_TYPE, json_feed.write),
    Form("rss.xml", rss.MEDIA_TYPE, rss.write),
    Form("atom.xml", atom.MEDIA_TYPE, atom.write),
    Form("media.xml", media_rss.MEDIA_TYPE, media_rss.write),
    Form("podcast.xml", podcast.MEDIA_TYPE, podcast.write),
    Form("section.html", fragment.MEDIA_TYPE, fragment.write),
    Form("calendar.ics", calendar.MEDIA_TYPE, calendar.write),
    Form("links.txt", links.MEDIA_TYPE, links.write),
)
_BY_NAME = {form.name: form for form in FEEDS}
_NAME = re.compile(r"(?P<stem>[a-z]+)(?:\.(?P<language>[a-z]{2}))?\.(?P<ending>[a-z]+)")


def asked_for(name: str) -> Asked | None:
    """The form and the language that ``name`` (``feed.json``, ``feed.en.json``) stands for; None for others."""
    named = _NAME.fullmatch(name)
    form = _BY_NAME.get(f"{named['stem']}.{named['ending']}") if named else None
    language = (named["language"] if named else None) or DEFAULT_LANGUAGE
    return Asked(form, language) if form and language in LANGUAGES else None


def in_language(name: str, language: str) -> str:
    """``feed.json`` in the default language, ``feed.en.json`` in another."""
    stem, _dot, ending = name.rpartition(".")
    return name if language == DEFAULT_LANGUAGE else f"{stem}.{language}.{ending}"
