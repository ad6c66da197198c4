"""A resource's own page: what its template shows, of a published row and of an unsaved draft alike."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cms.language import interface_language
from cms.portal import media, pictures, structured
from cms.portal.addresses import absolute, canonical
from cms.portal.agencies import Directory
from cms.portal.body import nodes_of
from cms.portal.cards import Card, cards_of, reading_minutes, shelved
from cms.portal.citing import Citation
from cms.portal.similar import prefer_other_agencies
from media_library import reuse, speech
from media_library.kinds import Kind
from media_library.models import Agency, Resource
from search import similar

RELATED = 5
CANDIDATES = 4 * RELATED
"""Similar resources of which those that stand beside a page are chosen."""
_NOTICEABLE = timedelta(hours=24)
"""A later version is told as an update after this time; before, it is part of publishing."""


def resource_context(
    *, resource: Resource, at: datetime, second: int | None = None, is_preview: bool = False
) -> dict[str, Any]:
    """Context of ``portal/resource.html`` in the active language.

    ``second`` is where sound or film is to start. A preview takes files from where staff may see them and
    offers nothing that exists only after publication (related resources, translations).
    """
    lang = interface_language()
    directory = Directory.load()
    agency = directory.current(resource.agency_id)
    return {
        "resource": resource,
        "is_preview": is_preview,
        "kind": Kind(resource.kind),
        "agency": agency,
        "agency_label": agency.label_in(lang),
        "content_lang": resource.language,
        "foreign": resource.language != lang,
        "updated": _updated(resource),
        "campaign_label": resource.campaign.label_in(lang) if resource.campaign else "",
        "minutes": reading_minutes(resource) if resource.kind == Kind.ARTICLE else None,
        "body": nodes_of(resource, lang=lang, at=at),
        "second": second,
        **_terms(resource, lang),
        **_reuse(resource, agency=agency, lang=lang, at=at, is_preview=is_preview),
        **_media(resource, lang=lang, is_preview=is_preview),
        **_outside(resource, directory=directory, lang=lang, at=at, is_preview=is_preview),
    }


def _updated(resource: Resource) -> datetime | None:
    first, last = resource.published_at, resource.last_published_at
    return last if first and last and last - first > _NOTICEABLE else None


def _terms(resource: Resource, lang: str) -> dict[str, Any]:
    audiences, topics = list(resource.audiences.all()), list(resource.topics.all())
    return {
        "audience_terms": audiences,
        "topic_terms": topics,
        "audiences": [(term.slug, term.label_in(lang)) for term in audiences],
        "topics": [(term.slug, term.label_in(lang)) for term in topics],
        "keywords": [tag.name for tag in resource.keywords.all()],
    }


def _reuse(
    resource: Resource, *, agency: Agency, lang: str, at: datetime, is_preview: bool
) -> dict[str, Any]:
    """What everyone may do with it, and the line to copy in both languages, the resource's own first.

    A draft has no answer yet: it may not be used for anything.
    """
    anyone = reuse.Reader.ANYONE
    return {
        "uses": [] if is_preview else reuse.told(resource, reader=anyone, at=at, lang=lang),
        "credits": reuse.credits_of(resource, agency),
    }


def _media(resource: Resource, *, lang: str, is_preview: bool) -> dict[str, Any]:
    address = pictures.staff if is_preview else pictures.public
    extracted = media.extracted_of(resource)
    original = resource.original
    open_to_all = resource.licence_terms.open_download
    pages = extracted.get(original.file_id, {}).get("pages", []) if original else []
    return {
        "original": original,
        "picture": pictures.picture_of(resource, resource.picture, address=address),
        "source": media.source_of(resource, address=address),
        "stream": media.stream_of(resource, address=address),
        "light": media.light_of(resource, address=address),
        "chapters": media.chapters_of(resource),
        "waveform": media.waveform_of(resource),
        "document": media.document_of(resource, address=address) if open_to_all else None,
        "tracks": media.tracks_of(resource, address=address, lang=lang),
        "spoken": speech.named(resource),
        "transcripts": media.transcripts_of(resource, address=address, extracted=extracted),
        "pages": pages,
        "leaves": media.leaves_of(resource, pages=pages, address=address),
        "downloads": media.downloads_of(resource, address=address) if open_to_all else [],
        "licence": resource.licence_terms,
    }


def _outside(
    resource: Resource, *, directory: Directory, lang: str, at: datetime, is_preview: bool
) -> dict[str, Any]:
    """What names the resource elsewhere, and what stands beside it."""
    if is_preview:
        return {"robots": "noindex", "citation": citation_of(resource, directory)}
    translations = _translations(resource, at)
    near = similar(resource, limit=CANDIDATES, at=at)
    shown = prefer_other_agencies(near, own=resource.agency_id, limit=RELATED)
    related = cards_of(shown, lang=lang, directory=directory)
    return {
        "citation": citation_of(resource, directory),
        "canonical": canonical(resource),
        "alternates": {one.language: canonical(one) for one in [resource, *translations]},
        "switch": {one.language: one.get_absolute_url() for one in translations},
        "translations": translations,
        "related": shelved(related),
        "embed_url": absolute(f"/embed/r/{resource.public_id}/"),
        "share_url": canonical(resource),
    }


def _translations(resource: Resource, at: datetime) -> list[Resource]:
    family = Resource.objects.public(at).filter(translation_key=resource.translation_key)
    return list(family.exclude(pk=resource.pk).select_related("locale").defer("body"))


def citation_of(resource: Resource, directory: Directory) -> Citation:
    """How to name ``resource`` as a source, in its own language."""
    agency = directory.current(resource.agency_id).label_in(resource.language)
    return Citation(resource, agency, canonical(resource))


def structured_data(context: dict[str, Any]) -> dict[str, Any]:
    """The JSON-LD of a page made by :func:`resource_context`."""
    resource: Resource = context["resource"]
    return structured.described(
        resource,
        agency=context["agency"],
        audiences=context["audience_terms"],
        topics=context["topic_terms"],
        picture=context["picture"],
        source=context["source"] or context["document"],
        transcripts=context["transcripts"],
    )


def newest_cards(*, lang: str, at: datetime, limit: int, directory: Directory) -> list[Card]:
    """The newest public resources as cards, each work once."""
    found = Resource.objects.public(at).in_language(lang=lang, at=at)
    rows = found.order_by("-first_published_at", "-pk").with_cards()[:limit]
    return cards_of(rows, lang=lang, directory=directory)


def today(at: datetime) -> Any:
    """The local date at ``at``."""
    return timezone.localtime(at).date()
