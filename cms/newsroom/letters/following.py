"""What a person follows and took: written, and shown without a word of what they may not see any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from cms.language import interface_language
from cms.newsroom import leafing
from cms.newsroom.models import Follow, Use
from media_library import access
from media_library.models import Agency, Resource, Topic

MOST = 200
"""Things that one person may follow."""
PAGE = 20
"""Takings on one page."""
WHAT = ("topic", "agency", "resource")


class Unknown(LookupError):
    """There is no such thing to follow, or it is not public."""


class TooMany(Exception):
    """:data:`MOST` things are followed already."""


@dataclass(frozen=True, slots=True)
class Named:
    """What stands on a page for ``row``; without a ``url`` it is not to be seen any more, nor its name."""

    row: Any
    what: str
    name: str = ""
    lang: str = ""
    url: str = ""
    withdrawn: bool = False


def find(what: str, code: str, *, at: datetime) -> Topic | Agency | Resource:
    """Raises :class:`Unknown`."""
    found: Topic | Agency | Resource | None = None
    if "\x00" in code:  # PostgreSQL takes none in a text
        raise Unknown(what)
    if what == "topic":
        found = Topic.objects.filter(slug=code).first()
    elif what == "agency":
        named = Agency.objects.filter(code=code).select_related("successor__successor__successor").first()
        found = named.current if named else None
    elif what == "resource":
        found = Resource.objects.public(at).select_related("locale").identified_by(code.lower())
    if found is None:
        raise Unknown(what)
    return found


def follow(person: Any, thing: Topic | Agency | Resource, *, at: datetime) -> None:
    """A second time changes nothing. Raises :class:`TooMany`."""
    name = type(thing).__name__.lower()
    with transaction.atomic():
        theirs = Follow.objects.filter(person=person)
        if theirs.filter(**{name: thing}).exists():
            return
        if theirs.count() >= MOST:
            raise TooMany
        Follow.objects.bulk_create(
            [Follow(person=person, created_at=at, **{name: thing})], ignore_conflicts=True
        )


def unfollow(person: Any, key: str) -> None:
    """``key`` of another, or of nothing, changes nothing."""
    Follow.objects.filter(person=person, pk=leafing.key(key)).delete()


def followed(person: Any, *, at: datetime) -> list[Named]:
    """What ``person`` follows, newest first; a constant number of queries."""
    rows = Follow.objects.filter(person=person).select_related(
        "topic", "agency", "resource__locale", "resource__agency"
    )
    return [_named(row, at=at) for row in rows.order_by("-created_at", "-pk")[:MOST]]


def took(person: Any, *, before: str, at: datetime) -> tuple[list[Named], str]:
    """What ``person`` took, newest first, after the row of key ``before``; and the key to go on after, if any."""
    rows = Use.objects.filter(user=person).select_related("resource__locale", "resource__agency")
    leaf = leafing.newest(rows, after=before, size=PAGE, by="at")
    return [_resource(row, row.resource, at=at) for row in leaf.rows], leaf.after


def _named(row: Follow, *, at: datetime) -> Named:
    lang = interface_language()
    if row.topic is not None:
        return Named(row, "topic", row.topic.label_in(lang), "", f"/{lang}/topic/{row.topic.slug}/")
    if row.agency is not None:
        return Named(row, "agency", row.agency.label_in(lang), "", f"/{lang}/agency/{row.agency.code}/")
    assert row.resource is not None  # a constraint of the table
    return _resource(row, row.resource, at=at)


def _resource(row: Any, resource: Resource, *, at: datetime) -> Named:
    gone = access.tells_withdrawal(resource)
    if not gone and not access.is_public(resource, at):
        return Named(row, "resource")
    lang = interface_language()
    other = "" if resource.language == lang else resource.language
    return Named(row, "resource", resource.title, other, resource.get_absolute_url(lang), gone)
