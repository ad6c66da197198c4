"""What a section's files hold: every form in every interface language, and which of them change.

They are written by :mod:`cms.sections.writing`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.utils import translation

from cms.sections import chapters, files, hosts, page, sharing, tombstones
from cms.sections.candidates import Shown, shown_in
from cms.sections.compose import Why
from cms.sections.entries import Publication, publication
from cms.sections.forms import DEFAULT_LANGUAGE, FEEDS, LANGUAGES, Form, in_language
from cms.sections.models import Section, SectionQuerySet, SectionShown

__all__ = [
    "DEFAULT_LANGUAGE",
    "FORMS",
    "FRAME",
    "LANGUAGES",
    "Chosen",
    "Rendered",
    "chosen",
    "every_name",
    "find",
    "in_language",
    "rendered",
    "storage_name",
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


@dataclass
class Chosen:
    """What one section is to show, and what its files have shown until now."""

    section: Section
    shown: list[Shown]
    before: list[int]
    """Primary keys, as :attr:`now`."""

    @property
    def address(self) -> str:
        return self.section.address

    @property
    def now(self) -> list[int]:
        return [each.resource.pk for each in self.shown]

    @property
    def is_open(self) -> bool:
        """Whether a resource that fits nothing here may still come in, as what fills it up."""
        wanting = self.section.filled and len(self.shown) < self.section.limit
        return not self.shown or wanting or any(each.place.why is Why.FILLED for each in self.shown)


@dataclass
class Rendered:
    """What the files of one section are to hold, and what has to be done to them for that."""

    chosen: Chosen
    frame_ancestors: str
    framed_as_before: bool
    contents: dict[str, bytes]
    """By the name in the storage: those that are to be written."""
    digests: dict[str, str]
    stale: list[str]
    manifest: files.Manifest

    @property
    def address(self) -> str:
        return self.chosen.address

    @property
    def is_as_it_was(self) -> bool:
        """Whether no file and no header changes."""
        return not self.names and self.framed_as_before

    @property
    def names(self) -> list[str]:
        """Every file that changes."""
        return [*self.contents, *self.stale]


def chosen(address: str, *, at: datetime) -> Chosen | None:
    """What the section at ``address`` shows at ``at``; None without a live section."""
    section = find(address)
    if section is None:
        return None
    return Chosen(section, shown_in(section, at), _shown_before(address))


def rendered(what: Chosen, *, at: datetime, anew: bool = False) -> Rendered:
    """``what`` in every form and language; nothing is written.

    ``anew``: every file is to be written whatever the manifest says.
    """
    contents = _contents(what.section, what.shown, at=at)
    manifest = files.Manifest.load(what.address)
    ancestors = hosts.frame_ancestors(what.section.allowed_hosts)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    return Rendered(
        chosen=what,
        frame_ancestors=ancestors,
        framed_as_before=manifest.frame_ancestors == ancestors,
        contents={
            name: content
            for name, content in contents.items()
            if anew or manifest.digest(name) != digests[name]
        },
        digests=digests,
        stale=[name for name in manifest.files if name not in contents],
        manifest=manifest,
    )


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


def every_name(address: str) -> list[str]:
    """The name of each file that a section at ``address`` may have."""
    return sorted(
        {
            storage_name(address=address, name=form.name, language=language, restricted=restricted)
            for language in LANGUAGES
            for form in FORMS
            for restricted in (False, True)
        }
    )
