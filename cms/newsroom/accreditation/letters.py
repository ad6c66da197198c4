"""Letters of an accreditation: to confirm an address, of a decision, and to those who decide.

Sent after commit; one that cannot be sent is put in the journal, without the address, and stops nothing.
"""

from __future__ import annotations

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from wagtail.users.models import UserProfile

from cms.newsroom.models import Accreditation
from media_library import access
from media_library.models import User

logger = logging.getLogger(__name__)


def to_confirm(row: Accreditation, *, token: str) -> None:
    """To the address that was given, whosever it is; in the language of the form."""
    with translation.override(row.language):
        place = reverse("newsroom:accreditation_confirm", kwargs={"token": token})
    _later("confirm", row.email, lang=row.language, context={"row": row, "place": _public(place)})


def of_decision(row: Accreditation) -> None:
    """To who asked: granted, refused or taken back, with the reason."""
    if not row.email:
        return
    with translation.override(row.language):
        desk, own = reverse("newsroom:embargoed"), reverse("newsroom:accreditation")
    context = {"row": row, "desk": _public(desk), "place": _public(own)}
    _later(row.state, row.email, lang=row.language, context=context)


def to_the_lead(row: Accreditation) -> None:
    """That a request waits, to each lead editor in their language."""
    address = reverse("kho57_accreditations:one", args=[row.pk])
    place = f"{settings.WAGTAILADMIN_BASE_URL}{address}"
    people = User.objects.filter(is_active=True, groups__name=access.LEAD_GROUP).exclude(email="").distinct()
    for reader in people:
        lang = UserProfile.get_for_user(reader).get_preferred_language()
        _later("asked", reader.email, lang=lang, context={"row": row, "place": place, "reader": reader})


def _public(path: str) -> str:
    return f"{settings.PUBLIC_BASE_URL.rstrip('/')}{path}"


def _later(letter: str, to: str, *, lang: str, context: dict[str, Any]) -> None:
    with translation.override(lang):
        subject = " ".join(render_to_string(f"newsroom/letters/{letter}_subject.txt", context).split())
        body = render_to_string(f"newsroom/letters/{letter}.txt", context).strip() + "\n"

    def send() -> None:
        try:
            EmailMessage(subject, body, to=[to]).send()
        except OSError:
            logger.exception("accreditation_letter_failed", extra={"letter": letter})

    transaction.on_commit(send, robust=True)
