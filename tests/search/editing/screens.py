"""Addresses and forms of the lead department's search pages, as a browser would send them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from media_library.models import User
from tests.editing.screens import controls, problems, said, signed_in
from tests.factories import make_lead

__all__ = ["address", "as_lead", "controls", "open_and_send", "problems", "said", "signed_in"]


def address(place: str, view: str = "index", *args: Any) -> str:
    """Address of a page under ``search/``: ``address("synonyms", "edit", 3)``."""
    return reverse(f"kho57_search_{place}:{view}", args=args)


def as_lead(user: User | None = None) -> Client:
    return signed_in(user or make_lead())


def open_and_send(client: Client, place: str, **data: Any) -> HttpResponse:
    """Open a form, change it as ``data`` says (None: an empty box) and send it."""
    page = client.get(place)
    assert page.status_code == 200
    sent = controls(page) | data
    return client.post(place, {name: value for name, value in sent.items() if value is not None})
