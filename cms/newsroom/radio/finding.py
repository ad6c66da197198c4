"""The list of bulletins that was asked for, and what can be chosen in it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.newsroom.cards import Card, card_of
from cms.newsroom.offers import sound_for_radio
from cms.newsroom.radio import bulletins
from cms.newsroom.radio.asking import NoDay, Wanted, day_of, place_of
from cms.newsroom.radio.bulletins import CHAIN, LENGTHS, Bulletins
from media_library import access
from media_library.models import (
    Agency,
    AgencyType,
    Audience,
    ResourceAudience,
    ResourceTopic,
    Topic,
)
from media_library.reuse import Purpose, Reader

PAGE = 20
LENGTH_NAMES: dict[str, str | Promise] = {
    "1": gettext_lazy("Up to 1 minute"),
    "3": gettext_lazy("1 to 3 minutes"),
    "5": gettext_lazy("3 to 5 minutes"),
    "10": gettext_lazy("5 to 10 minutes"),
    "more": gettext_lazy("Longer than 10 minutes"),
}
assert LENGTH_NAMES.keys() == LENGTHS.keys()
Choices = list[tuple[str, str]]


def found(wanted: Wanted, *, user: Any, lang: str, at: datetime) -> dict[str, Any]:
    """Context of the list: the newest first, a page of them, and what else can be chosen."""
    every = bulletins.bulletins(at, lang=lang)
    agencies = {one.pk: one for one in Agency.objects.select_related("successor__successor__successor")}
    narrowed, wrong_day = _narrowed(every, wanted, agencies)
    rows = narrowed.with_cards().select_related(CHAIN, "locale", "campaign")
    rows = rows.annotate(scripted=bulletins.scripted()).order_by("-aired", "-pk")
    if wanted.place:
        moment, pk = wanted.place
        rows = rows.filter(Q(aired__lt=moment) | Q(aired=moment, pk__lt=pk))
    page = list(rows[: PAGE + 1])
    last = page[PAGE - 1] if len(page) > PAGE else None
    reader = Reader.PRESS if access.is_press(user) else Reader.ANYONE
    return {
        "wanted": wanted,
        "wrong_day": wrong_day,
        "rows": [_row(one, lang=lang, at=at, reader=reader) for one in page[:PAGE]],
        "total": narrowed.count(),
        "next": wanted.query(after=place_of(last, last.aired)) if last else "",
        "first_page": wanted.query() if wanted.after else None,
        "week": _week(page, user=user, at=at),
        "feeds": _feeds(wanted, lang=lang),
        "filters": _filters(every, wanted, agencies, lang=lang),
    }


def _week(page: list[Any], *, user: Any, at: datetime) -> tuple[str, date, date] | None:
    """The week of the newest of them that ``user`` may broadcast and that has its sound."""
    for one in page:
        if sound_for_radio(one) and access.may_download(user, one, at, Purpose.BROADCAST):
            return bulletins.week_of(timezone.localtime(one.aired).date())
    return None


def _row(one: Any, *, lang: str, at: datetime, reader: Reader) -> tuple[Card, bool]:
    """The card of a bulletin, and whether there is a script of it."""
    return card_of(one, lang=lang, at=at, reader=reader), one.scripted


def _narrowed(every: Bulletins, wanted: Wanted, agencies: dict[int, Agency]) -> tuple[Bulletins, bool]:
    """Those of ``every`` that fit, and whether the day that was typed is none."""
    found, wrong_day = every, False
    if wanted.day:
        try:
            day = day_of(wanted.day)
            found = bulletins.within(found, day, day)
        except NoDay:
            wrong_day = True
    if wanted.length:
        found = bulletins.lasting(found, wanted.length)
    if wanted.agency:
        found = found.filter(
            agency_id__in=[pk for pk, one in agencies.items() if one.current.code == wanted.agency]
        )
    if wanted.type:
        found = found.filter(
            agency_id__in=[pk for pk, one in agencies.items() if one.current.type == wanted.type]
        )
    if wanted.topic:
        under = Topic.objects.filter(Q(slug=wanted.topic) | Q(parent__slug=wanted.topic))
        found = found.filter(pk__in=ResourceTopic.objects.filter(tag__in=under).values("content_object"))
    if wanted.audience:
        named = ResourceAudience.objects.filter(tag__slug=wanted.audience)
        found = found.filter(pk__in=named.values("content_object"))
    if wanted.script:
        found = found.filter(bulletins.scripted() if wanted.script == "yes" else ~bulletins.scripted())
    return found, wrong_day


def _feeds(wanted: Wanted, *, lang: str) -> Choices:
    """Address and name of the podcast feed of each kind of agency; of the one that was chosen alone."""
    name = "podcast.en.xml" if lang == "en" else "podcast.xml"
    kinds = [AgencyType(wanted.type)] if wanted.type else list(AgencyType)
    return [(f"/feeds/radio/{kind.value}/{name}", str(kind.label)) for kind in kinds]


def _filters(
    every: Bulletins, wanted: Wanted, agencies: dict[int, Agency], *, lang: str
) -> list[tuple[str, str, Choices, str]]:
    """Name, label, choices and the one in force, of each field of the form but the day."""
    keys = set(every.values_list("agency_id", flat=True).distinct())
    heard = {agencies[pk].current.pk: agencies[pk].current for pk in keys}
    owners = sorted(((one.code, one.label_in(lang)) for one in heard.values()), key=lambda pair: pair[1])
    types = {one.type for one in heard.values()}
    rows = every.order_by().values("pk")
    topics = Topic.objects.filter(pk__in=ResourceTopic.objects.filter(content_object__in=rows).values("tag"))
    audiences = Audience.objects.filter(
        pk__in=ResourceAudience.objects.filter(content_object__in=rows).values("tag")
    )
    with translation.override(lang):
        fields: list[tuple[str, str, Choices]] = [
            ("length", _("Length"), [(key, str(told)) for key, told in LENGTH_NAMES.items()]),
            (
                "type",
                _("Kind of agency"),
                [(str(one.value), str(one.label)) for one in AgencyType if one in types],
            ),
            ("agency", _("Agency"), owners),
            ("topic", _("Topic"), [(one.slug, one.label_in(lang)) for one in topics]),
            ("audience", _("Audience"), [(one.slug, one.label_in(lang)) for one in audiences]),
            ("script", _("Script"), [("yes", _("With a script")), ("no", _("Without a script"))]),
        ]
    return [(name, label, choices, getattr(wanted, name)) for name, label, choices in fields]
