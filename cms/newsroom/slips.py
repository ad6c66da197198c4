"""The texts that go into a kit: what may be done with each resource, whom to name, what is to be seen.

Written in the kit's language; a resource's own words stay in theirs. The same rows give the same bytes.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zlib
from dataclasses import asdict, dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cms.newsroom import wording
from cms.newsroom.models import PressKit
from media_library import reuse
from media_library.kinds import Kind
from media_library.models import Resource
from media_library.text import clean_line, unarmed

LICENCES, CREDITS, CAPTIONS, MANIFEST = "LICENSES.txt", "credits.csv", "captions.txt", "manifest.json"
COVER = "cover.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One file of a kit, as its manifest names it. ``offer`` is the key it was chosen by; size in bytes."""

    name: str
    offer: str
    media_type: str
    size: int
    sha256: str
    crc32: str


def of_text(name: str, body: bytes, *, offer: str = "") -> Slip:
    """The slip of a text."""
    return Slip(
        name=name,
        offer=offer,
        media_type="text/csv" if name.endswith(".csv") else "text/plain",
        size=len(body),
        sha256=hashlib.sha256(body).hexdigest(),
        crc32=f"{zlib.crc32(body):08x}",
    )


Packed = list[tuple[Resource, str, list[Slip]]]
"""Each resource, the absolute address of its page, its files."""


def licences(packed: Packed, *, title: str, lang: str, made: datetime) -> bytes:
    """In plain words, resource by resource; UTF-8 with the line ends that Notepad needs."""
    with translation.override(lang):
        lines = [title, "=" * len(title), "", _("What you may do with each resource, and whom to name."), ""]
        for resource, address, files in packed:
            lines += [resource.title, "-" * min(72, len(resource.title))]
            lines += [*_embargo(resource, made), *_terms(resource, lang)]
            lines += [_("Address: %(address)s") % {"address": address}]
            lines += [_("Files: %(names)s") % {"names": "; ".join(one.name for one in files)}, ""]
        lines += [_("Before you publish, open the address: it tells of corrections and withdrawals.")]
    return "\r\n".join([*lines, ""]).encode()


def _embargo(resource: Resource, made: datetime) -> list[str]:
    """That it was under embargo when the kit was made ``made``: it says so for good, so that its bytes stay."""
    until = resource.embargo_until
    if until is None or until <= made:
        return []
    local = timezone.localtime(until)
    told = {"time": f"{local:%H:%M}", "date": f"{local:%d/%m/%Y}"}
    return [_("EMBARGO: not to be published before %(time)s on %(date)s.") % told]


def _terms(resource: Resource, lang: str) -> list[str]:
    terms = resource.licence_terms
    lines = [f"{_('Terms of use')}: {terms.name}" + (f" ({terms.url})" if terms.url else "")]
    for heading, sentences in (
        (_("You may"), terms.may),
        (_("You must"), terms.must),
        (_("You must not"), terms.may_not),
    ):
        lines += [f"{heading}: {sentence}" for sentence in sentences]
    if resource.terms.strip():
        lines += [f"{_('Further terms')}: {clean_line(resource.terms)}"]
    return [*lines, f"{_('Credit')}: {reuse.credit(resource, resource.agency, lang=lang)}"]


def cover(kit: PressKit, *, lang: str) -> bytes:
    """What an editor says of a press kit, and whom to ask; UTF-8 with the line ends that Notepad needs."""
    title = kit.title_in(lang)
    with translation.override(lang):
        told = [title, "=" * len(title), "", kit.agency.label_in(lang), ""]
        told += [line for block in wording.rich(kit.cover_in(lang)) for line in (block.text, "")]
        contact = [kit.contact_name, kit.contact_phone, kit.contact_email]
        if any(contact):
            told += [_("Contact for the press"), *filter(None, contact), ""]
        address = settings.PUBLIC_BASE_URL.rstrip("/") + kit.get_absolute_url(lang)
        told += [_("Address: %(address)s") % {"address": address}]
    return "\r\n".join([*told, ""]).encode()


def credits(packed: Packed, *, lang: str) -> bytes:
    """A line for each file, for a spreadsheet: RFC 4180, with the mark by which Excel knows UTF-8.

    A cell that would be taken for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    with translation.override(lang):
        table.writerow(
            [
                *(_("File"), _("Title"), _("Credit"), _("Terms of use"), _("Address of the terms")),
                *(_("Agency"), _("Identifier"), _("Address"), "SHA-256"),
            ]
        )
        for resource, address, files in packed:
            told = [
                *(resource.title, reuse.credit(resource, resource.agency, lang=lang)),
                *(str(resource.licence_terms.name), resource.licence_terms.url),
                *(resource.agency.label_in(lang), resource.public_id, address),
            ]
            table.writerows([unarmed(one) for one in (file.name, *told, file.sha256)] for file in files)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def captions(packed: Packed, *, lang: str, made: datetime) -> bytes:
    """What stands below a picture: title, summary, what is to be seen, date, credit."""
    lines: list[str] = []
    with translation.override(lang):
        for resource, _address, files in packed:
            lines += ["; ".join(one.name for one in files), *_embargo(resource, made)]
            lines += [resource.title, clean_line(resource.summary)]
            lines += [
                f"{_('In the picture')}: {clean_line(asset.alt)}"
                for asset in resource.assets.all()
                if asset.alt.strip()
            ]
            if resource.published_at:
                told = {"date": f"{timezone.localtime(resource.published_at):%d/%m/%Y}"}
                lines += [_("Published on %(date)s") % told]
            lines += [f"{_('Credit')}: {reuse.credit(resource, resource.agency, lang=lang)}", ""]
    return "\r\n".join([*lines, ""]).encode()


def manifest(packed: Packed, *, about: dict[str, str], texts: list[Slip], lang: str) -> bytes:
    """Everything in the kit but itself, with its SHA-256."""
    told = {
        **about,
        "resources": [
            {
                "id": resource.public_id,
                "title": resource.title,
                "kind": str(Kind(resource.kind).value),
                "language": resource.language,
                "agency": resource.agency.label_in(lang),
                "licence": resource.licence,
                "licence_url": resource.licence_terms.url,
                "credit": reuse.credit(resource, resource.agency, lang=lang),
                "url": address,
                "files": [asdict(file) for file in files],
            }
            for resource, address, files in packed
        ],
        "texts": [asdict(text) for text in texts],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()
