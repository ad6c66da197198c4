"""The public API: a question in, an answer out. It never knows who asks."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, P, PathEx, Query, Status
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

import search as library_search
from cms.exchange import described, found, published, refusing
from cms.exchange.answers import (
    Announced,
    Notice,
    Problem,
    Refused,
    ResourceAnswer,
    SearchAnswer,
    Suggestion,
    Suggestions,
    Withdrawn,
)
from cms.exchange.parameters import Parameters, SearchParameters, SuggestParameters
from cms.exchange.refusing import NotUsable
from media_library import access
from media_library.models import Resource
from search.engines.contract import Unavailable

SUGGESTIONS = 8
SHORTEST = 2
RETRY_SECONDS = 10
_PUBLIC_ID = re.compile(r"k57-[0-9a-z]{4}-[0-9a-z]{4}")
PublicId = PathEx[str, P(description="Id of the resource.", examples=["k57-7f3q-28mv"])]
ABOUT = """\
Reads the public part of Kho 57, the shared digital media library of a city: what was published, has not been
withdrawn, is past its embargo and before its expiry. No key, no registration, no cookie; every answer may be
kept for a minute and read from any site.

* Times are ISO 8601 in UTC, durations are seconds, sizes are bytes.
* What cannot be used answers **422** with one message for each parameter, in the language of `lang`.
* What is not public answers **404**, whether it exists or not. What was withdrawn answers **410**: remove your
  copy. Only an embargo that its editor announced answers **403**, with its time.
* Fields may be added to answers; none is taken away or changes its meaning within `/api/v1/`.
"""


class _Renderer(JSONRenderer):
    json_dumps_params = {"ensure_ascii": False, "separators": (",", ":")}  # noqa: RUF012


api = NinjaAPI(
    title="Kho 57",
    version="1.0.0",
    description=ABOUT,
    urls_namespace="exchange",
    openapi_url=None,
    docs_url=None,
    renderer=_Renderer(),
)
_accepted: dict[str, type[Parameters]] = {
    "search": SearchParameters,
    "suggest": SuggestParameters,
    "resource": Parameters,
}


@api.get(
    "search",
    response={200: SearchAnswer, 422: Refused, 503: Problem},
    url_name="search",
    operation_id="search",
    summary="Find resources",
)
def search(request: HttpRequest, parameters: Query[SearchParameters]) -> SearchAnswer:
    """Results with highlights, facets with counts, and the place to go on from.

    Words are found with and without accents, in titles, summaries, bodies, what is said and what stands on
    the pages of PDFs; abbreviations and English words find Vietnamese ones.
    """
    refusing.check(request, SearchParameters)
    results = library_search.documents_found(
        parameters.asked(), at=timezone.now(), size=parameters.limit, counted=parameters.counted
    )
    if any(notice.parameter == "after" for notice in results.notices):
        raise refusing.place_lost()
    notices = [Notice(parameter=one.parameter, message=str(one)) for one in results.notices]
    return found.answer(results, notices=notices)


@api.get(
    "suggest",
    response={200: Suggestions, 422: Refused},
    url_name="suggest",
    operation_id="suggest",
    summary="Complete what someone types",
)
def suggest(request: HttpRequest, parameters: Query[SuggestParameters]) -> Suggestions:
    """Lines of public resources and vocabularies with a word that begins as typed; the list may be empty."""
    refusing.check(request, SuggestParameters)
    words = parameters.q.strip()
    if len(words) < SHORTEST:
        return Suggestions(suggestions=[])
    try:
        lines = library_search.suggest(words, lang=parameters.lang, limit=SUGGESTIONS, at=timezone.now())
    except Unavailable:
        lines = []
    return Suggestions(suggestions=[Suggestion(text=one.text, kind=one.kind) for one in lines])


@api.get(
    "resources/{public_id}",
    response={200: ResourceAnswer, 403: Announced, 404: Problem, 410: Withdrawn, 422: Refused},
    url_name="resource",
    operation_id="resource",
    summary="Read one resource",
)
def resource(
    request: HttpRequest, public_id: PublicId, parameters: Query[Parameters]
) -> ResourceAnswer | Status[Announced] | Status[Withdrawn] | Status[Problem]:
    """What is known of it, what may be done with it, and where its files are."""
    refusing.check(request, Parameters)
    at, name = timezone.now(), public_id.lower()
    if not _PUBLIC_ID.fullmatch(name):
        return _missing()
    row = described.public_resource(name, at)
    return described.described(row, lang=parameters.lang, at=at) if row else _hidden(name, parameters.lang)


def _hidden(public_id: str, lang: str) -> Status[Announced] | Status[Withdrawn] | Status[Problem]:
    """Withdrawn (410), announced (403), or 404 for all else, hidden or missing."""
    row = Resource.objects.select_related("agency", "replaced_by").identified_by(public_id)
    at = timezone.now()
    if row is not None and access.tells_withdrawal(row):
        return Status(410, described.withdrawn(row, at))
    if row is not None and access.tells_embargo(row, at):
        return Status(403, described.announced(row, lang=lang))
    return _missing()


def _missing() -> Status[Problem]:
    return Status(404, Problem(detail=_("There is no resource at this address.")))


@api.get("openapi.json", url_name="openapi", include_in_schema=False)
def openapi(request: HttpRequest) -> HttpResponse:
    """This description."""
    return api.create_response(request, _description(), status=200)


@cache
def _description() -> dict[str, Any]:
    return published.description(api)


@api.exception_handler(ValidationError)
def _not_valid(request: HttpRequest, problem: ValidationError) -> HttpResponse:
    match = request.resolver_match
    accepted = _accepted[match.url_name if match and match.url_name else "resource"]
    return api.create_response(request, refusing.refusal(request, accepted, problem.errors), status=422)


@api.exception_handler(NotUsable)
def _not_usable(request: HttpRequest, problem: NotUsable) -> HttpResponse:
    return api.create_response(request, problem.refused, status=422)


@api.exception_handler(Unavailable)
def _unavailable(request: HttpRequest, problem: Unavailable) -> HttpResponse:
    """Never what the engine said."""
    told = Problem(detail=_("Search is out of order for a moment. Please try again soon."))
    response = api.create_response(request, told, status=503)
    response["Retry-After"] = str(RETRY_SECONDS)
    return response
