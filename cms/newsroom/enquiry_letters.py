"""Mails about requests of the press: to the agency's editors when asked, to who asked when answered.

Each is sent after commit, in the language of its reader; what is not public is not named to who asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.users.models import UserProfile

from cms.newsroom import granted
from cms.newsroom.models import Enquiry, EnquiryMessage, Grant
from media_library import access
from media_library.editing.letters import reviewers, write_to
from media_library.models import Resource


def asked(enquiry: Enquiry, message: EnquiryMessage) -> None:
    """To the editors of the agency, or to the lead department where it has none."""
    resource = enquiry.resource
    readers = list(reviewers(resource, lead=False)) or list(reviewers(resource, lead=True))
    place = reverse("kho57_enquiries:thread", args=[enquiry.pk])
    facts = {"enquiry": enquiry, "message": message, "url": f"{settings.WAGTAILADMIN_BASE_URL}{place}"}
    _send("press_asked", readers, resource=resource, facts=facts)


def answered(enquiry: Enquiry, message: EnquiryMessage, grant: Grant | None) -> None:
    facts = {"enquiry": enquiry, "message": message, "grant": grant}
    _send("press_answered", [enquiry.asked_by], resource=enquiry.resource, facts=facts)


def revoked(grant: Grant) -> None:
    facts = {"enquiry": grant.enquiry, "grant": grant}
    holders = granted.holders(grant, at=timezone.now())
    _send("press_revoked", holders, resource=grant.resource, facts=facts)


def _send(letter: str, readers: Iterable[Any], *, resource: Resource, facts: dict[str, Any]) -> None:
    people = [reader for reader in readers if reader.is_active and reader.email]
    transaction.on_commit(lambda: _write(letter, people, resource=resource, facts=facts), robust=True)


def _write(letter: str, readers: list[Any], *, resource: Resource, facts: dict[str, Any]) -> None:
    at = timezone.now()
    for reader in readers:
        lang = UserProfile.get_for_user(reader).get_preferred_language()
        with translation.override(lang):
            seen = access.may_view(reader, resource, at)
            own = {
                "title": resource.title if seen else "",
                "agency": resource.agency.label_in(lang),
                "permitted": granted.told([facts["grant"]], at=at)[0] if facts.get("grant") else None,
                "url": facts.get("url") or _place(reader, facts["enquiry"], resource if seen else None, lang),
            }
        write_to(reader, letter, {**facts, **own}, about=f"resource {resource.pk}")


def _place(reader: Any, enquiry: Enquiry | None, resource: Resource | None, lang: str) -> str:
    """The thread on the public side in the reader's language; for who did not ask, ``resource``'s press page."""
    with translation.override(lang if lang in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE):
        if enquiry is not None and enquiry.asked_by_id == reader.pk:
            place = reverse("newsroom:enquiry", args=[enquiry.key])
        elif enquiry is not None and resource is not None:
            place = reverse("newsroom:resource", args=[resource.public_id])
        else:
            place = reverse("newsroom:enquiries")
    return settings.PUBLIC_BASE_URL.rstrip("/") + place
