"""Requests to the library: taken from readers, told to the lead department, answered, and forgotten in part.

The page with the form is the portal's: it shows :class:`WishForm` (the field ``website`` hidden from people:
only programs fill it in) and, where the form is valid, calls :func:`receive`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from axes.helpers import get_client_ip_address
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.users.models import UserProfile

from media_library import access, pace
from media_library.models import User
from media_library.text import clean_line
from search import text
from search.models import Wish

MOST_AN_HOUR = 5
"""Requests from one address within an hour."""
HOUR = timedelta(hours=1)
TOLD_AT_ONCE = 20
"""Requests named in one letter."""
CONTACT_KEPT = timedelta(days=30)
"""How long after its end a request still holds the address that was given for an answer."""
CLOSED = (Wish.State.DONE, Wish.State.DECLINED)
_TOLD = "wishes:told"
logger = logging.getLogger(__name__)


class WishForm(forms.Form):
    """What somebody looked for and misses; bounded, in NFC, without control characters."""

    question = forms.CharField(label=gettext_lazy("What you looked for"), max_length=300, required=False)
    text = forms.CharField(
        label=gettext_lazy("What the library should have"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("For example: a leaflet on fire safety in markets, to print in A4."),
    )
    contact = forms.EmailField(
        label=gettext_lazy("Your e-mail address, if you would like an answer"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Used for the answer only, and deleted 30 days after it."),
    )
    website = forms.CharField(required=False, max_length=500, label=gettext_lazy("Leave this empty"))

    def clean_question(self) -> str:
        return clean_line(self.cleaned_data["question"])

    def clean_text(self) -> str:
        lines = text.canonical(self.cleaned_data["text"].replace("\r\n", "\n")).strip()
        if not text.words(lines):
            raise ValidationError(_("Say in a few words what is missing."))
        return lines


def receive(form: WishForm, *, request: HttpRequest, at: datetime) -> bool:
    """Keep the request of a valid ``form``; False where its address has sent too many within the hour.

    What a program wrote is dropped, and answered as if it had been taken.
    """
    given = form.cleaned_data
    if given["website"]:
        return True
    if not pace.within(get_client_ip_address(request) or "", what="wishes", most=MOST_AN_HOUR):
        return False
    Wish.objects.create(
        question=given["question"],
        text=given["text"],
        contact=given["contact"],
        language=(translation.get_language() or settings.LANGUAGE_CODE)[:2],
        created_at=at,
    )
    return True


def settle(wish: Wish, *, before: str, by: Any, at: datetime) -> bool:
    """Note who closed or reopened ``wish``, which was in state ``before``; whether an answer goes out."""
    closes, closed = wish.state in CLOSED, before in CLOSED
    if closes == closed:
        return False
    wish.handled_by, wish.handled_at = (by, at) if closes else (None, None)
    wish.save(update_fields=["handled_by", "handled_at"])
    if not (closes and wish.contact and wish.answer):
        return False
    transaction.on_commit(lambda: _answer(wish), robust=True)
    return True


def _answer(wish: Wish) -> None:
    with translation.override(wish.language):
        context = {"wish": wish, "home_url": f"{settings.PUBLIC_BASE_URL}/{wish.language}/"}
        _send("wish_answered", wish.contact, context)


def tell(at: datetime) -> int:
    """Scheduler step: tell lead editors of new requests, at most once an hour; how many were told of."""
    since = cache.get(_TOLD) or at - HOUR
    if at - since < HOUR:
        return 0
    fresh = list(
        Wish.objects.filter(state=Wish.State.OPEN, created_at__gt=since).order_by("created_at", "pk")
    )
    if fresh:
        cache.set(_TOLD, fresh[-1].created_at if at < fresh[-1].created_at else at, None)
        _tell(fresh)
    return len(fresh)


def _tell(fresh: Sequence[Wish]) -> None:
    place = f"{settings.WAGTAILADMIN_BASE_URL}{reverse('kho57_search_wishes:index')}"
    context = {"wishes": fresh[:TOLD_AT_ONCE], "number": len(fresh), "place": place}
    people = User.objects.filter(is_active=True, groups__name=access.LEAD_GROUP).exclude(email="").distinct()
    for reader in people:
        with translation.override(UserProfile.get_for_user(reader).get_preferred_language()):
            _send("wishes", reader.email, context | {"reader": reader})


def _send(letter: str, to: str, context: dict[str, Any]) -> None:
    subject = " ".join(render_to_string(f"editing/letters/{letter}_subject.txt", context).split())
    body = render_to_string(f"editing/letters/{letter}.txt", context).strip() + "\n"
    try:
        EmailMessage(subject, body, to=[to]).send()
    except OSError:
        logger.exception("A mail could not be sent: %s", letter)


def forget_contacts(at: datetime) -> int:
    """Scheduler step: addresses given for an answer go :data:`CONTACT_KEPT` after the end of the request."""
    over = Wish.objects.filter(state__in=CLOSED, handled_at__lt=at - CONTACT_KEPT)
    return over.exclude(contact="").update(contact="")
