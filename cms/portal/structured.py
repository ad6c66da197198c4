"""Structured data (schema.org, JSON-LD) about a resource."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise

from cms.portal.addresses import absolute, canonical
from cms.portal.media import Source, Transcript, chapters_of
from cms.portal.pictures import Picture
from media_library import reuse, speech
from media_library.models import Agency, Audience, Resource, Topic

_TYPES = {
    "infographic": "ImageObject",
    "photo": "ImageObject",
    "video": "VideoObject",
    "podcast": "AudioObject",
    "article": "Article",
    "document": "DigitalDocument",
}
_GENRES = {"infographic": "infographic", "podcast": "podcast"}


def described(
    resource: Resource,
    *,
    agency: Agency,
    audiences: list[Audience],
    topics: list[Topic],
    picture: Picture | None,
    source: Source | None,
    transcripts: list[Transcript],
) -> dict[str, Any]:
    """https://schema.org description of ``resource`` in its own language; empty values are left out."""
    lang = resource.language
    original = resource.original
    data = {
        "@context": "https://schema.org",
        "@type": _TYPES[resource.kind],
        "@id": canonical(resource),
        "url": canonical(resource),
        "name": resource.title,
        "headline": resource.title if resource.kind == "article" else None,
        "description": resource.summary,
        "genre": _GENRES.get(resource.kind),
        "identifier": resource.public_id,
        "inLanguage": _languages(resource),
        "datePublished": _iso(resource.published_at),
        "dateModified": _iso(resource.last_published_at),
        "uploadDate": _iso(resource.published_at) if resource.kind == "video" else None,
        "publisher": _organisation(agency, lang),
        "creator": _organisation(agency, lang),
        "creditText": reuse.credit(resource, agency, lang=lang),
        "copyrightNotice": reuse.notice(resource, agency, lang=lang),
        "license": _licence(resource),
        "acquireLicensePage": absolute(_press_page(resource)),
        "usageInfo": absolute(reverse("taking:rights", args=[resource.public_id])),
        "isAccessibleForFree": True,
        "audience": [
            {"@type": "Audience", "audienceType": audience.label_in(lang)} for audience in audiences
        ],
        "about": [{"@type": "Thing", "name": topic.label_in(lang)} for topic in topics],
        "keywords": [tag.name for tag in resource.keywords.all()],
        "image": absolute(picture.largest) if picture else None,
        "thumbnailUrl": absolute(picture.src) if picture else None,
        "contentUrl": absolute(source.url) if source else None,
        "encodingFormat": source.media_type if source else None,
        "duration": _duration(original.file.duration) if original else None,
        "transcript": " ".join(line.text for line in transcripts[0].lines) if transcripts else None,
        "hasPart": [
            {"@type": "Clip", "name": chapter.title, "startOffset": int(chapter.start)}
            for chapter in chapters_of(resource)
        ],
    }
    return {name: value for name, value in data.items() if value not in (None, "", [])}


def _languages(resource: Resource) -> str | list[str]:
    """Of a film or sound what is spoken in it, as IETF BCP 47 tags; else that of the record."""
    codes = list(speech.codes_of(resource)) or [resource.language]
    return codes if len(codes) > 1 else codes[0]


def _organisation(agency: Agency, lang: str) -> dict[str, str]:
    data = {"@type": "GovernmentOrganization", "name": agency.label_in(lang)}
    return {**data, "url": agency.website} if agency.website else data


def _licence(resource: Resource) -> str:
    licence = resource.licence_terms
    if licence.url:
        return licence.url
    return str(licence.name) if isinstance(licence.name, Promise) else licence.name


def _press_page(resource: Resource) -> str:
    """Where the sizes are, and what to do where one must ask."""
    with translation.override(resource.language):
        return reverse("newsroom:resource", args=[resource.public_id])


def _iso(moment: Any) -> str | None:
    return moment.isoformat() if moment else None


def _duration(seconds: float | None) -> str | None:
    """ISO 8601, such as ``PT6M42S``."""
    if not seconds:
        return None
    minutes, rest = divmod(round(seconds), 60)
    return f"PT{minutes}M{rest}S"
