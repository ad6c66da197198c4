"""Addresses of a merged agency whose section is no more and whose successor has one of the same name.

A section stays at its address after a merger and needs nothing of this. Where it was given up for the
successor's, what others pasted and subscribed to leads there for ever.
"""

from __future__ import annotations

from django.http import HttpResponsePermanentRedirect

from cms.sections.models import Section
from media_library.models import Agency

LONGEST = 100
"""Signs of an address that are looked at."""


def feed(address: str, name: str) -> HttpResponsePermanentRedirect | None:
    """To the form ``name`` of the successor's section; None where there is none."""
    now = to(address)
    return HttpResponsePermanentRedirect(f"/feeds/{now}/{name}") if now else None


def frame(address: str, language: str) -> HttpResponsePermanentRedirect | None:
    """To the frame of the successor's section; None where there is none."""
    now = to(address)
    folder = "" if language == "vi" else f"{language}/"
    return HttpResponsePermanentRedirect(f"/embed/{now}/{folder}") if now else None


def to(address: str) -> str:
    """Where the section at ``address`` is carried on, empty where nowhere: one query, three where it moved."""
    code, _slash, slug = address.partition("/")
    if "\x00" in address or len(address) > LONGEST:
        return ""
    rows = Agency.objects.filter(code=code, successor__isnull=False)
    merged = rows.select_related("successor__successor__successor").first()
    if merged is None:
        return ""
    current = merged.current
    found = Section.objects.live().filter(agency=current, slug=slug).select_related("agency").first()
    return found.address if found else ""
