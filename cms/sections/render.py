"""A section's files: every form in every interface language, rewritten only where something changed."""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from django.utils import translation

from cms.sections import chapters, files, hosts, page, sharing, tombstones
from cms.sections.candidates import Shown, shown_in
from cms.sections.changes import files_changed
from cms.sections.compose import Why
from cms.sections.entries import Publication, publication
from cms.sections.forms import DEFAULT_LANGUAGE, FEEDS, LANGUAGES, Form, in_language
from cms.sections.models import Section, SectionQuerySet, SectionShown

logger = logging.getLogger(__name__)
__all__ = [
    "DEFAULT_LANGUAGE",
    "FORMS",
    "FRAME",
    "LANGUAGES",
    "find",
    "in_language",
    "render",
    "storage_name",
    "withdraw",
]


def storage_name(*, address: str, name: str, language: str, restricted: bool = False) -> str:
    """``feeds/A/s/feed.json``, ``feeds/A/s/feed.en.json``, ``embed/A/s/index.html``, ``embed/A/s/en/…``.

    The frame page of a section that only some sites may show lies under ``framed/``, where the web server
    does not look: the header that names those sites is added by the application (docs/decisions/0063).
    """
    if name == FRAME:
        folder = "" if language == DEFAULT_LANGUAGE else f"{language}/"
        return f"{'framed' if restricted else 'embed'}/{address}/{folder}{FRAME}"
    return f"feeds/{address}/{in_language(name, language)}"


FRAME = "index.html"


def _frame(publication: Publication, url: str) -> bytes:
    return page.write(publication)


FORMS = (*FEEDS, Form(FRAME, page.MEDIA_TYPE, _frame))
"""Everything that is a file."""


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
    ids = [each.resource.pk for each in shown]
    tombstones.remember(address, before=_shown_before(address), now=ids, at=at)
    contents = _contents(section, shown, at=at)
    written = _put(address, contents, frame_ancestors=ancestors, at=at, anew=anew)
    _remember(address, ids, filled=_is_open(section, shown), at=at)
    return written


def _shown_before(address: str) -> list[int]:
    """What the files show until they are written again; of all sections at once where a drain renders many."""
    rows = SectionShown.objects.values_list("address", "resource_ids")
    if sharing.is_on():
        return sharing.named("shown", lambda: dict(rows)).get(address, [])
    return dict(rows.filter(address=address)).get(address, [])


def _contents(section: Section, shown: list[Shown], *, at: datetime) -> dict[str, bytes]:
    """Every form in every language, by its name in the storage."""
    contents, restricted = {}, bool(section.allowed_hosts)
    chaptered = chapters.having([each.resource for each in shown])
    gone = tombstones.of(section.address, shown=[each.resource.pk for each in shown], at=at)
    for language in LANGUAGES:
        with translation.override(language):
            published = publication(
                section,
                shown,
                language=language,
                chaptered=chaptered,
                tombstones=tombstones.told(gone, language=language),
            )
            for form in FORMS:
                name = storage_name(
                    address=published.address, name=form.name, language=language, restricted=restricted
                )
                url = published.form_url(in_language(form.name, language))
                contents[name] = form.write(published, url)
    return contents


def find(address: str) -> Section | None:
    """The live section at ``address``, loaded for rendering; all of them at once where a drain renders many."""
    if sharing.is_on():
        return live().get(address)
    code, _slash, slug = address.partition("/")
    return _live().filter(agency__code=code, slug=slug).first()


def live() -> dict[str, Section]:
    """Every live section by its address, loaded for rendering; once for a drain."""
    return sharing.named("sections", lambda: {section.address: section for section in _live()})


def _live() -> SectionQuerySet:
    return Section.objects.live().for_rendering().select_related("agency__successor__successor__successor")


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
    files.write_all({name: contents[name] for name in changed})
    for name in changed:
        manifest.files[name] = {"sha256": digests[name], "modified": at.isoformat(timespec="seconds")}
    for name in stale:
        files.remove(name)
    files_changed.send(sender=Section, names=[*changed, *stale])
    manifest.drop(stale)
    manifest.save(address)
    return len(changed)


def _is_open(section: Section, shown: list[Shown]) -> bool:
    """Whether a resource that fits nothing here may still come in, as what fills it up."""
    wanting = section.filled and len(shown) < section.limit
    return not shown or wanting or any(each.place.why is Why.FILLED for each in shown)


def _remember(address: str, resource_ids: list[int], *, filled: bool, at: datetime) -> None:
    SectionShown.objects.bulk_create(
        [SectionShown(address=address, resource_ids=resource_ids, filled=filled, rendered_at=at)],
        update_conflicts=True,
        unique_fields=["address"],
        update_fields=["resource_ids", "filled", "rendered_at"],
    )
