"""From what was found to the answer, out of the index alone; only pages of PDFs ask for their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cms.exchange.addresses import absolute, resource_url
from cms.exchange.answers import (
    Agency,
    FacetChoice,
    Highlights,
    Identifier,
    Notice,
    Page,
    Result,
    SearchAnswer,
    Spoken,
)
from media_library.files import public_address
from media_library.kinds import Role
from media_library.models import Asset, Purpose
from media_library.models.rights import LICENCES
from search.engines.contract import Document
from search.results import DocumentFound, DocumentResults, FacetValue


def answer(results: DocumentResults, *, notices: Sequence[Notice] = ()) -> SearchAnswer:
    """``results`` as the API tells them, in the language of their request."""
    lang, files = results.request.lang, _files(results.results)
    return SearchAnswer(
        total=results.total,
        results=[_result(one, lang=lang, files=files) for one in results.results],
        facets={name: [_choice(one) for one in values] for name, values in results.facets.items()},
        suggestion=results.suggestion,
        corrected=results.corrected,
        loose=results.loose,
        simpler=results.simpler,
        notices=list(notices),
        next=results.next,
    )


def _choice(value: FacetValue) -> FacetChoice:
    return FacetChoice(value=value.value, label=value.label, count=value.count, selected=value.selected)


def _result(found: DocumentFound, *, lang: str, files: Mapping[int, str]) -> Result:
    document = found.document
    url = resource_url(public_id=document.public_id, slug=document.slug, language=document.language)
    return Result(
        **_described(document, lang=lang),
        url=url,
        highlights=Highlights(title=found.highlights.title, snippet=found.highlights.snippet),
        spoken=_spoken(found, url),
        page=_page(found, url, files),
        picked=found.picked,
        by_meaning=found.by_meaning,
    )


def _described(document: Document, *, lang: str) -> dict[str, Any]:
    label = document.agency_label_en if lang == "en" else document.agency_label
    return {
        "id": document.public_id,
        "identifiers": [Identifier(scheme=scheme, value=value) for scheme, value in document.identifiers],
        "kind": document.kind,
        "title": document.title,
        "summary": document.summary,
        "language": document.language,
        "agency": Agency(code=document.agency, name=label),
        "audiences": list(document.audiences),
        "topics": list(document.topics),
        "campaign": document.campaign or None,
        "published": document.published_at,
        "licence": document.licence,
        "captions": document.has_captions,
        "duration": document.duration,
    }


def _spoken(found: DocumentFound, url: str) -> Spoken | None:
    spoken = found.spoken
    if spoken is None:
        return None
    return Spoken(start=spoken.start, text=spoken.text, url=f"{url}?t={spoken.seconds}")


def _page(found: DocumentFound, url: str, files: Mapping[int, str]) -> Page | None:
    if found.page is None:
        return None
    file = files.get(found.document.id)
    return Page(number=found.page, url=f"{file}#page={found.page}" if file else f"{url}#page-{found.page}")


def _files(results: Sequence[DocumentFound]) -> dict[int, str]:
    """Public PDFs of resources whose pages have the words, by resource; asks nothing where there are none."""
    paged = [one.document for one in results if one.page and _open(one.document)]
    if not paged:
        return {}
    assets = (
        Asset.objects.filter(resource__in=[one.id for one in paged], role=Role.ORIGINAL)
        .select_related("resource", "file")
        .defer("resource__body", "file__extracted")
        .prefetch_related("file__renditions")
    )
    return {
        asset.resource_id: absolute(public_address(asset.resource, rendition))
        for asset in assets
        for rendition in asset.file.renditions.all()
        if rendition.purpose == Purpose.DOWNLOAD and rendition.media_type == "application/pdf"
    }


def _open(document: Document) -> bool:
    licence = LICENCES.get(document.licence)
    return licence is not None and licence.open_download
