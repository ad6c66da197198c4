"""From resources to documents: what of a resource can be found, in a constant number of queries a batch."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.html import strip_tags

from media_library.kinds import Kind, Role
from media_library.models import Agency, Asset, Resource
from search import text
from search.engines.contract import GONE, Cue, Document, Tombstone

KIND_WORDS: dict[str, tuple[str, ...]] = {
    Kind.INFOGRAPHIC: ("Đồ họa thông tin", "Infographic"),
    Kind.VIDEO: ("Video", "Phim ngắn"),
    Kind.PODCAST: ("Podcast", "Phát thanh"),
    Kind.ARTICLE: ("Bài viết", "Article"),
    Kind.PHOTO: ("Ảnh", "Photo"),
    Kind.DOCUMENT: ("Tài liệu", "Document"),
}
"""What people call each kind when they search for it, in both languages."""


def at_this_moment(ids: Collection[int], at: datetime) -> tuple[list[Document], list[Tombstone]]:
    """Documents of those of ``ids`` that are public at ``at``, and tombstones for all others."""
    public = list(_loaded(Resource.objects.public(at).filter(pk__in=ids)))
    shown = {resource.pk for resource in public}
    others = dict(Resource.objects.filter(pk__in=set(ids) - shown).values_list("pk", "version"))
    hidden = [Tombstone(pk, others.get(pk, GONE)) for pk in sorted(set(ids) - shown)]
    return _documents(public), hidden


def _loaded(resources: Any) -> Any:
    """``resources`` with everything a document is made of."""
    assets = Asset.objects.select_related("file").order_by("sort_order", "pk")
    return resources.select_related("locale", "campaign").prefetch_related(
        Prefetch("assets", queryset=assets),
        "audience_uses__tag",
        "topic_uses__tag",
        "keyword_uses__tag",
    )


def _documents(resources: Sequence[Resource]) -> list[Document]:
    if not resources:
        return []
    agencies = Agency.objects.in_bulk()
    for agency in agencies.values():
        if agency.successor_id is not None:
            agency.successor = agencies[agency.successor_id]
    return [_document(resource, agencies[resource.agency_id]) for resource in resources]


def _document(resource: Resource, agency: Agency) -> Document:
    topics = [use.tag for use in resource.topic_uses.all()]
    audiences = [use.tag for use in resource.audience_uses.all()]
    assets = list(resource.assets.all())
    published = resource.published_at or resource.created_at
    return Document(
        id=resource.pk,
        version=resource.version,
        title=text.canonical(resource.title),
        summary=text.canonical(resource.summary),
        keywords=_tidy(use.tag.name for use in resource.keyword_uses.all()),
        topic_labels=_tidy(name for term in topics for name in (term.name, term.name_en)),
        audience_labels=_tidy(name for term in audiences for name in (term.name, term.name_en)),
        agency_names=_tidy(_names(agency)),
        campaign_titles=_tidy(_titles(resource)),
        kind_labels=_tidy((*KIND_WORDS.get(resource.kind, ()), resource.form)),
        alt=_tidy(asset.alt for asset in assets),
        text_alternative=_tidy(asset.text_alternative for asset in assets),
        body=_tidy(_body(resource.body.raw_data if resource.body else ())),
        cues=tuple(_cues(assets)),
        pages=tuple(_pages(assets)),
        kind=resource.kind,
        audiences=tuple(term.slug for term in audiences),
        topics=tuple(term.slug for term in topics),
        agency=agency.current.code,
        campaign=resource.campaign.code if resource.campaign else "",
        year=str(timezone.localtime(published).year),
        language=resource.language,
        licence=resource.licence,
        has_captions=any(asset.role in (Role.CAPTION, Role.TRANSCRIPT) for asset in assets),
        published_at=published,
        public_until=resource.expire_at,
    )


def _tidy(lines: Any) -> tuple[str, ...]:
    """``lines`` in canonical form, each once, empty ones left out."""
    return tuple(dict.fromkeys(line for one in lines if one and (line := text.canonical(one).strip())))


def _names(agency: Agency) -> Iterator[str]:
    for body in (agency.current, agency):
        yield from (body.name, body.name_en, body.short_name)


def _titles(resource: Resource) -> tuple[str, ...]:
    campaign = resource.campaign
    return (campaign.title, campaign.title_en) if campaign else ()


def _body(blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Words of an article's blocks, read from their stored form so that no picture is loaded."""
    for block in blocks:
        value = block.get("value")
        if block.get("type") == "paragraph":
            yield _plain(str(value))
        else:
            yield from _strings(value)


def _plain(markup: str) -> str:
    return html.unescape(strip_tags(markup.replace("<", " <"))).strip()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in ("id", "type", "resource", "ordered", "start"):
                yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _cues(assets: Sequence[Asset]) -> Iterator[Cue]:
    """Spoken words: captions before transcripts, one file for each language."""
    languages: set[str] = set()
    for role in (Role.CAPTION, Role.TRANSCRIPT):
        for asset in assets:
            cues = (asset.file.extracted or {}).get("cues") or []
            if asset.role != role or asset.language in languages or not cues:
                continue
            languages.add(asset.language)
            for cue in cues:
                yield Cue(float(cue["start"]), float(cue["end"]), text.canonical(cue["text"]).strip())


def _pages(assets: Sequence[Asset]) -> Iterator[str]:
    """Text of each page of the main file; an empty page keeps its number."""
    for asset in assets:
        if asset.role == Role.ORIGINAL:
            for page in (asset.file.extracted or {}).get("pages") or []:
                yield text.canonical(page).strip()
            return
