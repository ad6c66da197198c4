"""Requests to the library: what somebody looked for and did not find."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.utils.translation import get_language

from search.models import Wish


class WishForm(forms.Form):
    """``website`` is a trap: people do not see it."""

    question = forms.CharField(max_length=300, required=False)
    text = forms.CharField(max_length=2000)
    contact = forms.EmailField(required=False)
    website = forms.CharField(required=False)


def receive(form: WishForm, *, at: datetime, address: str) -> bool:
    """Keep what a valid ``form`` asks for. False where too many came from ``address``."""
    said = form.cleaned_data
    if not said["website"]:
        Wish.objects.create(
            question=said["question"],
            text=said["text"],
            contact=said["contact"],
            language=(get_language() or "vi")[:2],
            created_at=at,
        )
    return True
