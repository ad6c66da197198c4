"""From resources to documents: what of a resource can be found, in a constant number of queries a batch."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.html import strip_tags

from media_library import access
from media_library.kinds import Kind, Role, rule_for
from media_library.models import Agency, Asset, Campaign, Resource, Topic
from media_library.models.rights import LICENCES
from search import parts, text, use
from search.engines.contract import GONE, Cue, Document, Tombstone, Vector
from search.models import Passage
from search.parts import Parts, Piece

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
    """Every document of the resources ``ids`` as of ``at``, and tombstones for those that must be nowhere.

    A public document for what is public or under embargo (it opens by itself at its second); a document of
    the desk for every resource that exists.
    """
    wanted = sorted(set(ids))
    rows = {row.pk: row for row in _loaded(Resource.objects.filter(pk__in=wanted))}
    shown = [row for row in rows.values() if _published(row, at)]
    surroundings = Surroundings.of(rows.values(), at)
    found = [_document(parts.of_row(row), surroundings, at) for row in shown]
    found += [_document(piece, surroundings, at, desk=True) for piece in parts.of_desks(list(rows.values()))]
    live = {document.key for document in found}
    gone = [key for pk in wanted for key in (pk, -pk) if key not in live]
    return _with_vectors(found), [Tombstone(key, rows[key].version if key in rows else GONE) for key in gone]


def _with_vectors(found: list[Document]) -> list[Document]:
    """``found`` with what is known of their meaning: of those that everyone may read now, and no others."""
    if not settings.SEARCH_MEANING:
        return found
    vectors: dict[int, list[Vector]] = defaultdict(list)
    rows = Passage.objects.filter(key__in=[document.key for document in found if document.told])
    for key, number, values in rows.order_by("key", "number").values_list("key", "number", "vector"):
        vectors[key].append(Vector(number, bytes(values)))
    return [replace(one, vectors=tuple(vectors[one.key])) if one.key in vectors else one for one in found]


def _published(resource: Resource, at: datetime) -> bool:
    """Whether it is public now, or will be at the end of its embargo."""
    opens = max(at, resource.embargo_until or at)
    return access.is_public(resource, opens)


def _loaded(resources: Any) -> Any:
    """``resources`` with everything a document is made of."""
    assets = Asset.objects.select_related("file").order_by("sort_order", "pk")
    return resources.select_related("locale", "campaign", "latest_revision").prefetch_related(
        Prefetch("assets", queryset=assets),
        "audience_uses__tag",
        "topic_uses__tag",
        "keyword_uses__tag",
        "identifiers",
    )


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What documents take from elsewhere: agencies, topics above topics, English versions, uses."""

    agencies: Mapping[int, Agency]
    topics: Mapping[int, Topic]
    english: frozenset[UUID]
    uses: Mapping[int, int]

    @classmethod
    def of(cls, resources: Collection[Resource], at: datetime) -> Surroundings:
        if not resources:
            return cls({}, {}, frozenset(), {})
        agencies = Agency.objects.in_bulk()
        for agency in agencies.values():
            if agency.successor_id is not None:
                agency.successor = agencies[agency.successor_id]
        keys = {resource.translation_key for resource in resources}
        english = Resource.objects.public(at).filter(translation_key__in=keys, locale__language_code="en")
        return cls(
            agencies=agencies,
            topics=Topic.objects.in_bulk(),
            english=frozenset(english.values_list("translation_key", flat=True)),
            uses=use.counts({resource.pk for resource in resources}),
        )

    def with_parents(self, topics: Collection[Topic]) -> list[Topic]:
        """``topics`` and all that stand above them, each once; a ring in the tree ends."""
        found: dict[int, Topic] = {}
        for topic in topics:
            above: Topic | None = topic
            while above is not None and above.pk not in found:
                found[above.pk] = above
                above = self.topics.get(above.parent_id) if above.parent_id else None
        return list(found.values())


def _document(piece: Parts, around: Surroundings, at: datetime, *, desk: bool = False) -> Document:
    resource, assets = piece.row, piece.assets
    agency = around.agencies[resource.agency_id]
    original = piece.original
    published = resource.published_at or resource.created_at
    licence = LICENCES.get(piece.licence)
    return Document(
        id=resource.pk,
        version=resource.version + (resource.latest_revision_id or 0) * desk,
        desk=desk,
        owner=resource.agency_id,
        public_id=resource.public_id,
        slug=resource.slug,
        identifiers=tuple((one.scheme, one.value) for one in resource.identifiers.all()),
        agency_label=agency.current.label_in("vi"),
        agency_label_en=agency.current.label_in("en"),
        title=text.canonical(piece.title),
        summary=text.canonical(piece.summary),
        keywords=_tidy(piece.keywords),
        topic_labels=_tidy(name for term in piece.topics for name in (term.name, term.name_en)),
        audience_labels=_tidy(name for term in piece.audiences for name in (term.name, term.name_en)),
        agency_names=_tidy(_names(agency)),
        campaign_titles=_tidy(_titles(piece.campaign)),
        kind_labels=_tidy((*KIND_WORDS.get(resource.kind, ()), piece.form)),
        alt=_tidy(asset.alt for asset in assets),
        text_alternative=_tidy(asset.text_alternative for asset in assets),
        body=_tidy((*_body(piece.body), *_transcripts(assets))),
        cues=tuple(_cues(assets)),
        pages=tuple(_pages(assets)),
        kind=resource.kind,
        audiences=tuple(term.slug for term in piece.audiences),
        topics=tuple(term.slug for term in around.with_parents(piece.topics)),
        agency=agency.current.code,
        campaign=piece.campaign.code if piece.campaign else "",
        year=str(timezone.localtime(published).year),
        language=resource.language,
        licence=piece.licence,
        has_captions=any(asset.role in (Role.CAPTION, Role.TRANSCRIPT) for asset in assets),
        commercial=bool(licence and licence.commercial),
        duration=original.file.duration if original else None,
        orientation=_orientation(original),
        has_english=resource.language == "en" or resource.translation_key in around.english,
        published_at=published,
        public_from=None if desk else resource.embargo_until,
        public_until=None if desk else resource.expire_at,
        told=not desk and access.is_public(resource, at),
        uses=around.uses.get(resource.pk, 0),
        worth=worth_of(piece, english=resource.translation_key in around.english),
    )


SQUARE = 0.06
"""How far from 1 the ratio of sides may be and still be called square."""


def _orientation(asset: Piece | None) -> str:
    """``landscape``, ``portrait`` or ``square``; empty without a picture's or film's size."""
    if asset is None or not asset.file.width or not asset.file.height:
        return ""
    ratio = asset.file.width / asset.file.height
    if abs(ratio - 1) <= SQUARE:
        return "square"
    return "landscape" if ratio > 1 else "portrait"


LONG_SUMMARY = 60
"""Characters from which a summary says something."""


def worth_of(piece: Parts, *, english: bool) -> float:
    """How complete and accessible the record is, 0 to 1: the share of these that hold."""
    rule = rule_for(piece.row.kind)
    roles = {asset.role for asset in piece.assets}
    words = bool(roles & {Role.CAPTION, Role.TRANSCRIPT})
    described = any(asset.alt.strip() for asset in piece.assets if asset.role == Role.ORIGINAL)
    told = any(asset.text_alternative.strip() for asset in piece.assets)
    holds = [
        len(piece.summary) >= LONG_SUMMARY,
        bool(piece.topics),
        bool(piece.audiences),
        len(piece.keywords) >= 2,
        words if rule.needs_words else True,
        described if rule.needs_alt else True,
        told if piece.row.kind == Kind.INFOGRAPHIC else True,
        english or piece.row.language == "en",
    ]
    return round(sum(holds) / len(holds), 4)


def _tidy(lines: Any) -> tuple[str, ...]:
    """``lines`` in canonical form, each once, empty ones left out."""
    return tuple(dict.fromkeys(line for one in lines if one and (line := text.canonical(one).strip())))


def _names(agency: Agency) -> Iterator[str]:
    for body in (agency.current, agency):
        yield from (body.name, body.name_en, body.short_name)


def _titles(campaign: Campaign | None) -> tuple[str, ...]:
    return (campaign.title, campaign.title_en) if campaign else ()


def _body(blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Words of an article's blocks, read from their stored form so that no picture is loaded."""
    for block in blocks:
        value = block.get("value")
        if block.get("type") == "paragraph":
            yield _plain(str(value))
        elif block.get("type") == "callout" and isinstance(value, dict):
            yield from filter(None, (value.get("title"), _plain(str(value.get("text") or ""))))
        else:
            yield from _strings(value)


def _plain(markup: str) -> str:
    return html.unescape(strip_tags(markup.replace("<", " <"))).strip()


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in ("id", "type", "resource", "ordered", "start", "url"):
                yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)


def _cues(assets: Sequence[Piece]) -> Iterator[Cue]:
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


def _transcripts(assets: Sequence[Piece]) -> Iterator[str]:
    """Spoken words of which no file says when; none in a language of which captions tell it."""
    timed = {asset.language for asset in assets if (asset.file.extracted or {}).get("cues")}
    for asset in assets:
        if asset.role == Role.TRANSCRIPT and asset.language not in timed:
            yield from (asset.file.extracted or {}).get("paragraphs") or []


def _pages(assets: Sequence[Piece]) -> Iterator[str]:
    """Text of each page of the main file; an empty page keeps its number."""
    for asset in assets:
        if asset.role == Role.ORIGINAL:
            for page in (asset.file.extracted or {}).get("pages") or []:
                yield text.canonical(page).strip()
            return
