"""A section's files: every form in every interface language, rewritten only where something changed."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import translation

from cms.sections import files, hosts, json_feed, page, rss
from cms.sections.candidates import Shown, shown_in
from cms.sections.changes import files_changed
from cms.sections.entries import Publication, publication
from cms.sections.models import Section, SectionShown

logger = logging.getLogger(__name__)

LANGUAGES = ("vi", "en")
DEFAULT_LANGUAGE = "vi"


class Form(NamedTuple):
    """One form of a section: its address, its type, and what writes it."""

    name: str
    media_type: str
    write: Callable[[Publication, str], bytes]


def storage_name(*, address: str, name: str, language: str, restricted: bool = False) -> str:
    """``feeds/A/s/feed.json``, ``feeds/A/s/feed.en.json``, ``embed/A/s/index.html``, ``embed/A/s/en/…``.

    The frame page of a section that only some sites may show lies under ``framed/``, where the web server
    does not look: the header that names those sites is added by the application (docs/decisions/0063).
    """
    if name == FRAME:
        folder = "" if language == DEFAULT_LANGUAGE else f"{language}/"
        return f"{'framed' if restricted else 'embed'}/{address}/{folder}{FRAME}"
    return f"feeds/{address}/{in_language(name, language)}"


def in_language(name: str, language: str) -> str:
    """``feed.json`` in the default language, ``feed.en.json`` in another."""
    stem, _dot, ending = name.rpartition(".")
    return name if language == DEFAULT_LANGUAGE else f"{stem}.{language}.{ending}"


FRAME = "index.html"


def _json(publication: Publication, url: str) -> bytes:
    return json_feed.write(publication, feed_url=url)


def _rss(publication: Publication, url: str) -> bytes:
    return rss.write(publication, feed_url=url)


def _frame(publication: Publication, url: str) -> bytes:
    return page.write(publication)


FORMS = (
    Form("feed.json", json_feed.MEDIA_TYPE, _json),
    Form("rss.xml", rss.MEDIA_TYPE, _rss),
    Form(FRAME, page.MEDIA_TYPE, _frame),
)


def render(address: str, *, at: datetime, anew: bool = False) -> int:
    """Bring the files of the section at ``address`` up to ``at``; returns how many files were written.

    Without a live section its files are removed. ``anew`` writes every file whatever the manifest says.
    Not for two at once: callers hold the turn (:mod:`cms.sections.due`).
    """
    section = find(address)
    if section is None:
        withdraw(address)
        return 0
    shown = shown_in(section, at)
    ancestors = hosts.frame_ancestors(section.allowed_hosts)
    written = _put(address, _contents(section, shown), frame_ancestors=ancestors, at=at, anew=anew)
    _remember(address, [each.resource.pk for each in shown], at=at)
    return written


def _contents(section: Section, shown: list[Shown]) -> dict[str, bytes]:
    """Every form in every language, by its name in the storage."""
    contents, restricted = {}, bool(section.allowed_hosts)
    for language in LANGUAGES:
        with translation.override(language):
            published = publication(section, shown, language=language)
            for form in FORMS:
                name = storage_name(
                    address=published.address, name=form.name, language=language, restricted=restricted
                )
                url = published.form_url(in_language(form.name, language))
                contents[name] = form.write(published, url)
    return contents


def find(address: str) -> Section | None:
    """The live section at ``address``, loaded for rendering."""
    code, _slash, slug = address.partition("/")
    found = Section.objects.live().for_rendering().filter(agency__code=code, slug=slug)
    return found.select_related("agency__successor__successor__successor").first()


def withdraw(address: str) -> None:
    """Remove every file of ``address``; its addresses then answer 404."""
    names = {
        storage_name(address=address, name=form.name, language=language, restricted=restricted)
        for language in LANGUAGES
        for form in FORMS
        for restricted in (False, True)
    }
    for name in sorted(names):
        files.remove(name)
    files_changed.send(sender=Section, names=sorted(names))
    files.remove_manifest(address)
    SectionShown.objects.filter(address=address).delete()


def _put(address: str, contents: dict[str, bytes], *, frame_ancestors: str, at: datetime, anew: bool) -> int:
    manifest = files.Manifest.load(address)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    changed = [name for name in contents if anew or manifest.digest(name) != digests[name]]
    stale = [name for name in manifest.files if name not in contents]
    if not (changed or stale) and manifest.frame_ancestors == frame_ancestors:
        return 0
    manifest.frame_ancestors = frame_ancestors
    manifest.drop(changed)
    manifest.save(address)
    for name in changed:
        files.write_with_twins(name, contents[name])
        manifest.files[name] = {"sha256": digests[name], "modified": at.isoformat(timespec="seconds")}
    for name in stale:
        files.remove(name)
    files_changed.send(sender=Section, names=[*changed, *stale])
    manifest.drop(stale)
    manifest.save(address)
    return len(changed)


def _remember(address: str, resource_ids: list[int], *, at: datetime) -> None:
    with transaction.atomic():
        SectionShown.objects.update_or_create(
            address=address, defaults={"resource_ids": resource_ids, "rendered_at": at}
        )
