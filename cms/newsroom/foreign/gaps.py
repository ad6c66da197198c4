"""What is public in Vietnamese without a public English version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.newsroom.models import Use
from media_library import access
from media_library.importing.sheets import Lines
from media_library.kinds import Kind
from media_library.models import Resource

PAGE = 50
ORDERS = {"used": gettext_lazy("Most used first"), "oldest": gettext_lazy("Oldest first")}
_PLACE = re.compile(r"([0-9]{1,9})-([0-9]{1,17})-([0-9]{1,18})")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Gap:
    """``used``: times that a file of it was taken. ``draft``: key of an English version that is not public."""

    resource: Resource
    agency: str
    used: int
    draft: int | None
    act: str
    """Where its English version is begun, or edited where there is one."""


def gaps(user: Any, *, at: datetime, order: str = "used", after: str = "") -> Any:
    """Rows that ``user`` may edit, with ``used`` and ``draft``: the most used first, of those the oldest.

    ``after``: the place of the row before, from :func:`place_of`; what cannot be read begins anew.
    """
    english = Resource.objects.filter(
        translation_key=OuterRef("translation_key"), locale__language_code="en"
    ).order_by()
    taken = Use.objects.filter(resource=OuterRef("pk")).order_by().values("resource")
    rows: Any = (
        Resource.objects.public(at)
        .filter(access.manageable_by(user), locale__language_code="vi", first_published_at__isnull=False)
        .filter(~Exists(english.filter(access.public(at))))
        .annotate(
            used=Coalesce(
                Subquery(taken.annotate(times=Count("pk")).values("times")), 0, output_field=IntegerField()
            ),
            draft=Subquery(english.filter(access.manageable_by(user)).values("pk")[:1]),
        )
        .select_related("agency__successor__successor__successor", "locale")
        .defer("body")
    )
    if found := _PLACE.fullmatch(after):
        rows = rows.filter(_behind(order, int(found[1]), _BEGINNING + int(found[2]) * _TICK, int(found[3])))
    first = ["-used"] if order == "used" else []
    return rows.order_by(*first, "first_published_at", "pk")


def _behind(order: str, used: int, published: datetime, pk: int) -> Q:
    later = Q(first_published_at__gt=published) | Q(first_published_at=published, pk__gt=pk)
    return Q(used__lt=used) | (Q(used=used) & later) if order == "used" else later


def place_of(row: Any) -> str:
    return f"{row.used}-{(row.first_published_at - _BEGINNING) // _TICK}-{row.pk}"


def told(row: Any) -> Gap:
    """``row`` as the page shows it; asks no query."""
    named = row.snippet_viewset.get_url_name
    act = (
        reverse(named("edit"), args=[row.draft]) if row.draft else reverse(named("translate"), args=[row.pk])
    )
    return Gap(row, row.agency.current.name, row.used, row.draft, act)


def table(user: Any, *, at: datetime, order: str, base: str) -> Lines:
    """The whole list for a spreadsheet, row by row; ``base``: scheme and host of addresses."""
    yield [
        *(_("Identifier"), _("Title"), _("Kind"), _("Agency"), _("Published"), _("Times taken")),
        *(_("English version"), _("Address"), _("To do")),
    ]
    yield from _lines(gaps(user, at=at, order=order), base)


def _lines(rows: Any, base: str) -> Iterator[list[str]]:
    for row in rows.iterator(chunk_size=500):
        one = told(row)
        published = timezone.localtime(row.published_at)
        yield [
            *(row.public_id, row.title, str(Kind(row.kind).label), one.agency, f"{published:%d/%m/%Y}"),
            *(str(one.used), _("Draft") if one.draft else _("Not begun"), f"{base}{row.get_absolute_url()}"),
            f"{base}{one.act}",
        ]
