"""May it be used for this, and what is to be said of it: the one answer that page, file and feed agree on.

Pure: it reads what the row says, asks no query, and is given the reader, their permissions and the time. Whether
a download is allowed follows from it (:func:`media_library.access.may_download`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from media_library.models.rights import Release, Territory

if TYPE_CHECKING:
    from media_library.models import Agency, Resource


class Purpose(models.TextChoices):
    """What somebody wants to use a resource for."""

    NEWS = "news", _("News and reporting")
    EDUCATION = "education", _("Teaching and training")
    SOCIAL = "social", _("Social networks")
    COMMERCIAL = "commercial", _("Commercial use")
    BROADCAST = "broadcast", _("Radio and television")
    PRINT = "print", _("Printed matter")


class Answer(models.TextChoices):
    YES = "yes", _("Yes")
    YES_WITH_CREDIT = "yes_with_credit", _("Yes, with credit")
    ASK = "ask", _("Ask first")
    NO = "no", _("No")
    NOT_BEFORE = "not_before", _("Not before its time")

    @property
    def allows(self) -> bool:
        """Whether a file may be given out on this answer."""
        return self in (Answer.YES, Answer.YES_WITH_CREDIT)


class Reader(models.TextChoices):
    """Who asks: anyone, the accredited press, or those whose resource it is."""

    ANYONE = "anyone", _("Anyone")
    PRESS = "press", _("Accredited press")
    OWN = "own", _("The agency itself")


@dataclass(frozen=True, slots=True)
class Grant:
    """A permission of the agency for one person: for these purposes, from ``since`` until just before ``until``.

    ``place``: where, in the agency's words; empty for anywhere.
    """

    purposes: tuple[Purpose, ...]
    since: datetime
    until: datetime
    asks_credit: bool = True
    place: str = ""
    has_terms: bool = False

    def covers(self, purpose: Purpose, at: datetime) -> bool:
        return purpose in self.purposes and self.since <= at < self.until


_REPORTS = (Purpose.NEWS, Purpose.BROADCAST, Purpose.PRINT)
_NOT_AGREED = (Purpose.SOCIAL, Purpose.COMMERCIAL)
"""What people shown must have agreed to; reporting and teaching may show them (Civil Code 2015, article 32)."""
_SOUNDED = (Purpose.NEWS, Purpose.SOCIAL, Purpose.COMMERCIAL, Purpose.BROADCAST)
"""Where music would be made public anew."""

_SENTENCES: dict[str, str | Promise] = {
    "withdrawn": _("No: it was withdrawn on %(date)s."),
    "expired": _("No: the time of its use ended on %(date)s."),
    "unpublished": _("No: it is not published."),
    "embargoed": _("Not before %(time)s on %(date)s."),
    "own": _("Yes: your agency is responsible for it."),
    "free": _("Yes: it is free for every use; naming the source is welcome."),
    "credit": _("Yes, if you name the source."),
    "uncut": _("Yes, uncut and unchanged, if you name the source."),
    "reporting": _("Yes, uncut and in your own reporting, if you name the source."),
    "not commercial": _("No: its licence excludes commercial use."),
    "commercial": _("Ask the agency first: its terms do not cover commercial use."),
    "press": _("Ask the agency first: it is given to press offices only."),
    "only reports": _("No: it may stand in press reports only."),
    "reserved": _("Ask the agency first: all rights are reserved."),
    "granted": _("Yes, the agency has permitted it to you until the end of %(date)s."),
    "granted, credit": _(
        "Yes, the agency has permitted it to you until the end of %(date)s, if you name the source."
    ),
    "people": _("Ask the agency first: the people shown have not agreed to this use."),
    "music": _("Ask the agency first: its music is not cleared for this use."),
}
_IN_VIETNAM = _("In Viet Nam only.")
_THERE = _("Where: %(place)s.")
_MIND_TERMS = _("The agency's further terms apply.")


@dataclass(frozen=True, slots=True)
class Rights:
    """An answer and why. ``reason`` is a key of the sentences; ``moment`` the time that one names.

    ``place``: where a permission holds, if it says so.
    """

    purpose: Purpose
    answer: Answer
    reason: str
    moment: datetime | None = None
    vietnam_only: bool = False
    further_terms: bool = False
    place: str = ""

    def sentence(self, lang: str) -> str:
        """For a reader, in ``vi`` or ``en``; conditions of a yes are said with it."""
        with translation.override(lang):
            told = str(_SENTENCES[self.reason])
            if self.moment is not None:
                local = timezone.localtime(self.moment)
                told %= {"date": f"{local:%d/%m/%Y}", "time": f"{local:%H:%M}"}
            conditions = [_IN_VIETNAM] * self.vietnam_only + [_MIND_TERMS] * self.further_terms
            where = [str(_THERE) % {"place": self.place}] * bool(self.place)
            return " ".join([told, *([*map(str, conditions), *where] if self.answer.allows else ())])


def rights(
    resource: Resource, *, purpose: Purpose, reader: Reader, at: datetime, grants: Sequence[Grant] = ()
) -> Rights:
    """Whether ``reader``, who holds ``grants``, may use ``resource`` for ``purpose`` at ``at``.

    In this order: withdrawal, expiry and embargo hold for everyone, whoever asks; the agency itself needs no
    licence; the licence comes next; a release that is missing turns a yes into a question. Where that is not
    a yes, a permission that the agency gave makes it one.
    """
    passing = _of_time(resource, at)
    if passing is not None:
        reason, moment, answer = passing
        return Rights(purpose, answer, reason, moment)
    if reader == Reader.OWN:
        answer, reason = Answer.YES, "own"
    else:
        answer, reason = _of_licence(resource.licence, purpose, reader)
    if answer.allows and (missing := _missing_release(resource, purpose)):
        answer, reason = Answer.ASK, missing
    given = [] if answer.allows else [one for one in grants if one.covers(purpose, at)]
    if given:
        return _granted(resource, purpose, max(given, key=lambda one: one.until))
    return Rights(
        purpose,
        answer,
        reason,
        vietnam_only=resource.territory == Territory.VIETNAM,
        further_terms=bool(resource.terms.strip()) and reader != Reader.OWN,
    )


def _granted(resource: Resource, purpose: Purpose, grant: Grant) -> Rights:
    """Its last day is named: it ends with the midnight after that."""
    return Rights(
        purpose,
        Answer.YES_WITH_CREDIT if grant.asks_credit else Answer.YES,
        "granted, credit" if grant.asks_credit else "granted",
        grant.until - timedelta(microseconds=1),
        vietnam_only=resource.territory == Territory.VIETNAM and not grant.place,
        further_terms=grant.has_terms or bool(resource.terms.strip()),
        place=grant.place,
    )


def all_rights(
    resource: Resource, *, reader: Reader, at: datetime, grants: Sequence[Grant] = ()
) -> list[Rights]:
    """The answer for each purpose, in the order of :class:`Purpose`."""
    return [rights(resource, purpose=purpose, reader=reader, at=at, grants=grants) for purpose in Purpose]


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence for all the purposes that it answers."""

    answer: Answer
    sentence: str
    purposes: tuple[Purpose, ...]


def told(
    resource: Resource, *, reader: Reader, at: datetime, lang: str, grants: Sequence[Grant] = ()
) -> list[Told]:
    """:func:`all_rights` for a page: each sentence once, in the order of what it answers first."""
    found: dict[str, Told] = {}
    for each in all_rights(resource, reader=reader, at=at, grants=grants):
        sentence = each.sentence(lang)
        before = found[sentence].purposes if sentence in found else ()
        found[sentence] = Told(each.answer, sentence, (*before, each.purpose))
    return list(found.values())


def _of_time(resource: Resource, at: datetime) -> tuple[str, datetime | None, Answer] | None:
    if resource.withdrawn_at is not None:
        return "withdrawn", resource.withdrawn_at, Answer.NO
    if resource.expire_at is not None and resource.expire_at <= at:
        return "expired", resource.expire_at, Answer.NO
    if not resource.live:
        return "unpublished", None, Answer.NO
    if resource.embargo_until is not None and resource.embargo_until > at:
        return "embargoed", resource.embargo_until, Answer.NOT_BEFORE
    return None


def _of_licence(licence: str, purpose: Purpose, reader: Reader) -> tuple[Answer, str]:
    commercial = purpose == Purpose.COMMERCIAL
    if licence == "cc0-1.0":
        return Answer.YES, "free"
    if licence == "cc-by-4.0":
        return Answer.YES_WITH_CREDIT, "credit"
    if licence == "cc-by-nc-4.0":
        return (Answer.NO, "not commercial") if commercial else (Answer.YES_WITH_CREDIT, "credit")
    if licence == "verbatim-credit":
        return (Answer.ASK, "commercial") if commercial else (Answer.YES_WITH_CREDIT, "uncut")
    if licence == "press-only":
        if purpose not in _REPORTS:
            return Answer.NO, "only reports"
        return (Answer.YES_WITH_CREDIT, "reporting") if reader == Reader.PRESS else (Answer.ASK, "press")
    return Answer.ASK, "reserved"


def _missing_release(resource: Resource, purpose: Purpose) -> str:
    if resource.people_release == Release.MISSING and purpose in _NOT_AGREED:
        return "people"
    if resource.music_release == Release.MISSING and purpose in _SOUNDED:
        return "music"
    return ""


_SHORT = {
    "cc-by-4.0": "CC BY 4.0",
    "cc-by-nc-4.0": "CC BY-NC 4.0",
    "cc0-1.0": "CC0 1.0",
}


def credit(resource: Resource, agency: Agency, *, lang: str) -> str:
    """The line to copy under what is used: who, where from, on which licence.

    What the agency wrote stands in the resource's language; the other names the agency as it is called there.
    """
    written = resource.credit_line if lang == resource.language else ""
    line = written or f"{agency.label_in(lang)} / Kho 57"
    short = _SHORT.get(resource.licence, "")
    return line if not short or short.lower() in line.lower() else f"{line}, {short}"


def credits_of(resource: Resource, agency: Agency) -> list[tuple[str, str]]:
    """Language and line, the resource's own language first; a line that is the same in both stands once."""
    codes = sorted(("vi", "en"), key=lambda code: code != resource.language)
    lines = {credit(resource, agency, lang=code): code for code in reversed(codes)}
    return [(code, line) for line, code in reversed(lines.items())]


def notice(resource: Resource, agency: Agency, *, lang: str) -> str:
    """The copyright notice: ``© 2026 Department of Science``; that of CC0 says who gave it up."""
    year = timezone.localtime(resource.published_at).year if resource.published_at else None
    holder = " ".join(filter(None, (str(year or ""), agency.label_in(lang))))
    return f"CC0 1.0: {holder}" if resource.licence == "cc0-1.0" else f"© {holder}"
