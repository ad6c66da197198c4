"""Addresses and form data of the admin's screens, as a browser would send them."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from media_library.models import Resource, User
from tests.factories import audience, picture_bytes, topic


def address(name: str, *args: Any) -> str:
    """Address of a resource screen: ``list``, ``add``, ``edit`` …"""
    return reverse(Resource.snippet_viewset.get_url_name(name), args=args)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def controls(page: HttpResponse) -> dict[str, Any]:
    """What a browser would send if the form were sent as it was loaded (files aside)."""
    form = BeautifulSoup(page.content, "html.parser").select_one("form#w-editor-form, form[data-edit-form]")
    assert form is not None
    sent: dict[str, Any] = {}
    for control in form.select("input[name], textarea[name], select[name]"):
        name, kind = control["name"], control.get("type", "")
        if kind in ("file", "submit", "button") or control.has_attr("disabled"):
            continue
        if kind in ("checkbox", "radio"):
            if control.has_attr("checked"):
                sent.setdefault(name, []).append(control.get("value", "on"))
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            sent[name] = chosen.get("value", "") if chosen else ""
        elif control.name == "textarea":
            sent[name] = control.text.removeprefix("\n")
        else:
            sent[name] = control.get("value", "")
    return sent


def words(**changes: Any) -> dict[str, Any]:
    """A complete description for the form of a picture."""
    described = {
        "title": "Nhận diện cuộc gọi lừa đảo",
        "summary": "Năm dấu hiệu để nhận ra một cuộc gọi lừa đảo.",
        "audiences": [audience().pk],
        "topics": [topic().pk],
        "licence": "cc-by-4.0",
        "credit_line": "Sở Khoa học và Công nghệ / Kho 57",
        "alt": "Áp phích tím với năm ô.",
    }
    return described | changes


def picture_upload(name: str = "nhan-dien.png", **size: int) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, picture_bytes(**size), content_type="image/png")


def add(client: Client, kind: str, **data: Any) -> HttpResponse:
    """Open the form for a new resource of ``kind``, fill it in and send it."""
    place = f"{address('add')}?kind={kind}"
    page = client.get(place)
    assert page.status_code == 200
    return client.post(place, controls(page) | data)


def edit(client: Client, resource: Resource, **data: Any) -> HttpResponse:
    """Open the form of ``resource``, change it and send it."""
    place = address("edit", resource.pk)
    page = client.get(place)
    assert page.status_code == 200
    return client.post(place, controls(page) | data)


def said(response: HttpResponse) -> str:
    """The messages a page shows, as text."""
    shown = BeautifulSoup(response.content, "html.parser").select(".messages")
    return " ".join(item.get_text(" ", strip=True) for item in shown)


def problems(response: HttpResponse) -> dict[str, str]:
    """The errors of a form that was sent back, by field; those of rows under the name of the rows."""
    form = response.context["form"]
    found = {name: " ".join(errors) for name, errors in form.errors.items()}
    for name, rows in getattr(form, "formsets", {}).items():
        if any(rows.errors) or rows.non_form_errors():
            found[name] = str(rows.errors)
    return found
