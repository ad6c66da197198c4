"""A resource as a section shows it in one interface language: what feed, frame and page are made of.

Built once from loaded rows; asks no query and holds absolute addresses, for it leaves our site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from django.utils import translation

from cms.sections import sharing
from cms.sections.candidates import Shown
from cms.sections.compose import Why
from cms.sections.models import Section
from cms.sections.parts import (
    Attachment,
    Occasion,
    Picture,
    Term,
    Tombstone,
    Words,
    absolute,
    local,
    printable,
)
from media_library import speech
from media_library.files import public_address
from media_library.kinds import Kind
from media_library.models import Asset, Campaign, Purpose, Rendition, Resource

__all__ = [
    "Address",
    "Attachment",
    "Entry",
    "Picture",
    "Publication",
    "Site",
    "Term",
    "absolute",
    "entry",
    "here",
    "local",
    "printable",
    "publication",
]
_SHAPES = {
    Kind.VIDEO: "wide",
    Kind.PHOTO: "wide",
    Kind.PODCAST: "square",
    Kind.INFOGRAPHIC: "tall",
    Kind.DOCUMENT: "tall",
    Kind.ARTICLE: "wide",
}


@dataclass(frozen=True)
class Entry:
    """One resource in a section."""

    id: str
    kind: str
    kind_label: str
    title: str
    summary: str
    url: str
    language: str
    published: datetime
    modified: datetime
    agency: Term
    audiences: tuple[Term, ...]
    topics: tuple[Term, ...]
    campaign: Term | None
    duration: float | None
    pages: int | None
    captions: tuple[str, ...]
    licence: str
    licence_name: str
    licence_url: str
    credit: str
    pictures: tuple[Picture, ...]
    alt: str
    attachments: tuple[Attachment, ...]
    pinned: bool
    words: tuple[Words, ...] = ()
    chaptered: bool = False
    spoken: tuple[str, ...] = ()
    """Languages heard in its film or sound, as BCP 47 has them; ``zxx`` where nobody speaks."""
    for_radio: Attachment | None = None

    @property
    def jpeg(self) -> Picture | None:
        """The JPEG nearest to 1280 px: readers of feeds are old."""
        found = [each for each in self.pictures if each.media_type == "image/jpeg"] or list(self.pictures)
        return min(found, key=lambda each: abs(each.width - 1280)) if found else None

    @property
    def shape(self) -> str:
        """How its picture is set: wide, tall, square, or none."""
        return _SHAPES.get(Kind(self.kind), "wide") if self.pictures else "none"

    @property
    def picture(self) -> Picture | None:
        """The picture for a card: a size near 640 px wide, in the more compact format."""
        near = sorted(
            self.pictures, key=lambda each: (abs(each.width - 640), each.media_type != "image/webp")
        )
        return near[0] if near else None

    @property
    def srcset(self) -> str:
        """Every size in the format of :attr:`picture`, for the browser to choose from."""
        if self.picture is None:
            return ""
        same = [each for each in self.pictures if each.media_type == self.picture.media_type]
        return ", ".join(f"{each.url} {each.width}w" for each in same)


@dataclass(frozen=True)
class Publication:
    """A section, or another selection (``section`` is None), and its entries in one language, at one time.

    ``address`` is what its addresses are made of, ``query`` what they end with: ``search`` and ``q=…``.
    """

    section: Section | None
    language: str
    address: str
    title: str
    intro: str
    agency: Term
    page_url: str
    entries: tuple[Entry, ...]
    tombstones: tuple[Tombstone, ...] = ()
    occasions: tuple[Occasion, ...] = ()
    query: str = ""

    @property
    def layout(self) -> str:
        return self.section.layout if self.section else "list"

    @property
    def followed(self) -> bool:
        """Whether the hub tells of its changes: sections are files; when a selection changed nobody knows."""
        return self.section is not None

    @cached_property
    def modified(self) -> datetime:
        """The newest change of anything in it."""
        changes = [entry.modified for entry in self.entries] + [gone.at for gone in self.tombstones]
        return max(changes or [local(self.section.updated_at) if self.section else _FIRST_DAY])

    @property
    def suffix(self) -> str:
        """What its addresses end with."""
        return f"?{self.query}" if self.query else ""

    def form_url(self, name: str) -> str:
        """Absolute address of one of its forms, such as ``feed.json``."""
        return absolute(f"/feeds/{self.address}/{name}{self.suffix}")


def publication(
    section: Section,
    shown: list[Shown],
    *,
    language: str,
    site: Site = absolute,
    chaptered: frozenset[int] = frozenset(),
    tombstones: tuple[Tombstone, ...] = (),
) -> Publication:
    """``section`` with what it shows, in the interface language ``language``.

    ``chaptered``: primary keys of resources with chapters that someone wrote.
    """
    chosen = list(section.campaigns.all())
    campaigns = chosen or [each.resource.campaign for each in shown if each.resource.campaign]
    with translation.override(language):
        owner = section.agency.current
        return Publication(
            section=section,
            language=language,
            address=section.address,
            title=printable(section.title_in(language)),
            intro=printable(section.intro_in(language)),
            agency=Term(owner.code, printable(owner.label_in(language))),
            page_url=site(section.get_absolute_url(language)),
            entries=tuple(
                _shared_entry(
                    each.resource,
                    language=language,
                    why=each.place.why,
                    site=site,
                    chaptered=each.resource.pk in chaptered,
                )
                for each in shown
            ),
            tombstones=tombstones,
            occasions=occasions(campaigns, language=language),
        )


def occasions(campaigns: Iterable[Campaign], *, language: str) -> tuple[Occasion, ...]:
    """Each of ``campaigns`` once, in the order of their codes."""
    found = {campaign.code: campaign for campaign in campaigns}
    return tuple(_occasion(found[code], language) for code in sorted(found))


def _occasion(campaign: Campaign, language: str) -> Occasion:
    return Occasion(
        code=campaign.code,
        title=printable(campaign.label_in(language)),
        summary=printable(campaign.summary_in(language)),
        url=absolute(f"/{language}/campaign/{campaign.code}/"),
        recurs=campaign.recurs,
        starts=campaign.starts,
        ends=campaign.ends,
        day=campaign.day,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
    )


Address = Callable[[Resource, Rendition], str]
Site = Callable[[str], str]
_FIRST_DAY = local(datetime(2026, 1, 1, tzinfo=UTC))


def here(path: str) -> str:
    """``path`` as it stands, for what is shown on our own pages only."""
    return path


def entry(
    resource: Resource,
    *,
    language: str,
    why: Why = Why.SELECTED,
    address: Address = public_address,
    site: Site = absolute,
    chaptered: bool = False,
) -> Entry:
    """``resource``, loaded with its cards and tags, in the interface language ``language``.

    ``address`` says where its renditions are fetched, for a draft where only staff may; ``site`` makes
    addresses of paths.
    """
    published = local(resource.published_at or resource.created_at)
    original, owner, terms = resource.original, resource.agency.current, resource.licence_terms
    campaign = resource.campaign
    return Entry(
        id=resource.public_id,
        kind=resource.kind,
        kind_label=str(Kind(resource.kind).label),
        title=printable(resource.title),
        summary=printable(resource.summary),
        url=site(resource.get_absolute_url(language) if resource.slug else f"/{language}/"),
        language=resource.language,
        published=published,
        modified=max(published, local(resource.last_published_at or published)),
        agency=Term(owner.code, printable(owner.label_in(language))),
        audiences=_terms(resource.audience_uses.all(), language),
        topics=_terms(resource.topic_uses.all(), language),
        campaign=Term(campaign.code, printable(campaign.label_in(language))) if campaign else None,
        duration=original.file.duration if original else None,
        pages=original.file.pages if original else None,
        captions=tuple(sorted({asset.language or resource.language for asset in resource.words})),
        licence=resource.licence,
        licence_name=str(terms.name),
        licence_url=terms.url,
        credit=printable(resource.credit_line),
        pictures=tuple(
            Picture(site(address(resource, item)), item.media_type, item.width or 0, item.height or 0)
            for item in resource.picture_renditions()
        ),
        alt=printable(resource.picture.alt) if resource.picture else "",
        attachments=_attachments(resource, original, Purpose.DOWNLOAD),
        for_radio=next(iter(_attachments(resource, original, Purpose.BROADCAST)), None),
        pinned=why.by_hand,
        words=_words(resource, address=address, site=site),
        spoken=speech.codes_of(resource),
        chaptered=chaptered or bool(original and original.file.properties.get("chapters")),
    )


def _words(resource: Resource, *, address: Address, site: Site) -> tuple[Words, ...]:
    """Public copies of its captions and transcripts."""
    return tuple(
        Words(
            site(address(resource, copy)),
            copy.media_type.partition(";")[0],
            asset.language or resource.language,
        )
        for asset in resource.words
        for copy in asset.file.renditions.all()
        if copy.purpose == Purpose.CAPTION
    )


def _shared_entry(resource: Resource, **how: Any) -> Entry:
    what = ("entry", *sorted((name, str(value)) for name, value in how.items() if name != "site"))
    return sharing.once((*what, how["site"]), resource, lambda: entry(resource, **how))


def _terms(uses: Iterable[Any], language: str) -> tuple[Term, ...]:
    tags = sorted((use.tag for use in uses), key=lambda tag: (tag.sort_order, tag.slug))
    return tuple(Term(tag.slug, printable(tag.label_in(language))) for tag in tags)


def _attachments(resource: Resource, original: Asset | None, purpose: Purpose) -> tuple[Attachment, ...]:
    """Its copies for ``purpose``, where everyone may fetch them."""
    if original is None or not resource.licence_terms.open_download:
        return ()
    copies = [item for item in original.file.renditions.all() if item.purpose == purpose]
    return tuple(
        Attachment(
            url=absolute(public_address(resource, item)),
            media_type=item.media_type,
            size=item.size,
            duration=original.file.duration,
        )
        for item in copies
    )
