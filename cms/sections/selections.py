"""Feeds of what is no section: a topic, audience, agency, campaign, lightbox, bulletins, resource or search.

What each holds is found at each request, for there are as many as questions; the newest stand first, at most
:data:`MOST`, and only what is public at that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

import search as library_search
from cms import lists
from cms.sections import chapters
from cms.sections.candidates import give_agencies
from cms.sections.entries import Publication, Term, absolute, entry, occasions, printable
from media_library.kinds import Kind
from media_library.models import Agency, AgencyType, Audience, Campaign, Resource, Topic
from media_library.models.resource_lists import ResourceQuerySet
from search.request import SearchRequest

_CHAIN = "successor__successor__successor"
MOST = 30
"""Resources of one feed."""


@dataclass(frozen=True)
class Selection:
    """What a feed is of: ``address`` and ``query`` make its address, ``page`` is where people see the same."""

    address: str
    title: str
    page: str
    resources: list[Resource]
    intro: str = ""
    agency: Agency | None = None
    campaign: Campaign | None = None
    query: str = ""


@dataclass(frozen=True)
class Moved:
    """The selection has another address for ever."""

    address: str


def topic(code: str, *, language: str, at: datetime) -> Selection | None:
    term = Topic.objects.filter(slug=code).first()
    found = Resource.objects.public(at).filter(topic_uses__tag=term)
    return _of_term("topic", term, found, language=language) if term else None


def audience(code: str, *, language: str, at: datetime) -> Selection | None:
    term = Audience.objects.filter(slug=code).first()
    found = Resource.objects.public(at).filter(audience_uses__tag=term)
    return _of_term("audience", term, found, language=language) if term else None


def agency(code: str, *, language: str, at: datetime) -> Selection | Moved | None:
    """Of an agency and all that it carries on; a merged one leads to its successor."""
    named = Agency.objects.filter(code=code).select_related(_CHAIN).first()
    if named is None:
        return None
    current = named.current
    if current.pk != named.pk:
        return Moved(f"agency/{current.code}")
    found = Resource.objects.public(at).filter(agency_id__in=Agency.objects.family([current.pk]))
    label, page = current.label_in(language), _page("agency", language, code=code)
    return Selection(f"agency/{code}", label, page, _newest(found), agency=current)


def campaign(code: str, *, language: str, at: datetime) -> Selection | None:
    named = Campaign.objects.filter(code=code).first()
    if named is None:
        return None
    found = Resource.objects.public(at).filter(campaign=named)
    label, page = named.label_in(language), _page("campaign", language, code=code)
    about = named.summary_in(language)
    return Selection(f"campaign/{code}", label, page, _newest(found), intro=about, campaign=named)


def lightbox(code: str, *, language: str, at: datetime) -> Selection | None:
    """Of a lightbox that was opened to all: in the order of its owner, the first :data:`MOST` that are public."""
    listed = lists.find("lightbox", code, language=language)
    if listed is None:
        return None
    order = {pk: place for place, pk in enumerate(listed.resource_ids)}
    rows = _loaded(Resource.objects.public(at).filter(pk__in=order, embedding_refused=""))
    rows = sorted(rows, key=lambda row: order[row.pk])[:MOST]
    return Selection(f"lightbox/{code}", listed.title, listed.page, rows, intro=listed.intro)


def radio(code: str, *, language: str, at: datetime) -> Selection | None:
    """The bulletins of one kind of agency (wards, communes, departments…), by what each is today."""
    if code not in AgencyType.values:
        return None
    agencies = Agency.objects.select_related(_CHAIN)
    owners = [one.pk for one in agencies if one.current.type == code]
    found = Resource.objects.public(at).filter(kind=Kind.PODCAST, agency_id__in=owners)
    told = {"kind": AgencyType(code).label}
    with override(language):
        page = f"{reverse('newsroom:radio')}?type={code}"
        title, about = _("Radio bulletins: %(kind)s") % told, _("For radio and loudspeaker stations.")
    return Selection(f"radio/{code}", title, page, _newest(found), intro=about)


def resource(public_id: str, *, language: str, at: datetime) -> Selection | None:
    found = _newest(Resource.objects.public(at).filter(public_id=public_id.lower()))
    return next((_of_one(row, language) for row in found), None)


def found(asked: QueryDict, *, language: str, at: datetime) -> Selection:
    """Of a search: the newest first unless the address says another order. Raises Unavailable."""
    request, _notices = SearchRequest.parse(asked, language)
    request = request.with_(sort="newest" if request.q and not asked.get("sort") else request.sort)
    results = library_search.documents_found(request, at=at, size=MOST, counted=())
    order = [one.document.public_id for one in results.results]
    rows = {row.public_id: row for row in _loaded(Resource.objects.public(at).filter(public_id__in=order))}
    query = request.query_string()
    page = _page("search", language) + (f"?{query}" if query else "")
    title = _("Search: %(words)s") % {"words": request.q} if request.q else _("Search in Kho 57")
    return Selection("search", title, page, [rows[each] for each in order if each in rows], query=query)


def publication(selection: Selection, *, language: str) -> Publication:
    """``selection`` as the writers of forms take it, in the interface language ``language``."""
    rows = selection.resources
    written = chapters.having(rows)
    owner = selection.agency
    campaigns = [selection.campaign] if selection.campaign else [row.campaign for row in rows if row.campaign]
    return Publication(
        section=None,
        language=language,
        address=selection.address,
        title=printable(selection.title),
        intro=printable(selection.intro),
        agency=Term(owner.code, printable(owner.label_in(language))) if owner else Term("", "Kho 57"),
        page_url=absolute(selection.page),
        entries=tuple(entry(row, language=language, chaptered=row.pk in written) for row in rows),
        occasions=occasions(campaigns, language=language),
        query=selection.query,
    )


def _of_term(name: str, term: Any, found: ResourceQuerySet, *, language: str) -> Selection:
    place = {"slug" if name == "topic" else "code": term.slug}
    page = _page(name, language, **place)
    about = term.description_in(language)
    return Selection(f"{name}/{term.slug}", term.label_in(language), page, _newest(found), intro=about)


def _of_one(row: Resource, language: str) -> Selection:
    page = row.get_absolute_url(language)
    return Selection(
        f"r/{row.public_id}", row.title, page, [row], intro=row.summary, agency=row.agency.current
    )


def _newest(found: ResourceQuerySet) -> list[Resource]:
    rows = _loaded(found.order_by("-first_published_at", "-pk")[:MOST])
    return sorted(rows, key=lambda row: (row.published_at or row.created_at, row.pk), reverse=True)


def _loaded(found: ResourceQuerySet) -> list[Resource]:
    rows = list(found.with_cards().defer("body").prefetch_related("audience_uses__tag", "topic_uses__tag"))
    give_agencies(rows)
    return rows


def _page(name: str, language: str, **place: str) -> str:
    with override(language):
        return reverse(f"portal:{name}", kwargs=place)
