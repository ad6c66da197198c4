"""The letter to who is in charge of a system that has not confirmed a withdrawal, in Vietnamese and English."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import override

from cms.notifying.models import Notice
from cms.sections.parts import absolute

logger = logging.getLogger(__name__)


def unconfirmed(notice: Notice, *, failures: int, at: datetime) -> bool:
    """Write it; False where the mail server did not take it. The notice has a subscriber."""
    subscriber, resource = notice.subscriber, notice.resource
    if subscriber is None:
        return True
    words = {
        "notice": notice,
        "subscriber": subscriber,
        "reason": resource.withdrawn_reason,
        "address": absolute(f"/vi/r/{resource.public_id}/"),
        "failures": failures,
        "at": at,
    }
    bodies = []
    for language in ("vi", "en"):
        with override(language):
            bodies.append(render_to_string("notifying/letters/unconfirmed.txt", words).strip())
    with override("vi"):
        subject = render_to_string("notifying/letters/unconfirmed_subject.txt", words).strip()
    try:
        EmailMessage(subject, "\n\n---\n\n".join(bodies) + "\n", to=[subscriber.contact]).send()
    except OSError:
        logger.exception("takedown_letter_failed", extra={"notice": notice.pk})
        return False
    return True
