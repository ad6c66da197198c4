"""The week as one file: every bulletin that this reader may broadcast, named in the order of broadcast.

Put together like a kit (:mod:`cms.newsroom.kits`): nothing is kept, the same bulletins give the same bytes, and a
change of any of them gives another ETag.
"""

from __future__ import annotations

import hashlib
import zlib
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.newsroom import kits, slips, wording
from cms.newsroom.kits import Contents
from cms.newsroom.models import Use
from cms.newsroom.offers import Offer, scripts, sound_for_radio, with_offers
from cms.newsroom.radio import bulletins
from cms.newsroom.radio.bulletins import CHAIN
from cms.newsroom.slips import Packed, Slip
from cms.newsroom.zipping import Archive, Entry, of_bytes
from media_library import access
from media_library.models import Resource
from media_library.reuse import Purpose
from media_library.text import slug


class Empty(Exception):
    """There is nothing that may be given out."""


def days_of(name: str) -> tuple[date, date]:
    """Monday and Sunday of ``2026-W48`` (ISO 8601). Raises :class:`Empty` where there is no such week."""
    year, _dash, week = name.partition("-W")
    try:
        monday = date.fromisocalendar(int(year), int(week), 1)
        return monday, monday + timedelta(days=6)
    except (ValueError, OverflowError) as error:
        raise Empty(name) from error


def contents(name: str, *, user: Any, lang: str, at: datetime) -> Contents:
    """What the week ``name`` holds for ``user``, nothing of it read yet. Raises :class:`Empty`."""
    packed: Packed = []
    entries: list[Entry] = []
    rows = _rows(name, user=user, lang=lang, at=at)
    if not rows:
        raise Empty(name)
    for number, (row, sound) in enumerate(rows, start=1):
        files = _files(row, sound, number)
        packed.append((row, kits.address(row, lang), [slip for slip, _entry in files]))
        entries += [entry for _slip, entry in files]
    modified = timezone.localtime(max(row.aired for row, _sound in rows))
    written = _written(name, packed, lang=lang, made=modified)
    texts = [
        of_bytes(each, body, crc32=zlib.crc32(body), modified=modified) for each, body in written.items()
    ]
    digest = hashlib.sha256(written[slips.MANIFEST]).hexdigest()
    return Contents(Archive([*entries, *texts]), digest, packed)


def count(packed: Packed, *, user: Any, at: datetime) -> None:
    """Note the use of each file, for broadcasting; not by those whose it is."""
    known = user if user.is_authenticated else None
    rows = [
        Use(resource=row, offer=file.offer[:60], purpose=Purpose.BROADCAST, at=at, user=known)
        for row, _address, files in packed
        if not access.may_manage(user, row)
        for file in files
    ]
    Use.objects.bulk_create(rows, batch_size=500)


def _rows(name: str, *, user: Any, lang: str, at: datetime) -> list[tuple[Any, Offer]]:
    """The public bulletins of the week that ``user`` may broadcast now, in order, each with its sound."""
    found = bulletins.within(bulletins.bulletins(at, lang=lang), *days_of(name))
    rows = with_offers(bulletins.in_order(found)).select_related(CHAIN, "locale")
    taken = [row for row in rows if kits.may_take(user, row, at, Purpose.BROADCAST)]
    return [(row, sound) for row in taken if (sound := sound_for_radio(row))]


def _files(row: Any, sound: Offer, number: int) -> list[tuple[Slip, Entry]]:
    """Its sound and its scripts."""
    aired = timezone.localtime(row.aired)
    stem = f"{number:02}-{aired:%Y-%m-%d-%H%M}-{slug(row.title, limit=60) or row.public_id}"
    ending = sound.file_name.rpartition(".")[2]
    name = f"{stem}.{ending}"
    return [(kits.slip(sound, name), kits.entry(sound, name, aired)), *_scripts(row, stem, aired)]


def _scripts(row: Resource, stem: str, aired: datetime) -> list[tuple[Slip, Entry]]:
    found = []
    for lang, said in scripts(row):
        body = wording.plain(wording.complete(row, said, lang=lang))
        name = f"{stem}.{lang}.txt"
        slip = slips.of_text(name, body, offer=f"transcript-{lang}-txt")
        found.append((slip, of_bytes(name, body, crc32=zlib.crc32(body), modified=aired)))
    return found


def _written(name: str, packed: Packed, *, lang: str, made: datetime) -> dict[str, bytes]:
    with translation.override(lang):
        title = _("Bulletins of the week %(week)s") % {"week": name}
    texts = {
        slips.LICENCES: slips.licences(packed, title=title, lang=lang, made=made),
        slips.CREDITS: slips.credits(packed, lang=lang),
    }
    about = {
        "title": title,
        "week": name,
        "language": lang,
        "purpose": Purpose.BROADCAST.value,
        "source": settings.PUBLIC_BASE_URL,
    }
    told = [slips.of_text(each, body) for each, body in texts.items()]
    return {**texts, slips.MANIFEST: slips.manifest(packed, about=about, texts=told, lang=lang)}
