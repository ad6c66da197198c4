"""What is answered where a form is not: in the form's own format, with a sentence that helps."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import override

from cms.sections import calendar, links
from cms.sections.entries import absolute

CACHE_MISSING = "public, max-age=30"


def missing(
    media_type: str, language: str, *, status: int = HTTPStatus.NOT_FOUND, message: str = ""
) -> HttpResponse:
    """``message``, by default that there is no such section, as the form of type ``media_type`` says it."""
    with override(language):
        message = message or _(
            "There is no section at this address. Copy the address again from the embed page of Kho 57."
        )
    link = absolute(f"/{language}/embed/")
    written, type_ = _written(media_type, language, status=status, message=message, link=link)
    response = HttpResponse(written, content_type=type_, status=status)
    response["Cache-Control"] = CACHE_MISSING if status == HTTPStatus.NOT_FOUND else "no-store"
    return response


def _written(
    media_type: str, language: str, *, status: int, message: str, link: str
) -> tuple[bytes | str, str]:
    if "json" in media_type:
        code = "not_found" if status == HTTPStatus.NOT_FOUND else HTTPStatus(status).name.lower()
        told = {"error": {"code": code, "message": message, "help": link}}
        return json.dumps(told, ensure_ascii=False), "application/json; charset=utf-8"
    if "xml" in media_type:
        error = f'<error help="{escape(link)}">{escape(message)}</error>'
        return f'<?xml version="1.0" encoding="utf-8"?>\n{error}', "application/xml; charset=utf-8"
    if media_type == calendar.MEDIA_TYPE:
        return calendar.document("Kho 57", [], about=f"{message} {link}"), media_type
    if media_type == links.MEDIA_TYPE:
        return f"# {message}\r\n{link}\r\n", media_type
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Kho 57</title>'
        f'<p>{escape(message)} <a href="{escape(link)}" target="_parent">{escape(link)}</a></p></html>'
    ), media_type
