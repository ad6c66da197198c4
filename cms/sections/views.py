"""The section as a page of ours, and the frame of one resource."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language, override
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from cms.sections import cards, feeds, page
from cms.sections.candidates import give_agencies, shown_in
from cms.sections.entries import Address, Entry, Publication, absolute, entry, here, publication
from cms.sections.models import Section
from cms.sections.player import player
from cms.sections.render import in_language
from media_library import access
from media_library.files import public_address
from media_library.kinds import Kind
from media_library.models import Agency, Resource

PAGE_CACHE = "public, max-age=0, must-revalidate"


@require_safe
def section_page(request: HttpRequest, agency: str, section: str) -> HttpResponse:
    """``/{lang}/s/{agency}/{section}/``: good enough to be an agency's section by itself."""
    found = Section.objects.live().for_rendering().filter(agency__code=agency, slug=section).first()
    if found is None:
        raise Http404
    return page_of(request, found, at=timezone.now())


def page_of(request: HttpRequest, section: Section, *, at: datetime, preview: bool = False) -> HttpResponse:
    """The page of ``section``, which in the preview may be unsaved."""
    language = _language()
    give_agency(section)
    published = publication(section, shown_in(section, at), language=language, site=here)
    kind = request.GET.get("kind", "")
    kinds = _kinds(published, kind)
    context = {
        "publication": published,
        **_rows(published, kind=kind if any(each["current"] for each in kinds) else ""),
        "kinds": kinds,
        "chosen_kind": next((each["label"] for each in kinds if each["current"]), ""),
        "feeds": [(label, _feed_path(published, name)) for label, name in _FEEDS],
        "newest": max((each.published for each in published.entries), default=None),
        "facts": _facts(section, language),
        "is_preview": preview,
        "library_query": _library_query(section),
        "builder_url": f"{reverse('sections:builder')}?section={published.address}",
        "switch": {each: section.get_absolute_url(each) for each in ("vi", "en") if each != language},
        "alternates": {each: absolute(section.get_absolute_url(each)) for each in ("vi", "en")},
        "canonical": absolute(published.page_url),
        "section_order": section.order,
        "rss_url": _feed_path(published, "rss.xml"),
        "json_url": _feed_path(published, "feed.json"),
    }
    response = render(request, "sections/section.html", context)
    response["Cache-Control"] = "private, no-store" if preview else PAGE_CACHE
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


_FEEDS = (
    ("RSS", "rss.xml"),
    ("Atom", "atom.xml"),
    ("JSON Feed", "feed.json"),
    ("Podcast", "podcast.xml"),
    ("Media RSS", "media.xml"),
    ("iCalendar", "calendar.ics"),
)


def _kinds(published: Publication, chosen: str) -> list[dict[str, Any]]:
    """The kinds that stand in it, each with its number, in the order of :class:`Kind`; for one alone none."""
    counts = Counter(each.kind for each in published.entries)
    found = [
        {"value": kind.value, "label": kind.label, "count": counts[kind], "current": kind == chosen}
        for kind in Kind
        if counts[kind]
    ]
    return found if len(found) > 1 else []


def _rows(published: Publication, *, kind: str = "") -> dict[str, Any]:
    """Up to four pins on a shelf, all the rest as a list; of one ``kind`` everything as a list."""
    language = published.language
    pinned = [each for each in published.entries if each.pinned and not kind][: cards.SHELF]
    rest = [each for each in published.entries if each not in pinned and kind in ("", each.kind)]
    return {
        "pinned": cards.shelf(pinned, language=language),
        "rest": [cards.card(each, language=language) for each in rest],
    }


def _feed_path(published: Publication, name: str) -> str:
    return f"/feeds/{published.address}/{in_language(name, published.language)}"


def give_agency(section: Section) -> None:
    """The section's agency with its successors, in one query."""
    agencies = {each.pk: each for each in Agency.objects.all()}
    for each in agencies.values():
        each.successor = agencies.get(each.successor_id) if each.successor_id else None
    if section.agency_id in agencies:
        section.agency = agencies[section.agency_id]


def _facts(section: Section, language: str) -> dict[str, Any]:
    """What it selects by, in words."""
    chosen = [*section.audiences.all(), *section.topics.all(), *section.campaigns.all()]
    return {"terms": [each.label_in(language) for each in chosen], "hosts": sites(section)}


def sites(section: Section) -> list[str]:
    """Sites that may show it, without those of a developer's own machine."""
    return [host for host in section.allowed_hosts if not host.endswith(":*")]


def _library_query(section: Section) -> str:
    """The same rule as a search of the whole library."""
    query = QueryDict(mutable=True)
    query.setlist("kind", section.kinds)
    query.setlist("audience", [term.slug for term in section.audiences.all()])
    query.setlist("topic", [term.slug for term in section.topics.all()])
    query.setlist("campaign", [campaign.code for campaign in section.campaigns.all()])
    query.setlist("agency", [agency.code for agency in section.agencies.all()])
    query.setlist("language", section.languages)
    return query.urlencode()


@require_safe
@xframe_options_exempt
def resource_frame(request: HttpRequest, public_id: str, language: str = "vi") -> HttpResponseBase:
    """``/embed/r/{public_id}/``: one resource in a frame; withdrawn 410, announced embargo 403, else 404."""
    at = timezone.now()
    with override(language):
        found = public_row(public_id, at)
        if found is None or found.embedding_refused:
            return _refusal(public_id, at, language=language)
        give_agencies([found])
        html = resource_html(entry(found, language=language), found, language=language)
        response = HttpResponse(html, content_type=page.MEDIA_TYPE)
        etag = f'"{hashlib.sha256(html.encode()).hexdigest()[:32]}"'
        response["ETag"] = etag
        answer = get_conditional_response(request, etag=etag, response=response)
    return _framed(answer or response)


def resource_html(
    shown: Entry, resource: Resource, *, language: str, address: Address = public_address
) -> str:
    """The frame page of one resource, with its player."""
    context = {"entry": shown, "language": language, "player": player(resource, address=address)}
    return render_to_string("sections/resource_frame.html", context)


def _framed(response: HttpResponseBase) -> HttpResponseBase:
    response["Content-Security-Policy"] = feeds.frame_policy("*")
    response["Cache-Control"] = feeds.CACHE_BRIEF
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def public_row(public_id: str, at: datetime) -> Resource | None:
    rows = Resource.objects.public(at).with_cards().defer("body")
    rows = rows.prefetch_related("audience_uses__tag", "topic_uses__tag")
    named = public_id and "\x00" not in public_id
    return rows.identified_by(public_id.lower()) if named else None


def _refusal(public_id: str, at: datetime, *, language: str) -> HttpResponseBase:
    row = Resource.objects.select_related("agency", "locale").identified_by(public_id.lower())
    status, context = HTTPStatus.NOT_FOUND, {"language": language}
    if row is not None and access.tells_withdrawal(row):
        status, context = HTTPStatus.GONE, {**context, "withdrawn": row}
    elif row is not None and access.tells_embargo(row, at):
        status, context = HTTPStatus.FORBIDDEN, {**context, "embargoed": row}
    elif row is not None and access.is_public(row, at):
        status, context = HTTPStatus.FORBIDDEN, {**context, "refused": row}
    html = render_to_string("sections/resource_refused.html", context)
    response = _framed(HttpResponse(html, content_type=page.MEDIA_TYPE, status=status))
    response["Cache-Control"] = "no-store"
    return response


def _language() -> str:
    return "en" if (get_language() or "vi").startswith("en") else "vi"
