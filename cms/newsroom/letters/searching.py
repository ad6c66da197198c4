"""Searches that a person keeps: under a name, as a feed at an address of its own, as letters of what is new."""

from __future__ import annotations

import logging
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

import search as library_search
from cms.newsroom import finding
from cms.newsroom.letters.choices import is_stopped
from cms.newsroom.letters.telling import letters_for
from cms.newsroom.models import Alert, Find, SavedSearch
from cms.newsroom.models.lightbox import new_token
from media_library.models import Resource
from media_library.text import clean_line
from search.engines.contract import Unavailable
from search.request import SearchRequest

logger = logging.getLogger(__name__)
MOST = 50
"""Searches that one person may keep."""
NEWEST = 30
"""Of one search, in one letter; the rest stands behind its link."""
LOOKED_AT = time(6, 30)
"""Local time: before the letters of the day go out."""
SETTLED = timedelta(minutes=5)
"""What was published so shortly ago may not be in the index yet, and waits for the next time."""
RESTING = timedelta(minutes=10)
"""Until the next try where the search does not answer."""
LONGEST = 1000
LONGEST_NAME = 120
_AT_ONCE = 20
_EVERY = {Alert.DAILY: timedelta(days=1), Alert.WEEKLY: timedelta(days=7)}


class TooMany(Exception):
    """:data:`MOST` searches are kept already."""


class TooLong(ValueError):
    """The question has more than :data:`LONGEST` characters as an address."""


class Nameless(ValueError):
    """A name is needed."""


def canonical(parameters: QueryDict, *, room: str, lang: str) -> str:
    """The query of the page of ``room`` for what ``parameters`` ask, from its first page, in one order."""
    plain = parameters.copy()
    for name in ("room", "after"):
        plain.pop(name, None)
    if room == "press":
        return finding.address(*finding.parse(plain, lang))
    return SearchRequest.parse(plain, lang)[0].query_string()


def request_of(saved: SavedSearch) -> SearchRequest:
    """What ``saved`` asks, newest first."""
    parameters = QueryDict(saved.query)
    if saved.room == "press":
        asked = finding.parse(parameters, saved.language)[0]
    else:
        asked = SearchRequest.parse(parameters, saved.language)[0]
    return asked.with_(sort="newest")


def save(
    person: Any, *, name: str, query: str, room: str, lang: str, alert: str, at: datetime
) -> SavedSearch:
    """Keep it; one that is kept already gets the new name and pace.

    Raises :class:`Nameless`, :class:`TooLong` or :class:`TooMany`.
    """
    told = _named(name)
    if len(query) > LONGEST:
        raise TooLong
    with transaction.atomic():
        theirs = SavedSearch.objects.filter(person=person)
        found = theirs.filter(room=room, query=query).first()
        if found is None:
            if theirs.count() >= MOST:
                raise TooMany
            found = SavedSearch(person=person, room=room, query=query, created_at=at, seen_until=at)
            found.language = lang
        found.name = told
        _pace(found, alert, at=at)
        found.save()
    return found


def change(saved: SavedSearch, *, name: str, alert: str, at: datetime) -> None:
    """Another name or pace. Raises :class:`Nameless`."""
    saved.name = _named(name)
    _pace(saved, alert, at=at)
    saved.save(update_fields=["name", "alert", "due_at", "seen_until"])


def open_feed(saved: SavedSearch) -> None:
    """A new address; one from before ends."""
    saved.feed_token = new_token()
    saved.save(update_fields=["feed_token"])


def close_feed(saved: SavedSearch) -> None:
    saved.feed_token = ""
    saved.save(update_fields=["feed_token"])


def address_of(saved: SavedSearch) -> str:
    place = "newsroom:press" if saved.room == "press" else "portal:search"
    return reverse(place) + (f"?{saved.query}" if saved.query else "")


def feed_address(saved: SavedSearch, name: str) -> str:
    """Where the feed of the same search stands for everyone; it tells nothing of who keeps it."""
    with override(saved.language):
        place = reverse("syndication:search_feed", kwargs={"name": name})
    return f"{place}?{request_of(saved).query_string()}"


def drain(at: datetime) -> int:
    """Look what is new in the searches that are due at ``at``, for letters; returns how many were looked at."""
    keys = SavedSearch.objects.filter(due_at__lte=at).order_by("due_at").values_list("pk", flat=True)
    due = list(SavedSearch.objects.filter(pk__in=list(keys[:_AT_ONCE])))
    for saved in due:
        try:
            _look(saved, at=at)
        except Unavailable:
            SavedSearch.objects.filter(pk=saved.pk).update(due_at=at + RESTING)
        except Exception:  # one that cannot be looked at holds no other up
            logger.exception("saved_search_failed", extra={"search": saved.pk})
            SavedSearch.objects.filter(pk=saved.pk).update(due_at=at + timedelta(hours=1))
    return len(due)


def _look(saved: SavedSearch, *, at: datetime) -> None:
    until = at - SETTLED
    new = [] if is_stopped(saved.person_id) else _new(saved, until=until, at=at)
    with transaction.atomic():
        row = SavedSearch.objects.select_for_update().filter(pk=saved.pk, due_at=saved.due_at).first()
        if row is None:  # changed or looked at meanwhile
            return
        if new:
            letter = letters_for([row.person_id], at=at)[row.person_id]
            Find.objects.create(search=row, letter=letter, found=new)
        row.seen_until = max(row.seen_until, until)
        row.due_at = _next(row.alert, at=at)
        row.save(update_fields=["seen_until", "due_at"])


def _new(saved: SavedSearch, *, until: datetime, at: datetime) -> list[str]:
    """Public ids of what was published since the last look, newest first."""
    hits = library_search.documents_found(request_of(saved), at=at, size=NEWEST, counted=())
    ids = [one.document.public_id for one in hits.results]
    rows = {row.public_id: row for row in Resource.objects.public(at).filter(public_id__in=ids).defer("body")}
    since = saved.seen_until
    return [
        each
        for each in ids
        if (row := rows.get(each)) and row.published_at and since < row.published_at <= until
    ]


def _named(name: str) -> str:
    told = clean_line(name)[:LONGEST_NAME]
    if not told:
        raise Nameless
    return told


def _pace(saved: SavedSearch, alert: str, *, at: datetime) -> None:
    """Only what is published from now on is new to who had no letters before."""
    wanted = alert if alert in Alert.values else Alert.NONE
    if saved.alert == Alert.NONE and wanted != Alert.NONE:
        saved.seen_until = at
    if saved.alert != wanted or (saved.due_at is None) != (wanted == Alert.NONE):
        saved.due_at = _next(wanted, at=at)
    saved.alert = wanted


def _next(alert: str, *, at: datetime) -> datetime | None:
    """The next time of day for a daily one; a weekly one a week after it, on the same day of the week."""
    if alert == Alert.NONE:
        return None
    local = timezone.localtime(at)
    today = timezone.make_aware(datetime.combine(local.date(), LOOKED_AT), local.tzinfo)
    return today + (_EVERY[Alert(alert)] if today <= at or alert == Alert.WEEKLY else timedelta())
